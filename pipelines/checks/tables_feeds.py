"""Which rules hold for the feeds beside the tubes': steps of things, hourly inputs, special cases, exceptions."""

import polars as pl

from pipelines.checks.rules import Rule, clock, never, not_negative, unknown, within
from pipelines.machines import MACHINES
from pipelines.vocabulary import Cause, SourceKind

SITE = unknown("site_id", lambda known: known.site_ids)
RISING = Rule(
    "sequence_ascending", ("sequence",), lambda _known: pl.col("sequence").diff() <= 0, "events in rising sequence"
)
_MOVES = [f"{name}:{step.name}:{step.after}" for name, machine in MACHINES.items() for step in machine.steps]
_STEP = never(
    "step_known",
    ("machine", "thing_id", "step", "state"),
    ~pl.concat_str("machine", "step", "state", separator=":").is_in(_MOVES),
    "a step of the thing's machine and the state it leads to",
)
_CAUSE = never(
    "cause_known",
    ("thing_id", "cause"),
    (pl.col("machine") == "interruption") & ~pl.col("cause").fill_null("").is_in(list(Cause)),
    f"a cause of the interruption ({', '.join(Cause)})",
)
_DUPLICATE = never(
    "whole_exception",
    ("kind", "barcode"),
    pl.when(pl.col("kind") == "conflict")
    .then(pl.any_horizontal(pl.col("rule", "device_sequence").is_null()))
    .otherwise(pl.any_horizontal(pl.col("other_barcode", "site_id").is_null())),
    "a conflict with its rule and request, a duplicate with the tube it doubles and its site",
)
FEEDS_RAW: dict[SourceKind, tuple[Rule, ...]] = {
    SourceKind.STEPS: (SITE, _STEP, _CAUSE, RISING, *clock("happened_at", "recorded_at")),
    SourceKind.INPUTS: (SITE, RISING, *clock("hour_at", "entered_at")),
    SourceKind.SPECIAL_CASES: (SITE, RISING, *clock("happened_at")),
    SourceKind.EXCEPTIONS: (SITE, _DUPLICATE, RISING, *clock("recorded_at")),
}
FEEDS_TIDY: dict[SourceKind, tuple[Rule, ...]] = {
    SourceKind.STEPS: (RISING, *not_negative("thing_id", "seconds")),
    SourceKind.INPUTS: (
        RISING,
        within("version", "site_id", 1, 99),
        *not_negative("site_id", "persons", "tubes", "third_copies", "special_cases"),
        never(
            "entered_after_the_hour",
            ("site_id", "hour_at", "entered_at"),
            pl.col("entered_at") < pl.col("hour_at"),
            "figures entered after the hour up to which they count",
        ),
    ),
    SourceKind.SPECIAL_CASES: (RISING,),
    SourceKind.EXCEPTIONS: (RISING, within("seat", "barcode", 1, 10)),
}
