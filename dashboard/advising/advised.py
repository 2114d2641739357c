"""A recommendation in words: what to do, on what evidence, with what effect expected and, later, measured (Q87)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from dashboard.formats import count, number, percent, plain, time_of_day, waited
from dashboard.live import Row
from dashboard.words import Words
from pipelines.client import CampaignInfo
from pipelines.vocabulary import AdviceKind

SHARES = ("load_now", "load_then", "peak_load_without", "peak_load_with", "can_go_offline_share")
COUNTS = (
    *("desks_moved", "desks_offline", "desks_city", "falls_without", "falls_with", "sites", "desks"),
    *("queue_now", "queue_in_30", "crowd_limit", "wait_minutes", "ready_in_minutes", "from_wait_before"),
    *("from_wait_after", "recovery_minutes_without", "recovery_minutes_with"),
)
SAID_ABOVE_ZERO = ("desks_offline", "desks_city")
TENTHS = ("crowd_index", "distance_km")
# How an effect's metric is written where it is no plain count.
EFFECT_FIGURES = {"wait_minutes": waited, "server_load_percent": partial(number, digits=1)}
PROOFS_SHOWN = 6
TO_SERVER = "desks_to_"


@dataclass(frozen=True)
class Said:
    """One recommendation as a card tells it, all of it Markdown: title, where desks go, evidence, expected effect."""

    title: str
    moves: str
    proofs: tuple[str, ...]
    effect: str


def said(row: Row, campaign: CampaignInfo, words: Words) -> Said:
    """Return the words of a row of recommendations_live."""
    evidence: dict[str, Any] = msgspec.json.decode(row["evidence"] or "{}")
    kind = AdviceKind(row["kind"])

    def name(wanted: Any) -> str:
        return _name(str(wanted or ""), campaign, words)

    where = name(row["scope_id"]) or words("advice.everywhere")
    facts = {
        "where": where,
        "subject": name(row["subject"]) or where,
        "sites": count(row["sites"]),
        "desks": count(evidence.get("desks_moved")),
        "vehicle": plain(str(evidence.get("vehicle_id", ""))),
        "giver": name(evidence.get("lend_from")),
        "taker": name(evidence.get("lend_to")),
        "persons": count(sum(value for key, value in evidence.items() if key.startswith("persons_"))),
    }
    taken = {key.removeprefix(TO_SERVER): value for key, value in evidence.items() if key.startswith(TO_SERVER)}
    targets = [
        words("advice.target", server=name(server) or plain(server), desks=count(desks))
        for server, desks in taken.items()
    ]
    is_switch = kind is AdviceKind.SWITCH_SERVERS and targets
    return Said(
        title=words(f"advice.{kind}", **facts),
        moves=words("advice.moves", targets=words.list(targets)) if is_switch else "",
        proofs=tuple(_proofs(evidence, words))[:PROOFS_SHOWN],
        effect=effect(row, words),
    )


def effect(row: Row, words: Words) -> str:
    """Return what the recommendation is expected to do to its metric."""
    figure = EFFECT_FIGURES.get(row["metric"], number)
    return words(
        f"effect.{row['metric']}",
        before=figure(row["value_before"]),
        after=figure(row["value_after"]),
        minutes=number(row["effect_minutes"]),
        saved=count(row["person_minutes"]),
    )


def measured(row: Row, words: Words, offset: int) -> str:
    """Return what became of an accepted recommendation; ``row`` is one of recommendation_effects."""
    unit = words(f"measured.{row['measured']}")
    steps = [(words("measured.start"), row["value_at_acceptance"]), (words("measured.ten"), row["value_after_10"])]
    steps += [(words("measured.thirty"), row["value_after_30"]), (words("measured.now"), row["value_now"])]
    told = " → ".join(f"{label} {number(value)}" for label, value in steps if value is not None)
    return words("measured.line", at=time_of_day(row["accepted_at"], offset), unit=unit, steps=told)


def _proofs(evidence: Mapping[str, Any], words: Words) -> Iterable[str]:
    for key, value in evidence.items():
        if value is None or value is False or (key in SAID_ABOVE_ZERO and not value):
            continue
        if key in SHARES:
            yield words(f"proof.{key}", value=percent(value))
        elif key in COUNTS:
            yield words(f"proof.{key}", value=count(value))
        elif key in TENTHS:
            yield words(f"proof.{key}", value=number(value, 1))


def _name(wanted: str, campaign: CampaignInfo, words: Words) -> str:
    """Return the name of the server, town or site with that id, ready for Markdown; "" when it is nobody's."""
    for server in campaign.servers:
        if server.server_id == wanted:
            return plain(words.either(server.name))
    for town in campaign.towns:
        if town.town_code == wanted:
            return plain(words.town(town.name))
    return next((plain(words.either(site.name)) for site in campaign.sites if site.site_id == wanted), "")
