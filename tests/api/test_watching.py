"""The command server watched from outside: a heartbeat, metrics a Prometheus reads, an alarm when it stands still."""

import os
import signal
import subprocess
import sys
import time

from prometheus_client.parser import text_string_to_metric_families

from pipelines.clock import FileClock
from pipelines.config import ROOT, secret
from pipelines.http import Http
from tests.alerts.receiver import receiving
from tests.api.server_process import running, write_sources
from tests.api.test_process import chosen  # noqa: F401 a fixture
from tests.jobs.world import World, told

PARTS = {"pulls", "writer", "watch", "notifier"}
FEEDS = {"network", "roster", "labs"}


def _asked(chosen, path, token=""):  # noqa: F811
    http = Http([f"127.0.0.1:{chosen.command_port}"])
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return http.ask("GET", chosen.command_url + path, deadline_s=10, cap_bytes=1_000_000, headers=headers)


def _wait_for(receiver, count, within_s=60):
    deadline = time.monotonic() + within_s
    while len(receiver.got) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    return receiver.texts()


def test_it_is_watched_from_outside(chosen, small):  # noqa: F811
    world = World(small, FileClock(chosen.clock_file))
    world.register("LS-1", 10, times=3)
    with told(world) as sources, receiving() as receiver:
        write_sources(chosen, sources)
        elsewhere = chosen.home / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "notify.toml").write_text(
            f'[[channel]]\nname = "dead"\nkind = "wecom"\nurl = "{receiver.url}"\nlanguage = "en"\nis_watchdog = true\n'
        )
        with running(chosen) as server:
            while PARTS - _alive(chosen) or FEEDS - _pulled(_metrics(chosen)):
                time.sleep(0.2)
            _metrics_are_read(chosen)
            options = ["--home", elsewhere, "--campaign", chosen.campaign_folder, "--url", chosen.command_url]
            command = [sys.executable, "-m", "pipelines.cli", "watch", "--every", "0.5", "--patience", "1", *options]
            with subprocess.Popen([*map(str, command)], cwd=ROOT, stderr=subprocess.DEVNULL) as watcher:
                try:
                    os.kill(server.pid, signal.SIGSTOP)
                    assert "the command server stands still" in _wait_for(receiver, 1)[0]
                    os.kill(server.pid, signal.SIGCONT)
                    assert "the command server goes on again" in _wait_for(receiver, 2)[1]
                    server.kill()
                    assert "the command server stands still" in _wait_for(receiver, 3)[2]
                finally:
                    watcher.kill()


def _alive(chosen):  # noqa: F811
    import msgspec

    silent = msgspec.json.decode(_asked(chosen, "/heartbeat").body)["silent_s"]
    return {part for part, seconds in silent.items() if seconds is not None and seconds < 20}


def _metrics(chosen):  # noqa: F811
    reply = _asked(chosen, "/metrics", secret(chosen, "command"))
    return {family.name: family for family in text_string_to_metric_families(reply.body.decode())}


def _pulled(families):
    name = "tenfold_source_last_good_timestamp_seconds"
    return {sample.labels["source"] for sample in families[name].samples} if name in families else set()


def _metrics_are_read(chosen):  # noqa: F811
    assert _asked(chosen, "/metrics").status == 401
    assert _asked(chosen, "/metrics", "0" * 64).status == 401
    for name in ("scrape", "command"):
        reply = _asked(chosen, "/metrics", secret(chosen, name))
        assert reply.status == 200
    families = _metrics(chosen)
    value = {name: family.samples[0].value for name, family in families.items() if family.samples}
    assert value["tenfold_persons_registered"] == 30
    assert 0 <= value["tenfold_sites_fresh"] <= value["tenfold_sites"] == 9
    assert value["tenfold_tick"] > 0 and value["tenfold_store_commit_milliseconds"] > 0
    assert value["process_resident_memory_bytes"] > 1e6 and value["process_cpu_seconds"] > 0
    assert _pulled(families) >= FEEDS
    outcomes = {(one.labels["job"], one.labels["outcome"]) for one in families["tenfold_job_runs_last_hour"].samples}
    assert ("pull_cycle", "good") in outcomes
    assert "tenfold_alerts_firing" in families
