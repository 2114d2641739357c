"""The world beside the servers: people queue, desks register them over HTTP, couriers and labs report, sites tell."""

import signal
import threading
from contextlib import closing
from types import FrameType

from pipelines.campaign.model import Campaign
from pipelines.clock import Clock, stopwatch
from pipelines.config import LOOPBACK, Settings, secret
from pipelines.contract import NetworkSamples, Roster, SiteQueues
from pipelines.contract_sites import GateCounts, SiteInputs
from pipelines.http import Http, HttpFailure
from pipelines.intake.day.prefill import prefill
from pipelines.intake.day.standing import day_is_laid
from pipelines.intake.drill.desk import FaultDesk
from pipelines.intake.drill.routes import add_fault_routes
from pipelines.intake.faults import FaultBook
from pipelines.intake.ledger.opening import open_ledger, open_reader
from pipelines.intake.ledger.resume import Standing, standing
from pipelines.intake.moments import micros
from pipelines.intake.servers.web import web_server
from pipelines.intake.shared_clock import shared_clock
from pipelines.intake.world.carriers import ThreadCarrier
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.custody_post import CustodyPost
from pipelines.intake.world.desk_crew import DeskCrew
from pipelines.intake.world.feeds import Feed, PagedFeed, feeds_app
from pipelines.intake.world.live_day import CATCH_UP, LiveDay
from pipelines.intake.world.server_door import ServerDoor
from pipelines.intake.world.site_views import network_view, queues_view, roster_view
from pipelines.intake.world.sites import Sites
from pipelines.logs import logger

TICK_S = 0.04
TEND_EVERY_S = 0.5
OTHERS_WITHIN_S = 5.0  # after the first server answers, before the desks do without the rest
WORKERS = 96
log = logger(__name__)


class World:
    """One thread turns it; worker threads only carry requests; the feeds look at it under its lock."""

    def __init__(self, campaign: Campaign, settings: Settings, clock: Clock, found: Standing, seed: int = SEED) -> None:
        """Take up the day where the ledger stands."""
        self._campaign, self._clock, self._lock = campaign, clock, threading.Lock()
        self._book = FaultBook(settings.fault_file)
        self._faults = self._book.all()
        self._day = LiveDay(campaign, found, micros(clock.now()), seed, self._faults)
        servers = [f"http://{LOOPBACK}:{settings.server_port(index)}" for index in range(len(campaign.servers))]
        data = f"http://{LOOPBACK}:{settings.data_port}"
        self._urls = [*servers, data]
        self._http = Http(url.removeprefix("http://") for url in self._urls)
        key = bytes.fromhex(secret(settings, "person_key"))
        self._crew = DeskCrew(
            campaign, self._day, found.device_sequences, key, ServerDoor(self._http, servers), ThreadCarrier(WORKERS)
        )
        self._post = CustodyPost(self._http, data)
        self.sites = Sites(campaign, self._day.places, self._day.tally, seed)
        self.sites.change_crowds(self._day.crowds)
        self.sites.change_faults(self._faults)
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
                self.sites.nets.change_crowd([lanes.queue_persons(now) for lanes in self._day.lanes])
            self._post.add(self._day.steps(now))
            self._post.add_things([*self._day.things(), *self.sites.things(now)])
            self._post.turn()

    def _follow_faults(self, now: int) -> None:
        faults = self._book.all()
        if faults is not self._faults:
            self._faults = faults
            if self._day.change_faults(faults, now):
                self.sites.change_crowds(self._day.crowds)
            self.sites.change_faults(faults)

    def live(self, stopped: threading.Event) -> None:
        """Turn until stopped, beginning when the servers answer so that every desk finds its own."""
        self._await_servers(stopped)
        self._crew.live_from = micros(self._clock.now())
        while not stopped.wait(TICK_S):
            self.turn()
        self._crew.stop()
        self._post.stop()

    def queues(self) -> SiteQueues:
        """Return every site's queue now."""
        with self._lock:
            return queues_view(self._campaign, self._day, self._crew.desks, self._clock.now())

    def roster(self) -> Roster:
        """Return who is on shift now."""
        return roster_view(self.sites.register, self._clock.now())

    def network(self) -> NetworkSamples:
        """Return how every network is now."""
        with self._lock:
            return network_view(self._day, self.sites.nets, self._clock.now())

    def gates(self) -> GateCounts:
        """Return what every site's gate has counted."""
        with self._lock:
            now = self._clock.now()
            return GateCounts(observed_at=now, sites=self._day.gate_counts(micros(now)))

    def inputs(self, after: int, limit: int) -> SiteInputs:
        """Return the hourly entries that follow a cursor."""
        with self._lock:
            return self.sites.inputs(after, limit, self._clock.now())

    def feeds(self) -> list[Feed | PagedFeed]:
        """Return the routes on which the sites tell of themselves."""
        return [
            Feed("/v1/queues", SiteQueues, self.queues, "Tell every site's queue, wait, open lanes, servers in use."),
            Feed("/v1/roster", Roster, self.roster, "Tell who is on shift and what the shift plans, by site and role."),
            Feed("/v1/network", NetworkSamples, self.network, "Tell the state of both Wi-Fi networks of every site."),
            Feed("/v1/gates", GateCounts, self.gates, "Tell what every gate and special channel has counted."),
            PagedFeed("/v1/inputs", SiteInputs, self.inputs, "Tell the sites' hourly entries after a cursor."),
            *self.sites.feeds(self._clock.now),
        ]

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


def serve_world(campaign: Campaign, settings: Settings) -> None:
    """Live the campaign's day with the clock until SIGTERM or Ctrl-C; raises ConfigError (LedgerError too)."""
    clock = shared_clock(settings)
    with (
        closing(open_ledger(settings.ledger_file, campaign)),
        closing(open_reader(settings.ledger_file)) as reader,
    ):
        _lay_missing_day(campaign, settings, clock)
        world = World(campaign, settings, clock, standing(reader))
    stopped = threading.Event()
    _stop_on_signal(stopped)
    app = feeds_app(world.feeds())
    add_fault_routes(app, FaultDesk(campaign, settings.fault_file), clock)
    feeds = web_server(app, settings.world_port)
    thread = threading.Thread(target=feeds.run, name="feeds", daemon=True)
    thread.start()
    world.live(stopped)
    feeds.should_exit = True
    thread.join(timeout=3.0)


def _lay_missing_day(campaign: Campaign, settings: Settings, clock: Clock) -> None:
    """Fill an empty ledger up to the clock; within the catch-up after opening the live day makes up for it itself."""
    is_under_way = micros(clock.now()) > micros(campaign.round.opens_at) + CATCH_UP
    if is_under_way and not day_is_laid(settings, campaign):
        prefill(campaign, settings, clock.now(), lambda _share: None)


def _stop_on_signal(stopped: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
