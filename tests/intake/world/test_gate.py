"""The way from the gate to the queue: shares and times as required, stages first come first served, faults on time."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, SECOND, micros
from pipelines.intake.places import places
from pipelines.intake.world.crowd import DIVERSIONS
from pipelines.intake.world.gate import FELT_AFTER, Crowd, Stream, changed_spells, gate_spells, served, site_crowd
from pipelines.intake.world.site_days import site_crowds
from pipelines.vocabulary import Diversion, FaultKind

SERVED = (Stream.NORMAL, Stream.SPECIAL, Stream.SEPARATE)
moments = st.lists(st.integers(0, 10_000), max_size=40).map(sorted)


@pytest.fixture(scope="module")
def crowds(sanshui: Campaign) -> list[Crowd]:
    """All visitors of the built-in campaign."""
    return site_crowds(sanshui)


def whole(crowds: list[Crowd], name: str) -> np.ndarray:
    return np.concatenate([getattr(crowd, name) for crowd in crowds])


def fault(campaign: Campaign, kind: FaultKind, minutes: tuple[float, float], target: str = "", strength: float = 1.0):
    """A fault from and until so many minutes after opening."""
    first, last = (campaign.round.opens_at + timedelta(minutes=span) for span in minutes)
    return Fault(fault_id="f1", kind=kind, target=target, strength=strength, starts_at=first, ends_at=last)


def test_all_who_are_planned_are_sampled_and_those_turned_away_come_on_top(crowds: list[Crowd]):
    line = whole(crowds, "stream")

    assert np.count_nonzero(line != Stream.TURNED_AWAY) == 857_000
    assert np.count_nonzero(line == Stream.TURNED_AWAY) == 4_523
    assert all(np.count_nonzero(crowd.stream != Stream.TURNED_AWAY) == crowd.place.planned_persons for crowd in crowds)


def test_three_reasons_divert_and_each_has_its_outcome(crowds: list[Crowd]):
    """Q49: no vaccinated person is tested, most who travelled are, of the fevers some."""
    line, why = whole(crowds, "stream"), whole(crowds, "diversion")
    share = {reason: np.mean(why == DIVERSIONS.index(reason)) for reason in Diversion}
    tested = {reason: np.mean(line[why == DIVERSIONS.index(reason)] == Stream.SEPARATE) for reason in Diversion}

    assert share == pytest.approx({"fever": 0.0015, "risk_travel": 0.001, "vaccinated": 0.004}, rel=0.1)
    assert tested == pytest.approx({"fever": 0.3, "risk_travel": 0.8, "vaccinated": 0.0}, abs=0.06)
    assert np.array_equal(why >= 0, (line == Stream.SEPARATE) | (line == Stream.TURNED_AWAY))


def test_seven_in_ten_have_a_code_the_day_before_and_it_differs_by_town(crowds: list[Crowd]):
    """Q43, Q44, Q50, Q51: prepared, as a picture, made on site, or none at all."""
    towns = {crowd.place.town_code for crowd in crowds}
    prepared = [whole([c for c in crowds if c.place.town_code == town], "is_prepared").mean() for town in towns]
    has_code = whole(crowds, "is_prepared")

    assert has_code.mean() == pytest.approx(0.7, abs=0.05)
    assert all(0.61 < share < 0.79 for share in prepared) and max(prepared) - min(prepared) > 0.02
    assert whole(crowds, "is_screenshot").sum() / has_code.sum() == pytest.approx(0.6, abs=0.005)
    assert 0.06 < np.mean(whole(crowds, "stream") == Stream.SPECIAL) < 0.08
    assert whole(crowds, "is_unreadable").mean() == pytest.approx(0.0093, abs=0.001)  # 1 % of those with a code
    assert not np.any(whole(crowds, "is_generated") & has_code)


def test_without_a_code_the_way_takes_longer_and_so_does_one_that_cannot_be_read(crowds: list[Crowd]):
    way = (whole(crowds, "ready_at") - whole(crowds, "screened_at")) / SECOND
    is_normal = whole(crowds, "stream") == Stream.NORMAL
    generated, unreadable = whole(crowds, "is_generated"), whole(crowds, "is_unreadable")

    assert not way[is_normal & ~generated & ~unreadable].any()
    assert way[is_normal & generated & ~unreadable].mean() == pytest.approx(90, abs=1)
    assert way[is_normal & ~generated & unreadable].mean() == pytest.approx(40, abs=2)


def test_the_gate_keeps_nobody_long_and_a_capture_takes_as_long_as_it_should(crowds: list[Crowd]):
    gate = (whole(crowds, "screened_at") - whole(crowds, "arrives_at")) / SECOND
    is_special = whole(crowds, "stream") == Stream.SPECIAL
    captured = ((whole(crowds, "ready_at") - whole(crowds, "screened_at")) / SECOND)[is_special]

    assert gate.min() > 0 and np.percentile(gate, 99) < 120
    assert captured.min() > 0 and 40 < captured.mean() < 120


def test_the_lines_hold_everybody_who_is_served_in_the_order_in_which_they_are_ready(crowds: list[Crowd]):
    for crowd in crowds:
        assert all(np.all(np.diff(crowd.ready_at[line]) >= 0) for line in crowd.lines)
        assert [set(np.flatnonzero(crowd.stream == of)) for of in SERVED] == [set(line) for line in crowd.lines]


@given(comes_at=moments, servers=st.integers(1, 4), data=st.data())
def test_a_stage_serves_first_come_first_served_in_lines_taken_in_turn(
    comes_at: list[int], servers: int, data: st.DataObject
):
    takes = data.draw(st.lists(st.integers(1, 500), min_size=len(comes_at), max_size=len(comes_at)))
    free_at, done = [0] * servers, []
    for person, (comes, span) in enumerate(zip(comes_at, takes, strict=True)):
        free_at[person % servers] = max(comes, free_at[person % servers]) + span
        done.append(free_at[person % servers])

    assert served(np.array(comes_at, np.int64), np.array(takes, np.int64), servers).tolist() == done


def test_the_mean_number_at_a_stage_is_the_arrival_rate_times_the_mean_stay():
    """Little's law at a gate of two lines that is busy nine tenths of the time."""
    chance = np.random.default_rng(1)
    comes = np.sort(chance.integers(0, 100_000 * SECOND, 36_000))
    done = served(comes, np.full(36_000, 5 * SECOND), 2)
    looks = np.arange(0, 100_000 * SECOND, 20 * SECOND)
    there = np.searchsorted(comes, looks, side="right") - np.searchsorted(np.sort(done), looks, side="right")

    assert there.mean() == pytest.approx(0.36 * np.mean(done - comes) / SECOND, rel=0.02)


