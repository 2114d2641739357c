"""Whose session it is, as the dashboard remembers it: what was ended here stays ended, whatever is said of it later."""

import pytest

from dashboard.signing import viewers
from dashboard.signing.viewers import Viewers
from pipelines.client import DISTRICT, CommandUnavailable, Viewer
from pipelines.vocabulary import UserRole

LI = Viewer(user_id="li", name="Li", role=UserRole.COMMANDER, scope=DISTRICT)


def test_an_answer_that_was_under_way_does_not_bring_an_ended_session_back():
    ended: list[str] = []

    def ask(tokens: list[str]) -> list[Viewer | None]:
        if ended:
            known.end(ended.pop())
        return [LI] * len(tokens)

    known = Viewers(ask)
    assert known.viewer("t") == LI
    ended.append("t")
    known.forget()
    known.viewer("t")
    assert known.viewer("t") is None
    assert known.viewer("u") == LI


def test_an_ended_session_stays_ended_while_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch):
    def ask(tokens: list[str]) -> list[Viewer | None]:
        if is_away:
            raise CommandUnavailable("away")
        return [LI] * len(tokens)

    is_away, known = False, Viewers(ask)
    monkeypatch.setattr(viewers, "FRESH_S", 0.0)
    assert known.viewer("t") == LI
    is_away = True
    assert known.viewer("t") == LI, "the last answer stands for whoever has not gone out"
    known.end("t")
    assert known.viewer("t") is None
