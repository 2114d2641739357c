"""The sources: one connector a kind, one way to pull any of them, no exception for what a source does."""

from pipelines.sources.connectors import LIMIT
from pipelines.sources.pulling import Puller, Request, pull, pull_all
from pipelines.sources.shape import Pulled

__all__ = ["LIMIT", "Pulled", "Puller", "Request", "pull", "pull_all"]
