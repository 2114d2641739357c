"""The world whole: the day, its phones, its sites and its couriers, turned by one thread with the clock."""

import threading

from pipelines.campaign.model import Campaign
from pipelines.clock import Clock, stopwatch
from pipelines.config import LOOPBACK, Settings, secret
from pipelines.contract import NetworkSamples, SiteQueues
from pipelines.contract_orders import NewOrder, Order, Orders
from pipelines.contract_sites import DeskStates, GateCounts
from pipelines.http import Http, HttpFailure
from pipelines.intake.faults import Fault, FaultBook
from pipelines.intake.ledger.resume import Standing
from pipelines.intake.moments import micros
from pipelines.intake.places import places
from pipelines.intake.world.carriers import ThreadCarrier
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.custody_post import CustodyPost
from pipelines.intake.world.desk_crew import DeskCrew
from pipelines.intake.world.desk_views import desks_view
from pipelines.intake.world.feeds import Feed, PagedFeed
from pipelines.intake.world.identity import Pseudonyms
from pipelines.intake.world.lending import loans_of
from pipelines.intake.world.links import SiteLinks
from pipelines.intake.world.live_day import LiveDay
from pipelines.intake.world.offline_folder import open_queues, with_queued
from pipelines.intake.world.orders import OrderBook
from pipelines.intake.world.server_door import ServerDoor
from pipelines.intake.world.site_views import network_view, queues_view
from pipelines.intake.world.sites import Sites
from pipelines.intake.world.vehicles import roster
from pipelines.intake.world.ways import Ways

TICK_S = 0.04
TEND_EVERY_S = 0.5
OTHERS_WITHIN_S = 5.0  # after the first server answers, before the desks do without the rest
WORKERS = 96


