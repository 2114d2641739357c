"""Disturbances, recommendations and forecasts as rows of the store, and disturbances back from them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import polars as pl

from pipelines.advice import finish, labs
from pipelines.advice.finish import Forecast
from pipelines.advice.labs import LabForecast
from pipelines.advice.words import Disturbance, Effect, OrderToGive, Recommendation, SubjectKind
from pipelines.vocabulary import AdviceKind, Cause, ScopeLevel, Severity

MOMENT = pl.Datetime("us", "UTC")
DISTURBANCE = pl.Schema(
    {
        "disturbance_id": pl.String(),
        "cause": pl.String(),
        "subject_kind": pl.String(),
        "subject": pl.String(),
        "severity": pl.String(),
        "since": MOMENT,
        "seen_at": MOMENT,
        "ended_at": MOMENT,
        "site_ids": pl.List(pl.String()),
        "site_desks": pl.List(pl.Int64()),
        "scores": pl.String(),
        "evidence": pl.String(),
        "explains": pl.List(pl.String()),
    }
)
RECOMMENDATION = pl.Schema(
    {
        "recommendation_id": pl.String(),
        "kind": pl.String(),
        "subject": pl.String(),
        "scope_level": pl.String(),
        "scope_id": pl.String(),
        "site_ids": pl.List(pl.String()),
        "state": pl.String(),
        "made_at": MOMENT,
        "seen_at": MOMENT,
        "ended_at": MOMENT,
        "metric": pl.String(),
        "value_before": pl.Float64(),
        "value_after": pl.Float64(),
        "effect_minutes": pl.Float64(),
        "person_minutes": pl.Float64(),
        "evidence": pl.String(),
        "orders": pl.String(),
        "disturbance_id": pl.String(),
    }
)
FORECAST = pl.Schema(
    {
        "scope_level": pl.String(),
        "scope_id": pl.String(),
        "made_at": MOMENT,
        "method": pl.String(),
        "persons_registered": pl.Int64(),
        "persons_target": pl.Int64(),
        "persons_expected": pl.Int64(),
        "rate_now_per_hour": pl.Float64(),
        "rate_needed_per_hour": pl.Float64(),
        "finish_at": MOMENT,
        "finish_low_at": MOMENT,
        "finish_high_at": MOMENT,
        "persons_at_close": pl.Int64(),
        "persons_at_close_low": pl.Int64(),
        "persons_at_close_high": pl.Int64(),
        "slowest_site_id": pl.String(),
    }
)
LAB_OUTLOOK = pl.Schema(
    {
        "lab_id": pl.String(),
        "made_at": MOMENT,
        "method": pl.String(),
        "backlog": pl.Int64(),
        "on_the_way": pl.Int64(),
        "rate_per_hour": pl.Float64(),
        "capacity_per_hour": pl.Float64(),
        "clears_at": MOMENT,
        "result_minutes_p50": pl.Float64(),
        "result_minutes_p90": pl.Float64(),
        "is_stopped": pl.Boolean(),
    }
)


def disturbance_rows(found: Iterable[Disturbance]) -> pl.DataFrame:
    """Return the store's rows. Grain: disturbance."""
    rows = [
        {
            "disturbance_id": one.disturbance_id,
            "cause": one.cause.value,
            "subject_kind": one.kind.value,
            "subject": one.subject,
            "severity": one.severity.value,
            "since": one.since,
            "seen_at": one.seen_at,
            "ended_at": one.ended_at,
            "site_ids": list(one.desks_by_site),
            "site_desks": list(one.desks_by_site.values()),
            "scores": json(one.scores),
            "evidence": json(one.evidence),
            "explains": list(one.explains),
        }
        for one in found
    ]
    return pl.DataFrame(rows, schema=DISTURBANCE)


def disturbances_of(frame: pl.DataFrame) -> list[Disturbance]:
    """Return the disturbances that such rows tell of."""
    return [
        Disturbance(
            cause=Cause(row["cause"]),
            kind=SubjectKind(row["subject_kind"]),
            subject=row["subject"],
            severity=Severity(row["severity"]),
            since=row["since"],
            seen_at=row["seen_at"],
            ended_at=row["ended_at"],
            desks_by_site=dict(zip(row["site_ids"], map(int, row["site_desks"]), strict=True)),
            scores=msgspec.json.decode(row["scores"], type=dict[str, float]),
            evidence=msgspec.json.decode(row["evidence"]),
            explains=tuple(row["explains"]),
        )
        for row in frame.iter_rows(named=True)
    ]


def recommendation_rows(found: Iterable[Recommendation]) -> pl.DataFrame:
    """Return the store's rows. Grain: recommendation."""
    rows = [
        {
            "recommendation_id": one.recommendation_id,
            "kind": one.kind.value,
            "subject": one.subject,
            "scope_level": one.level.value,
            "scope_id": one.target,
            "site_ids": list(one.site_ids),
            "state": one.state,
            "made_at": one.made_at,
            "seen_at": one.seen_at,
            "ended_at": one.ended_at,
            "metric": one.effect.metric,
            "value_before": one.effect.before,
            "value_after": one.effect.after,
            "effect_minutes": one.effect.minutes,
            "person_minutes": one.effect.person_minutes,
            "evidence": json(one.evidence),
            "orders": json(
                [{"level": order.level.value, "id": order.target, "facts": order.facts} for order in one.orders]
            ),
            "disturbance_id": one.disturbance_id,
        }
        for one in found
    ]
    return pl.DataFrame(rows, schema=RECOMMENDATION)


def recommendations_of(frame: pl.DataFrame) -> list[Recommendation]:
    """Return the recommendations that such rows tell of."""
    return [
        Recommendation(
            kind=AdviceKind(row["kind"]),
            subject=row["subject"],
            level=ScopeLevel(row["scope_level"]),
            target=row["scope_id"],
            site_ids=tuple(row["site_ids"]),
            evidence=msgspec.json.decode(row["evidence"]),
            orders=tuple(
                OrderToGive(ScopeLevel(order["level"]), order["id"], order["facts"])
                for order in msgspec.json.decode(row["orders"])
            ),
            effect=Effect(
                row["metric"], row["value_before"], row["value_after"], row["effect_minutes"], row["person_minutes"]
            ),
            disturbance_id=row["disturbance_id"],
            made_at=row["made_at"],
            seen_at=row["seen_at"],
            ended_at=row["ended_at"],
            state=row["state"],
        )
        for row in frame.iter_rows(named=True)
    ]


def forecast_rows(found: Iterable[Forecast], made_at: datetime) -> pl.DataFrame:
    """Return the store's rows. Grain: scope."""
    rows = [vars(one) | {"scope_level": one.level.value, "made_at": made_at, "method": finish.METHOD} for one in found]
    return _frame(rows, FORECAST)


def lab_rows(found: Iterable[LabForecast], made_at: datetime) -> pl.DataFrame:
    """Return the store's rows. Grain: lab."""
    return _frame([vars(one) | {"made_at": made_at, "method": labs.METHOD} for one in found], LAB_OUTLOOK)


def json(value: Any) -> str:
    """Return a value as JSON, as the store keeps evidence and orders; numpy's numbers become plain ones."""
    return msgspec.json.encode(value, enc_hook=float).decode()


def _frame(rows: Sequence[Mapping[str, Any]], schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema=schema)
