"""From a source's words to the store's columns: pure lazy chains, one a kind."""

from pipelines.transform.chains import PARTS, server_down, tidy, tidy_desks, tidy_short

__all__ = ["PARTS", "server_down", "tidy", "tidy_desks", "tidy_short"]
