"""What is wrong at a site and what to do next: pure functions from frames to concerns, the most urgent first.

Every concern says a next step in words; some also lead to the page where the step is taken.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dashboard.formats import count, number, plain, time_of_day
from dashboard.frames import Answers
from dashboard.words import Words
from pipelines.vocabulary import Contingency, Health, Network, WaitClass

Row = dict[str, Any]

# How urgent each is, and whether it is red: red asks for an act now, the others for an eye.
URGENCY: dict[str, int] = {
    "power_off": 100,
    "networks_down": 98,
    "volunteer_down": 96,
    "stopped": 94,
    "order_ignored": 90,
    "interrupted": 80,
    "tube_waits": 78,
    "wait_long": 70,
    "all_silent": 67,
    "silent": 66,
    "unheard": 65,
    "lacking": 60,
    "input_missing": 55,
    "trained_missing": 50,
    "phones_missing": 49,
    "power_missing": 48,
    "labels_missing": 47,
    "networks_missing": 46,
    "standby_missing": 45,
    "sheets_missing": 44,
    "layout_missing": 43,
    "parts_differ": 42,
}
WORTH_AN_EYE: dict[str, int] = {
    "public_down": 39,
    "network_slow": 38,
    "input_late": 36,
    "uploads": 34,
    "wait_medium": 30,
    "trained_short": 20,
    "phones_short": 19,
    "power_short": 18,
    "labels_short": 17,
    "networks_short": 16,
    "standby_short": 15,
    "sheets_short": 14,
    "layout_short": 13,
}
PAGES = {
    "all_silent": "work",
    "lacking": "staffing",
    "networks_down": "network",
    "order_ignored": "network",
    "stopped": "network",
}
NETWORK_CHECKS, POWER_CHECKS = ("networks_missing", "networks_short"), ("power_missing", "power_short")
REPEATED_BY = {
    **dict.fromkeys(("volunteer_down", "public_down", "networks_down"), NETWORK_CHECKS),
    "power_off": POWER_CHECKS,
}
CHECKS = ("trained", "phones", "power", "labels", "networks", "standby", "sheets", "layout")
UPLOADS_WORTH_AN_EYE = 10
INTERRUPTED_MINUTES = 3  # a desk that scans another code goes on sooner
TUBE_WAITS_MINUTES = 5  # longer than the filling of a tube takes: its desk stands still
SILENT_AT_LEAST, SILENT_SHARE = 3, 0.7


@dataclass(frozen=True)
class Concern:
    """One thing wrong at one site, or at "", nearly all of them.

    ``facts`` fill the places of its sentences, ``size`` says how bad it is among those of its kind.
    """

    site_id: str
    key: str
    facts: dict[str, str] = field(default_factory=dict[str, str])
    size: float = 0.0

    @property
    def is_red(self) -> bool:
        """Whether it asks for an act now."""
        return self.key in URGENCY

    @property
    def urgency(self) -> int:
        """How urgent it is among concerns, most first."""
        return URGENCY[self.key] if self.is_red else WORTH_AN_EYE[self.key]

    @property
    def page(self) -> str | None:
        """The page where the next step is taken, None when words are enough."""
        return PAGES.get(self.key)

    def what(self, words: Words) -> str:
        """Return what is wrong."""
        return words(f"concern.{self.key}", **self.facts)

    def do(self, words: Words, *, is_own: bool = False) -> str:
        """Return the next step; ``is_own``: as it is said to the site's own officer."""
        say = words.yours if is_own else words
        return say(f"concern.{self.key}.do", **self.facts)


@dataclass(frozen=True)
class Telling:
    """How facts are told: the viewer's words and the district's clock."""

    words: Words
    offset: int


def found(answers: Answers, telling: Telling) -> list[Concern]:
    """Return every concern that the answers show, the most urgent first; asks that failed show none.

    A site that was never heard of is one, unless nothing was heard of any: then the day has not begun.
    """
    built = [
        concern
        for name, build in BUILDERS.items()
        if name in answers.frames
        for row in answers[name].iter_rows(named=True)
        for concern in build(row, telling)
    ]
    both = [*built, *_networks(answers)]
    if "sites_live" in answers.frames:
        both = _one_silence(both, answers["sites_live"].height)
    both = _told_once(both)
    return sorted(both, key=lambda concern: (-concern.urgency, -concern.size, concern.site_id))


def _told_once(concerns: list[Concern]) -> list[Concern]:
    """Leave out a check that only repeats what is told of the same site in more words."""
    told = {(concern.site_id, check) for concern in concerns for check in REPEATED_BY.get(concern.key, ())}
    return [concern for concern in concerns if (concern.site_id, concern.key) not in told]


def _one_silence(concerns: list[Concern], sites: int) -> list[Concern]:
    """Tell of a silence of nearly all sites once: the pulls are behind then, or the day has not begun."""
    unheard, silent = (sum(concern.key == key for concern in concerns) for key in ("unheard", "silent"))
    if unheard == sites:
        return [concern for concern in concerns if concern.key != "unheard"]
    if silent < SILENT_AT_LEAST or silent < SILENT_SHARE * sites:
        return concerns
    facts = {"silent": count(silent), "sites": count(sites)}
    return [Concern("", "all_silent", facts), *(concern for concern in concerns if concern.key != "silent")]


