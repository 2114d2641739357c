"""A small real world for the jobs: a loopback HTTP server that tells the small district's day in the contract's words.

It counts what is registered, and any path can be made to fail in the ways real ones do.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from pipelines.campaign import Campaign
from pipelines.clock import Clock
from pipelines.config import SourceFile, SourceSpec
from pipelines.contract import (
    LabCount,
    LabCounts,
    NetworkSample,
    NetworkSamples,
    Roster,
    RosterRow,
    ServerStatus,
    SiteCounts,
    SiteQueue,
    SiteQueues,
    TubeEvent,
    TubePage,
)
from pipelines.vocabulary import Network, Role, SourceKind, TubeEventKind

HTML = b"<html><title>Wi-Fi login</title></html>"


class World:
    """What the registration systems know, and how each path behaves: "", "html", "500", "hang" or "gone"."""

    def __init__(self, campaign: Campaign, clock: Clock) -> None:
        self.campaign = campaign
        self.clock = clock
        self.events: list[TubeEvent] = []
        self.faults: dict[str, str] = {}
        self.over = threading.Event()
        self.extra_persons: dict[str, int] = {}
        self.turn = threading.Lock()
        self.asked: list[str] = []
        self.dark: frozenset[str] = frozenset()
        self.queues: dict[str, int] = {}

    def register(self, site_id: str, persons: int = 10, times: int = 1) -> None:
        """Register ``times`` tubes at a site, each an event of the feed and part of the site's counts."""
        now = self.clock.now()
        with self.turn:
            for _ in range(times):
                number = len(self.events) + 1
                self.events.append(
                    TubeEvent(
                        sequence=number,
                        barcode=f"LK1{number:09d}",
                        kind=TubeEventKind.REGISTERED,
                        site_id=site_id,
                        lab_id="lab-1",
                        server_id="p1",
                        lane_no=1,
                        persons=persons,
                        happened_at=now,
                        recorded_at=now,
                    )
                )

    def answer(self, path: str) -> Any:
        """Return the contract's structure for a path, None when there is none."""
        route, _, query = path.partition("?")
        parts = route.strip("/").split("/")
        with self.turn:
            if parts[0] == "status":
                return self._status(parts[1])
            if parts[0] == "counts":
                return self._counts(parts[1])
            if parts[0] == "tubes":
                asked = dict(pair.split("=") for pair in query.split("&"))
                return self._page(int(asked["after"]), int(asked["limit"]))
            pages = {"queues": self._queues, "roster": self._roster, "network": self._network, "labs": self._labs}
            return pages[parts[0]]() if parts[0] in pages else None

    def _counts(self, site_id: str) -> SiteCounts:
        tubes = [event for event in self.events if event.site_id == site_id]
        return SiteCounts(
            site_id=site_id,
            round_id=self.campaign.round.round_id,
            sequence=len(self.events),
            observed_at=self.clock.now(),
            persons_registered=sum(tube.persons for tube in tubes) + self.extra_persons.get(site_id, 0),
            tubes_registered=len(tubes),
            persons_sampled=0,
            tubes_sampled=0,
            tubes_short=0,
        )

    def _page(self, after: int, limit: int) -> TubePage:
        return TubePage(events=self.events[after : after + limit], last_sequence=len(self.events))

    def _status(self, server_id: str) -> ServerStatus:
        server = next(server for server in self.campaign.servers if server.server_id == server_id)
        return ServerStatus(
            server_id=server_id,
            system=server.system,
            observed_at=self.clock.now(),
            started_at=self.campaign.round.opens_at,
            logins=4,
            capacity_logins=server.capacity_logins,
            requests=len(self.events),
            errors=0,
            persons_registered=0,
        )

    def _queues(self) -> SiteQueues:
        sites = [
            SiteQueue(
                site_id=site.site_id,
                is_open=True,
                queue_persons=self.queues.get(site.site_id, 5),
                wait_minutes=4.0,
                lanes_open=site.lanes,
                desks_by_server={"p1": site.lanes},
            )
            for site in self.campaign.sites
        ]
        return SiteQueues(observed_at=self.clock.now(), sites=sites)

    def _roster(self) -> Roster:
        rows = [
            RosterRow(site_id=site.site_id, role=role, on_shift=3, planned=4)
            for site in self.campaign.sites
            for role in Role
        ]
        return Roster(observed_at=self.clock.now(), rows=rows)

    def _network(self) -> NetworkSamples:
        samples = [
            NetworkSample(
                site_id=site.site_id,
                network=network,
                is_up=site.site_id not in self.dark,
                latency_ms=None if site.site_id in self.dark else 20.0,
                loss_share=0.0,
                clients=4,
            )
            for site in self.campaign.sites
            for network in Network
        ]
        return NetworkSamples(observed_at=self.clock.now(), samples=samples)

    def _labs(self) -> LabCounts:
        labs = [
            LabCount(lab_id=lab.lab_id, tubes_dispatched=0, tubes_received=0, tubes_resulted=0)
            for lab in self.campaign.labs
        ]
        return LabCounts(observed_at=self.clock.now(), labs=labs)


@contextmanager
def told(world: World) -> Iterator[SourceFile]:
    """Serve ``world`` on a free port; yield the sources that pull from it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            world.asked.append(self.path)
            route = self.path.partition("?")[0]
            fault = world.faults.get(route, "")
            if fault == "gone":
                self.close_connection = True
                self.connection.close()
                return
            if fault == "hang":
                world.over.wait(20)
            status, body = _reply(world, self.path, fault)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                return

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield sources_at(f"127.0.0.1:{server.server_port}", world.campaign)
    finally:
        world.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _reply(world: World, path: str, fault: str) -> tuple[int, bytes]:
    if fault == "html":
        return 200, HTML
    if fault == "500":
        return 500, json.dumps({"rule": "broken", "detail": "the disk is full"}).encode()
    answer = world.answer(path)
    return (404, b"{}") if answer is None else (200, msgspec.json.encode(answer))


def sources_at(address: str, campaign: Campaign) -> SourceFile:
    """Return the sources of a world served at ``host:port``."""
    base = f"http://{address}"
    specs = [
        SourceSpec(source_id="counts", kind=SourceKind.SITE_COUNTS, url=base + "/counts/{site_id}", deadline_s=1.0),
        SourceSpec(source_id="tubes", kind=SourceKind.TUBE_EVENTS, url=base + "/tubes?after={after}&limit={limit}"),
        SourceSpec(source_id="queues", kind=SourceKind.SITE_QUEUES, url=base + "/queues", deadline_s=1.0),
        SourceSpec(source_id="network", kind=SourceKind.NETWORK, url=base + "/network", deadline_s=1.0),
        SourceSpec(source_id="roster", kind=SourceKind.ROSTER, url=base + "/roster", deadline_s=1.0),
        SourceSpec(source_id="labs", kind=SourceKind.LAB_COUNTS, url=base + "/labs", deadline_s=1.0),
        *(
            SourceSpec(
                source_id=f"status-{server.server_id}",
                kind=SourceKind.SERVER_STATUS,
                url=f"{base}/status/{server.server_id}",
                deadline_s=1.0,
                server_id=server.server_id,
            )
            for server in campaign.servers
        ),
    ]
    return SourceFile(source=specs, allow=[address])
