"""The command server as a process: ready after its first pull, stopped in order, alone on its store and its port."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import duckdb
import msgspec
import pytest

from pipelines.clock import FileClock, set_clock
from pipelines.config import ROOT, secret, settings
from pipelines.http import Http, HttpFailure
from tests.jobs.world import World, told


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1] - 1


@pytest.fixture
def chosen(tmp_path, small_folder, small):
    made = settings(tmp_path / "home", small_folder, _free_port())
    set_clock(made.clock_file, small.round.demo_starts_at, 60.0)
    return made


def _write_sources(chosen, sources) -> None:
    allow = ", ".join(f'"{address}"' for address in sources.allow)
    tables = [
        "[[source]]\n"
        + "\n".join(f"{key} = {msgspec.json.encode(value).decode()}" for key, value in row.items() if value)
        for row in msgspec.to_builtins(sources.source)
    ]
    chosen.sources_file.write_text(f"allow = [{allow}]\n\n" + "\n\n".join(tables) + "\n", encoding="utf-8")


def _command(chosen) -> list[str]:
    options = ["--home", chosen.home, "--campaign", chosen.campaign_folder, "--port", chosen.port]
    return [sys.executable, "-m", "pipelines.cli", "pipelines", *map(str, options)]


@contextmanager
def _running(chosen):
    with subprocess.Popen(
        _command(chosen), cwd=ROOT, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        try:
            _wait_until_ready(chosen, process)
            yield process
        finally:
            process.kill()


def _wait_until_ready(chosen, process) -> None:
    http = Http([f"127.0.0.1:{chosen.command_port}"])
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if http.ask("GET", chosen.command_url + "/readyz", deadline_s=2, cap_bytes=10_000).status == 200:
                return
        except HttpFailure:
            pass
        time.sleep(0.1)
    process.kill()
    raise AssertionError(f"not ready: {process.stderr.read()}")


def test_it_is_ready_after_its_first_pull_and_stops_in_order(chosen, small):
    from pipelines.client import CommandClient

    world = World(small, FileClock(chosen.clock_file))
    world.register("LS-1", 10, times=3)
    with told(world) as sources:
        _write_sources(chosen, sources)
        with _running(chosen) as process:
            client = CommandClient(chosen.command_url, secret(chosen, "command"))
            totals = client.ask("district_totals", client.edge().as_of)
            assert totals["persons_registered"].item() == 30

            second = subprocess.run(_command(chosen), cwd=ROOT, capture_output=True, text=True, timeout=60)
            assert second.returncode == 2 and f"port {chosen.command_port} is in use" in second.stderr

            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
    with duckdb.connect(str(chosen.store_file), read_only=True) as file:
        assert file.execute("SELECT sum(persons) FROM tube_event").fetchall() == [(30,)]
    assert not chosen.store_file.with_suffix(".duckdb.wal").exists(), "closed in order, nothing left to replay"


def test_a_store_that_another_server_holds_is_refused_in_a_sentence(chosen, small):
    world = World(small, FileClock(chosen.clock_file))
    with told(world) as sources:
        _write_sources(chosen, sources)
        with _running(chosen):
            elsewhere = settings(chosen.home, chosen.campaign_folder, _free_port())
            second = subprocess.run(_command(elsewhere), cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert second.returncode == 2
    assert "is in use by process" in second.stderr and "choose another TENFOLD_HOME" in second.stderr
    assert "Traceback" not in second.stderr


def test_it_is_ready_even_when_every_source_is_down_and_says_so(chosen, small):
    from pipelines.client import CommandClient

    world = World(small, FileClock(chosen.clock_file))
    with told(world) as sources:
        _write_sources(chosen, sources)
    with _running(chosen):
        client = CommandClient(chosen.command_url, secret(chosen, "command"))
        health: list[str] = []
        while health != ["down"] * 3:
            as_of = client.edge().as_of
            health = client.ask("servers_live", as_of)["health"].to_list()
            time.sleep(0.1)
        assert client.ask("freshness", as_of)["sites_fresh"].item() == 0
        assert set(client.ask("sources_live", as_of)["last_outcome"]) == {"unreachable"}
