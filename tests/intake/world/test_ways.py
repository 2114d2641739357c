"""A site's way to the servers is as bad as its volunteers' Wi-Fi, and only then: a real socket on the way."""

from datetime import timedelta

from pipelines.campaign import Campaign
from pipelines.config import LOOPBACK
from pipelines.http import Http
from pipelines.intake.faults import Fault
from pipelines.intake.moments import micros
from pipelines.intake.places import places
from pipelines.intake.world.telemetry import SiteNets
from pipelines.intake.world.ways import Ways
from pipelines.vocabulary import FaultKind
from tests.intake.running import Intake


def slow(campaign: Campaign, kind: FaultKind, strength: float) -> Fault:
    """A fault of the site LS-1 from five minutes after opening on, ten minutes long."""
    starts_at = campaign.round.opens_at + timedelta(minutes=5)
    return Fault(
        fault_id="bad",
        kind=kind,
        target="LS-1",
        strength=strength,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=10),
    )


def test_a_slow_site_comes_by_a_relay_while_it_is_slow_and_the_others_never(small: Campaign, intake: Intake):
    sites, opens_at = places(small), micros(small.round.opens_at)
    nets = SiteNets(sites, opens_at, micros(small.round.closes_at), seed=1)
    nets.change_faults([slow(small, FaultKind.WIFI_SLOW, 0.9)])
    ways = Ways(sites, nets, seed=1)
    server = intake.port("p1")
    found: list[tuple[bool, bool]] = []
    try:
        for minute in (1, 10, 20):
            ways.follow(opens_at + minute * 60_000_000, 60.0, lambda place: 1)
            port = ways.port("LS-1", server)
            found.append((port != server, ways.port("LS-2", server) != server))
            reply = Http([f"{LOOPBACK}:{port}"]).ask(
                "GET", f"http://{LOOPBACK}:{port}/v1/status", deadline_s=5.0, cap_bytes=10_000
            )
            assert reply.status == 200
    finally:
        ways.stop()

    assert found == [(False, False), (True, False), (False, False)]


def test_where_answers_get_lost_the_relay_swallows_them(small: Campaign):
    sites, opens_at = places(small), micros(small.round.opens_at)
    ways = Ways(sites, SiteNets(sites, opens_at, micros(small.round.closes_at), seed=1), seed=1)
    ways.change_faults([slow(small, FaultKind.ANSWER_LOST, 0.3)])
    try:
        ways.follow(opens_at + 10 * 60_000_000, 60.0, lambda place: 1)
        assert ways.port("LS-1", 9) != 9
        assert ways.port("LS-2", 9) == 9
    finally:
        ways.stop()
