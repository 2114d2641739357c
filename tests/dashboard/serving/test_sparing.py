"""A refresh gives way while the one before still waits to be drawn; a click never does, nor another page's refresh."""

from dataclasses import dataclass

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from dashboard.serving import sparing
from dashboard.serving.turns import Refresh, Turns


@dataclass(frozen=True)
class Session:
    """Somebody's open page."""

    id: str


BY_ITSELF = ClientState(fragment_id="pulse", is_auto_rerun=True)
BY_CLICK = ClientState(fragment_id="pulse")


class Queue(Turns):
    """Turns for which these refreshes wait."""

    def __init__(self, *waiting: Refresh) -> None:
        super().__init__(1)
        self._waits = waiting

    def is_awaited(self, refresh: Refresh) -> bool:
        return refresh in self._waits


class Asking:
    """A dashboard at which these refreshes wait, and the runs it was asked for."""

    def __init__(self, *waiting: Refresh) -> None:
        self.runs = list[str]()
        self.ask = sparing.spared(self._note, Queue(*waiting))

    def _note(self, session: Session, what: ClientState | None) -> None:
        self.runs.append(f"{session.id}:{what.fragment_id if what else 'page'}")


def test_the_installed_streamlit_asks_for_runs_where_they_are_spared() -> None:
    assert callable(getattr(AppSession, sparing.NAME))


def test_every_refresh_is_asked_for_while_none_of_its_kind_waits() -> None:
    desk = Asking(("a", "body"), ("b", "pulse"))
    for _ in range(3):
        desk.ask(Session("a"), BY_ITSELF)
    assert desk.runs == ["a:pulse"] * 3


def test_a_refresh_that_waits_already_is_not_asked_for_again_and_a_click_is() -> None:
    desk, page = Asking(("a", "pulse")), Session("a")
    desk.ask(page, BY_ITSELF)
    assert desk.runs == []
    desk.ask(page, BY_CLICK)
    desk.ask(page, None)
    assert desk.runs == ["a:pulse", "a:page"]


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
