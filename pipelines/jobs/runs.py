"""The record of a run: when it started, how long it took, what it brought, how it ended and why."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

import polars as pl

from pipelines.vocabulary import Outcome

_RUN = pl.Schema(
    {
        "run_id": pl.String(),
        "job": pl.String(),
        "started_at": pl.Datetime("us", "UTC"),
        "took_ms": pl.Float64(),
        "rows_pulled": pl.Int64(),
        "rows_stored": pl.Int64(),
        "outcome": pl.String(),
        "reason": pl.String(),
    }
)
_FAILURE = pl.Schema(
    {"rule": pl.String(), "site_id": pl.String(), "failed_at": pl.Datetime("us", "UTC"), "sentence": pl.String()}
)


@dataclass(frozen=True)
class Run:
    """Grain: one run of one job, or one that was left out, and why; ``started_at`` is campaign time."""

    job: str
    started_at: datetime
    took_ms: float
    rows_pulled: int
    rows_stored: int
    outcome: Outcome
    reason: str


def run_rows(runs: list[Run]) -> pl.DataFrame:
    """Return the rows of the table ``job_run``."""
    rows = [asdict(run) | {"run_id": uuid.uuid4().hex, "outcome": run.outcome.value} for run in runs]
    return pl.DataFrame(rows, schema=_RUN)


def break_rows(broken: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """Return the rows of ``check_failure`` for sites whose persons counted are not the persons of their tubes."""
    rows = [
        {
            "rule": "conservation",
            "site_id": site_id,
            "failed_at": at,
            "sentence": f"{site_id} counts {counted} persons, its registered tubes hold {held}",
        }
        for site_id, counted, held in broken.iter_rows()
    ]
    return pl.DataFrame(rows, schema=_FAILURE)