def test_a_surge_of_fevers_turns_people_away_while_it_lasts_and_nothing_before(small: Campaign):
    place, opens_at = places(small)[0], micros(small.round.opens_at)
    surge = fault(small, FaultKind.FEVER_SURGE, (60, 120), place.town_code)
    calm, struck = site_crowd(small, place), site_crowd(small, place, spells=gate_spells([surge]))
    far = site_crowd(small, places(small)[8], spells=gate_spells([surge]))
    acts = (opens_at + 60 * MINUTE + FELT_AFTER <= calm.screened_at) & (
        calm.screened_at < opens_at + 120 * MINUTE + FELT_AFTER
    )

    assert np.array_equal(calm.stream[~acts], struck.stream[~acts])
    assert np.mean(struck.diversion[acts] == DIVERSIONS.index(Diversion.FEVER)) == pytest.approx(0.05, abs=0.03)
    assert np.array_equal(far.stream, site_crowd(small, places(small)[8]).stream)


def test_codes_that_cannot_be_read_send_people_to_refresh_them(small: Campaign):
    place = places(small)[0]
    trouble = fault(small, FaultKind.UNREADABLE_CODES, (60, 120))
    calm, struck = site_crowd(small, place), site_crowd(small, place, spells=gate_spells([trouble]))
    acts = np.abs(calm.screened_at - micros(small.round.opens_at) - 90 * MINUTE - FELT_AFTER) < 30 * MINUTE

    assert struck.is_unreadable[acts].mean() > 0.5
    assert np.array_equal(struck.is_unreadable[~acts], calm.is_unreadable[~acts])
    assert np.all(struck.ready_at >= calm.ready_at - 5 * SECOND)


gate_faults = st.builds(
    lambda kind, first, span, target, strength: (kind, (first, first + span), target, strength),
    st.sampled_from([FaultKind.FEVER_SURGE, FaultKind.UNREADABLE_CODES]),
    st.integers(-30, 350),
    st.integers(1, 200),
    st.sampled_from(["", "LS-1", "990001001", "LS-5"]),
    st.floats(0.0, 1.0),
)


@given(wanted=st.lists(st.tuples(st.integers(0, 360), st.lists(gate_faults, max_size=3)), max_size=4))
def test_faults_that_change_at_a_moment_change_no_line_up_to_it(
    small: Campaign, wanted: list[tuple[int, list[tuple[FaultKind, tuple[int, int], str, float]]]]
):
    """The faults are replaced a few times in a day: whoever was ready by then stands where they stood."""
    place, opens_at = places(small)[0], micros(small.round.opens_at)
    spells = ()
    before = site_crowd(small, place)
    for minute, planned in sorted(wanted, key=lambda change: change[0]):
        now = opens_at + minute * MINUTE
        spells = changed_spells(spells, [fault(small, *one) for one in planned], now)
        after = site_crowd(small, place, spells=spells)
        for was, is_ in zip(before.lines, after.lines, strict=True):
            ready = was[before.ready_at[was] < now]
            assert np.array_equal(is_[: len(ready)], ready)
            assert np.array_equal(before.ready_at[ready], after.ready_at[ready])
            assert np.all(after.ready_at[is_[len(ready) :]] >= now)
        before = after


def test_a_world_that_hears_of_a_fault_a_minute_late_lives_the_day_that_the_record_tells(small: Campaign):
    """Added at minute 60, cleared at 90, noticed a minute later each; the file then holds one fault from 60 to 90."""
    begun, ended = (fault(small, FaultKind.FEVER_SURGE, (60, until)) for until in (200, 90))
    opens_at, place = micros(small.round.opens_at), places(small)[0]
    lived = changed_spells(changed_spells((), [begun], opens_at + 61 * MINUTE), [ended], opens_at + 91 * MINUTE)

    for name in ("stream", "ready_at", "diversion"):
        told = site_crowd(small, place, spells=gate_spells([ended]))
        assert np.array_equal(getattr(site_crowd(small, place, spells=lived), name), getattr(told, name))


def test_another_fault_leaves_the_spells_of_those_that_go_on_as_they_are(small: Campaign):
    """So that a crowd is drawn anew only where something changes."""
    surge, late = (fault(small, kind, (60, 200), "LS-1") for kind in (FaultKind.FEVER_SURGE, FaultKind.STAFF_LATE))
    opens_at, planned = micros(small.round.opens_at), gate_spells([surge])

    for minute in (10, 61, 90, 150, 230):
        assert changed_spells(planned, [surge, late], opens_at + minute * MINUTE) == planned
