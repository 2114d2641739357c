"""A real command server over a real store, with rows the tests write: what the dashboard's tests look at."""

import os
import subprocess
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn

from pipelines import config
from pipelines.acts import ActLedger
from pipelines.campaign import Campaign
from pipelines.campaign.model import Site
from pipelines.clock import stopwatch, wall_now
from pipelines.config import ROOT, Settings, environment_for_children
from pipelines.http import Http, HttpFailure
from pipelines.identity import Book, SignIns, demo_accounts
from pipelines.server.acting import Acting
from pipelines.server.app import build_app
from pipelines.server.callers import Callers
from pipelines.server.closing import Closing
from pipelines.server.signing_desk import SigningDesk
from pipelines.up import dashboard_command
from pipelines.vocabulary import Role, SourceKind
from tests.store.kit import Bench

READY_WITHIN_S = 40.0
FEEDS = (SourceKind.TUBE_EVENTS, SourceKind.SITE_QUEUES, SourceKind.ROSTER, SourceKind.NETWORK, SourceKind.LAB_COUNTS)


class District(Bench):
    """The small district's store, and a way to let a whole minute of its day arrive."""

    def minute(
        self,
        at: str,
        *,
        persons: int = 100,
        silent: frozenset[str] = frozenset(),
        down: str = "",
        quiet: frozenset[SourceKind] = frozenset(),
    ) -> datetime:
        """Commit what every source tells at ``at``.

        ``silent`` sites say nothing, server ``down`` does not answer, feeds of the kinds ``quiet`` cannot be pulled.
        Every site has registered ``persons`` persons and sampled ten fewer; LS-1 waits 12 minutes, LS-2 24, and so on.
        """
        seen = [site for site in self.campaign.sites if site.site_id not in silent]
        number = int(at.replace(":", ""))
        return self.tick(
            at,
            site_counts=_table(
                "site_id|sequence|observed_at|persons_registered|tubes_registered|persons_sampled|tubes_sampled",
                *(
                    f"{s.site_id}|{number}|{at}|{persons}|{persons // 10}|{persons - 10}|{persons // 10 - 1}"
                    for s in seen
                ),
            ),
            site_queue=_queues([] if SourceKind.SITE_QUEUES in quiet else seen, at),
            desk_server=_table(
                "site_id|server_id|observed_at|desks", *(f"{s.site_id}|p1|{at}|{s.lanes}" for s in seen)
            ),
            roster=_roster([] if SourceKind.ROSTER in quiet else seen, at),
            network_sample=_table(
                "site_id | network | observed_at | is_up | latency_ms | loss_share | clients",
                *(f"{s.site_id}|{net}|{at}|yes|30|0.01|8" for s in seen for net in ("volunteer", "public")),
            ),
            server_sample=_table(
                "server_id|observed_at|is_up|logins|capacity_logins|requests|errors|first_byte_ms|started_at|outcome|reason",
                *(_server(s.server_id, at, is_up=s.server_id != down) for s in self.campaign.servers),
            ),
            source_pull=_table(
                "source_id | kind | site_id | pulled_at | outcome | reason",
                *(_pull(s.site_id, at, is_silent=s.site_id in silent) for s in self.campaign.sites),
                *(_pull_feed(kind, at, is_quiet=kind in quiet) for kind in FEEDS),
            ),
            job_run=_table(
                "run_id | job | started_at | took_ms | rows_pulled | rows_stored | outcome | reason",
                f"r{number}|pull_cycle|{at}|41|9|{len(seen)}|{'partial' if silent else 'ok'}|{' '.join(silent)}",
            ),
        )


def _table(*lines: str) -> str:
    return "\n".join(lines)


def _queues(sites: Iterable[Site], at: str) -> str:
    return _table(
        "site_id | observed_at | is_open | queue_persons | wait_minutes | lanes_open",
        *(f"{s.site_id}|{at}|yes|20|{12 * n}|{s.lanes}" for n, s in enumerate(sites, start=1)),
    )


