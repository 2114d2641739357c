"""A what-if answer on the district's map: each site in the class of its wait, over the whole day or at an hour."""

from collections.abc import Mapping
from typing import Any

from dashboard.colours import palette
from dashboard.formats import count, number
from dashboard.maps import decks
from dashboard.maps.layers import Ground, LayerName, Reading
from dashboard.maps.places import Panel
from dashboard.planning.telling import Teller
from pipelines.client import CampaignInfo
from pipelines.vocabulary import Contingency, WaitClass

Plain = Mapping[str, Any]
WHOLE_DAY = "day"
STEP_MINUTES, HOUR_MINUTES = 15, 60
ROOM = Panel(330, 420)


def deck(answer: Plain, hour: int | None, teller: Teller, theme: str) -> decks.FrozenDeck:
    """Return the deck of an answer: of the day's mean waits, or of those who join in the hour after ``hour`` hours."""
    ground = Ground(teller.campaign, teller.words)
    rows = [_row(site) for site in teller.campaign.sites]
    scopes = {scope["scope_id"]: scope for scope in answer["scopes"] if scope["level"] == "site"}
    steps = {site["site_id"]: site for site in answer["site_steps"]}
    step = step_minutes(answer)
    said = [
        _of_day(scopes.get(row["site_id"]), teller)
        if hour is None
        else _of_hour(steps.get(row["site_id"]), hour, step, teller)
        for row in rows
    ]
    drawing = decks.Drawing(ground, LayerName.WAIT, palette(theme), f"/map/style-{theme}.json", ROOM)
    return decks.FrozenDeck(decks.district(drawing, rows, said))


def step_minutes(answer: Plain) -> float:
    """Return how long a step of the sites is: about a quarter of an hour, whole steps of the answer's curves."""
    fine = answer["curves"][0]["step_minutes"]
    return fine * max(round(STEP_MINUTES / fine), 1)


def hours(answer: Plain) -> int:
    """Return how many whole hours the sites are told of."""
    return int(len(answer["site_steps"][0]["wait_minutes"]) * step_minutes(answer) // HOUR_MINUTES)


def _row(site: Any) -> dict[str, Any]:
    """Return what the map wants to know of a site, of which nothing is measured here."""
    return {
        "site_id": site.site_id,
        "name_zh": site.name.zh,
        "name_en": site.name.en,
        "lon": site.lon,
        "lat": site.lat,
        "contingency": Contingency.PROVINCE,
        "main_server_id": None,
        "desks_off_province": 0,
        "persons_last_hour": site.planned_persons / 14,
        "queue_persons": 0,
        "is_fresh": True,
        "age_s": 0.0,
        "persons_registered": 0,
        "load_share": None,
    }


def _of_day(scope: Plain | None, teller: Teller) -> Reading:
    if scope is None:
        return _unknown(teller)
    bands = scope["bands"]
    words = teller.words
    detail = words(
        "whatif.map.site",
        finish=teller.clock(bands["finish_minute"]["mean"]),
        queue=count(round(bands["peak_queue"]["mean"])),
        left=count(round(bands["unserved"]["mean"])),
    )
    return _reading(WaitClass(scope["wait_class"]), bands["wait_minutes"]["mean"], detail, teller)


def _of_hour(steps: Plain | None, hour: int, step: float, teller: Teller) -> Reading:
    there = slice(int(hour * HOUR_MINUTES / step), max(int((hour + 1) * HOUR_MINUTES / step), 1))
    if steps is None or not (waits := steps["wait_minutes"][there]):
        return _unknown(teller)
    queue = max(steps["queue"][there])
    wait = max(waits)
    detail = teller.words("whatif.map.hour", queue=count(round(queue)))
    return _reading(wait_class(wait, teller.campaign), wait, detail, teller)


def wait_class(minutes: float, campaign: CampaignInfo) -> WaitClass:
    """Return the class that the public is told of a wait."""
    if minutes <= campaign.waits.medium_from_minutes:
        return WaitClass.SHORT
    return WaitClass.MEDIUM if minutes < campaign.waits.long_from_minutes else WaitClass.LONG


def _reading(kind: WaitClass, minutes: float, detail: str, teller: Teller) -> Reading:
    text = teller.words("unit.minutes", value=number(minutes))
    return Reading(kind, text, minutes if kind in (WaitClass.MEDIUM, WaitClass.LONG) else 0.0, detail=detail)


def _unknown(teller: Teller) -> Reading:
    return Reading(WaitClass.UNKNOWN, teller.words("layer.unknown"), detail=teller.words("whatif.map.not_in"))
