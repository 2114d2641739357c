"""From an ask's frame to what a rule sees: one reading a subject, by polars alone."""

import polars as pl

from pipelines.alerts.machine import Reading
from pipelines.alerts.model import Limits, Rule, Seen

NOTHING = pl.lit("")
NO_KEYS = pl.lit(None, pl.List(pl.String))


def look(rule: Rule, frame: pl.DataFrame, limits: Limits) -> list[Seen]:
    """Return what ``rule`` sees that is not good; raises polars' own error when the frame is not what it expects.

    A subject that is not returned is good or not there, which is the same: nothing is wrong with it.
    """
    shaped = frame if rule.shape is None else rule.shape(frame)
    bound = rule.bound(limits)
    readings = shaped.select(
        subject=rule.subject.cast(pl.String),
        judged=rule.judged.cast(pl.Float64),
        value=(rule.judged if rule.shown is None else rule.shown).cast(pl.Float64),
        site_id=_column(rule.site, shaped),
        town_code=_column(rule.town, shaped),
        grave=_column(rule.grave, shaped),
        name_zh=_column(rule.names[0], shaped),
        name_en=_column(rule.names[1], shaped),
        covers=NO_KEYS if rule.covers is None else rule.covers,
        links=NO_KEYS if rule.links is None else rule.links,
    ).with_columns(reading=_reading(bound, bound * rule.clear))
    worth = readings.filter(pl.col("reading") != Reading.GOOD.value)
    return [_seen(row, bound) for row in worth.iter_rows(named=True)]


def _reading(bound: float, clear: float) -> pl.Expr:
    judged = pl.col("judged")
    return (
        pl.when(judged.is_null() | judged.is_nan())
        .then(pl.lit(Reading.NO_DATA.value))
        .when(judged >= bound)
        .then(pl.lit(Reading.BAD.value))
        .when(judged >= clear)
        .then(pl.lit(Reading.BETWEEN.value))
        .otherwise(pl.lit(Reading.GOOD.value))
    )


def _column(name: str, frame: pl.DataFrame) -> pl.Expr:
    return pl.col(name).fill_null("") if name in frame.columns else NOTHING


def _seen(row: dict[str, object], bound: float) -> Seen:
    value = row["value"]
    return Seen(
        subject=str(row["subject"]),
        reading=Reading(str(row["reading"])),
        value=value if isinstance(value, float) else None,
        bound=bound,
        site_id=str(row["site_id"]),
        town_code=str(row["town_code"]),
        grave=str(row["grave"]),
        name_zh=str(row["name_zh"]),
        name_en=str(row["name_en"]),
        covers=_keys(row["covers"]),
        links=_keys(row["links"]),
    )


def _keys(found: object) -> frozenset[str]:
    return frozenset(str(key) for key in found if key is not None) if isinstance(found, list) else frozenset()