class World:
    """One thread turns it; worker threads only carry requests; the feeds look at it under its lock."""

    def __init__(self, campaign: Campaign, settings: Settings, clock: Clock, found: Standing, seed: int = SEED) -> None:
        """Take up the day where the ledger, the phones' own files and the orders stand."""
        self._campaign, self._clock, self._lock = campaign, clock, threading.Lock()
        self._systems = [server.system for server in campaign.servers]
        self._book = FaultBook(settings.fault_file)
        self._faults: tuple[Fault, ...] | None = None
        sites, folder = places(campaign), settings.home / "intake"
        queues = open_queues(sites, folder / "offline")
        self._day = LiveDay(campaign, with_queued(found, queues), micros(clock.now()), seed, self._book.all())
        self.sites = Sites(campaign, sites, self._day.tally, seed, folder)
        self.sites.change_crowds(self._day.crowds)
        self._links, self._ways = SiteLinks(self.sites), Ways(sites, self.sites.nets, seed)
        ports = [settings.server_port(index) for index in range(len(campaign.servers))]
        self._urls = [f"http://{LOOPBACK}:{port}" for port in [*ports, settings.data_port]]
        self._http = Http(url.removeprefix("http://") for url in self._urls)
        pseudonyms = Pseudonyms(bytes.fromhex(secret(settings, "person_key")), campaign.round.round_id, seed)
        self._crew = DeskCrew(
            campaign,
            self._day,
            found,
            lambda place, group: self._day.tokens(pseudonyms, place, group),
            ServerDoor(self._http, ports, self._ways.port),
            ThreadCarrier(WORKERS),
            links=self._links,
            queues=queues,
            seed=seed,
            loses_answers=False,
        )
        self._post = CustodyPost(self._http, self._urls[-1])
        vehicles = [vehicle.vehicle_id for vehicle in roster(campaign)]
        self._orders = OrderBook(
            sites, vehicles, folder / "orders.jsonl", [server.server_id for server in campaign.servers]
        )
        self._crew.follow(self._orders.orders)
        self._follow_orders(micros(clock.now()))
        self._follow_faults(micros(clock.now()))
        self._tended_at = 0.0

    def turn(self) -> None:
        """Bring everything up to the clock: nothing moves while it stands still, but answers are still taken."""
        with self._lock:
            now = micros(self._clock.now())
            self._follow_faults(now)
            self._crew.settle(now)
            for place, group in self._day.registrations(now):
                self._crew.register(place, group, now)
            if stopwatch() - self._tended_at >= TEND_EVERY_S:
                self._tended_at = stopwatch()
                self._crew.tend(now)
                lanes = self._day.lanes
                self.sites.tend(now, [each.queue_persons(now) for each in lanes])
                self._ways.follow(now, self._clock.speed, lambda place: lanes[place.index].lanes_open)
            self._post.add(self._crew.sift(self._day.steps(now)))
            self._post.add_things([*self._day.things(), *self.sites.things(now), *self._crew.things()])
            self._post.turn()

    def live(self, stopped: threading.Event) -> None:
        """Turn until stopped, beginning when the servers answer so that every desk finds its own."""
        self._await_servers(stopped)
        self._crew.live_from(micros(self._clock.now()))
        while not stopped.wait(TICK_S):
            self.turn()
        self._crew.stop()
        self._ways.stop()
        self._post.stop()

    def give(self, new: NewOrder) -> Order:
        """Keep an order and let it go out; one that came before is answered as it was. Raises OrderRefused."""
        with self._lock:
            if (known := self._orders.given(new)) is not None:
                return known
            now = self._clock.now()
            order = self._orders.give(new, now)
            self._crew.order(order, micros(now))
            self._follow_orders(micros(now))
            return order

    def orders(self) -> Orders:
        """Return all orders so far."""
        with self._lock:
            return Orders(observed_at=self._clock.now(), orders=list(self._orders.orders))

    def queues(self) -> SiteQueues:
        """Return every site's queue now."""
        with self._lock:
            return queues_view(self._campaign, self._day, self._crew.desks, self._clock.now())

    def desks(self) -> DeskStates:
        """Return what every registration desk is doing now."""
        with self._lock:
            return desks_view(self._crew.phones, self._systems, self._clock.now())

    def gates(self) -> GateCounts:
        """Return what every gate has counted up to now."""
        with self._lock:
            now = self._clock.now()
            return GateCounts(observed_at=now, sites=self._day.gate_counts(micros(now)))

    def network(self) -> NetworkSamples:
        """Return how every network is now."""
        with self._lock:
            return network_view(self._day, self.sites.nets, self._clock.now())

    def feeds(self) -> list[Feed | PagedFeed]:
        """Return the routes on which the sites tell of themselves."""
        return [
            Feed("/v1/queues", SiteQueues, self.queues, "Tell every site's queue, wait, open lanes, servers in use."),
            Feed("/v1/desks", DeskStates, self.desks, "Tell every desk's server, session, half tube, waiting uploads."),
            Feed("/v1/gates", GateCounts, self.gates, "Tell what every gate and special channel has counted."),
            Feed("/v1/network", NetworkSamples, self.network, "Tell the state of both Wi-Fi networks of every site."),
            *self.sites.feeds(self._clock.now),
        ]

    def _follow_orders(self, now: int) -> None:
        self.sites.change_orders(self._orders.orders)
        self._day.change_loans(loans_of(self._orders.orders), now)

    def _follow_faults(self, now: int) -> None:
        faults = self._book.all()
        if faults is self._faults:
            return
        self._faults = faults
        if self._day.change_faults(faults, now):
            self.sites.change_crowds(self._day.crowds)
        for part in (self.sites, self._links, self._ways, self._crew):
            part.change_faults(faults)

    def _await_servers(self, stopped: threading.Event) -> None:
        silent, first_at = set(self._urls), None
        while silent and not (first_at and stopwatch() > first_at + OTHERS_WITHIN_S):
            silent = {url for url in silent if not self._answers(url)}
            if first_at is None and len(silent) < len(self._urls):
                first_at = stopwatch()
            if stopped.wait(0.1):
                return

    def _answers(self, url: str) -> bool:
        try:
            return self._http.ask("GET", f"{url}/healthz", deadline_s=1.0, cap_bytes=10_000).status == 200
        except HttpFailure:
            return False
