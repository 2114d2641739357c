"""Every feed of the simulated world is pulled, checked and stored as it is served, by the jobs that do it every day."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.clock import FileClock
from pipelines.config import load_sources
from pipelines.http import Http
from pipelines.intake.day.prefill import prefill
from pipelines.jobs import Jobs
from pipelines.store import Store
from pipelines.up import simulated_sources
from pipelines.vocabulary import SourceKind
from tests.intake.running import Intake, running
from tests.jobs.ending import end


@dataclass
class Command:
    """The pipelines over a running world, run by run."""

    intake: Intake
    store: Store
    jobs: Jobs

    def run(self, *names: str) -> None:
        for name in names:
            self.jobs._boundary.run(next(job for job in self.jobs._jobs if job.name == name))
        self.jobs._boundary.flush()

    def ask(self, name: str, **own: str):
        as_of = self.store.moments.edge().as_of
        return self.store.ask(name, {"as_of": as_of, "speed": 1.0, "scope_level": "district", "scope_id": None} | own)


@pytest.fixture(scope="module")
def command(small: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The small district an hour after opening; the clock stands still."""
    home: Path = tmp_path_factory.mktemp("feeds")
    with running(small, home, small.round.demo_starts_at, 0.0) as intake:
        prefill(small, intake.settings, small.round.demo_starts_at, lambda share: None)
        intake.start_all()
        intake.settings.sources_file.write_text(simulated_sources(small, intake.settings))
        sources = load_sources(intake.settings.sources_file)
        clock = FileClock(intake.settings.clock_file)
        store = Store(home / "command.duckdb", clock, small)
        jobs = Jobs(store, small, sources, Http(sources.allow, connections=16), clock)
        yield Command(intake, store, jobs)
        end(jobs)
        store.close()


@pytest.mark.slow
def test_the_sites_pages_are_pulled_and_stored(command: Command, small: Campaign):
    command.run("pull_cycle", "pull_roster", "pull_desks", "pull_sites", "pull_people")
    outcomes = {row["source_id"]: (row["last_outcome"], row["last_reason"]) for row in _rows(command, "sources_live")}
    told = ("desks", "orders", "gates", "kit", "vehicles", "labels", "quality", "people")
    assert {source: outcomes[source] for source in told} == dict.fromkeys(told, ("ok", ""))
    assert command.ask("desks_live").height == sum(site.lanes for site in small.sites)
    assert command.ask("gate_totals")["persons_screened"].item() > 0
    assert command.ask("kit_live")["is_fresh"].to_list() == [True] * len(small.sites)
    assert command.ask("labels_live")["labels_used"].sum() == command.ask("quality_live")["tubes_registered"].sum() > 0
    assert command.ask("vehicles_live").height > 0
    people = command.ask("people_live")
    assert people["registered"].sum() == sum(plan.persons for plan in small.staff)
    assert people["on_shift"].sum() == command.ask("district_totals")["staff_on_shift"].item() > 0


@pytest.mark.slow
def test_the_feeds_are_read_on_from_what_is_stored(command: Command):
    feeds = ("pull_steps", "pull_inputs", "pull_cases", "pull_exceptions")
    command.run(*feeds)
    outcomes = {row["source_id"]: (row["last_outcome"], row["last_reason"]) for row in _rows(command, "sources_live")}
    told = ("steps", "inputs", "cases", "exceptions")
    assert {source: outcomes[source] for source in told} == dict.fromkeys(told, ("ok", ""))
    sheets = [row for row in _rows(command, "readiness_live") if row["sheets"] == "ok"]
    assert len(sheets) == len(command.intake.campaign.sites)
    reached = {kind: command.store.last_sequence(kind) for kind in (SourceKind.STEPS, SourceKind.SPECIAL_CASES)}
    assert min(reached.values()) > 0
    command.run(*feeds)
    assert {kind: command.store.last_sequence(kind) for kind in reached} == reached


@pytest.mark.slow
def test_an_order_is_known_at_the_sites_it_reaches(command: Command):
    order = {"scope": "site", "target": "LS-5", "contingency": "stopped", "by": "district"}
    assert command.intake.ask("world", "POST", "/v1/orders", order)[0] == 201

    command.run("pull_desks")

    (site,) = [row for row in _rows(command, "contingency_live") if row["site_id"] == "LS-5"]
    assert (site["ordered"], site["ordered_at"]) == ("stopped", command.intake.campaign.round.demo_starts_at)


def _rows(command: Command, name: str):
    return command.ask(name).iter_rows(named=True)
