"""The supervisor keeps one live process a name, whatever kills it, and leaves none behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from pipelines.supervisor import Probe, ProcessSpec, Supervisor, port_is_free

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [sys.executable, "-c", "import signal,time; signal.signal(signal.SIGTERM, lambda *_: None); time.sleep(600)"]


@contextmanager
def supervised(
    tmp_path: Path,
    *specs: ProcessSpec,
    probe: Probe | None = None,
    hung_after_s: float = 30,
    held: Callable[[], Collection[str]] = tuple,
    start_within_s: float = 0.4,
) -> Iterator[tuple[Supervisor, list[tuple[str, int]]]]:
    """Run a supervisor over ``specs`` in a thread; yield it and the list of its restarts."""
    supervisor = Supervisor(dict(os.environ), tmp_path / "logs", tmp_path, probe, hung_after_s, held, start_within_s)
    for spec in specs:
        supervisor.start(spec)
    restarts: list[tuple[str, int]] = []
    thread = threading.Thread(target=supervisor.watch, args=(lambda name, code: restarts.append((name, code)), 0.01))
    thread.start()
    try:
        yield supervisor, restarts
    finally:
        supervisor.stop()
        thread.join()


def test_a_killed_process_is_started_again_and_the_other_is_left_alone(tmp_path: Path) -> None:
    with supervised(tmp_path, ProcessSpec("a", SLEEP, None), ProcessSpec("b", SLEEP, None)) as (supervisor, restarts):
        first, other = supervisor.pid("a"), supervisor.pid("b")
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: restarts)
        assert restarts == [("a", -signal.SIGKILL)]
        assert supervisor.pid("a") != first
        assert supervisor.pid("b") == other


def test_what_keeps_dying_is_started_ever_more_slowly(tmp_path: Path) -> None:
    dies = ProcessSpec("dies", [sys.executable, "-c", "import sys; sys.exit(3)"], None)
    with supervised(tmp_path, dies) as (_, restarts):
        wait_for(lambda: len(restarts) >= 2)
        assert set(restarts) == {("dies", 3)}
        assert len(restarts) < 10


def test_a_process_that_hangs_is_killed_and_started_again_and_one_that_answers_is_not(tmp_path: Path) -> None:
    hangs, answers = ProcessSpec("hangs", SLEEP, 1), ProcessSpec("answers", SLEEP, 2)
    with supervised(tmp_path, hangs, answers, probe=lambda spec: spec.name == "answers", hung_after_s=0.4) as (
        _,
        restarts,
    ):
        wait_for(lambda: restarts)
        assert set(restarts) == {("hangs", -signal.SIGKILL)}


def test_a_process_that_is_slow_to_start_is_given_longer_than_one_that_hangs(tmp_path: Path) -> None:
    slow, asked = ProcessSpec("slow", SLEEP, 1), ProcessSpec("asked", SLEEP, 2)
    answers = iter([True])  # once, then no more

    def probe(spec: ProcessSpec) -> bool:
        return spec.name == "asked" and next(answers, False)

    with supervised(tmp_path, slow, asked, probe=probe, hung_after_s=0.4, start_within_s=60) as (_, restarts):
        wait_for(lambda: restarts)
        assert set(restarts) == {("asked", -signal.SIGKILL)}


def test_what_is_held_is_killed_and_kept_down_until_it_is_released_and_the_other_is_left_alone(tmp_path: Path) -> None:
    down: set[str] = set()
    specs = ProcessSpec("a", SLEEP, None), ProcessSpec("b", SLEEP, None)
    with supervised(tmp_path, *specs, held=lambda: frozenset(down)) as (supervisor, restarts):
        first, other = supervisor.pid("a"), supervisor.pid("b")
        down.add("a")
        wait_for(lambda: not psutil.pid_exists(first))
        time.sleep(1.0)  # longer than a dead process is left lying
        assert (restarts, supervisor.pid("a"), supervisor.exited()) == ([], first, [])
        down.clear()
        wait_for(lambda: restarts)
        assert restarts == [("a", -signal.SIGKILL)]
        assert psutil.pid_exists(supervisor.pid("a"))
        assert supervisor.pid("b") == other


def test_what_is_held_while_all_is_stopped_stays_down(tmp_path: Path) -> None:
    with supervised(tmp_path, ProcessSpec("a", SLEEP, None), held=lambda: {"a"}) as (supervisor, restarts):
        wait_for(lambda: not psutil.pid_exists(supervisor.pid("a")))
    assert restarts == []
    assert not psutil.pid_exists(supervisor.pid("a"))


def test_stopping_ends_even_a_process_that_ignores_the_request(tmp_path: Path) -> None:
    with supervised(tmp_path, ProcessSpec("stubborn", STUBBORN, None), ProcessSpec("meek", SLEEP, None)) as (keeper, _):
        time.sleep(0.3)
        pids = [keeper.pid("stubborn"), keeper.pid("meek")]
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_children_do_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import os,sys,pathlib;from pipelines.supervisor import *;"
        f"s=Supervisor(dict(os.environ), pathlib.Path({str(tmp_path)!r}), pathlib.Path('.'));"
        f"s.start(ProcessSpec('a', {SLEEP!r}, None));sys.stdout.write(str(s.pid('a'))+chr(10));sys.stdout.flush();"
        "s.watch(lambda *_: None)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    wait_for(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)


def test_a_processs_words_are_kept_across_restarts(tmp_path: Path) -> None:
    says = ProcessSpec("says", [sys.executable, "-c", "import sys; sys.stdout.write('word\\n')"], None)
    log = tmp_path / "logs" / "says.log"
    with supervised(tmp_path, says):
        wait_for(lambda: log.exists() and log.read_text().count("word") >= 2)


def test_a_taken_port_is_seen_and_a_free_one_too() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not port_is_free("127.0.0.1", port)
    assert port_is_free("127.0.0.1", port)


def wait_for(condition: object, within_s: float = 20.0) -> None:
    """Wait until ``condition()`` is truthy; fail when it never is."""
    assert callable(condition)
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
