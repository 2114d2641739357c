"""The store's columns of the feeds beside the tubes': steps of things, hourly inputs, special cases, exceptions.

Of a step's facts, which are JSON, those that are asked for are columns of their own: the cause of an interruption, the
lane of a sheet, how long something took.
"""

import polars as pl

from pipelines.vocabulary import SourceKind

MOMENT = pl.Datetime("us", "UTC")
TEXT, WHOLE = pl.String(), pl.Int64()

THING_EVENT = pl.Schema(
    {
        "sequence": WHOLE,
        "machine": TEXT,
        "thing_id": TEXT,
        "step": TEXT,
        "state": TEXT,
        "site_id": TEXT,
        "by": TEXT,
        "facts": TEXT,
        "cause": TEXT,
        "lane_no": WHOLE,
        "seconds": WHOLE,
        "happened_at": MOMENT,
        "recorded_at": MOMENT,
    }
)
SITE_INPUT = pl.Schema(
    {
        "sequence": WHOLE,
        "site_id": TEXT,
        "hour_at": MOMENT,
        "version": WHOLE,
        "persons": WHOLE,
        "tubes": WHOLE,
        "third_copies": WHOLE,
        "special_cases": WHOLE,
        "entered_at": MOMENT,
    }
)
SPECIAL_CASE = pl.Schema(
    {
        "sequence": WHOLE,
        "site_id": TEXT,
        "diversion": TEXT,
        "outcome": TEXT,
        "happened_at": MOMENT,
    }
)
EXCEPTION_EVENT = pl.Schema(
    {
        "sequence": WHOLE,
        "kind": TEXT,
        "barcode": TEXT,
        "other_barcode": TEXT,
        "seat": WHOLE,
        "site_id": TEXT,
        "device_id": TEXT,
        "rule": TEXT,
        "device_sequence": WHOLE,
        "recorded_at": MOMENT,
    }
)
FEEDS: dict[SourceKind, pl.Schema] = {
    SourceKind.STEPS: THING_EVENT,
    SourceKind.INPUTS: SITE_INPUT,
    SourceKind.SPECIAL_CASES: SPECIAL_CASE,
    SourceKind.EXCEPTIONS: EXCEPTION_EVENT,
}
