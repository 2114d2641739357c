"""Threads that draw pages are kept: what is asked is done at once, by the same ones, with nothing left of the last."""

import contextvars
import inspect
import threading
from dataclasses import dataclass, field

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import SCRIPT_RUN_CONTEXT_ATTR_NAME

from dashboard.serving import crew
from dashboard.serving.crew import Crew

PAGE = contextvars.ContextVar("PAGE", default="none")


@dataclass
class Runner:
    """What draws a session's page, and what it found in its thread when it began."""

    name: str
    found: list[tuple[str, object]] = field(default_factory=list[tuple[str, object]])
    over: threading.Event = field(default_factory=threading.Event)
    _script_thread: threading.Thread | None = None

    def start(self) -> None:
        raise RuntimeError("was already started")

    def _run_script_thread(self) -> None:
        thread = threading.current_thread()
        assert thread is self._script_thread
        self.found.append((PAGE.get(), getattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME, None)))
        PAGE.set(self.name)
        setattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME, self.name)
        self.over.set()


def test_the_installed_streamlit_begins_its_runs_where_the_crew_does_them() -> None:
    assert callable(getattr(ScriptRunner, crew.NAME))
    assert callable(getattr(ScriptRunner, crew.WORK))
    assert "self._script_thread is not None" in inspect.getsource(ScriptRunner.start)


def test_one_thread_draws_one_page_after_another_and_leaves_nothing_of_it_to_the_next() -> None:
    hands, done = Crew(), list[threading.Thread | None]()
    for name in ("a", "b", "c"):
        runner = Runner(name)
        crew.by(Runner.start, hands)(runner)
        assert runner.over.wait(5)
        assert runner.found == [("none", None)]
        done.append(runner._script_thread)
        idle(hands)
    assert len(set(done)) == 1


def test_who_is_asked_while_all_are_busy_is_somebody_new() -> None:
    hands, both, names = Crew(), threading.Barrier(3, timeout=5), set[int]()

    def meet() -> None:
        names.add(threading.get_ident())
        both.wait()

    hands.do(meet)
    hands.do(meet)
    both.wait()
    assert len(names) == 2


def test_a_task_that_fails_ends_no_thread() -> None:
    hands, done, who = Crew(), threading.Event(), list[int]()

    def fail() -> None:
        who.append(threading.get_ident())
        raise ValueError("broken")

    def work() -> None:
        who.append(threading.get_ident())
        done.set()

    hands.do(fail)
    idle(hands)
    hands.do(work)
    assert done.wait(5)
    assert len(set(who)) == 1


def test_what_was_begun_before_is_refused_as_streamlit_does() -> None:
    runner = Runner("a", _script_thread=threading.current_thread())
    with pytest.raises(RuntimeError, match="already started"):
        crew.by(Runner.start, Crew())(runner)
    assert not runner.over.is_set()


def test_who_was_busy_last_is_asked_first_and_who_is_not_asked_goes() -> None:
    hands, both, who = Crew(idle_s=0.3), threading.Barrier(3, timeout=5), list[int]()

    def meet() -> None:
        both.wait()

    hands.do(meet)
    hands.do(meet)
    both.wait()
    idle(hands, 2)
    for _ in range(5):
        done = threading.Event()
        hands.do(lambda done=done: (who.append(threading.get_ident()), done.set()))
        assert done.wait(5)
        idle(hands, 2)
    assert len(set(who)) == 1
    idle(hands, 0)
    done = threading.Event()
    hands.do(done.set)
    assert done.wait(5)


def idle(hands: Crew, many: int = 1) -> None:
    """Wait until so many of the crew are there and idle."""
    pause = threading.Event()
    assert any(len(hands._idle) == many or pause.wait(0.01) for _ in range(500))
