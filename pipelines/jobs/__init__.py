"""The scheduled jobs: one file a job, one table, one boundary that records every run."""

from pipelines.jobs.keep_answers import GivenAnswers
from pipelines.jobs.table import Jobs

__all__ = ["GivenAnswers", "Jobs"]
