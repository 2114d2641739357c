"""Pages are drawn in turns: never more at once than the turns, all in the end, what a viewer did before refreshes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from dashboard.serving import turns
from dashboard.serving.turns import Turns

Draw = Callable[[str], None]


@dataclass(frozen=True)
class Runner:
    """What draws the page of one session."""

    _session_id: str


def drawn_in(some: Turns, draw: Draw) -> Draw:
    """Return ``draw``, which draws the page of that name, as it is done in turns: each a refresh of its ``pulse``."""
    drawing = turns.in_turns(lambda _, what: draw(what.query_string), some)
    return lambda name: drawing(Runner(name), refresh(name))


def refresh(page: str, *, is_auto: bool = True) -> RerunData:
    return RerunData(query_string=page, fragment_id_queue=["pulse"], is_auto_rerun=is_auto)


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

    drawing = drawn_in(Turns(2), draw)
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
    drawing = drawn_in(Turns(1), draw)
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

    drawing = drawn_in(Turns(1), draw)
    waiting = threading.Thread(target=drawing, args=("waiting",))
    waiting.start()
    assert begun.wait(5)
    other = threading.Thread(target=drawing, args=("other",))
    other.start()
    waiting.join(20)
    other.join(20)
    assert drawn == [("other", False), ("waiting", True)]


def test_who_has_no_turn_gives_none_away() -> None:
    drawn: list[str] = []
    drawing = drawn_in(Turns(1), drawn.append)
    drawing("first")
    with turns.aside():
        drawing("second")
    assert drawn == ["first", "second"]


def test_turns_say_how_many_wait_for_one_and_hand_them_on_in_order_but_to_the_pressing_first() -> None:
    some, had = Turns(1), list[str]()
    some.acquire()

    def take(name: str, *, is_first: bool) -> None:
        some.acquire(is_first=is_first)
        had.append(name)
        some.release()

    asked = [("one", False), ("two", False), ("back again", True), ("back after that", True)]
    pages = list[threading.Thread]()
    for count, (name, is_first) in enumerate(asked, start=1):
        pages.append(threading.Thread(target=take, args=(name,), kwargs={"is_first": is_first}))
        pages[-1].start()
        assert settled(lambda count=count: some.waiting == count)
    some.release()
    for page in pages:
        page.join(5)
    assert (had, some.waiting) == (["back again", "back after that", "one", "two"], 0)


def test_what_a_viewer_did_is_drawn_before_refreshes_that_came_earlier() -> None:
    some, drawn = Turns(1), list[str]()
    drawing = turns.in_turns(lambda _, what: drawn.append(what.query_string), some)
    some.acquire()
    pages = list[threading.Thread]()
    for count, (name, is_auto) in enumerate([("one", True), ("two", True), ("clicked", False)], start=1):
        pages.append(threading.Thread(target=drawing, args=(Runner(name), refresh(name, is_auto=is_auto))))
        pages[-1].start()
        assert settled(lambda count=count: some.waiting == count)
    some.release()
    for page in pages:
        page.join(5)
    assert drawn == ["clicked", "one", "two"]


def test_turns_know_which_refreshes_wait_for_one_until_they_have_it() -> None:
    some, seen = Turns(1), list[bool]()
    drawing = drawn_in(some, lambda name: seen.append(some.is_awaited((name, "pulse"))))
    some.acquire()
    page = threading.Thread(target=drawing, args=("a",))
    page.start()
    assert settled(lambda: some.is_awaited(("a", "pulse")))
    assert not some.is_awaited(("a", "body"))
    assert not some.is_awaited(("b", "pulse"))
    some.release()
    page.join(5)
    assert (seen, some.is_awaited(("a", "pulse"))) == ([False], False)


def settled(is_so: Callable[[], bool]) -> bool:
    """Whether something becomes so within a few seconds."""
    pause = threading.Event()
    return any(is_so() or pause.wait(0.01) for _ in range(500))
