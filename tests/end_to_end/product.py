"""A running product for a test: started by its own command, looked at from outside, stopped by Ctrl-C."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

from pipelines.client import CommandClient
from pipelines.config import ROOT, Settings, secret, settings
from tests.ports import free_ports

T = TypeVar("T")


@dataclass(frozen=True)
class Product:
    """One running ``tenfold up``."""

    process: subprocess.Popen[str]
    settings: Settings

    @property
    def url(self) -> str:
        """The address a browser opens."""
        return f"http://{self.settings.host}:{self.settings.dashboard_port}"

    @property
    def command(self) -> CommandClient:
        """A client of the command server."""
        return CommandClient(self.settings.command_url, secret(self.settings, "command"))

    def pid_of(self, *words: str) -> int | None:
        """Return the process whose command line ends with ``words``, None when there is none just now."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if child.cmdline()[-len(words) :] == list(words):
                    return child.pid
            except psutil.Error:
                continue
        return None

    def kill(self, *words: str) -> bool:
        """SIGKILL the process whose command line ends with ``words``; return whether there was one."""
        pid = self.pid_of(*words)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        return pid is not None

    def ledger(self) -> sqlite3.Connection:
        """Open the intake's ledger, read-only."""
        return sqlite3.connect(f"file:{self.settings.ledger_file}?mode=ro", uri=True)

    def log(self, name: str) -> str:
        """Return what a process has logged."""
        return (self.settings.log_folder / f"{name}.log").read_text(encoding="utf-8")


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[Product]:
    """Start ``tenfold up``, yield it once it says it is live, and stop it as Ctrl-C does."""
    port = free_ports()
    command = [sys.executable, "-m", "pipelines.cli", "up", "--home", str(home), "--port", str(port), *arguments]
    errors = (home.parent / f"{home.name}.stderr").open("w+", encoding="utf-8")
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if "live at" not in line:
            errors.seek(0)
            raise AssertionError(f"the product did not start: {line} {errors.read()}")
        yield Product(process, settings(home, port=port))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        errors.close()


def until(what: str, probe: Callable[[], T], within_s: float = 60.0) -> T:
    """Return the first truthy answer of ``probe``; fail with ``what`` when none comes."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if answer := probe():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {within_s:.0f} s in vain for {what}")
