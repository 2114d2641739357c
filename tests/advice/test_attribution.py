"""A day of drills, each fault with its label: what the advice says is the cause, out of what the feeds told."""

import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipelines.advice.attribution import disturbances
from pipelines.advice.words import Disturbance
from pipelines.campaign import Campaign
from pipelines.intake.faults import Fault
from pipelines.vocabulary import Cause
from pipelines.vocabulary import FaultKind as Kind
from tests.advice.asked import Asked
from tests.advice.recorded import Told, recorded

NORTH, ACTS, PAUSE = "990001002", timedelta(minutes=10), timedelta(minutes=26)


@dataclass(frozen=True)
class Drill:
    """One fault, and what is to be found out about it: the cause, and its bearer."""

    kind: Kind
    target: str
    strength: float
    cause: Cause
    bearer: str
    figures: dict[str, object] = field(default_factory=dict)


DRILLS = (
    Drill(Kind.LOGIN_OVERLOAD, "p1", 0.45, Cause.SERVER, "server p1", {"how": "loaded"}),
    Drill(Kind.UNREADABLE_CODES, "", 0.8, Cause.APP, "district ", {"what": "unreadable_codes"}),
    Drill(Kind.WRONG_LAB, "", 0.5, Cause.OPERATOR, "district ", {"what": "slips"}),
    Drill(Kind.SERVER_DOWN, "p1", 1.0, Cause.SERVER, "server p1", {"how": "crash", "probe_failed": "connect"}),
    Drill(Kind.LOGIN_OVERLOAD, "p2", 0.9, Cause.SERVER, "server p2", {"how": "overload", "probe_failed": "answer"}),
    Drill(Kind.PROVINCE_DOWN, "", 1.0, Cause.SERVER, "province ", {"servers_down": 2}),
    Drill(Kind.CARRIER_DOWN, "mobile", 1.0, Cause.CARRIER, "carrier mobile", {"sites_share_of_carrier": 1.0}),
    Drill(Kind.CARRIER_DOWN, "unicom", 0.97, Cause.CARRIER, "carrier unicom", {"both_networks_down": 0}),
    Drill(Kind.VOLUNTEER_WIFI_DOWN, "LS-5", 1.0, Cause.SITE_NETWORK, "site LS-5", {"only_volunteer_network": True}),
    Drill(Kind.VOLUNTEER_WIFI_DOWN, NORTH, 1.0, Cause.SITE_NETWORK, f"town {NORTH}", {"sites": 4}),
    Drill(Kind.WIFI_SLOW, "LS-1", 0.97, Cause.SITE_NETWORK, "site LS-1", {"both_networks_down": 0}),
    Drill(Kind.POWER_CUT, "LS-3", 1.0, Cause.POWER, "site LS-3", {"power_off": 1, "both_networks_down": 1}),
    Drill(Kind.POWER_CUT, NORTH, 1.0, Cause.POWER, f"town {NORTH}", {"power_off": 4}),
)


@dataclass
class Drilled:
    """What was found while each drill acted, and in the pauses between them."""

    campaign: Campaign
    asked: Asked
    faults: list[Fault]
    earlier: list[Disturbance] = field(default_factory=list)
    seen: list[tuple[datetime, list[Disturbance]]] = field(default_factory=list)

    def hear(self, now: datetime, told: Told) -> None:
        """Look at what was told as the job does."""
        found = disturbances(self.asked.situation(now, told), self.campaign, now, self.earlier)
        ids = {one.disturbance_id for one in found}
        gone = [one for one in self.earlier if one.ended_at and now - one.ended_at < timedelta(minutes=15)]
        self.earlier = [*found, *(one for one in gone if one.disturbance_id not in ids)]
        self.seen.append((now, [one for one in found if one.ended_at is None]))

    def while_on(self, fault: Fault) -> list[Disturbance]:
        """What stood at the last look while a fault acted."""
        return next(found for now, found in reversed(self.seen) if fault.starts_at < now < fault.ends_at)


@pytest.fixture(scope="module")
def drilled(small: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Drilled:
    """A virtual day with one fault after the other, looked at every two minutes."""
    folder: Path = tmp_path_factory.mktemp("drilled")
    first = small.round.opens_at + timedelta(minutes=12)
    faults = [
        Fault(
            fault_id=f"drill-{n}",
            kind=drill.kind,
            target=drill.target,
            strength=drill.strength,
            starts_at=first + PAUSE * n,
            ends_at=first + PAUSE * n + ACTS,
        )
        for n, drill in enumerate(DRILLS)
    ]
    day = Drilled(small, Asked(small), faults)
    recorded(small, folder, day.hear, faults, timedelta(minutes=2), faults[-1].ends_at)
    return day


def named(found: Disturbance) -> str:
    return f"{found.kind.value} {found.subject}"


def is_about(drill: Drill, found: Disturbance) -> bool:
    return (found.cause, named(found)) == (drill.cause, drill.bearer)


@pytest.mark.parametrize("n", range(len(DRILLS)), ids=[f"{drill.kind}-{drill.target or 'all'}" for drill in DRILLS])
def test_every_fault_gets_its_cause_its_bearer_and_its_evidence(drilled: Drilled, n: int):
    drill, found = DRILLS[n], drilled.while_on(drilled.faults[n])
    (right,) = [one for one in found if is_about(drill, one)] or [None]
    assert right is not None, [(one.cause.value, named(one), one.evidence) for one in found]
    assert {key: right.evidence.get(key) for key in drill.figures} == drill.figures
    assert max(right.scores, key=lambda cause: right.scores[cause]) == drill.cause
    assert sum(right.scores.values()) == pytest.approx(1.0, abs=0.01)


def test_one_cause_raises_one_disturbance_and_keeps_its_identity(drilled: Drilled):
    for drill, fault in zip(DRILLS, drilled.faults, strict=True):
        looks = [found for now, found in drilled.seen if fault.starts_at + timedelta(minutes=3) < now < fault.ends_at]
        ids = {one.disturbance_id for found in looks for one in found if is_about(drill, one)}
        assert len(ids) == 1, (drill, ids)


def test_a_fault_that_is_over_disturbs_no_more(drilled: Drilled):
    for drill, fault in zip(DRILLS[:-1], drilled.faults[:-1], strict=True):
        later = [found for now, found in drilled.seen if fault.ends_at + timedelta(minutes=20) < now]
        assert not any(is_about(drill, one) for one in later[0]), drill


def test_the_confusion_table_is_the_diagonal(drilled: Drilled, capsys: pytest.CaptureFixture[str]):
    table: Counter[tuple[str, str]] = Counter()
    for drill, fault in zip(DRILLS, drilled.faults, strict=True):
        found = drilled.while_on(fault)
        right = next((one for one in found if is_about(drill, one)), None)
        said = right or max(found, key=lambda one: one.desks, default=None)
        table[drill.cause, said.cause if said else "nothing"] += 1
    said = sorted({column for _, column in table})
    lines = ["injected, said    " + "".join(f"{cause:>14}" for cause in said)]
    for cause in Cause:
        lines.append(f"{cause:<18}" + "".join(f"{table[cause, column]:>14}" for column in said))
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert all(cause == column for cause, column in table)
    assert {cause for cause, _ in table} == set(Cause)
