"""The intake's processes as they really run, started, asked and killed by a test."""

import contextlib
import http.client
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from pipelines.campaign.model import Campaign
from pipelines.clock import set_clock
from pipelines.config import LOOPBACK, Settings, environment_for_children, settings
from tests.ports import free_ports


def free_settings(home: Path, campaign: Campaign) -> Settings:
    """Return settings whose ports nobody listens on."""
    return settings(home=home, campaign=campaign.folder, port=free_ports())


class Intake:
    """A running intake of one campaign; whatever is started is stopped at the end."""

    def __init__(self, campaign: Campaign, home: Path, at: datetime, speed: float = 1.0) -> None:
        """Set the clock to ``at``; nothing runs yet."""
        self.campaign, self.settings = campaign, free_settings(home, campaign)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.set_clock(at, speed)

    def set_clock(self, at: datetime, speed: float) -> None:
        """Set campaign time and its speed for all processes."""
        set_clock(self.settings.clock_file, at, speed)

    def start(self, *names: str) -> None:
        """Start servers by id, ``data``, ``world``; return when each answers."""
        for name in names:
            words = [name] if name in ("data", "world") else ["server", name]
            command = [sys.executable, "-m", "pipelines.cli", "intake", *words]
            environment = environment_for_children(self.settings)
            with (self.settings.home / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        for name in names:
            self._await(name)

    def start_all(self) -> None:
        """Start every server, the data interface and the world."""
        self.start(*self.server_ids, "data", "world")

    @property
    def server_ids(self) -> list[str]:
        """The servers, in the campaign's order."""
        return [server.server_id for server in self.campaign.servers]

    def kill(self, name: str) -> None:
        """Kill a process the hard way."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes.pop(name).wait()

    def stop(self) -> list[int]:
        """Stop all with SIGTERM; return the exit codes."""
        for process in self.processes.values():
            process.terminate()
        codes = [process.wait(timeout=15) for process in self.processes.values()]
        self.processes.clear()
        return codes

    def port(self, name: str) -> int:
        """Return a process's port."""
        fixed = {"data": self.settings.data_port, "world": self.settings.world_port}
        return fixed[name] if name in fixed else self.settings.server_port(self.server_ids.index(name))

    def ask(self, name: str, method: str, path: str, body: Any = None) -> tuple[int, Any, dict[str, str]]:
        """Return (status, decoded answer, headers) of one request; ``body`` is bytes or something to encode."""
        raw = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        with contextlib.closing(http.client.HTTPConnection(LOOPBACK, self.port(name), timeout=10)) as connection:
            connection.request(method, path, body=raw)
            reply = connection.getresponse()
            return reply.status, json.loads(reply.read() or b"null"), dict(reply.getheaders())

    def get(self, name: str, path: str) -> Any:
        """Return the answer to a GET that must succeed."""
        status, answer, _ = self.ask(name, "GET", path)
        assert status == 200, answer
        return answer

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what the ledger holds, read beside the running processes."""
        with contextlib.closing(sqlite3.connect(self.settings.ledger_file)) as ledger:
            return ledger.execute(sql, values).fetchall()

    def tubes(self) -> int:
        """Return how many tubes are registered."""
        return self.rows("SELECT count(*) FROM tube")[0][0]

    def until(self, holds: Any, within_s: float = 40.0) -> None:
        """Wait until ``holds()`` is true."""
        deadline = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < deadline, f"not so within {within_s} s; logs are in {self.settings.home}"
            time.sleep(0.05)

    def _await(self, name: str) -> None:
        def answers() -> bool:
            assert self.processes[name].poll() is None, (self.settings.home / f"{name}.log").read_text()
            try:
                return self.ask(name, "GET", "/healthz")[0] == 200
            except (OSError, http.client.HTTPException):
                return False

        self.until(answers)


@contextlib.contextmanager
def running(campaign: Campaign, home: Path, at: datetime, speed: float = 1.0) -> Generator[Intake]:
    """Yield an intake and stop it afterwards, whatever happened."""
    intake = Intake(campaign, home, at, speed)
    try:
        yield intake
    finally:
        for process in intake.processes.values():
            process.kill()
            process.wait()


@contextlib.contextmanager
def holder_of(lock: Path) -> Generator["subprocess.Popen[bytes]"]:
    """Another process that holds ``lock`` until the end."""
    words = "import fcntl, sys, time; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True)"
    command = [sys.executable, "-c", f"{words}; time.sleep(600)", str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == b"1\n"
            yield holder
        finally:
            holder.kill()
