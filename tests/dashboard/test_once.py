"""Work for all sessions is done once: threads that ask at the same time share it, and other questions are others."""

import threading

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
