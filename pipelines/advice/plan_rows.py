"""Outlooks and plans as rows of the store. A plan is a set of rows; its set's row says that it was made."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import polars as pl

from pipelines.advice.ahead import AHEAD_MINUTES
from pipelines.advice.measures import Measures
from pipelines.advice.outlook import Outlook
from pipelines.advice.switch_effect import SwitchEffect
from pipelines.vocabulary import Contingency

MOMENT = pl.Datetime("us", "UTC")
TEXT, NUMBER, FLOAT = pl.String(), pl.Int64(), pl.Float64()
_CASES = ("queue", "stopped", "offline", "wait", "stopped_wait", "offline_wait")
QUEUE_OUTLOOK = pl.Schema(
    {"site_id": TEXT, "made_at": MOMENT, "queue_persons": NUMBER, "rate_per_hour": FLOAT, "offline_share": FLOAT}
    | {f"{case}_{m}": FLOAT if "wait" in case else NUMBER for case in _CASES for m in AHEAD_MINUTES}
    | {"crowd_limit": NUMBER, "crowded_in_minutes": FLOAT}
)
ADVICE_SET = pl.Schema({"plan": TEXT, "made_at": MOMENT, "facts": TEXT})
SWITCH_MOVE = pl.Schema(
    {
        "site_id": TEXT,
        "from_server_id": TEXT,
        "to_server_id": TEXT,
        "contingency": TEXT,
        "desks": NUMBER,
        "is_stuck": pl.Boolean(),
    }
)
STAFF_LOAN = pl.Schema(
    {"from_site_id": TEXT, "to_site_id": TEXT, "role": TEXT, "persons": NUMBER, "distance_km": FLOAT}
    | dict.fromkeys(("ready_in_minutes", "to_wait_before", "to_wait_after", "from_wait_before"), FLOAT)
    | {"from_wait_after": FLOAT, "person_minutes": FLOAT}
)
VEHICLE_MOVE = pl.Schema(
    {"vehicle_id": TEXT, "carrier": TEXT, "from_site_id": TEXT, "to_site_id": TEXT, "distance_km": FLOAT}
    | dict.fromkeys(("ready_in_minutes", "crowd_index", "wait_before", "wait_after", "person_minutes"), FLOAT)
)


def plan_tables(measures: Measures, made_at: datetime) -> dict[str, pl.DataFrame]:
    """Return the rows of all that is reckoned and planned, by the store's table."""
    facts = {"switch": switch_facts(measures), "loans": {}, "vehicles": {}}
    sets = [
        {"plan": plan, "made_at": made_at, "facts": msgspec.json.encode(told).decode()} for plan, told in facts.items()
    ]
    return {
        "queue_outlook": _frame([_outlook(one, made_at) for one in measures.outlooks], QUEUE_OUTLOOK),
        "advice_set": _frame(sets, ADVICE_SET),
        "switch_move": _frame(_moves(measures), SWITCH_MOVE),
        "staff_loan": _frame(
            [vars(one) | {"from_site_id": one.from_site, "to_site_id": one.to_site} for one in measures.loans],
            STAFF_LOAN,
        ),
        "vehicle_move": _frame(
            [vars(one) | {"from_site_id": one.from_site, "to_site_id": one.to_site} for one in measures.moves],
            VEHICLE_MOVE,
        ),
    }


def switch_facts(measures: Measures) -> dict[str, Any]:
    """Return what the switch plan does, for the whole district, as keys and values."""
    plan = measures.plan
    servers = [
        {
            "server_id": server_id,
            "load_now": round(load, 3),
            "load_then": round(plan.load_then[server_id], 3),
            "peak_without": measures.alone.peak_load.get(server_id) if measures.alone else None,
            "peak_with": measures.told.peak_load.get(server_id) if measures.told else None,
        }
        for server_id, load in plan.load_now.items()
    ]
    return {
        "desks_moved": plan.desks_moved,
        "desks_offline": plan.desks_on(Contingency.OFFLINE),
        "desks_city": plan.desks_on(Contingency.CITY),
        "desks_nowhere": plan.desks_on(None),
        "is_feared": measures.is_feared,
        "without": _effect(measures.alone, measures),
        "with": _effect(measures.told, measures),
        "servers": servers,
    }


def _effect(effect: SwitchEffect | None, measures: Measures) -> dict[str, Any] | None:
    if effect is None:
        return None
    return {
        "recovery_minutes": effect.recovery_minutes,
        "desk_minutes_lost": round(effect.desk_minutes_lost, 1),
        "persons_not_registered": round(measures.not_registered(effect)),
        "falls": effect.falls,
    }


def _outlook(one: Outlook, made_at: datetime) -> dict[str, Any]:
    figures = zip(
        _CASES,
        (one.going_on, one.stopped, one.offline, one.wait_going_on, one.wait_stopped, one.wait_offline),
        strict=True,
    )
    ahead = {
        f"{case}_{minutes}": value
        for case, values in figures
        for minutes, value in zip(AHEAD_MINUTES, values, strict=True)
    }
    return vars(one) | ahead | {"made_at": made_at, "queue_persons": one.queue}


def _moves(measures: Measures) -> Iterable[dict[str, Any]]:
    return [
        {
            "site_id": move.site_id,
            "from_server_id": move.from_server,
            "to_server_id": move.to_server,
            "contingency": move.contingency.value if move.contingency else None,
            "desks": move.desks,
            "is_stuck": move.is_stuck,
        }
        for move in measures.plan.moves
    ]


def _frame(rows: Iterable[Mapping[str, Any]], schema: pl.Schema) -> pl.DataFrame:
    found: Sequence[dict[str, Any]] = [{name: row[name] for name in schema} for row in rows]
    return pl.DataFrame(found, schema=schema)
