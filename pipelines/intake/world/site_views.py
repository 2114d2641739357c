"""The sites' queues and networks as they are now, in the words of the source contract."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from pipelines.campaign.model import Campaign
from pipelines.contract import NetworkSamples, SiteQueue, SiteQueues
from pipelines.intake.moments import micros
from pipelines.intake.world.desks import Desk
from pipelines.intake.world.live_day import LiveDay
from pipelines.intake.world.telemetry import SiteNets, network_samples


def queues_view(campaign: Campaign, day: LiveDay, desks: Sequence[Sequence[Desk]], now: datetime) -> SiteQueues:
    """Return every site's queue; a desk counts where it is logged in, as long as its lane is open."""
    at, opens_at = micros(now), micros(campaign.round.opens_at)
    server_ids = [server.server_id for server in campaign.servers]
    rows: list[SiteQueue] = []
    for place in day.places:
        lanes = day.lanes[place.index]
        here = desks[place.index][: lanes.lanes_open]
        rows.append(
            SiteQueue(
                site_id=place.site_id,
                is_open=lanes.is_open(at, opens_at),
                queue_persons=lanes.queue_persons(at),
                wait_minutes=round(lanes.wait_minutes(at), 1),
                lanes_open=lanes.lanes_open,
                desks_by_server=Counter(server_ids[desk.server] for desk in here if desk.is_logged_in),
            )
        )
    return SiteQueues(observed_at=now, sites=rows)


def network_view(day: LiveDay, nets: SiteNets, now: datetime) -> NetworkSamples:
    """Return how every Wi-Fi network is."""
    at = micros(now)
    crowd = {
        place.site_id: (day.lanes[place.index].queue_persons(at), day.lanes[place.index].lanes_open)
        for place in day.places
    }
    return NetworkSamples(observed_at=now, samples=network_samples(nets, day.places, crowd, at))
