"""Losing one of four equal servers is safe up to 75 % load; above it the rest fall in turn, for desks move (Q72)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.campaign import Campaign
from pipelines.intake.day.result import DayResult
from pipelines.intake.day.virtual import virtual_day
from pipelines.intake.faults import Fault
from pipelines.vocabulary import FaultKind

DESKS = 550  # of Sanshui that are open in the first hour, on four servers
SEED = 1

pytestmark = pytest.mark.slow


def with_one_killed(campaign: Campaign, load: float) -> DayResult:
    """The first fifty minutes with desks that load each server so far, and one of the four dead from the 30th on."""
    capacity = round(DESKS / 4 / load)
    servers = tuple(replace(server, capacity_logins=capacity) for server in campaign.servers)
    begins_at, ends_at = (campaign.round.opens_at + timedelta(minutes=minutes) for minutes in (30, 90))
    dead = Fault(fault_id="dead", kind=FaultKind.SERVER_DOWN, target="p2", starts_at=begins_at, ends_at=ends_at)
    until = campaign.round.opens_at + timedelta(minutes=50)
    return virtual_day(replace(campaign, servers=servers), SEED, [dead], until=until)


def test_at_72_percent_the_other_three_carry_the_desks_of_the_fourth(sanshui: Campaign):
    day = with_one_killed(sanshui, 0.72)

    assert day.falls == 0
    assert day.sessions["fail_over"] >= 130  # the dead server's desks, once each
    assert day.sessions.get("go_offline", 0) < 30  # sites with a bad network, no others


def test_at_82_percent_the_rest_fall_in_turn_and_the_desks_go_offline(sanshui: Campaign):
    day = with_one_killed(sanshui, 0.82)

    assert day.falls >= 3
    assert day.sessions["go_offline"] > 300
    assert day.held.duplicates == 0
