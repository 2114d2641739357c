"""The edge: which moments may be asked about, so that no answer ever changes."""

import threading
from datetime import timedelta

import pytest

from pipelines.store import AskWrong, Moments, StoreBusy, Tick
from tests.store.kit import DAY, HandClock, moment

SECOND = timedelta(seconds=1)


def _moments(at: str = "01:00:00", pace: float = 60.0) -> tuple[Moments, HandClock]:
    clock = HandClock(moment(at), pace)
    return Moments(clock, Tick(0, DAY)), clock


def test_right_after_a_tick_the_edge_is_that_tick():
    moments, clock = _moments()
    moments.settle(moments.stamp())
    clock.at += 30 * SECOND
    assert moments.edge().as_of == moment("01:00:00")
    assert moments.edge().clock_at == moment("01:00:30")


def test_without_recent_ticks_the_edge_is_the_clock_at_its_last_full_wall_second():
    moments, clock = _moments("01:00:45")
    assert moments.edge().as_of == moment("01:00:00")
    clock.put("01:01:10")
    assert moments.edge().as_of == moment("01:01:00")


def test_a_tick_comes_after_every_moment_that_was_given_out_or_asked_about():
    moments, _ = _moments("01:00:45")
    moments.admit(moment("01:00:45"))
    assert moments.stamp().stored_at > moment("01:00:45")


def test_ticks_go_on_when_the_clock_stands_still_or_is_set_back():
    moments, clock = _moments(pace=0.0)
    first = moments.stamp()
    moments.settle(first)
    clock.put("00:30")
    second = moments.stamp()
    assert second.stored_at > first.stored_at and second.number == first.number + 1


def test_a_moment_at_or_after_a_tick_under_way_is_not_given_out():
    moments, clock = _moments("01:00:00")
    pending = moments.stamp()
    clock.put("01:10")
    assert moments.edge().as_of < pending.stored_at


def test_a_question_about_a_tick_under_way_waits_for_it():
    moments, clock = _moments()
    pending = moments.stamp()
    answered = threading.Event()
    clock.put("01:10")
    asking = threading.Thread(target=lambda: (moments.admit(moment("01:05")), answered.set()))
    asking.start()
    assert not answered.wait(0.2)
    moments.settle(pending)
    assert answered.wait(5)
    asking.join()
    assert moments.stamp().stored_at > moment("01:05")


def test_a_question_about_a_tick_that_does_not_end_is_put_off_not_answered(monkeypatch):
    monkeypatch.setattr("pipelines.store.moments.COMMIT_PATIENCE_S", 0.05)
    moments, clock = _moments()
    moments.stamp()
    clock.put("01:10")
    with pytest.raises(StoreBusy, match="ask again"):
        moments.admit(moment("01:05"))


def test_a_moment_yet_to_come_is_refused():
    moments, _ = _moments("01:00:00")
    with pytest.raises(AskWrong, match=r"as_of 2031-03-02T01:00:01\+00:00 is yet to come"):
        moments.admit(moment("01:00:01"))


def test_a_tick_that_failed_gives_its_number_back():
    moments, _ = _moments()
    failed = moments.stamp()
    moments.settle(None)
    assert moments.stamp().number == failed.number
