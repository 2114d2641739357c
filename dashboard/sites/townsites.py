"""A town's sites as a coordinator reads them: pure functions from frames to one card a site, the worst first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.figures.district import Figure, Tone, longest_wait, queue_now
from dashboard.formats import NOTHING, count, number, percent, time_of_day
from dashboard.frames import Answers
from dashboard.once import once
from dashboard.sites.concerns import CHECKS, Concern, Telling, by_site, found
from dashboard.words import Words
from pipelines.vocabulary import Contingency, Health, Network, Role, WaitClass

Row = dict[str, Any]
MOMENTS_KEPT = 64
WAIT_LOOK = {
    WaitClass.SHORT: ("green", ":material/check_circle:"),
    WaitClass.MEDIUM: ("orange", ":material/warning:"),
    WaitClass.LONG: ("red", ":material/error:"),
    WaitClass.CLOSED: ("gray", ":material/block:"),
    WaitClass.UNKNOWN: ("gray", ":material/help:"),
}
HEALTH_LOOK = {
    Health.OK: ("green", ":material/wifi:"),
    Health.SLOW: ("orange", ":material/network_wifi_1_bar:"),
    Health.DOWN: ("red", ":material/wifi_off:"),
    Health.UNKNOWN: ("gray", ":material/help:"),
}
CHECK_SIGN = {"short": "▲", "missing": "×"}


@dataclass(frozen=True)
class SiteCard:
    """What a coordinator reads of one site: ``lines`` of Markdown, and what is wrong, the most urgent first."""

    site_id: str
    name: str
    lines: tuple[str, ...]
    concerns: tuple[Concern, ...]

    @property
    def is_red(self) -> bool:
        """Whether something asks for an act now."""
        return any(concern.is_red for concern in self.concerns)

    @property
    def is_late(self) -> bool:
        """Whether its hourly report is late or missing."""
        return any(concern.key in ("input_late", "input_missing") for concern in self.concerns)


@once(MOMENTS_KEPT)
def read(answers: Answers, words: Words, offset: int) -> tuple[tuple[Concern, ...], tuple[SiteCard, ...]]:
    """Return what is wrong in the town, and its sites as cards: read once for all who look at it."""
    wrong = found(answers, Telling(words, offset))
    return tuple(wrong), tuple(cards(answers, wrong, words, offset)) if "sites_live" in answers.frames else ()


def cards(answers: Answers, concerns: list[Concern], words: Words, offset: int) -> list[SiteCard]:
    """Return a card a site, those with the most urgent concern first, then those with more, then by id."""
    wrong, own = by_site(concerns), _by_site(answers)
    made = [
        SiteCard(
            row["site_id"],
            words.name(row),
            tuple(_lines(row, own, words, offset)),
            tuple(wrong.get(row["site_id"], ())),
        )
        for row in answers["sites_live"].iter_rows(named=True)
    ]
    return sorted(made, key=lambda card: (-_urgency(card), -len(card.concerns), card.site_id))


def _urgency(card: SiteCard) -> int:
    return max((concern.urgency for concern in card.concerns), default=0)


def _by_site(answers: Answers) -> Mapping[str, Mapping[str, list[Row]]]:
    """Return the rows of every frame by site: ask, then site id."""
    kept: dict[str, dict[str, list[Row]]] = {}
    for name, frame in answers.frames.items():
        rows: dict[str, list[Row]] = kept.setdefault(name, {})
        for row in frame.iter_rows(named=True):
            if "site_id" in row:
                rows.setdefault(row["site_id"], []).append(row)
    return kept


def _lines(row: Row, own: Mapping[str, Mapping[str, list[Row]]], words: Words, offset: int) -> list[str]:
    def rows(name: str) -> list[Row]:
        return own.get(name, {}).get(row["site_id"], [])

    now = queue_now(row)
    progress = words(
        "townpage.progress",
        persons=count(row["persons_registered"]),
        planned=count(row["planned_persons"]),
        share=percent(row["load_share"]),
        queue=count(now["queue_persons"]),
        open=count(now["lanes_open"]),
        lanes=count(row["lanes"]),
    )
    badges = [_wait(row, words), *(_network(one, words) for one in rows("network_strip"))]
    badges += [_system(one, words) for one in rows("contingency_live")]
    rest = [_staff(rows("staff_by_site"), words), _tubes(rows("open_tubes"), words, known="open_tubes" in own)]
    rest += [_input(one, words, offset) for one in rows("inputs_live")]
    ready = [readiness_line(one, words) for one in rows("readiness_live")]
    return [" ".join(badges), progress, " · ".join(part for part in rest if part), *ready]


def _wait(row: Row, words: Words) -> str:
    wait = WaitClass(row["wait_class"])
    colour, icon = WAIT_LOOK[wait]
    known = wait not in (WaitClass.UNKNOWN, WaitClass.CLOSED)
    text = words("townpage.wait", minutes=number(row["wait_minutes"])) if known else words(f"wait.{wait}")
    return f":{colour}-badge[{icon} {text}]"


def _network(row: Row, words: Words) -> str:
    health = Health(row["health"])
    colour, icon = HEALTH_LOOK[health]
    short = words("townpage.net.volunteer") if row["network"] == Network.VOLUNTEER else words("townpage.net.public")
    said = "" if health is Health.OK else f" {words(f'health.{health}')}"
    return f":{colour}-badge[{icon} {short}{said}]"


def _system(row: Row, words: Words) -> str:
    if row["contingency"] is None:
        return f":gray-badge[{words('works.unknown')}]"
    system = Contingency(row["contingency"])
    colour = {Contingency.PROVINCE: "blue", Contingency.STOPPED: "red"}.get(system, "orange")
    return f":{colour}-badge[{words(f'works.{system}')}]"


def _staff(rows: list[Row], words: Words) -> str:
    if not rows:
        return ""
    if all(row["lacking"] is None for row in rows):
        return words("townpage.staff.unknown")
    lacking = [f"{words('role.' + row['role'])} −{row['lacking']}" for row in rows if row["lacking"]]
    return words("townpage.staff.short", roles=words.list(lacking)) if lacking else words("townpage.staff.ok")


def _tubes(rows: list[Row], words: Words, *, known: bool) -> str:
    if not known:
        return ""
    waiting = sum(bool(row["is_interrupted"]) for row in rows)
    if waiting:
        return words("townpage.tubes.waiting", tubes=len(rows), waiting=waiting)
    return words("townpage.tubes", tubes=len(rows))


def _input(row: Row, words: Words, offset: int) -> str:
    hour = time_of_day(row["hour_at"], offset)
    if row["hour_at"] is None:
        return words("townpage.input.none")
    if row["is_missing"]:
        return words("townpage.input.missing", hour=hour)
    return words("townpage.input.late", hour=hour) if row["is_late"] else words("townpage.input.ok", hour=hour)


def readiness_line(row: Row, words: Words) -> str:
    """Return how much of what it must have a site has, what is missing by name, and how many checks are unknown."""
    states = [row[check] for check in CHECKS]
    if all(state == "unknown" for state in states):
        return words("townpage.ready.unknown")
    parts = [
        f"{CHECK_SIGN[state]} {words(f'check.{check}')}"
        for state in ("missing", "short")
        for check in CHECKS
        if row[check] == state
    ]
    unknown = states.count("unknown")
    parts += [words("townpage.ready.some", unknown=unknown)] if unknown else []
    return words("townpage.ready", good=states.count("ok"), checks=len(CHECKS)) + "".join(
        f" · {part}" for part in parts
    )


def figures(totals: Row, cards: Sequence[SiteCard], answers: Answers, words: Words) -> list[Figure]:
    """Return the town's figures: progress, wait, sites to act on, persons lacking, late reports."""
    red, late = sum(card.is_red for card in cards), sum(card.is_late for card in cards)
    share = percent(totals["target_share"], 1)
    persons = words("kpi.persons.note", share=share, target=count(totals["persons_target"]))
    wait = (
        NOTHING
        if totals["wait_p50_minutes"] is None
        else words("unit.minutes", value=number(totals["wait_p50_minutes"]))
    )
    longest = longest_wait(totals, words)
    return [
        _figure("town_act", words, count(red), words("townpage.act.note", sites=len(cards)), "red" if red else "green"),
        _figure("persons", words, count(totals["persons_registered"]), persons, "blue"),
        _figure("town_wait", words, wait, longest, "gray"),
        _lacking(answers, words),
        _late(late, answers, words),
        _half_filled(answers, words),
    ]