def _roster(sites: Iterable[Site], at: str) -> str:
    return _table(
        "site_id | role | observed_at | on_shift | planned",
        *(f"{s.site_id}|{role}|{at}|4|5" for s in sites for role in Role),
    )


def _server(server_id: str, at: str, *, is_up: bool) -> str:
    if is_up:
        return f"{server_id}|{at}|yes|8|16|100|1|9|00:00|ok|"
    return f"{server_id}|{at}|no|-|-|-|-|-|-|unreachable|connection refused [by design]"


def _pull(site_id: str, at: str, *, is_silent: bool) -> str:
    how = "timeout|no answer within 2.0 s" if is_silent else "ok|"
    return f"site_counts:{site_id}|site_counts|{site_id}|{at}|{how}"


def _pull_feed(kind: SourceKind, at: str, *, is_quiet: bool) -> str:
    how = "timeout|no answer within 2.0 s" if is_quiet else "ok|"
    return f"{kind}|{kind}|-|{at}|{how}"


@contextmanager
def command_server(
    district: District, settings: Settings, port: int, ledger: ActLedger | None = None
) -> Generator[str]:
    """Serve the command API over the district's store in a thread, taking acts into ``ledger``; yield its address."""
    book = Book(settings.identity_file)
    people = SignIns(book, wall_now)
    people.accounts.put_demo(demo_accounts(district.campaign))
    desk = SigningDesk(people, district.campaign, lambda *_: None)
    token = config.secret(settings, "command")
    viewer_of = Callers(token, people).viewer_of
    acting = None
    if ledger is not None:
        closing = Closing(district.store, ledger).check
        acting = Acting(ledger, district.campaign, district.clock, viewer_of, closing)
    app = build_app(district.store, district.campaign, token, lambda: "", acting, desk)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=1,  # what a page asked for and no longer waits for is let go
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/healthz")
        yield url
    finally:
        server.should_exit = True
        thread.join(10)
        book.close()


@contextmanager
def dashboard(settings: Settings, log: Path, root: Path = ROOT) -> Generator[str]:
    """Serve the dashboard in a process of its own, as ``tenfold dashboard`` does; yield its address.

    ``root`` is another folder that has a ``dashboard`` of its own.
    """
    command = [word.replace(str(ROOT / "dashboard"), str(root / "dashboard")) for word in dashboard_command(settings)]
    environment = environment_for_children(settings) | {"PYTHONPATH": f"{root}{os.pathsep}{ROOT}"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=out, stderr=out)
    url = f"http://127.0.0.1:{settings.dashboard_port}"
    try:
        wait_for(f"{url}/_stcore/health")
        yield url
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str) -> None:
    """Return once ``url`` answers; fails with the last reason after a while."""
    http, reason, begun = Http([url.split("/")[2]]), "", stopwatch()
    while stopwatch() - begun < READY_WITHIN_S:
        try:
            if http.ask("GET", url, deadline_s=2.0, cap_bytes=10_000).status == 200:
                return
        except HttpFailure as failure:
            reason = str(failure)
        threading.Event().wait(0.1)
    raise AssertionError(f"nothing answered at {url}: {reason}")


class Ticking:
    """Lets the district's day go on in a thread: a minute of campaign time every wall second."""

    def __init__(self, district: District) -> None:
        self._district = district
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.minutes = 60

    def _run(self) -> None:
        while not self._stop.wait(1.0):
            self.minutes += 1
            at = f"{self.minutes // 60:02}:{self.minutes % 60:02}"
            self._district.minute(at, persons=100 + 10 * self.minutes)

    def __enter__(self) -> "Ticking":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(5)


def local(campaign: Campaign, moment: datetime) -> str:
    """Return the district's clock time of a moment as the screen shows it."""
    return (moment + timedelta(minutes=campaign.timezone_offset_minutes)).strftime("%H:%M:%S")