def by_kind(concerns: Iterable[Concern]) -> list[list[Concern]]:
    """Return the red concerns, those of one kind together, worst first: one cause is told once, not site by site."""
    kinds: dict[str, list[Concern]] = {}
    for concern in concerns:
        if concern.is_red:
            kinds.setdefault(concern.key, []).append(concern)
    return list(kinds.values())


def by_site(concerns: Iterable[Concern]) -> dict[str, list[Concern]]:
    """Return the concerns of each site, in the order they came."""
    sites: dict[str, list[Concern]] = {}
    for concern in concerns:
        sites.setdefault(concern.site_id, []).append(concern)
    return sites


def _site(row: Row, telling: Telling) -> Iterator[Concern]:
    wait = row["wait_class"]
    if wait in (WaitClass.LONG, WaitClass.MEDIUM):
        facts = {
            "minutes": number(row["wait_minutes"]),
            "queue": count(row["queue_persons"]),
            "open": count(row["lanes_open"]),
            "lanes": count(row["lanes"]),
        }
        yield Concern(row["site_id"], f"wait_{wait}", facts, row["wait_minutes"])
    if row["observed_at"] is None:
        yield Concern(row["site_id"], "unheard")
    elif not row["is_fresh"]:
        at = time_of_day(row["observed_at"], telling.offset)
        yield Concern(row["site_id"], "silent", {"at": at})


def _networks(answers: Answers) -> Iterator[Concern]:
    if "network_strip" not in answers.frames:
        return
    for (site_id,), both in answers["network_strip"].group_by(["site_id"], maintain_order=True):
        health = {row["network"]: row["health"] for row in both.iter_rows(named=True)}
        key = _network_key(health.get(Network.VOLUNTEER, ""), health.get(Network.PUBLIC, ""))
        if key is not None:
            yield Concern(str(site_id), key)


def _network_key(volunteer: str, public: str) -> str | None:
    if volunteer == Health.DOWN:
        return "networks_down" if public == Health.DOWN else "volunteer_down"
    if public == Health.DOWN:
        return "public_down"
    return "network_slow" if volunteer == Health.SLOW else None


def _staff(row: Row, telling: Telling) -> Iterator[Concern]:
    if row["lacking"]:
        facts = {
            "role": telling.words(f"role.{row['role']}"),
            "lacking": count(row["lacking"]),
            "have": count(row["on_shift"]),
            "need": count(row["need"]),
        }
        yield Concern(row["site_id"], "lacking", facts, row["lacking"])


def _system(row: Row, telling: Telling) -> Iterator[Concern]:
    desks, obeying, ordered = row["desks"], row["desks_obeying"], row["ordered"]
    if row["contingency"] == Contingency.STOPPED and ordered != Contingency.STOPPED:
        yield Concern(row["site_id"], "stopped")
    elif desks and row["ordered_at"] is not None and obeying < desks:
        said = telling.words(f"works.{ordered}")
        facts = {"system": said, "left": count(desks - obeying), "desks": count(desks)}
        yield Concern(row["site_id"], "order_ignored", facts)
    if row["queued_uploads"] >= UPLOADS_WORTH_AN_EYE:
        yield Concern(row["site_id"], "uploads", {"tubes": count(row["queued_uploads"])})


def _tube(row: Row, telling: Telling) -> Iterator[Concern]:
    if row["is_interrupted"] and row["age_minutes"] >= TUBE_WAITS_MINUTES:
        facts = {
            "lane": count(row["lane_no"]),
            "barcode": plain(row["barcode"]),
            "bound": count(row["persons_bound"]),
            "seats": count(row["seats_left"]),
            "minutes": number(row["age_minutes"]),
        }
        yield Concern(row["site_id"], "tube_waits", facts, row["age_minutes"])


def _interruption(row: Row, telling: Telling) -> Iterator[Concern]:
    if row["minutes"] < INTERRUPTED_MINUTES:
        return
    facts = {
        "lane": count(row["lane_no"]),
        "cause": telling.words(f"cause.{row['cause']}"),
        "minutes": number(row["minutes"]),
        "at": time_of_day(row["since"], telling.offset),
    }
    yield Concern(row["site_id"], "interrupted", facts, row["minutes"])


def _input(row: Row, telling: Telling) -> Iterator[Concern]:
    if row["is_missing"] or row["is_late"]:
        facts = {"hour": time_of_day(row["hour_at"], telling.offset)}
        yield Concern(row["site_id"], "input_missing" if row["is_missing"] else "input_late", facts)


def _readiness(row: Row, telling: Telling) -> Iterator[Concern]:
    for check in CHECKS:
        if row[check] in ("missing", "short"):
            yield Concern(row["site_id"], f"{check}_{row[check]}")


def _kit(row: Row, telling: Telling) -> Iterator[Concern]:
    if row["is_fresh"] and row["is_power_on"] is False:
        yield Concern(row["site_id"], "power_off")


def _labels(row: Row, telling: Telling) -> Iterator[Concern]:
    if row["is_fresh"] and row["parts_differ"]:
        facts = {"tube": count(row["tube_parts"]), "bag": count(row["bag_parts"]), "kept": count(row["kept_parts"])}
        yield Concern(row["site_id"], "parts_differ", facts)


BUILDERS: dict[str, Callable[[Row, Telling], Iterator[Concern]]] = {
    "sites_live": _site,
    "staff_by_site": _staff,
    "contingency_live": _system,
    "open_tubes": _tube,
    "interruptions_live": _interruption,
    "inputs_live": _input,
    "readiness_live": _readiness,
    "kit_live": _kit,
    "labels_live": _labels,
}
