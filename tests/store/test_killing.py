"""A writer that is killed loses nothing it acknowledged and leaves nothing twice."""

import subprocess
import sys
import time

from pipelines.config import ROOT
from tests.store.kit import Bench


def _killed_after(path, seconds: float) -> int:
    """Run the writer, SIGKILL it, and return the last sequence it said was stored."""
    command = [sys.executable, "-m", "tests.store.writer", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.kill()
        return int(([first, *writer.stdout.read().split("\n")[:-1]])[-1])


def test_three_kills_lose_nothing_acknowledged_and_store_nothing_twice(tmp_path, small):
    path = tmp_path / "command.duckdb"
    for seconds in (0.3, 0.55, 0.15):
        acknowledged = _killed_after(path, seconds)
        bench = Bench(path, small, "05:00")
        stored = bench.store.last_sequence()
        assert stored >= acknowledged
        totals = bench.ask("district_trend")
        assert totals["tubes_registered"].sum() == stored, "each sequence is stored once, none is missing"
        assert totals["persons_total"].to_list()[-1] == sum(n % 10 + 1 for n in range(1, stored + 1))
        past = bench.ask("district_trend", as_of=bench.store.moments.newest.stored_at)
        assert past["tubes_registered"].sum() == stored
        bench.store.close()


def test_a_restart_goes_on_where_the_last_commit_ended(bench):
    bench.tick("01:00", tube_event="sequence | site_id | persons | happened_at\n7 | LS-1 | 10 | 00:58")
    before = bench.store.moments.newest
    bench.reopen()
    assert bench.store.last_sequence() == 7
    assert bench.store.moments.newest == before
    later = bench.tick(
        tube_event="sequence | site_id | persons | happened_at\n7 | LS-1 | 10 | 00:58\n8 | LS-1 | 5 | 00:59"
    )
    assert later > before.stored_at
    assert bench.ask("district_trend", as_of=later)["persons_total"].to_list()[-1] == 15
