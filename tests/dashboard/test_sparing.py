"""Refreshes nobody asked for give way while many pages wait; clicks never do, and no page goes without for long."""

from dataclasses import dataclass

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from dashboard import sparing
from dashboard.turns import Turns


@dataclass(eq=False)
class Session:
    """Somebody's open page."""

    name: str


BY_ITSELF = ClientState(fragment_id="pulse", is_auto_rerun=True)
BY_CLICK = ClientState(fragment_id="pulse")


class Queue(Turns):
    """Turns for which so many wait."""

    def __init__(self, waiting: int) -> None:
        super().__init__(1)
        self._waiting = waiting

    @property
    def waiting(self) -> int:
        return self._waiting


class Asking:
    """A dashboard at which so many pages wait, and the runs it was asked for."""

    def __init__(self, waiting: int) -> None:
        self.runs = list[str]()
        self.ask = sparing.spared(self._note, Queue(waiting))

    def _note(self, session: Session, _: object) -> None:
        self.runs.append(session.name)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(sparing, "stopwatch", lambda: now[0])
    return now


def test_the_installed_streamlit_asks_for_runs_where_they_are_spared() -> None:
    assert callable(getattr(AppSession, sparing.NAME))


def test_every_refresh_is_drawn_while_few_wait() -> None:
    desk, page = Asking(sparing.MOST_WAITING - 1), Session("a")
    for _ in range(3):
        desk.ask(page, BY_ITSELF)
    assert desk.runs == ["a", "a", "a"]


def test_while_many_wait_a_refresh_is_spared_and_a_click_is_not() -> None:
    desk, page = Asking(sparing.MOST_WAITING), Session("a")
    desk.ask(page, BY_ITSELF)
    assert desk.runs == []
    desk.ask(page, BY_CLICK)
    desk.ask(page, None)
    assert desk.runs == ["a", "a"]


def test_no_page_goes_without_for_longer_than_it_may(seconds: list[float]) -> None:
    desk, page, other = Asking(sparing.MOST_WAITING), Session("a"), Session("b")
    desk.ask(page, BY_ITSELF)
    seconds[0] += sparing.LONGEST_S - 1
    desk.ask(page, BY_ITSELF)
    desk.ask(other, BY_ITSELF)
    assert desk.runs == []
    seconds[0] += 1
    desk.ask(page, BY_ITSELF)
    desk.ask(other, BY_ITSELF)
    assert desk.runs == ["a"]
    seconds[0] += 1
    desk.ask(page, BY_ITSELF)
    assert desk.runs == ["a"]


def test_who_clicked_is_told_from_whose_page_refreshes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class Running:
        script_requests: ScriptRequests

    assert not sparing.is_asked()
    page = Running(ScriptRequests())
    monkeypatch.setattr(sparing, "get_script_run_ctx", lambda **_: page)
    assert not sparing.is_asked()
    page.script_requests.request_rerun(RerunData(fragment_id="body", is_auto_rerun=True))
    assert not sparing.is_asked()
    page.script_requests.request_rerun(RerunData(fragment_id="body"))
    assert sparing.is_asked()
