"""Keeping a set of processes alive: start, watch, restart what dies or hangs, stop all."""

import ctypes
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.clock import stopwatch
from pipelines.logs import logger

LONGEST_PAUSE_S = 5.0
STEADY_AFTER_S = 20.0
HUNG_AFTER_S = 30.0
SLOWEST_START_S = 150.0  # a full day is taken up on a busy machine; what has answered once hangs sooner
PROBE_EVERY_S = 2.0
STOP_WITHIN_S = 6.0
PR_SET_PDEATHSIG = 1

log = logger(__name__)


@dataclass(frozen=True)
class ProcessSpec:
    """One process to keep: its name, its command line, the port it serves (None: none), and where it says how it is."""

    name: str
    command: Sequence[str]
    port: int | None
    alive_path: str = "/healthz"
    ready_path: str = "/healthz"


Probe = Callable[[ProcessSpec], bool]
Held = Callable[[], Collection[str]]


def nobody() -> Collection[str]:
    """Return the names that are held down when nothing is."""
    return ()


@dataclass
class _Child:
    spec: ProcessSpec
    process: subprocess.Popen[bytes]
    started_s: float
    answered_s: float
    pause_s: float = 0.2
    due_s: float | None = None
    is_held: bool = False
    has_answered: bool = False


@dataclass
class Supervisor:
    """Invariant: every spec that was started has exactly one live process, or one due to be started again, or is held.

    With a ``probe``, a process that does not answer it for ``hung_after_s`` (one that has just started and never
    answered: for ``start_within_s``) is killed, and so started again. What
    ``held`` names is killed the hard way and kept down for as long as it is named, then started at once.
    """

    environment: Mapping[str, str]
    log_folder: Path
    working_folder: Path
    probe: Probe | None = None
    hung_after_s: float = HUNG_AFTER_S
    held: Held = nobody
    start_within_s: float = SLOWEST_START_S
    stopping: threading.Event = field(default_factory=threading.Event)
    _children: dict[str, _Child] = field(default_factory=dict[str, _Child])

    def start(self, spec: ProcessSpec) -> None:
        """Start one process; its output goes to ``<log_folder>/<name>.log``."""
        self._children[spec.name] = _Child(spec, self._launch(spec), stopwatch(), stopwatch())

    def watch(self, on_restart: Callable[[str, int], None], tick_s: float = 0.1) -> None:
        """Restart what dies, with a growing pause for what keeps dying, until ``stopping`` is set."""
        if self.probe is not None:
            threading.Thread(target=self._kill_hung, args=(self.probe,), name="probes", daemon=True).start()
        while not self.stopping.wait(tick_s):
            held = self.held()
            for child in self._children.values():
                if not self._hold(child, child.spec.name in held, on_restart):
                    self._tend(child, on_restart)

    def pid(self, name: str) -> int:
        """Return the process id that now serves ``name``."""
        return self._children[name].process.pid

    def exited(self) -> list[tuple[str, int]]:
        """Return name and exit code of each process that has ended and was not started again."""
        codes = [(name, child.process.poll()) for name, child in self._children.items() if not child.is_held]
        return [(name, code) for name, code in codes if code is not None]

    def stop(self) -> None:
        """Ask every process to end; kill those that have not ended after a few seconds."""
        self.stopping.set()
        for child in self._children.values():
            if child.process.poll() is None:
                child.process.terminate()
        deadline = stopwatch() + STOP_WITHIN_S
        for child in self._children.values():
            try:
                child.process.wait(max(0.1, deadline - stopwatch()))
            except subprocess.TimeoutExpired:
                log.warning("process did not end when asked and is killed", name=child.spec.name)
                child.process.kill()
                child.process.wait()

    def _hold(self, child: _Child, is_held: bool, on_restart: Callable[[str, int], None]) -> bool:
        """Kill what is held and start what is released; return whether the child is held."""
        if is_held and not child.is_held:
            log.warning("process is held down", name=child.spec.name)
        elif child.is_held and not is_held:
            code = child.process.wait()
            self._restart(child)
            log.warning("process is released", name=child.spec.name)
            on_restart(child.spec.name, code)
        child.is_held = is_held
        if is_held and child.process.poll() is None:
            child.process.kill()
            child.process.wait()
        return is_held

    def _restart(self, child: _Child) -> None:
        now = stopwatch()
        child.process, child.started_s, child.answered_s, child.due_s = self._launch(child.spec), now, now, None

    def _tend(self, child: _Child, on_restart: Callable[[str, int], None]) -> None:
        code = child.process.poll()
        now = stopwatch()
        if code is None:
            return
        if child.due_s is None:
            steady = now - child.started_s > STEADY_AFTER_S
            child.pause_s = 0.2 if steady else min(child.pause_s * 2, LONGEST_PAUSE_S)
            child.due_s = now + child.pause_s
            log.warning("process ended", name=child.spec.name, exit_code=code, restart_in_s=round(child.pause_s, 1))
        elif now >= child.due_s:
            self._restart(child)
            on_restart(child.spec.name, code)

    def _kill_hung(self, probe: Probe) -> None:
        every_s = min(PROBE_EVERY_S, self.hung_after_s / 4)
        while not self.stopping.wait(every_s):
            for child in self._children.values():
                self._kill_if_hung(child, probe)

    def _kill_if_hung(self, child: _Child, probe: Probe) -> None:
        patience_s = self.hung_after_s if child.has_answered else self.start_within_s
        if child.process.poll() is not None:
            child.answered_s, child.has_answered = stopwatch(), False
        elif probe(child.spec):
            child.answered_s, child.has_answered = stopwatch(), True
        elif stopwatch() - child.answered_s > patience_s:
            log.error("process hangs and is killed", name=child.spec.name, silent_s=round(patience_s))
            child.process.kill()

    def _launch(self, spec: ProcessSpec) -> subprocess.Popen[bytes]:
        self.log_folder.mkdir(parents=True, exist_ok=True)
        with (self.log_folder / f"{spec.name}.log").open("ab") as output:
            return subprocess.Popen(  # noqa: S603  # the specs are this program's own, no shell
                list(spec.command),
                cwd=self.working_folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )


def _end_with_parent() -> None:
    """Have the kernel end this child when the supervisor is killed, so that no orphan holds a port."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def port_is_free(host: str, port: int) -> bool:
    """Return whether a server could listen on ``host:port`` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
