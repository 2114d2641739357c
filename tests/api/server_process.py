"""A command server as a process of its own, over the sources that a test tells."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

import msgspec

from pipelines.config import ROOT, Settings, SourceFile
from pipelines.http import Http, HttpFailure

# The first start after an installation compiles for ten seconds of a core beside it.
READY_WITHIN_S = 90.0


def write_sources(chosen: Settings, sources: SourceFile) -> None:
    """Write the sources file of ``chosen``."""
    allow = ", ".join(f'"{address}"' for address in sources.allow)
    tables = [
        "[[source]]\n"
        + "\n".join(f"{key} = {msgspec.json.encode(value).decode()}" for key, value in row.items() if value)
        for row in msgspec.to_builtins(sources.source)
    ]
    chosen.sources_file.write_text(f"allow = [{allow}]\n\n" + "\n\n".join(tables) + "\n", encoding="utf-8")


def command(chosen: Settings) -> list[str]:
    """Return the command line of the command server of ``chosen``."""
    options = ["--home", chosen.home, "--campaign", chosen.campaign_folder, "--port", chosen.port]
    return [sys.executable, "-m", "pipelines.cli", "pipelines", *map(str, options)]


@contextmanager
def running(chosen: Settings) -> Generator[subprocess.Popen[str]]:
    """Start the command server, yield it once it is ready, kill it."""
    with subprocess.Popen(
        command(chosen), cwd=ROOT, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        try:
            wait_until_ready(chosen, process)
            yield process
        finally:
            process.kill()


def wait_until_ready(chosen: Settings, process: subprocess.Popen[str]) -> None:
    """Return once the server is ready; fails with what it said when it is not."""
    http = Http([f"127.0.0.1:{chosen.command_port}"])
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if http.ask("GET", chosen.command_url + "/readyz", deadline_s=2, cap_bytes=10_000).status == 200:
                return
        except HttpFailure:
            pass
        time.sleep(0.1)
    process.kill()
    raise AssertionError(f"not ready: {process.stderr.read() if process.stderr else ''}")
