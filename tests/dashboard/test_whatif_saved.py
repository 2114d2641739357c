"""Saved cases: read from the acts as they come, the newest of a name counts, none while nobody can say."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard import queries
from dashboard.planning import sharing
from dashboard.planning.promised import promised
from dashboard.planning.sharing import Saved
from pipelines.acts import ActLedger
from pipelines.api import Act
from pipelines.client import CommandUnavailable
from pipelines.vocabulary import ActKind
from tests.acts.kit import append, note


@dataclass
class Acts:
    """The acts of a ledger, as the command server's client tells them; nobody answers while ``is_away``."""

    ledger: ActLedger
    is_away: bool = False

    def acts(self, after: int, limit: int) -> list[Act]:
        """Return the acts after a sequence."""
        if self.is_away:
            raise CommandUnavailable("nobody answers")
        return [entry.act for entry in self.ledger.feed(after, limit)]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acts]:
    made = Acts(ActLedger(tmp_path / "acts.sqlite"))
    monkeypatch.setattr(queries, "client", lambda: made)
    sharing.SHELF.forget()
    yield made
    sharing.SHELF.forget()
    made.ledger.close()


def save(kept: Acts, name: str, code: str) -> None:
    append(kept.ledger, note("", kind=ActKind.SCENARIO_SAVED, facts={"name": name, "code": code}))


def test_the_newest_of_a_name_counts_and_stands_first(kept: Acts) -> None:
    save(kept, "noon", "1~guides.2")
    append(kept.ledger, note())
    save(kept, "night", "1~hours.18")
    assert sharing.shelf() == [Saved("night", "1~hours.18"), Saved("noon", "1~guides.2")]

    save(kept, "noon", "1~guides.1")
    assert sharing.shelf() == [Saved("noon", "1~guides.1"), Saved("night", "1~hours.18")]


def test_nothing_is_offered_while_nobody_can_say(kept: Acts) -> None:
    save(kept, "noon", "1~guides.2")
    kept.is_away = True
    assert sharing.shelf() == []
    kept.is_away = False
    assert sharing.shelf() == [Saved("noon", "1~guides.2")]


def test_what_an_answer_says_of_the_next_hour_is_kept_with_who_was_there_before() -> None:
    curve = {"scope_id": "", "step_minutes": 30.0, "sampled": {"mean": [0, 0, 10, 20, 40], "day_low": [0] * 5}}
    curve["sampled"]["day_high"] = [0, 0, 20, 30, 50]
    answer = {"curves": [curve], "scopes": [{"bands": {"finish_minute": {"mean": 400.0}}}]}
    rest = {"open_minutes": 300.0, "starts_minute": 60.0, "sites": [{"persons": 60, "waiting": 10}]}
    presets = {"scenarios": {"base": {"sites": [{"persons": 100, "waiting": 0}]}}}

    told = promised(answer, rest, presets, 75.0)
    assert told == {
        "target_minute": 135.0,
        "persons": 30 + 30.0,  # 20 by 120, 40 by 150
        "persons_low": 30.0,
        "persons_high": 30 + 40.0,
        "finish_minute": 400.0,
    }
    assert promised(answer, rest | {"starts_minute": 0.0}, presets, 75.0)["persons"] == 30.0
    assert promised(answer, rest, presets, 300.0) == {}
