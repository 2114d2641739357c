"""Work for all sessions is done once: threads that ask at the same time share it, and other questions are others."""

import threading
import weakref

import polars as pl
import pytest

from dashboard.once import once


def test_threads_that_ask_at_the_same_time_share_one_drawing() -> None:
    worked: list[str] = []
    begun = threading.Event()

    @once(4)
    def draw(what: str) -> str:
        worked.append(what)
        begun.wait(0.2)
        return what * 2

    got: list[str] = []
    asking = [threading.Thread(target=lambda: got.append(draw("ab"))) for _ in range(8)]
    for one in asking:
        one.start()
    for one in asking:
        one.join(5)
    assert (worked, got) == (["ab"], ["abab"] * 8)
    assert draw("c") == "cc"
    assert worked == ["ab", "c"]


def test_what_fails_is_tried_again_by_the_next() -> None:
    tried: list[int] = []

    @once(4)
    def draw(least: int) -> int:
        tried.append(least)
        if len(tried) <= least:
            raise ValueError("not yet")
        return len(tried)

    with pytest.raises(ValueError, match="not yet"):
        draw(1)
    assert draw(1) == 2
    assert draw(1) == 2


def test_frames_are_told_apart_by_themselves_and_the_rest_by_value() -> None:
    worked: list[int] = []

    @once(4)
    def rows(frame: pl.DataFrame, word: str) -> int:
        worked.append(frame.height)
        return frame.height

    first, alike = pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]})
    assert [rows(first, "x"), rows(first, "".join(["x"])), rows(alike, "x"), rows(first, "y")] == [1, 1, 1, 1]
    assert worked == [1, 1, 1]


def test_what_nobody_asks_for_any_more_is_let_go_with_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    @once(100)
    def height(frame: pl.DataFrame) -> int:
        return frame.height

    kept = pl.DataFrame({"a": [0]})
    frames = [pl.DataFrame({"a": [n]}) for n in range(5)]
    held = [weakref.ref(frame) for frame in frames]
    assert [height(frame) for frame in frames] == [1] * 5
    frames.clear()
    assert all(ref() is not None for ref in held)
    monkeypatch.setattr("dashboard.once.IDLE_S", -1.0)
    height(kept)
    assert [ref() for ref in held] == [None] * 5


def test_no_more_is_kept_than_may_be() -> None:
    worked: list[int] = []

    @once(2)
    def twice(number: int) -> int:
        worked.append(number)
        return number * 2

    assert [twice(number) for number in (1, 2, 3, 3, 2, 1)] == [2, 4, 6, 6, 4, 2]
    assert worked == [1, 2, 3, 1]
