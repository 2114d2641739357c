"""A day on screen keeps no more than its last moments: what was asked and drawn of the others is let go."""

import gc
import threading
import weakref

import pytest

from dashboard import ahead, drawings, live, once, told
from dashboard.ahead import Ahead
from dashboard.drawings import Look
from dashboard.live import Snapshot
from dashboard.maps.layers import LayerName
from dashboard.tables.shaping import as_seen
from dashboard.words import LANGUAGES, words
from pipelines.client import DISTRICT, Scope
from tests.dashboard.kit import District

MINUTES = 10
CHARTS = ("throughput", "staffing", "network_strip", "cumulated")


def looked_at(scope: Scope) -> tuple[Snapshot, Ahead]:
    """Return the newest moment of a scope and its advice, as a page asks for them."""
    now = told.latest(scope, ahead.of)
    assert now.view.snapshot is not None
    assert now.answers is not None
    return now.view.snapshot, now.answers


def drawn(snapshot: Snapshot, known: Ahead) -> None:
    """Draw a moment for viewers of every language, theme and layer."""
    for each in map(words, LANGUAGES):
        drawings.figures(snapshot, known, each, "target")
        for theme in ("light", "dark"):
            for name in CHARTS:
                drawings.chart(name, snapshot, each, theme)
            for layer in LayerName:
                drawings.district_map(snapshot, Look(each, theme, layer), "LS-1")
        as_seen(drawings.sites_table(snapshot, each, LayerName.WAIT)[0][0])


def shown(scope: Scope) -> set[weakref.ref[object]]:
    """Show the newest moment of a scope, and return who can say whether it is kept still."""
    snapshot, known = looked_at(scope)
    drawn(snapshot, known)
    return {weakref.ref(snapshot), weakref.ref(known)}


@pytest.mark.usefixtures("command")
def test_moments_that_have_passed_are_let_go(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "IDLE_S", -1.0)
    monkeypatch.setattr(ahead, "FRESH_FOR_S", 0.0)
    scopes = (DISTRICT, Scope.town(district.campaign.towns[0].town_code))
    seen: set[weakref.ref[object]] = set()
    for minute in range(MINUTES):
        district.minute(f"01:{minute:02}", persons=100 + minute)
        threading.Event().wait(live.NEWS_NOT_OFTENER_THAN_S)
        live.newest()
        for scope in scopes:
            seen |= shown(scope)
    gc.collect()
    assert len(seen) == 2 * len(scopes) * MINUTES
    assert sum(one() is not None for one in seen) <= 2 * len(scopes) * (ahead.MOMENTS_HELD + 1)
