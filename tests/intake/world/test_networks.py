"""Two Wi-Fi networks a site: crowd, carriers, faults and signal vehicles as one Link tells them (Q89-Q92)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.contract_orders import Order
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, micros, moment
from pipelines.intake.places import places
from pipelines.intake.world.telemetry import Link, SiteNets, network_samples
from pipelines.intake.world.vehicles import as_told, follow, roster
from pipelines.vocabulary import FaultKind, Network, ScopeLevel, VehicleState

VOLUNTEER, PUBLIC = Network.VOLUNTEER, Network.PUBLIC


def nets_of(campaign: Campaign, *faults: Fault) -> SiteNets:
    nets = SiteNets(places(campaign), micros(campaign.round.opens_at), micros(campaign.round.closes_at))
    nets.change_faults(faults)
    return nets


def fault(campaign: Campaign, kind: FaultKind, target: str = "", strength: float = 1.0) -> Fault:
    """A fault from the second hour to the third."""
    opens_at = campaign.round.opens_at
    return Fault(
        fault_id=f"f-{kind}",
        kind=kind,
        target=target,
        strength=strength,
        starts_at=opens_at + timedelta(hours=1),
        ends_at=opens_at + timedelta(hours=2),
    )


def quiet_moment(nets: SiteNets, site: int, after: int) -> int:
    """The first minute from ``after`` in which neither network of the site has a bad spell of its own."""
    wifis = nets.networks[2 * site : 2 * site + 2]
    return next(at for at in range(after, after + 60 * MINUTE, MINUTE) if not any(w.spell(at) for w in wifis))


def order(campaign: Campaign, vehicle_id: str, site_id: str, minutes: int) -> Order:
    return Order(
        order_id="o-1",
        scope=ScopeLevel.SITE,
        target=site_id,
        contingency=None,
        vehicle_id=vehicle_id,
        by="district",
        reason="",
        ordered_at=campaign.round.opens_at + timedelta(minutes=minutes),
    )


def is_as_good(link: Link, other: Link) -> bool:
    return (
        link.is_up >= other.is_up
        and link.latency_ms <= other.latency_ms
        and link.loss_share <= other.loss_share
        and link.bandwidth_share >= other.bandwidth_share
    )


TROUBLES = (
    FaultKind.WIFI_SLOW,
    FaultKind.VOLUNTEER_WIFI_DOWN,
    FaultKind.CARRIER_DOWN,
    FaultKind.POWER_CUT,
)
troubles = st.lists(
    st.tuples(st.sampled_from(TROUBLES), st.sampled_from(["", "LS-1", "990001001", "mobile"]), st.floats(0, 1)),
    max_size=4,
)


@given(
    troubles, st.integers(0, 8), st.integers(0, 180), st.sampled_from(Network), st.integers(0, 900), st.integers(0, 900)
)
def test_a_bigger_crowd_never_has_a_better_link(small: Campaign, broken, site, minute, network, clients, more):
    nets = nets_of(small, *(fault(small, *one) for one in broken))
    at = micros(small.round.opens_at) + minute * MINUTE
    place = places(small)[site]

    assert is_as_good(nets.link(place, network, at, clients), nets.link(place, network, at, clients + more))


@given(
    troubles,
    st.integers(0, 180),
    st.sampled_from(Network),
    st.integers(0, 900),
    st.sampled_from(["mobile-1", "unicom-1"]),
)
def test_a_vehicle_never_makes_a_link_worse(small: Campaign, broken, minute, network, clients, vehicle_id):
    without, helped = (nets_of(small, *(fault(small, *one) for one in broken)) for _ in range(2))
    helped.change_vehicles(follow(small, [order(small, vehicle_id, "LS-1", minutes=0)]))
    at, place = micros(small.round.opens_at) + minute * MINUTE, places(small)[0]

    assert is_as_good(helped.link(place, network, at, clients), without.link(place, network, at, clients))


@given(troubles, st.integers(0, 8), st.integers(121, 600), st.sampled_from(Network), st.integers(0, 900))
def test_after_a_fault_has_ended_all_is_as_if_it_never_was(small: Campaign, broken, site, minute, network, clients):
    nets, never = nets_of(small, *(fault(small, *one) for one in broken)), nets_of(small)
    at, place = micros(small.round.opens_at) + minute * MINUTE, places(small)[site]

    assert nets.link(place, network, at, clients) == never.link(place, network, at, clients)


@given(st.sampled_from(Network), st.integers(0, 900), st.integers(0, 5_000), st.integers(0, 5_000))
def test_a_crowd_s_own_phones_burden_both_networks_and_a_vehicle_lightens_it(
    small: Campaign, network: Network, clients: int, persons: int, more: int
):
    nets, at, place = nets_of(small), micros(small.round.opens_at), places(small)[0]
    nets.change_crowd([persons] * len(small.sites))
    fewer = nets.link(place, network, at, clients)
    nets.change_crowd([persons + more] * len(small.sites))
    crowded = nets.link(place, network, at, clients)
    nets.change_vehicles(follow(small, [order(small, "unicom-1", "LS-1", minutes=-300)]))

    assert is_as_good(fewer, crowded)
    assert is_as_good(nets.link(place, network, at, clients), crowded)


def test_the_volunteers_wifi_falls_and_the_public_s_stays(small: Campaign):
    nets = nets_of(small, fault(small, FaultKind.VOLUNTEER_WIFI_DOWN, "LS-1"))
    place, at = places(small)[0], quiet_moment(nets, 0, micros(small.round.opens_at) + 60 * MINUTE)

    assert not nets.link(place, VOLUNTEER, at, 10).is_up
    assert nets.link(place, PUBLIC, at, 10).is_up


def test_a_carrier_s_fall_is_felt_at_its_own_sites_only(small: Campaign):
    nets, never = nets_of(small, fault(small, FaultKind.CARRIER_DOWN, "unicom")), nets_of(small)
    at = micros(small.round.opens_at) + 90 * MINUTE

    for place in places(small):
        link = nets.link(place, VOLUNTEER, at, 20)
        if place.carrier == "unicom":
            assert not link.is_up
        else:
            assert link == never.link(place, VOLUNTEER, at, 20)


@pytest.mark.parametrize(("carrier", "helps"), [("telecom", True), ("mobile", False)])
def test_where_a_carrier_is_down_only_another_carrier_s_vehicle_helps(small: Campaign, carrier: str, helps: bool):
    nets = nets_of(small, fault(small, FaultKind.CARRIER_DOWN, "mobile"))
    nets.change_vehicles(follow(small, [order(small, f"{carrier}-1", "LS-1", minutes=0)]))

    assert nets.link(places(small)[0], VOLUNTEER, micros(small.round.opens_at) + 90 * MINUTE, 20).is_up == helps


def test_without_power_both_networks_are_down_unless_a_vehicle_is_there(small: Campaign):
    nets = nets_of(small, fault(small, FaultKind.POWER_CUT, "LS-1"))
    at, place = micros(small.round.opens_at) + 90 * MINUTE, places(small)[0]
    assert not any(nets.link(place, network, at, 5).is_up for network in Network)

    nets.change_vehicles(follow(small, [order(small, "mobile-1", "LS-1", minutes=0)]))
    assert all(nets.link(place, network, at, 5).is_up for network in Network)


def test_slow_wifi_is_slower_the_stronger_the_fault(small: Campaign):
    opens_at, place = micros(small.round.opens_at), places(small)[0]
    strengths = (0.0, 0.4, 0.6, 1.0)
    at = quiet_moment(nets_of(small), 0, opens_at + 60 * MINUTE)
    links = [
        nets_of(small, fault(small, FaultKind.WIFI_SLOW, "LS-1", strength)).link(place, VOLUNTEER, at, 25)
        for strength in strengths
    ]

    assert [link.latency_ms for link in links] == sorted(link.latency_ms for link in links)
    assert [link.bandwidth_share for link in links] == sorted((link.bandwidth_share for link in links), reverse=True)
    assert links[0].latency_ms < links[-1].latency_ms
    assert all(link.is_up for link in links)


def test_the_samples_are_the_links_the_phones_feel(sanshui: Campaign):
    nets, at = nets_of(sanshui), micros(sanshui.round.opens_at) + 77 * MINUTE
    crowd = {place.site_id: (400, place.lanes) for place in places(sanshui)}
    samples = network_samples(nets, places(sanshui), crowd, at)

    assert len(samples) == 2 * 118
    for place, sample in zip(places(sanshui), samples[::2], strict=True):
        link = nets.link(place, VOLUNTEER, at, 8 + 5 * place.lanes)
        assert (sample.is_up, sample.loss_share) == (link.is_up, round(link.loss_share, 4))
        assert sample.latency_ms == (round(link.latency_ms, 1) if link.is_up else None)


def test_every_large_site_has_a_vehicle_of_its_carrier_and_each_carrier_a_reserve(sanshui: Campaign):
    vehicles = roster(sanshui)
    at_opening = micros(sanshui.round.opens_at)
    placed = {
        sanshui.sites[v.serves(at_opening)].site_id: v.carrier for v in vehicles if v.serves(at_opening) is not None
    }

    assert placed == {site.site_id: site.carrier for site in sanshui.sites if site.size_class == "large"}
    assert sorted(v.carrier for v in vehicles if v.serves(at_opening) is None) == ["mobile", "telecom", "unicom"]


def test_an_ordered_vehicle_sets_off_travels_and_serves_its_new_site(small: Campaign):
    moved = next(
        v for v in follow(small, [order(small, "telecom-1", "LS-5", minutes=30)]) if v.vehicle_id == "telecom-1"
    )
    ordered_at = micros(small.round.opens_at) + 30 * MINUTE
    arrives_at = moved.stays[-1].from_at

    assert as_told(small, moved, ordered_at - MINUTE).state is VehicleState.DEPOT
    on_the_way = as_told(small, moved, ordered_at)
    assert (on_the_way.state, on_the_way.site_id, on_the_way.since) == (
        VehicleState.ON_THE_WAY,
        "LS-5",
        moment(ordered_at),
    )
    assert moved.serves(arrives_at - 1) is None
    assert (moved.serves(arrives_at), as_told(small, moved, arrives_at).state) == (4, VehicleState.ON_SITE)
    assert 10 * MINUTE < arrives_at - ordered_at < 120 * MINUTE


def test_an_order_for_an_unknown_vehicle_or_site_moves_nothing(small: Campaign):
    lost = [order(small, "mobile-9", "LS-1", minutes=5), order(small, "mobile-1", "LS-99", minutes=5)]

    assert follow(small, lost) == roster(small)


def test_another_seed_draws_another_day(small: Campaign):
    opens_at, closes_at = micros(small.round.opens_at), micros(small.round.closes_at)
    assert (
        SiteNets(places(small), opens_at, closes_at, 1).networks
        == SiteNets(places(small), opens_at, closes_at, 1).networks
    )
    assert (
        SiteNets(places(small), opens_at, closes_at, 1).networks
        != SiteNets(places(small), opens_at, closes_at, 2).networks
    )


def crowded(campaign: Campaign, strength: float, persons: int) -> Link:
    """The volunteers' link of LS-1 in a quiet minute, ``persons`` queueing, its Wi-Fi slowed by a fault."""
    nets = nets_of(campaign, *([fault(campaign, FaultKind.WIFI_SLOW, "LS-1", strength)] if strength else []))
    nets.change_crowd([persons] * len(campaign.sites))
    at = quiet_moment(nets, 0, micros(campaign.round.opens_at) + 60 * MINUTE)
    return nets.link(places(campaign)[0], VOLUNTEER, at, 38)


def test_wifi_at_forty_percent_hardly_hurts_an_empty_site_and_cripples_a_crowded_one(small: Campaign):
    """Q89: the crowd's own phones and a weak Wi-Fi together."""
    whole, empty, full = crowded(small, 0.0, 500), crowded(small, 0.6, 0), crowded(small, 0.6, 500)

    assert whole.latency_ms < 150.0
    assert empty.latency_ms < 1_000.0 < full.latency_ms
    assert full.loss_share > 0.1 > empty.loss_share
    assert full.bandwidth_share < whole.bandwidth_share / 20
