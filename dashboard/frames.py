"""Answers to several asks at once, each on its own: one that fails is one card's trouble, not the page's."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from dashboard import live, queries
from pipelines.client import AskRefused, CommandUnavailable, Scope


@dataclass(frozen=True, eq=False)
class Answers:
    """The frames that came, and of the others why not, by the name of the ask; equal to itself only."""

    frames: Mapping[str, pl.DataFrame]
    failures: Mapping[str, str]

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Return the frame of an ask that did not fail."""
        return self.frames[name]

    def failure(self, names: Iterable[str]) -> str | None:
        """Return why the first of these asks failed, None when none did."""
        return next((self.failures[name] for name in names if name in self.failures), None)


def gather(scope: Scope, as_of: datetime, names: Iterable[str], about: str = "") -> Answers:
    """Return the answers to the named asks of one scope and moment, asked at the same time; never raises for them.

    ``about`` goes to the asks that are about one site, or one lab.
    """
    return _collected({name: live.WORKERS.submit(queries.answer, name, scope, as_of, about) for name in names})


def gather_of(scope: Scope, as_of: datetime, wanted: Mapping[str, Mapping[str, str]]) -> Answers:
    """Return the answers to asks with parameters of their own, ``wanted`` by name, as ``gather`` does."""
    return _collected(
        {name: live.WORKERS.submit(queries.answer_of, name, scope, as_of, own) for name, own in wanted.items()}
    )


def _collected(futures: Mapping[str, Future[pl.DataFrame]]) -> Answers:
    frames: dict[str, pl.DataFrame] = {}
    failures: dict[str, str] = {}
    for name, future in futures.items():
        try:
            frames[name] = future.result()
        except (CommandUnavailable, AskRefused) as error:
            failures[name] = str(error)
    return Answers(frames, failures)
