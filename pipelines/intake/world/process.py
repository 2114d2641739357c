"""The world's process: it takes up the day from the ledger, lives it with the clock, and tells of it over HTTP."""

import signal
import threading
from contextlib import closing
from types import FrameType

from pipelines.campaign.model import Campaign
from pipelines.clock import Clock
from pipelines.config import Settings
from pipelines.intake.day.prefill import prefill
from pipelines.intake.day.standing import day_is_laid
from pipelines.intake.drill.desk import FaultDesk
from pipelines.intake.drill.routes import add_fault_routes
from pipelines.intake.ledger.opening import open_ledger, open_reader
from pipelines.intake.ledger.resume import standing
from pipelines.intake.moments import micros
from pipelines.intake.servers.web import web_server
from pipelines.intake.shared_clock import shared_clock
from pipelines.intake.world.feeds import feeds_app
from pipelines.intake.world.live_day import CATCH_UP
from pipelines.intake.world.order_routes import add_order_routes
from pipelines.intake.world.world import World


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
    add_order_routes(app, world.give, world.orders)
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
