"""Fixtures of the jobs' tests: the small world told over HTTP, a store, and the job table over both."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.config import SourceFile
from pipelines.http import Http
from pipelines.jobs import GivenAnswers, Jobs
from pipelines.jobs.boundary import Job
from tests.jobs.ending import end
from tests.jobs.world import World, told
from tests.store.kit import Bench


@dataclass
class Setup:
    """A world, its sources, a store, and the jobs, not yet scheduled: ``run`` does one run as the scheduler would."""

    bench: Bench
    world: World
    sources: SourceFile
    jobs: Jobs
    given: GivenAnswers = field(default_factory=GivenAnswers)

    def job(self, name: str) -> Job:
        return next(job for job in self.jobs._jobs if job.name == name)

    def run(self, *names: str) -> None:
        for name in names:
            self.jobs._boundary.run(self.job(name))

    def last_run(self, name: str) -> dict[str, object]:
        runs = self.bench.ask("job_runs", as_of=self.bench.store.moments.newest.stored_at)
        return next(run for run in runs.iter_rows(named=True) if run["job"] == name)

    def ask(self, name: str, **params: object) -> object:
        return self.bench.ask(name, as_of=self.bench.store.moments.edge().as_of, **params)


@pytest.fixture
def make_setup(tmp_path: Path, small: Campaign) -> Iterator[Callable[[], Setup]]:
    """Make a set-up; all of them are taken down at the end."""
    made: list[Setup] = []
    worlds = []

    def make() -> Setup:
        bench = Bench(tmp_path / "command.duckdb", small)
        world = World(small, bench.clock)
        serving = told(world)
        sources = serving.__enter__()
        worlds.append(serving)
        given = GivenAnswers()
        jobs = Jobs(bench.store, small, sources, Http(sources.allow, connections=16), bench.clock, given=given)
        made.append(Setup(bench, world, sources, jobs, given))
        return made[-1]

    yield make
    for setup in made:
        setup.world.over.set()
        if setup.jobs._scheduler.running:
            setup.jobs.stop()
        else:
            end(setup.jobs)
        setup.bench.store.close()
    for serving in worlds:
        serving.__exit__(None, None, None)


@pytest.fixture
def setup(make_setup: Callable[[], Setup]) -> Setup:
    """One set-up."""
    return make_setup()
