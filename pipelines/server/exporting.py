"""Exports as the command API makes them: right and scope checked, the file made, the act recorded, then sent."""

import secrets
import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from pipelines.access import may_act
from pipelines.api import AskBody, Fact, NewAct, Scope, Viewer
from pipelines.campaign.model import Campaign
from pipelines.clock import wall_now
from pipelines.exports import About, ExportError, write_apart, write_export
from pipelines.server.access import scope_for
from pipelines.server.acting import Acting
from pipelines.server.answers import Answers
from pipelines.server.refusals import Refusal
from pipelines.store import Store
from pipelines.vocabulary import ActKind, Audience, ExportForm

AT_ONCE, PATIENCE_S = 2, 20
FOLDER = "exports"
CELLS_APART = 100_000
"""A workbook of more cells is written by a process of its own: the command server has other things to do."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wants exported; ``as_of`` None: the newest moment."""

    ask: str
    form: ExportForm
    as_of: datetime | None
    scope: Scope
    audience: Audience
    params: dict[str, str]


@dataclass(frozen=True)
class Made:
    """A file that was made and is on record; whoever sends it removes it."""

    path: Path
    about: About

    @property
    def name(self) -> str:
        """The name under which it is handed out."""
        where = f"-{self.about.scope.id}" if self.about.scope.id else ""
        return f"{self.about.ask}{where}-{self.about.as_of:%Y%m%dT%H%M%SZ}{self.path.suffix}"


class Exporting:
    """Makes exports of one campaign's store; safe between threads, two at once."""

    def __init__(self, store: Store, campaign: Campaign, acting: Acting) -> None:
        """Make files beside the store; those that an earlier process left unsent are removed."""
        self._store, self._campaign, self._acting = store, campaign, acting
        self._answers = Answers(store, campaign)
        self._folder = store.folder / FOLDER
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        shutil.rmtree(self._folder, ignore_errors=True)

    def make(self, wanted: Wanted, who: Viewer | str, address: str) -> Made:
        """Return the export that ``who`` (a viewer or a station's name) wants; raises Refusal: 403, 422 or 503.

        When this returns, the act is in the ledger, with the count of rows and the hash.
        """
        scope = self._scope(wanted, who)
        as_of = wanted.as_of or self._store.moments.edge().as_of
        body = AskBody(as_of=as_of, params=dict(wanted.params), scope=scope)
        with self._turn():
            frame = self._answers.table(wanted.ask, body)
            about = About(
                ask=wanted.ask,
                as_of=as_of,
                made_at=wall_now(),
                by=who if isinstance(who, str) else who.user_id,
                scope=scope,
                audience=wanted.audience,
                params=wanted.params,
                offset_minutes=self._campaign.timezone_offset_minutes,
            )
            path = self._fresh(wanted.form)
            try:
                is_slow = wanted.form is ExportForm.XLSX and frame.height * frame.width > CELLS_APART
                told = (write_apart if is_slow else write_export)(frame, wanted.form, about, path)
            except ExportError as error:
                raise Refusal(422, "export", str(error)) from error
        try:
            self._acting.record(who, [_act(told, wanted.form)], address)
        except Refusal:
            path.unlink()
            raise
        return Made(path, told)

    def _scope(self, wanted: Wanted, who: Viewer | str) -> Scope:
        if isinstance(who, str):
            return wanted.scope
        if not may_act(who.role, ActKind.EXPORTED):
            raise Refusal(403, "right", f"a {who.role.value} may not export; ask a coordinator or the data officer")
        return scope_for(self._campaign, who, wanted.ask, wanted.scope)

    @contextmanager
    def _turn(self) -> Generator[None]:
        if not self._turns.acquire(timeout=PATIENCE_S):
            raise Refusal(503, "export", f"{AT_ONCE} exports are being made; ask again in a moment", retry_after_s=5)
        try:
            yield
        finally:
            self._turns.release()

    def _fresh(self, form: ExportForm) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder / f"{secrets.token_hex(16)}.{form}"


def _act(told: About, form: ExportForm) -> NewAct:
    facts: dict[str, Fact] = {
        "form": form.value,
        "rows": told.rows,
        "sha256": told.sha256,
        "as_of": told.as_of.isoformat(),
        "audience": told.audience.value,
        "suppressed": told.suppressed,
    }
    params: dict[str, Fact] = {f"param_{name}": value for name, value in told.params.items()}
    new = NewAct(act_id=secrets.token_hex(16), kind=ActKind.EXPORTED, scope=told.scope, target=told.ask)
    return replace(new, facts=facts | params)
