"""What a what-if question can begin with: scenarios by name, arrival curves and service times with their sources."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from pipelines.campaign.model import Campaign
from pipelines.server.refusals import Refusal
from pipelines.store import Store, StoreError, StoreForeign, told_earlier

if TYPE_CHECKING:
    from pipelines.planning import Curve, Scenario


def presets(campaign: Campaign, store: Store) -> bytes:
    """Return them as JSON; ``no_curves`` says by name why a day's own curve is missing: none, or unreadable."""
    from pipelines.planning import base_case, volunteers_as_registered, volunteers_only, with_cadres
    from pipelines.planning.arrived import TODAY_SO_FAR, YESTERDAY
    from pipelines.planning.presets import CURVES, SERVICE_TIMES

    made = (base_case(campaign), volunteers_only(campaign), volunteers_as_registered(campaign), with_cadres(campaign))
    scenarios = {scenario.name: scenario for scenario in (*made, *_of_today(campaign, store))}
    days, is_readable = _day_curves(campaign, store)
    missing = [name for name in (YESTERDAY, TODAY_SO_FAR) if name not in days]
    return msgspec.json.encode(
        {
            "scenarios": scenarios,
            "curves": CURVES | days,
            "no_curves": {name: "none" if is_readable or name == TODAY_SO_FAR else "unreadable" for name in missing},
            "service_times": SERVICE_TIMES,
        }
    )


def names_a_curve(plain: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one of plain scenarios has its arrival curve by name."""
    return any(isinstance(scenario.get("curve"), str) for scenario in plain)


def curves_by_name(campaign: Campaign, store: Store, plain: Sequence[Mapping[str, Any]]) -> "dict[str, Curve]":
    """Return the curves that plain scenarios may name; the days' own are looked for where one of them is named."""
    from pipelines.planning.presets import CURVES

    named = {scenario["curve"] for scenario in plain if isinstance(scenario.get("curve"), str)}
    return CURVES | (_day_curves(campaign, store)[0] if named - set(CURVES) else {})


def _of_today(campaign: Campaign, store: Store) -> "list[Scenario]":
    """Return the base case with desk times as measured today, and the rest of the day; none before anything is told."""
    from pipelines.planning import base_case
    from pipelines.planning.today import from_now, measured_rows, measured_today, site_rows

    edge = store.moments.edge()
    now = site_rows(_asked(store, "day_so_far").iter_rows(named=True))
    times = measured_rows(_asked(store, "desk_times").iter_rows(named=True))
    if not now:
        return []
    measured = measured_today(base_case(campaign), times, edge.as_of.isoformat())
    rest = from_now(measured, edge.as_of, now)
    return [measured] if rest is measured else [measured, rest]


def _day_curves(campaign: Campaign, store: Store) -> "tuple[dict[str, Curve], bool]":
    """Return today's and yesterday's own curves by name, and whether a store kept of the day before could be read."""
    from pipelines.planning import base_case
    from pipelines.planning.arrived import arrived_rows, day_curves

    here = arrived_rows(_asked(store, "arrivals_by_day").iter_rows(named=True))
    try:
        found = told_earlier(store.earlier, campaign.campaign_id, "arrivals_by_day", SCOPE | {"speed": 1.0})
    except StoreForeign:
        found, is_readable = None, False
    else:
        is_readable = True
    earlier = None if found is None else arrived_rows(found.iter_rows(named=True))
    return day_curves(base_case(campaign), here, earlier, campaign.timezone_offset_minutes), is_readable


SCOPE = {"scope_level": "district", "scope_id": None}


def _asked(store: Store, name: str) -> pl.DataFrame:
    edge = store.moments.edge()
    try:
        return store.ask(name, SCOPE | {"as_of": edge.as_of, "speed": store.moments.pace})
    except StoreError as failed:
        raise Refusal(503, "store", str(failed)) from failed
