"""A virtual day that stops at any moment and tells of itself over HTTP, as the simulated world does."""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from pipelines.campaign import Campaign
from pipelines.clock import Clock
from pipelines.config import SourceFile, SourceSpec
from pipelines.contract import NetworkSamples, ServerStatus, SiteQueues
from pipelines.contract_sites import DeskStates, GateCounts
from pipelines.intake.day.virtual import VirtualDay
from pipelines.intake.day.virtual_books import Books
from pipelines.intake.faults import Fault
from pipelines.intake.ledger.opening import open_ledger
from pipelines.intake.moments import micros
from pipelines.intake.servers.data_interface import data_app
from pipelines.intake.world.desk_views import desks_view
from pipelines.intake.world.feeds import Feed, PagedFeed, feeds_app
from pipelines.intake.world.site_views import network_view, queues_view
from pipelines.vocabulary import SourceKind
from tests.api.serving import served

OF_THE_DATA = {
    SourceKind.SITE_COUNTS: "/v1/sites/{site_id}/counts",
    SourceKind.TUBE_EVENTS: "/v1/tubes?after={after}&limit={limit}",
    SourceKind.LAB_COUNTS: "/v1/labs",
    SourceKind.STEPS: "/v1/steps?after={after}&limit={limit}",
    SourceKind.EXCEPTIONS: "/v1/exceptions?after={after}&limit={limit}",
    SourceKind.QUALITY: "/v1/quality",
}
OF_THE_WORLD = {
    SourceKind.SITE_QUEUES: "/v1/queues",
    SourceKind.NETWORK: "/v1/network",
    SourceKind.ROSTER: "/v1/roster",
    SourceKind.DESKS: "/v1/desks",
    SourceKind.PEOPLE: "/v1/people",
    SourceKind.INPUTS: "/v1/inputs?after={after}&limit={limit}",
    SourceKind.SPECIAL_CASES: "/v1/special-cases?after={after}&limit={limit}",
    SourceKind.GATES: "/v1/gates",
    SourceKind.KIT: "/v1/kit",
    SourceKind.VEHICLES: "/v1/vehicles",
    SourceKind.LABELS: "/v1/labels",
}


class ToldDay(VirtualDay):
    """A virtual day whose sites also enter their hours, and which can be asked as the world is, when it stands."""

    def _tell(self) -> None:
        super()._tell()
        self._sites.tend(self._now, [each.queue_persons(self._now) for each in self._day.lanes])

    def feeds(self, clock: Clock) -> list[Feed | PagedFeed]:
        """Return what the world's process serves, and each server's state beside it."""
        systems = [server.system for server in self._campaign.servers]
        views = [
            Feed("/v1/queues", SiteQueues, lambda: self._queues(clock.now()), "queues"),
            Feed("/v1/desks", DeskStates, lambda: desks_view(self._crew.phones, systems, clock.now()), "desks"),
            Feed("/v1/gates", GateCounts, lambda: self._gates(clock.now()), "gates"),
            Feed("/v1/network", NetworkSamples, lambda: self._networks(clock.now()), "network"),
        ]
        servers = [
            Feed(f"/v1/status/{core.server.server_id}", ServerStatus, lambda at=at: self._status(at, clock), "status")
            for at, core in enumerate(self._door.cores)
        ]
        return [*views, *servers, *self._sites.feeds(clock.now)]

    def _queues(self, now: datetime) -> SiteQueues:
        return queues_view(self._campaign, self._day, self._crew.desks, now)

    def _gates(self, now: datetime) -> GateCounts:
        return GateCounts(observed_at=now, sites=self._day.gate_counts(micros(now)))

    def _networks(self, now: datetime) -> NetworkSamples:
        return network_view(self._day, self._sites.nets, now)

    def _status(self, at: int, clock: Clock) -> ServerStatus:
        told = self._door.cores[at].status(clock.now())
        return replace(told, started_at=min(told.started_at, told.observed_at))


@dataclass
class Telling:
    """A day and the sources that pull from it; ``live`` lives it on to a moment."""

    campaign: Campaign
    day: ToldDay
    sources: SourceFile

    def live(self, until: datetime) -> None:
        """Turn the day to ``until``; raises DayBroken when an invariant does not hold."""
        self.day.run(micros(until), lambda _share: None)


@contextmanager
def telling(
    campaign: Campaign, folder: Path, clock: Clock, seed: int, faults: Sequence[Fault] = ()
) -> Generator[Telling]:
    """Tell of the day that ``seed`` and ``faults`` make, an hour before it opens; its ledger lies in ``folder``."""
    path = folder / "ledger.sqlite"
    with ExitStack() as stack:
        connection = stack.enter_context(closing(open_ledger(path, campaign, is_durable=False)))
        day = ToldDay(campaign, seed, faults, Books(connection))
        world = stack.enter_context(served(feeds_app(day.feeds(clock))))
        data = stack.enter_context(served(data_app(campaign, path, clock)))
        yield Telling(campaign, day, _sources(campaign, world, data))


def _sources(campaign: Campaign, world: str, data: str) -> SourceFile:
    pages = [(kind, f"http://{data}{path}") for kind, path in OF_THE_DATA.items()]
    pages += [(kind, f"http://{world}{path}") for kind, path in OF_THE_WORLD.items()]
    specs = [SourceSpec(source_id=kind.value, kind=kind, url=url, deadline_s=20.0) for kind, url in pages]
    specs += [
        SourceSpec(
            source_id=f"status-{server.server_id}",
            kind=SourceKind.SERVER_STATUS,
            url=f"http://{world}/v1/status/{server.server_id}",
            server_id=server.server_id,
        )
        for server in campaign.servers
    ]
    return SourceFile(source=specs, allow=[world, data])
