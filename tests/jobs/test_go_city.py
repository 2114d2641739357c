"""Plan two (Q95): the province dies, the jobs advise the city's system, the order arrives, desks register there."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.acts import ActLedger
from pipelines.api import NewAct, Scope
from pipelines.campaign import Campaign
from pipelines.clock import FileClock, wall_now
from pipelines.config import load_sources
from pipelines.http import Http
from pipelines.intake.day.prefill import prefill
from pipelines.jobs import Jobs
from pipelines.store import Store
from pipelines.up import simulated_sources
from pipelines.vocabulary import ActKind, AdviceKind, ScopeLevel
from tests.acts.kit import COMMANDER
from tests.intake.running import running
from tests.jobs.ending import end
from tests.jobs.test_world_feeds import Command

TOLD = ("pull_cycle", "pull_people", "pull_sites", "pull_desks", "probe_servers", "pull_cycle")
JUDGED = ("attribute", "advise", "pull_cycle")
AT_THE_CITY = "SELECT DISTINCT site_id FROM tube WHERE server_id = 'city'"


@pytest.fixture
def command(small: Campaign, tmp_path: Path) -> Iterator[Command]:
    """The small district under command."""
    with commanding(small, tmp_path) as started:
        yield started


@contextmanager
def commanding(campaign: Campaign, home: Path) -> Generator[Command]:
    """A campaign in its opening's rush, twenty times as fast, and the jobs over it with a ledger of acts."""
    rush = campaign.round.opens_at + timedelta(minutes=12)
    with running(campaign, home, rush, 20.0) as intake:
        prefill(campaign, intake.settings, rush, lambda share: None)
        intake.start_all()
        intake.settings.sources_file.write_text(simulated_sources(campaign, intake.settings))
        sources, clock = load_sources(intake.settings.sources_file), FileClock(intake.settings.clock_file)
        store, ledger = Store(home / "command.duckdb", clock, campaign), ActLedger(home / "acts.sqlite")
        jobs = Jobs(store, campaign, sources, Http(sources.allow, connections=16), clock, ledger)
        yield Command(intake, store, jobs)
        end(jobs)
        store.close()
        ledger.close()


@pytest.mark.slow
def test_without_the_province_the_city_is_advised_ordered_and_registered_at(command: Command) -> None:
    command.run(*TOLD)
    for server in ("p1", "p2"):
        command.intake.kill(server)
    advice = advised(command)
    sites = set(advice["site_ids"])
    assert sites <= {site.site_id for site in command.intake.campaign.sites if site.has_standby_desk}
    before = at_the_city(command)
    orders = accepted(command, advice)
    command.intake.until(lambda: sites <= at_the_city(command))
    assert before == set()
    assert at_the_city(command) == sites, "nobody else has gone over"
    command.run("pull_desks", "pull_cycle")
    working = {row["site_id"]: row for row in command.ask("contingency_live").iter_rows(named=True)}
    assert {working[site]["ordered"] for site in sites} == {"city"}
    assert all(working[site]["desks_city"] > 0 for site in sites)
    given = command.ask("orders_live")
    assert (given.height, set(given["state"])) == (orders, {"delivered"})
    assert given["desks_obeying"].min() > 0


def advised(command: Command, kind: AdviceKind = AdviceKind.GO_CITY) -> dict[str, Any]:
    """Return the advice, to go over to the city's system or another, once the jobs have seen what there is to see."""
    found: list[dict[str, Any]] = []

    def seen() -> bool:
        command.run(*TOLD, *JUDGED)
        found[:] = command.ask("recommendations_live").filter(kind=kind.value).to_dicts()
        return bool(found)

    command.intake.until(seen)
    return found[0]


def accepted(command: Command, advice: dict[str, Any], reason: str = "p1, p2 down") -> int:
    """Accept the advice and give its orders as the page does, have them delivered; return how many there were."""
    desk = next(job for job in command.jobs._jobs if job.name == "deliver_orders").desk
    target = advice["recommendation_id"]
    wanted = [(ActKind.RECOMMENDATION_ACCEPTED, Scope(), {"kind": advice["kind"]}, target)]
    wanted += [
        (
            ActKind.ORDERED,
            Scope(ScopeLevel(order["level"]), order["id"] or None),
            order["facts"] | {"recommendation_id": target},
            "",
        )
        for order in json.loads(advice["orders"])
    ]
    for number, (kind, scope, facts, about) in enumerate(wanted):
        act = NewAct(act_id=f"{number:032x}", kind=kind, scope=scope, target=about, facts=facts, reason=reason)
        desk.acts.append(act, COMMANDER, "10.1.2.3", desk.clock.now(), wall_now())
    command.run("deliver_orders", "pull_acts", "pull_desks", "pull_cycle")
    return len(wanted) - 1


def at_the_city(command: Command) -> set[str]:
    """Return the sites that have registered a tube at the city's server."""
    return {site for (site,) in command.intake.rows(AT_THE_CITY)}
