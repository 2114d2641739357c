"""The command server as a process: ready after its first pull, stopped in order, alone on its store and its port."""

import signal
import subprocess
import time

import duckdb
import pytest

from pipelines.clock import FileClock, set_clock
from pipelines.config import ROOT, secret, settings
from tests.api.server_process import command, running, write_sources
from tests.jobs.world import World, told
from tests.ports import free_ports


@pytest.fixture
def chosen(tmp_path, small_folder, small):
    made = settings(tmp_path / "home", small_folder, free_ports())
    set_clock(made.clock_file, small.round.demo_starts_at, 60.0)
    return made


def test_it_is_ready_after_its_first_pull_and_stops_in_order(chosen, small):
    from pipelines.client import CommandClient

    world = World(small, FileClock(chosen.clock_file))
    world.register("LS-1", 10, times=3)
    with told(world) as sources:
        write_sources(chosen, sources)
        with running(chosen) as process:
            client = CommandClient(chosen.command_url, secret(chosen, "command"))
            totals = client.ask("district_totals", client.edge().as_of)
            assert totals["persons_registered"].item() == 30

            second = subprocess.run(command(chosen), cwd=ROOT, capture_output=True, text=True, timeout=60)
            assert second.returncode == 2 and f"port {chosen.command_port} is in use" in second.stderr

            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
    with duckdb.connect(str(chosen.store_file), read_only=True) as file:
        assert file.execute("SELECT sum(persons) FROM tube_event").fetchall() == [(30,)]
    assert not chosen.store_file.with_suffix(".duckdb.wal").exists(), "closed in order, nothing left to replay"


def test_a_store_that_another_server_holds_is_refused_in_a_sentence(chosen, small):
    world = World(small, FileClock(chosen.clock_file))
    with told(world) as sources:
        write_sources(chosen, sources)
        with running(chosen):
            elsewhere = settings(chosen.home, chosen.campaign_folder, free_ports())
            second = subprocess.run(command(elsewhere), cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert second.returncode == 2
    assert "is in use by process" in second.stderr and "choose another TENFOLD_HOME" in second.stderr
    assert "Traceback" not in second.stderr


def test_it_is_ready_even_when_every_source_is_down_and_says_so(chosen, small):
    from pipelines.client import CommandClient

    world = World(small, FileClock(chosen.clock_file))
    with told(world) as sources:
        write_sources(chosen, sources)
    with running(chosen):
        client = CommandClient(chosen.command_url, secret(chosen, "command"))
        health: list[str] = []
        while health != ["down"] * 3:
            as_of = client.edge().as_of
            health = client.ask("servers_live", as_of)["health"].to_list()
            time.sleep(0.1)
        assert client.ask("freshness", as_of)["sites_fresh"].item() == 0
        assert set(client.ask("sources_live", as_of)["last_outcome"]) == {"unreachable"}