def _half_filled(answers: Answers, words: Words) -> Figure:
    if "open_tubes" not in answers.frames:
        return _figure("half_filled", words, NOTHING, words("staffing.lacking.unknown"), "gray")
    waiting = int(answers["open_tubes"]["is_interrupted"].sum())
    note = words("townpage.half.waiting", waiting=waiting) if waiting else words("townpage.half.none")
    return _figure("half_filled", words, count(answers["open_tubes"].height), note, "orange" if waiting else "green")


def _lacking(answers: Answers, words: Words) -> Figure:
    known = answers.frames["staff_by_site"]["lacking"].drop_nulls() if "staff_by_site" in answers.frames else None
    if known is None or not known.len():
        return _figure("staff_lacking", words, NOTHING, words("staffing.lacking.unknown"), "gray")
    short = answers["staff_by_site"].filter(pl.col("lacking") > 0)
    note = words("staffing.lacking.note", sites=short["site_id"].n_unique())
    roles = words.list(words(f"role.{role}") for role in Role if role.value in set(short["role"]))
    return _figure(
        "staff_lacking",
        words,
        count(int(known.sum())),
        f"{note} · {roles}" if roles else words("staffing.lacking.none"),
        "red" if roles else "green",
    )


def _late(late: int, answers: Answers, words: Words) -> Figure:
    if "inputs_live" not in answers.frames:
        return _figure("town_late", words, NOTHING, words("staffing.lacking.unknown"), "gray")
    note = words("townpage.late.note") if late else words("townpage.late.none")
    return _figure("town_late", words, count(late), note, "orange" if late else "green")


def _figure(key: str, words: Words, value: str, note: str, tone: Tone) -> Figure:
    return Figure(key, words(f"kpi.{key}"), value, note, tone, words(f"kpi.{key}.help"))
