"""The job that folds DuckDB's log of changes into its file, so that a restart need not replay it."""

from pipelines.jobs.work import Desk, Harvest
from pipelines.vocabulary import Outcome


def checkpoint(desk: Desk) -> Harvest:
    """Fold the log in; readers that hold an old state make it wait for the next time."""
    why = desk.store.checkpoint()
    return Harvest(outcome=Outcome.PARTIAL if why else Outcome.OK, reason=why)
