"""Drawings of very many sites stand for a while, and a past moment that is replayed is never taken for the present."""

import pytest

from dashboard import drawings, live
from dashboard.drawings import Look
from dashboard.maps.layers import LayerName
from dashboard.words import words
from pipelines.client import DISTRICT
from tests.dashboard.kit import District

LOOK = Look(words("en"), "dark", LayerName.WAIT)


def drawn(at: live.View) -> str:
    assert at.snapshot is not None
    return drawings.district_map(at.snapshot, LOOK, None)


@pytest.mark.usefixtures("command")
def test_of_very_many_sites_the_map_stands_a_while_and_of_few_it_is_of_the_moment(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    district.minute("01:00", persons=100)
    first = live.view(DISTRICT)
    district.minute("01:01", persons=120)
    live.forget()
    later = live.view(DISTRICT)
    assert drawn(first) != drawn(later)
    monkeypatch.setattr(drawings, "HELD_FROM_SITES", 0)
    monkeypatch.setattr(drawings, "HELD_S_A_SITE", 1_000.0)
    assert drawn(first) == drawn(later)


@pytest.mark.usefixtures("command")
def test_a_replayed_moment_is_drawn_as_itself_however_many_sites_there_are(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = district.minute("01:00", persons=100)
    district.minute("01:01", persons=120)
    present, replayed = live.view(DISTRICT), live.view(DISTRICT, past)
    monkeypatch.setattr(drawings, "HELD_FROM_SITES", 0)
    monkeypatch.setattr(drawings, "HELD_S_A_SITE", 1_000.0)
    now = drawn(present)
    assert drawn(replayed) != now
    assert drawn(present) == now
