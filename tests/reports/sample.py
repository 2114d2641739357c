"""A district's report as full as one gets, made by hand: seven towns, fourteen hours, three actions."""

from datetime import UTC, datetime, timedelta

from pipelines.api import NameInfo
from pipelines.reports.document import (
    Action,
    Change,
    Disturbance,
    Figures,
    Heading,
    Hour,
    Inputs,
    MissingTube,
    Note,
    Place,
    Report,
    Signature,
    Why,
)
from pipelines.vocabulary import ScopeLevel, UserRole

FIRST = datetime(2021, 6, 6, 0, tzinfo=UTC)
TOWNS = {
    "440607001": ("西南街道", "Xi'nan", 300_000),
    "440607002": ("云东海街道", "Yundonghai", 120_000),
    "440607003": ("白坭镇", "Baini", 90_000),
    "440607004": ("乐平镇", "Leping", 180_000),
    "440607005": ("大塘镇", "Datang", 60_000),
    "440607006": ("芦苞镇", "Lubao", 52_000),
    "440607007": ("南山镇", "Nanshan", 55_000),
}


def figures(persons: int, missing: int = 0, copies: int | None = 0) -> Figures:
    """Figures that go with so many persons."""
    tubes = -(-persons // 10)
    counted = None if copies is None else tubes - copies
    fed, steps = (persons - 3, tubes), (tubes - 40, tubes * 8 // 10, tubes // 2)
    return Figures(persons, tubes, counted, persons // 800, *fed, *steps, missing)


def place(level: ScopeLevel, name: str, zh: str, en: str, planned: int, share: float) -> Place:
    """A place that has reached a share of its plan."""
    sites = max(1, planned // 7_000)
    inputs = Inputs(sites, sites - 1, 1, 1 if sites > 1 else 0, 0)
    total, hour = figures(int(planned * share), 2), figures(int(planned * 0.07), 0, None)
    return Place(level, name, NameInfo(zh, en), 2, total, hour, planned, inputs)


def missing(at: datetime) -> tuple[MissingTube, ...]:
    """Two tubes that are missing at a moment."""
    school, square = NameInfo("云秀小学", "Yunxiu School"), NameInfo("荷花广场", "Lotus Square")
    return (
        MissingTube("SS100004711", "S007", school, "lost", at - timedelta(minutes=200)),
        MissingTube("SS100004712", "S008", square, "misrouted", at - timedelta(minutes=9)),
    )


def report(parts: int = 7, hours: int = 14) -> Report:
    """The report; more parts than towns repeat them."""
    towns = list(TOWNS.items())
    places = [
        place(ScopeLevel.TOWN, code, zh, en, planned, 0.4 + 0.11 * (at % 7))
        for at in range(parts)
        for code, (zh, en, planned) in [towns[at % 7]]
    ]
    steps = [1_000 * step for step in (3, 18, 52, 88, 96, 91, 70, 45, 66, 80, 84, 60, 33, 12)]
    day = [
        Hour(FIRST + timedelta(hours=at), sum(steps[: at + 1]), steps[at], sum(steps[: at + 1]) // 10, steps[at] // 10)
        for at in range(hours)
    ]
    at = FIRST + timedelta(hours=hours - 1)
    evidence = {"load_now": 0.94, "load_then": 0.71, "desks_moved": 86}
    note = Note("wu.min", UserRole.TOWN_COORDINATOR, at, "已电话通知各点负责人")
    acts = (
        Action(
            *(1, "r1", "switch_servers", "p1", tuple(f"S{n:03d}" for n in range(40)), "accepted"),
            *("persons_not_registered", 4_100.0, 900.0, 30.0, 52_000.0, evidence, (note,)),
        ),
        Action(
            *(2, "r2", "send_vehicle", "440607004", ("S071",), "open"),
            *("wait_minutes", 62.0, 35.0, 30.0, 9_800.0, {"crowd_index": 1.4}),
        ),
        Action(3, "r3", "hold_crowd", "440607005", ("S101",), "open", "queue_persons", 610.0, 420.0, None, 4_000.0, {}),
    )
    return Report(
        report_id="2021-06-06T13:00Z/district",
        heading=Heading(NameInfo("三水区", "Sanshui District"), NameInfo("首轮全员核酸", "First round"), 480),
        hour_at=at,
        due_at=at + timedelta(minutes=15),
        version=3,
        versions=3,
        why=Why.CORRECTED,
        frozen_at=at + timedelta(minutes=31),
        is_revised=True,
        is_late=True,
        place=place(ScopeLevel.DISTRICT, "", "三水区", "Sanshui District", 857_000, 0.93),
        parts=tuple(places),
        day=tuple(day),
        disturbances=(
            Disturbance("server", "server", "p1", "critical", FIRST, FIRST + timedelta(minutes=20), 38, 86),
            Disturbance("carrier", "carrier", "unicom", "warning", at - timedelta(minutes=12), None, 7, 31),
        ),
        actions=acts,
        changes=(Change("persons", 796_400, 796_990), Change("third_copies", None, 79_610)),
        missing=missing(at),
        signatures=(Signature("liang.wei", UserRole.COMMANDER, at + timedelta(minutes=20), 2, True, "缺两管已追查"),),
    )
