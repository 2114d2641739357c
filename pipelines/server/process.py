"""The command server as a process: open the store, start the jobs, serve until told to stop, stop in order."""

import signal
import socket

import uvicorn

from pipelines import config
from pipelines.acts import ActLedger, ActsUnavailable
from pipelines.alerts.channels import load_channels
from pipelines.api import NewAct, Viewer
from pipelines.campaign.model import Campaign
from pipelines.clock import Clock, FileClock, WallClock, wall_now
from pipelines.config import ConfigError, Settings, SourceFile
from pipelines.http import Http
from pipelines.identity import Book, SignIns, demo_accounts
from pipelines.jobs import GivenAnswers, Jobs
from pipelines.logs import logger
from pipelines.server.acting import Acting
from pipelines.server.app import build_app
from pipelines.server.callers import Callers
from pipelines.server.closing import Closing
from pipelines.server.refusals import Refusal
from pipelines.server.signing_desk import Record, SigningDesk
from pipelines.server.watch_routes import add_watch_routes
from pipelines.server.whatif import make_code
from pipelines.store import Staleness, Store, StoreError
from pipelines.vocabulary import SourceKind

STOP_WITHIN_S = 3
JUDGED_TOGETHER_S = 2.0
_log = logger(__name__)


def serve_command(campaign: Campaign, settings: Settings, sources: SourceFile, *, is_simulated: bool = False) -> None:
    """Serve until SIGTERM or SIGINT; raises ConfigError with a sentence when the port or the store cannot be had.

    Only a campaign that ``is_simulated`` offers its users by one click, and only on this machine.
    """
    listening = _listening(settings)
    store = opened_store(campaign, settings, sources)
    acts, clock, book = ActLedger(settings.acts_file), clock_of(settings), Book(settings.identity_file)
    pulling, channels = Http(sources.allow, connections=16), load_channels(settings)
    given = GivenAnswers()
    jobs = Jobs(store, campaign, sources, pulling, clock, acts, channels, hold_s=JUDGED_TOGETHER_S, given=given)
    token, people = config.secret(settings, "command"), sign_ins(campaign, settings, book, is_simulated=is_simulated)
    viewer_of = Callers(token, people).viewer_of
    acting = Acting(acts, campaign, clock, viewer_of, Closing(store, acts).check)
    app = build_app(store, campaign, token, jobs.unready, acting, SigningDesk(people, campaign, recorder(acts, clock)))
    app.state.whatif.given = given
    add_watch_routes(app, store, jobs.silent_s, (token, config.secret(settings, "scrape")))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: setattr(server, "should_exit", True))
    jobs.start()
    _log.info("command server started", port=settings.command_port, store=str(settings.store_file))
    making = make_code()
    try:
        server.run(sockets=[listening])
    finally:
        making.terminate()
        making.wait()
        app.state.whatif.close()
        jobs.stop()
        acts.close()
        book.close()
        store.close()


def sign_ins(campaign: Campaign, settings: Settings, book: Book, *, is_simulated: bool) -> SignIns:
    """Return who may come in; the demonstration's users are there in a simulated campaign alone."""
    made = SignIns(book, wall_now)
    offers_demo = is_simulated and settings.host == config.LOOPBACK
    made.accounts.put_demo(demo_accounts(campaign) if offers_demo else [])
    return made


def recorder(acts: ActLedger, clock: Clock) -> Record:
    """Return what keeps a sign-in, a refusal or a sign-out in the ledger of acts."""

    def record(new: NewAct, by: Viewer | str, address: str) -> None:
        try:
            acts.append(new, by, address, clock.now(), wall_now())
        except ActsUnavailable as failed:
            raise Refusal(503, "acts", str(failed)) from failed

    return record


def _listening(settings: Settings) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.command_port))
    except OSError as error:
        listening.close()
        port = settings.command_port
        raise ConfigError(f"port {port} is in use; stop the program that holds it, or choose another --port") from error
    return listening


def opened_store(campaign: Campaign, settings: Settings, sources: SourceFile) -> Store:
    """Open the store of ``settings``; raises ConfigError with the store's own sentence."""
    kinds = {spec.kind for spec in sources.source}
    stale = {kind: _patience(sources, kind, campaign.thresholds.stale_after_s) for kind in kinds}
    try:
        return Store(settings.store_file, clock_of(settings), campaign, stale)
    except StoreError as error:
        raise ConfigError(str(error)) from error


def clock_of(settings: Settings) -> Clock:
    """Return the campaign clock: the file's where there is one, else the wall's."""
    return FileClock(settings.clock_file) if settings.clock_file.exists() else WallClock()


def _patience(sources: SourceFile, kind: SourceKind, limit_s: float) -> Staleness:
    """Return after how many wall seconds words of ``kind`` are stale: two of its own pauses, at least ``limit_s``.

    A server that hangs is only known to be down when its deadline is over: until then its last word stands.
    """
    specs = [spec for spec in sources.source if spec.kind is kind]
    feed_s = max([limit_s, *(2 * spec.every_s + spec.deadline_s + 1 for spec in specs)])
    row_s = max([limit_s, *(2 * spec.every_s + 1 for spec in specs)])
    return Staleness(feed_s if kind is SourceKind.SERVER_STATUS else row_s, feed_s)
