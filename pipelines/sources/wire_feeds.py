"""The raw frames' columns, by kind: what is read on from a cursor beside the tubes (steps of things, inputs, cases)."""

import polars as pl

from pipelines.vocabulary import SourceKind

MOMENT = pl.Datetime("us", "UTC")
TEXT, WHOLE = pl.String(), pl.Int64()

FEEDS: dict[SourceKind, pl.Schema] = {
    SourceKind.STEPS: pl.Schema(
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
    ),
    SourceKind.INPUTS: pl.Schema(
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
    ),
    SourceKind.SPECIAL_CASES: pl.Schema(
        {
            "sequence": WHOLE,
            "site_id": TEXT,
            "diversion": TEXT,
            "outcome": TEXT,
            "happened_at": MOMENT,
        }
    ),
    SourceKind.EXCEPTIONS: pl.Schema(
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
    ),
}
