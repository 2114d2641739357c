"""Jobs and a scheduler that stand still say so: what is given up, or not begun, is no progress."""

import threading
import time

import pytest

from pipelines.alerts.deadman import Heartbeat, Part, trouble
from pipelines.jobs.work import Desk, Harvest

JOBS = {Part.PULLS: "pull_cycle", Part.WATCH: "watch", Part.NOTIFIER: "notify"}


@pytest.mark.parametrize("part", JOBS)
def test_a_part_that_hangs_makes_no_progress_however_often_it_is_given_up(setup, part: Part):
    over, job = threading.Event(), setup.job(JOBS[part])
    setup.run("pull_cycle", "watch", "notify")
    work, moved = job.work, setup.jobs._boundary.moved_s(job.name)

    def hangs(_: Desk) -> Harvest:
        over.wait(60)
        return Harvest()

    job.work, job.limit_s = hangs, 0.05
    for _ in range(5):
        setup.run(job.name)
    assert setup.jobs._boundary.moved_s(job.name) == moved
    assert setup.jobs._boundary.ended_s(job.name) > moved, "the schedule goes on"
    told = setup.jobs.silent_s()
    later = {name: (s or 0) + 45.0 * (name == part.value) for name, s in told.items()}
    assert f"{part.value} " in trouble(Heartbeat(silent_s=later))
    over.set()
    job.work, job.limit_s = work, 15.0
    while not all(run.done() for run in job.hung):
        time.sleep(0.01)
    setup.run(job.name)
    assert setup.jobs._boundary.moved_s(job.name) > moved, "and once it ends by itself it is well again"


def test_a_scheduler_that_stops_is_silence_of_every_part(setup):
    setup.jobs.start()
    deadline = time.monotonic() + 20
    while None in setup.jobs.silent_s().values() and time.monotonic() < deadline:
        time.sleep(0.05)
    setup.jobs._scheduler.pause()
    time.sleep(2.0)
    before = setup.jobs.silent_s()
    assert None not in before.values()
    time.sleep(2.0)
    after = setup.jobs.silent_s()
    assert all(after[part] - before[part] >= 1.9 for part in before), (before, after)
    setup.jobs._scheduler.resume()
    while setup.jobs.silent_s()["pulls"] > before["pulls"] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert setup.jobs.silent_s()["pulls"] < after["pulls"]


def test_what_comes_while_the_leading_job_is_under_way_waits_for_its_tick(setup):
    go, begun, lead = threading.Event(), threading.Event(), setup.job("pull_cycle")

    def slow(_desk: Desk) -> Harvest:
        begun.set()
        go.wait(10)
        return Harvest()

    lead.work = slow
    leading = threading.Thread(target=setup.run, args=("pull_cycle",))
    leading.start()
    begun.wait(10)
    setup.run("pull_labs")
    assert setup.bench.store.moments.newest.number == 0
    go.set()
    leading.join()
    assert setup.bench.store.moments.newest.number == 1
    assert setup.last_run("pull_labs")["outcome"] == "ok"
    assert setup.last_run("pull_cycle")["outcome"] == "ok"
