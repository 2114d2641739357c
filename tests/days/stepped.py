"""A command server over HTTP whose clock and jobs are moved by hand, and people signed in who read and act."""

import secrets
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.acts import ActLedger
from pipelines.api import Act, NewAct, Scope
from pipelines.campaign import Campaign
from pipelines.client import CommandClient
from pipelines.clock import wall_now
from pipelines.config import SourceFile
from pipelines.http import Http
from pipelines.identity import Book, NewAccount, SignIns
from pipelines.jobs import Jobs
from pipelines.server.acting import Acting
from pipelines.server.app import build_app
from pipelines.server.callers import Callers
from pipelines.server.closing import Closing
from pipelines.server.signing_desk import SigningDesk
from pipelines.store import Staleness, Store
from pipelines.vocabulary import ActKind
from tests.api.serving import served
from tests.jobs.ending import end
from tests.store.kit import HandClock

TOKEN = secrets.token_hex(32)
NOT_BY_HAND = frozenset({"freeze_reports", "predict", "checkpoint", "watch", "notify", "send_reports", "take_inbox"})
"""What ``pull`` leaves to others: the reports have their own hour, the rest has no part in a town's day."""


@dataclass
class Stepped:
    """Jobs run when told; ``tokens`` are the sessions of the people by their names."""

    store: Store
    jobs: Jobs
    clock: HandClock
    client: CommandClient
    tokens: dict[str, str]

    def run(self, *names: str) -> None:
        """Run these jobs once each, and store what they bring; fails where one of them did."""
        for job in self.jobs._jobs:
            if job.name in names:
                self.jobs._boundary.run(job)
        self.jobs._boundary.flush()
        assert self.jobs._boundary.trouble == ""

    def pull(self) -> None:
        """Pull everything and judge it, as the scheduler does within a few seconds."""
        self.run(*(job.name for job in self.jobs._jobs if job.name not in NOT_BY_HAND))

    def ask(self, name: str, scope: Scope, **params: Any) -> pl.DataFrame:
        """Ask over HTTP at the newest moment."""
        return self.client.ask(name, self.client.edge().as_of, scope, **params)

    def act(self, who: str, kind: ActKind, scope: Scope, target: str = "", reason: str = "", **facts: Any) -> Act:
        """Do something over HTTP, and let it come into the store; raises AskRefused with the server's sentence."""
        new = NewAct(act_id=secrets.token_hex(16), kind=kind, scope=scope, target=target, facts=facts, reason=reason)
        try:
            return self.client.act(new, self.tokens[who], "10.0.0.7")
        finally:
            self.run("pull_acts")


@contextmanager
def stepped(
    campaign: Campaign, folder: Path, clock: HandClock, sources: SourceFile, people: dict[str, NewAccount]
) -> Generator[Stepped]:
    """Serve a command server over an empty store in ``folder``, its people signed in."""
    stale = dict.fromkeys((spec.kind for spec in sources.source), Staleness(10.0, 10.0))
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store(folder / "command.duckdb", clock, campaign, stale)))
        acts = stack.enter_context(closing(ActLedger(folder / "acts.sqlite")))
        book = stack.enter_context(closing(Book(folder / "identity.sqlite")))
        jobs = Jobs(store, campaign, sources, Http(sources.allow, connections=16), clock, acts)
        stack.callback(end, jobs)
        sign_ins = SignIns(book, wall_now)
        sign_ins.accounts.put_demo(list(people.values()))
        tokens = {name: sign_ins.by_click(account.user_id, "here").token for name, account in people.items()}
        acting = Acting(acts, campaign, clock, Callers(TOKEN, sign_ins).viewer_of, Closing(store, acts).check)
        app = build_app(store, campaign, TOKEN, lambda: "", acting, SigningDesk(sign_ins, campaign, lambda *_: None))
        address = stack.enter_context(served(app))
        yield Stepped(store, jobs, clock, CommandClient(f"http://{address}", TOKEN, deadline_s=20.0), tokens)
        app.state.whatif.close()
