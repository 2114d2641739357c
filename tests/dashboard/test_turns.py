"""Pages are drawn in turns: never more at once than the turns, all in the end, one that fails gives its turn back."""

import threading
from collections.abc import Callable

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from dashboard import turns


def test_the_installed_streamlit_draws_its_pages_where_turns_are_taken() -> None:
    assert callable(getattr(ScriptRunner, turns.NAME))


def test_never_more_pages_are_drawn_at_once_than_there_are_turns_and_all_are_drawn_in_the_end() -> None:
    under_way, most, done, both = [0], [0], [0], threading.Barrier(2, timeout=5)
    counting = threading.Lock()

    def draw(_: str) -> None:
        with counting:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        both.wait()
        with counting:
            under_way[0] -= 1
            done[0] += 1

    drawing = turns.in_turns(draw, turns.Turns(2))
    pages = [threading.Thread(target=drawing, args=(f"page {n}",)) for n in range(20)]
    for page in pages:
        page.start()
    for page in pages:
        page.join(timeout=10)
    assert (most[0], done[0], under_way[0]) == (2, 20, 0)


def test_a_page_that_fails_gives_its_turn_back() -> None:
    def draw(what: str) -> None:
        if what == "bad":
            raise ValueError(what)
        drawn.append(what)

    drawn: list[str] = []
    drawing = turns.in_turns(draw, turns.Turns(1))
    with pytest.raises(ValueError, match="bad"):
        drawing("bad")
    drawing("good")
    assert drawn == ["good"]


def test_a_page_that_waits_for_an_answer_lets_others_have_its_turn() -> None:
    begun, answered = threading.Event(), threading.Event()
    drawn: list[tuple[str, bool]] = []

    def draw(name: str) -> None:
        begun.set()
        if name == "waiting":
            with turns.aside():
                answered.wait(5)
        drawn.append((name, answered.is_set()))
        answered.set()

    drawing = turns.in_turns(draw, turns.Turns(1))
    waiting = threading.Thread(target=drawing, args=("waiting",))
    waiting.start()
    assert begun.wait(5)
    other = threading.Thread(target=drawing, args=("other",))
    other.start()
    waiting.join(20)
    other.join(20)
    assert drawn == [("other", False), ("waiting", True)]


def test_who_has_no_turn_gives_none_away() -> None:
    def draw(what: str) -> None:
        drawn.append(what)

    drawn: list[str] = []
    drawing = turns.in_turns(draw, turns.Turns(1))
    drawing("first")
    with turns.aside():
        drawing("second")
    assert drawn == ["first", "second"]


def test_turns_say_how_many_wait_for_one_and_hand_them_on_in_order_but_first_to_who_had_one() -> None:
    some, had = turns.Turns(1), list[str]()
    some.acquire()

    def take(name: str, *, is_first: bool) -> None:
        some.acquire(is_first=is_first)
        had.append(name)
        some.release()

    pages = list[threading.Thread]()
    for count, (name, is_first) in enumerate([("one", False), ("two", False), ("back again", True)], start=1):
        pages.append(threading.Thread(target=take, args=(name,), kwargs={"is_first": is_first}))
        pages[-1].start()
        assert settled(lambda count=count: some.waiting == count)
    some.release()
    for page in pages:
        page.join(5)
    assert (had, some.waiting) == (["back again", "one", "two"], 0)


def settled(is_so: Callable[[], bool]) -> bool:
    """Whether something becomes so within a few seconds."""
    pause = threading.Event()
    return any(is_so() or pause.wait(0.01) for _ in range(500))
