"""Fixtures of the dashboard's tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from dashboard import access, acting, live, queries, told
from pipelines.acts import ActLedger
from pipelines.campaign import Campaign
from pipelines.client import DISTRICT, Act, Viewer
from pipelines.client_sessions import SessionClient
from pipelines.config import ROOT, Settings, settings
from pipelines.vocabulary import UserRole
from tests.dashboard.kit import District, command_server
from tests.ports import free_ports

RUN_WITHIN_S = 30


@pytest.fixture(autouse=True)
def commander(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a district commander look at every page that a test runs without a browser, which has no cookie."""
    monkeypatch.setattr(acting, "session_token", lambda: "")
    before = access.DOOR.read
    access.DOOR.read = lambda: Viewer(user_id="zhang", name="张三", role=UserRole.COMMANDER, scope=DISTRICT)
    yield
    access.DOOR.read = before


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """Have every rerun without a browser wait until it can draw the newest moment."""
    before = told.PATIENCE.seconds
    told.PATIENCE.seconds = RUN_WITHIN_S
    yield
    told.PATIENCE.seconds = before


@pytest.fixture
def district(tmp_path: Path, small: Campaign) -> Iterator[District]:
    """An empty store of the small district, an hour after opening, 60 times as fast."""
    made = District(tmp_path / "command.duckdb", small)
    yield made
    made.store.close()


@pytest.fixture
def chosen(tmp_path: Path, small: Campaign, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of a home of its own; the dashboard in this process follows them."""
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path))
    monkeypatch.setenv("TENFOLD_CAMPAIGN", str(small.folder))
    monkeypatch.setenv("TENFOLD_PORT", str(free_ports()))
    monkeypatch.delenv("TENFOLD_COMMAND_URL", raising=False)
    live.forget()
    yield settings()
    live.forget()


@pytest.fixture
def command(district: District, chosen: Settings) -> Iterator[str]:
    """The command server over that store, where the settings say it is."""
    with command_server(district, chosen, chosen.command_port) as url:
        yield url


@dataclass(frozen=True)
class Taking:
    """A command server that takes acts, and who looks at the pages: under a session of his own."""

    ledger: ActLedger
    seat: Callable[[str], None]

    def acts(self) -> list[Act]:
        """Return every act that was taken, the oldest first."""
        return [entry.act for entry in self.ledger.feed()]


@pytest.fixture
def taking(tmp_path: Path, district: District, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Taking]:
    """The command server over that store, taking acts; the district's demo commander is signed in."""
    ledger = ActLedger(tmp_path / "acts.sqlite")

    def seat(user_id: str) -> None:
        session = SessionClient(queries.client()).by_click(user_id, "10.0.0.9")
        monkeypatch.setattr(acting, "session_token", lambda: session.token)
        monkeypatch.setattr(acting, "address", lambda: "10.0.0.9")
        monkeypatch.setattr(access.DOOR, "read", lambda: session.viewer)

    with command_server(district, chosen, chosen.command_port, ledger):
        seat("demo-commander")
        yield Taking(ledger, seat)
    ledger.close()


@pytest.fixture(scope="session")
def components() -> BidiComponentManager:
    """What the installed packages bring of Streamlit's components: looked for once, not once a test."""
    found = BidiComponentManager()
    found.discover_and_register_components(start_file_watching=False)
    return found


@pytest.fixture
def another(components: BidiComponentManager) -> Callable[[], AppTest]:
    """A maker of the dashboard as a new browser opens it, not yet run."""

    def make() -> AppTest:
        made = AppTest.from_file(ROOT / "dashboard" / "frame.py", default_timeout=RUN_WITHIN_S)
        made._bidi_component_manager = components  # pyright: ignore[reportPrivateUsage]
        return made

    return make


@pytest.fixture
def app(another: Callable[[], AppTest]) -> AppTest:
    """The dashboard, not yet run."""
    return another()
