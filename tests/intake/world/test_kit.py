"""The sites' kit: phones, power, fences, standby desks, and batteries in a power cut (Q40-Q42, Q56, Q90, Q95)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.contract_sites import Kit, KitRow
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, micros, moment
from pipelines.intake.places import places
from pipelines.intake.world.kit import CHARGING_HOURS, charge
from pipelines.intake.world.sites import Sites
from pipelines.intake.world.tally import Tally
from pipelines.vocabulary import FaultKind

HOUR = 60 * MINUTE


def power_cut(campaign: Campaign, site_id: str, begins_h: float, hours: float) -> Fault:
    starts_at = campaign.round.opens_at + timedelta(hours=begins_h)
    ends_at = starts_at + timedelta(hours=hours)
    return Fault(
        fault_id=f"cut-{begins_h}", kind=FaultKind.POWER_CUT, target=site_id, starts_at=starts_at, ends_at=ends_at
    )


def sites_of(campaign: Campaign) -> Sites:
    return Sites(campaign, places(campaign), Tally(len(campaign.sites)))


def kit_at(campaign: Campaign, hours: float, *faults: Fault) -> Kit:
    """The kit of all sites so many hours after opening."""
    sites = sites_of(campaign)
    sites.change_faults(faults)
    return sites.kit(campaign.round.opens_at + timedelta(hours=hours))


def row(kit: Kit, site_id: str) -> KitRow:
    return next(row for row in kit.sites if row.site_id == site_id)


def test_before_the_set_up_nothing_is_there_and_two_hours_into_the_day_every_site_is_complete(sanshui: Campaign):
    assert not any(row.is_ready or row.sockets or row.networks for row in kit_at(sanshui, -15).sites)

    rows = kit_at(sanshui, 2).sites
    assert len(rows) == 118
    assert all(row.is_ready and row.is_laid_out for row in rows)
    assert all(row.sockets == row.desks and row.fences == row.fences_needed == row.desks - 1 for row in rows)
    assert {row.standby_desks > 0 for row in rows} == {True, False}


def test_an_hour_before_the_set_up_ends_a_few_sites_still_lack_something(sanshui: Campaign):
    rows = kit_at(sanshui, -12).sites

    assert 0 < sum(not row.is_ready for row in rows) < 60


def test_standby_desks_stand_where_the_plan_has_them(sanshui: Campaign):
    planned = {site.site_id for site in sanshui.sites if site.has_standby_desk}

    assert {row.site_id for row in kit_at(sanshui, 2).sites if row.standby_desks} == planned


def test_a_power_cut_empties_the_phones_of_its_site_and_of_no_other(small: Campaign):
    cut = power_cut(small, "LS-1", 1, 10)
    soon, late = (row(kit_at(small, hours, cut), "LS-1") for hours in (1.8, 10.9))

    assert not soon.is_power_on and not soon.is_ready and soon.networks_up == 0
    assert 0 < soon.battery_share < 1 and soon.phones_flat == 0
    assert (late.battery_share, late.phones_flat) == (0, late.desks)
    assert row(kit_at(small, 10.9, cut), "LS-2") == row(kit_at(small, 10.9), "LS-2")


def test_a_flat_phone_is_told_to_the_lane_that_has_it(small: Campaign):
    sites, place = sites_of(small), places(small)[0]
    sites.change_faults([power_cut(small, "LS-1", 1, 10)])
    at = micros(small.round.opens_at)

    assert not any(sites.is_flat(place, lane, at + 110 * MINUTE) for lane in range(1, place.lanes + 1))
    assert all(sites.is_flat(place, lane, at + 10 * HOUR) for lane in range(1, place.lanes + 1))
    assert sites.has_power(place, at) and not sites.has_power(place, at + 2 * HOUR)


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 300)), max_size=4))
def test_the_kit_is_as_it_was_once_the_phones_are_charged_again(small: Campaign, cuts):
    faults = [power_cut(small, "LS-1", begins / 60, length / 60) for begins, length in cuts]
    last = max((begins + length for begins, length in cuts), default=0) / 60 + CHARGING_HOURS

    assert kit_at(small, last, *faults) == kit_at(small, last)


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 300)), max_size=4), st.integers(1, 900))
def test_a_charge_stays_between_empty_and_full_and_falls_only_in_a_cut(cuts, minute):
    windows: list[tuple[int, int]] = []
    for begins, length in sorted(cuts):
        begins = max(begins, windows[-1][1] // MINUTE + 1 if windows else 0)
        windows.append((begins * MINUTE, (begins + length) * MINUTE))
    before, now = ((minute - ago) * MINUTE for ago in (1, 0))
    is_cut = any(begins < now and before < ends for begins, ends in windows)

    assert 0 <= charge(6 * HOUR, windows, now) <= 1
    assert is_cut or charge(6 * HOUR, windows, now) >= charge(6 * HOUR, windows, before)


@pytest.mark.parametrize("hours", [-3, 0, 4])
def test_the_same_seed_gives_the_same_kit_after_a_restart(small: Campaign, hours: float):
    cut = power_cut(small, "", 1, 5)

    assert kit_at(small, hours, cut) == kit_at(small, hours, cut)
    assert kit_at(small, hours).observed_at == moment(micros(small.round.opens_at) + int(hours * HOUR))
