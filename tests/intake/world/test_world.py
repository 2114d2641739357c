"""The live world over HTTP: it registers, switches servers, stands still with the clock, takes up again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.contract import NetworkSamples, Roster, SiteQueues
from pipelines.intake.barcodes import group_of_label
from pipelines.intake.day.prefill import prefill
from pipelines.intake.world.gate import Stream
from pipelines.intake.world.groups import FIRST_NUMBER
from tests.intake.running import Intake, running

SPEED = 120.0
CONSISTENCY = """
SELECT
  (SELECT count(*) - count(DISTINCT token) FROM tube_person),
  (SELECT sum(persons) FROM tube) - (SELECT count(*) FROM tube_person),
  (SELECT count(*) FROM tube WHERE seats < 10 AND short_reason IS NULL AND state NOT IN ('open', 'suspended')),
  (SELECT count(*) FROM tube JOIN (SELECT barcode, kind, max(sequence) FROM tube_event GROUP BY barcode) USING (barcode)
   WHERE state <> CASE WHEN kind IN ('opened', 'resumed') THEN 'open' ELSE kind END)
"""


@pytest.fixture
def day(small: Campaign, tmp_path: Path) -> Iterator[Intake]:
    """The small district, all of it, an hour after opening at 120 times the wall clock's speed."""
    with running(small, tmp_path, small.round.demo_starts_at, 0.0) as intake:
        prefill(small, intake.settings, small.round.demo_starts_at, lambda share: None)
        intake.start_all()
        intake.set_clock(small.round.demo_starts_at, SPEED)
        yield intake


def assert_consistent(intake: Intake) -> None:
    """Nobody twice, persons = seats, a reason for each short tube, states = events: in one reading."""
    assert intake.rows(CONSISTENCY) == [(0, 0, 0, 0)]


def desks_on(intake: Intake, server_id: str) -> int:
    queues = msgspec.convert(intake.get("world", "/v1/queues"), SiteQueues)
    return sum(site.desks_by_server.get(server_id, 0) for site in queues.sites)


@pytest.mark.slow
def test_desks_register_and_tubes_go_their_way(day: Intake):
    before = dict(day.rows("SELECT kind, count(*) FROM tube_event GROUP BY kind"))
    day.until(lambda: day.tubes() >= before["registered"] + 40)
    after = dict(day.rows("SELECT kind, count(*) FROM tube_event GROUP BY kind"))

    assert after["sampled"] > before["sampled"]
    assert after["dispatched"] > before["dispatched"]
    assert {server for (server,) in day.rows("SELECT DISTINCT server_id FROM tube")} == {"p1", "p2"}
    assert_consistent(day)


@pytest.mark.slow
def test_when_a_server_dies_its_desks_scan_the_next_code_and_nobody_is_registered_twice(day: Intake):
    by_p1 = "SELECT count(*) FROM tube WHERE server_id = 'p1'"
    day.until(lambda: desks_on(day, "p2") > 3)
    day.kill("p2")
    at_kill = day.rows(by_p1)[0][0]
    day.until(lambda: day.rows(by_p1)[0][0] >= at_kill + 40 and desks_on(day, "p2") == 0)

    assert_consistent(day)


@pytest.mark.slow
def test_a_killed_world_goes_on_where_the_ledger_stands(day: Intake):
    for _ in range(2):
        begun = day.tubes()
        day.until(lambda begun=begun: day.tubes() >= begun + 30)
        day.kill("world")
        day.start("world")
    begun = day.tubes()
    day.until(lambda: day.tubes() >= begun + 30)

    assert_consistent(day)
    for site in day.campaign.sites:
        labels = [barcode for (barcode,) in day.rows("SELECT barcode FROM tube WHERE site_id = ?", site.site_id)]
        groups = {group_of_label(label) for label in labels}
        in_line = {number for number in groups if number < FIRST_NUMBER[Stream.SPECIAL]}
        left_out = set(range(max(in_line))) - in_line
        assert len(left_out) <= site.lanes  # only who is at a registration desk now


@pytest.mark.slow
def test_while_the_clock_stands_still_nothing_moves(day: Intake, small: Campaign):
    begun = day.tubes()
    day.until(lambda: day.tubes() >= begun + 10)
    day.set_clock(small.round.demo_starts_at + timedelta(minutes=30), 0.0)
    day.until(lambda: settled(day))
    still = (day.rows("SELECT max(sequence) FROM tube_event"), day.get("world", "/v1/queues"))
    day.until(lambda: settled(day))

    assert (day.rows("SELECT max(sequence) FROM tube_event"), day.get("world", "/v1/queues")) == still


def settled(day: Intake) -> bool:
    """Whether nothing was recorded for two thirds of a second."""
    import time

    before = day.rows("SELECT max(sequence) FROM tube_event")
    time.sleep(0.7)
    return day.rows("SELECT max(sequence) FROM tube_event") == before


@pytest.mark.slow
def test_the_sites_feeds_tell_every_site_in_the_contract_s_words(day: Intake, small: Campaign):
    ids = {site.site_id for site in small.sites}
    queues = msgspec.convert(day.get("world", "/v1/queues"), SiteQueues)
    roster = msgspec.convert(day.get("world", "/v1/roster"), Roster)
    network = msgspec.convert(day.get("world", "/v1/network"), NetworkSamples)

    assert {site.site_id for site in queues.sites} == ids
    assert all(site.is_open and site.lanes_open >= 1 for site in queues.sites)
    assert {(row.site_id, row.role) for row in roster.rows} == {(plan.site_id, plan.role) for plan in small.staff}
    assert {sample.site_id for sample in network.samples} == ids
    assert len(network.samples) == 2 * len(ids)
    assert all((sample.latency_ms is None) != sample.is_up for sample in network.samples)
    assert {"/v1/queues", "/v1/roster", "/v1/network", "/healthz"} <= set(day.get("world", "/openapi.json")["paths"])
