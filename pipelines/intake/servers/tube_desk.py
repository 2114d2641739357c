"""What a front end does with a request about a tube: check it, have it recorded, count it, answer as slowly as it must.

Bodies come in as bytes and structures go out: the routes only carry them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import msgspec

from pipelines.clock import Clock, stopwatch
from pipelines.contract import TubeReceipt, TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube, TubeState
from pipelines.intake.ledger.opening import LedgerUnavailable
from pipelines.intake.ledger.record import (
    Change,
    Page,
    Refused,
    record_bind,
    record_change,
    record_open,
    record_registration,
)
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.intake.servers.core import FrontEndCore
from pipelines.intake.servers.web import decoded, label

_TUBE = msgspec.json.Decoder(TubeRegistration)
_OPEN = msgspec.json.Decoder(OpenTube)
_BIND = msgspec.json.Decoder(BindPerson)
_CHANGE = msgspec.json.Decoder(ChangeTube)
Body = bytes | bytearray
T = TypeVar("T")


@dataclass(frozen=True)
class TubeDesk:
    """One server's decisions joined to its ledger; ``waited`` hears how many seconds each write took there."""

    core: FrontEndCore
    writer: LedgerWriter
    clock: Clock
    find: Callable[[str], TubeState | None]
    waited: Callable[[float], None]

    async def register(self, body: Body) -> TubeReceipt:
        """Record a whole group; returns after it is on disk. A device that registers counts as logged in."""
        tube, now = self._decoded(body, _TUBE), self.clock.now()
        self.core.check(tube, now)
        receipt: TubeReceipt = await self._record(record_registration, now, tube=tube)
        self.core.seen(tube.device_id, now)
        self.core.note(receipt)
        return receipt

    async def open(self, body: Body) -> TubeState:
        """Open a tube under an unused label."""
        tube, now = self._decoded(body, _OPEN), self.clock.now()
        self.core.check(tube, now)
        state: TubeState = await self._record(record_open, now, body=tube)
        self.core.seen(tube.device_id, now)
        return state

    async def bind(self, barcode: str, body: Body) -> TubeState:
        """Seat a person in an open tube."""
        person = self._decoded(body, _BIND)
        return await self._step(record_bind, person.device_id, barcode=label(barcode), body=person)

    async def change(self, barcode: str, step: Change, body: Body) -> TubeState:
        """Suspend, resume, close or void a tube; a closed one counts its persons."""
        wish = self._decoded(body, _CHANGE)
        state = await self._step(record_change, wish.device_id, barcode=label(barcode), step=step, body=wish)
        if step == "close" and not state.is_replay:
            self.core.persons_registered += state.persons
        return state

    def state(self, barcode: str) -> TubeState:
        """Return where a tube stands; raises Refused (404)."""
        self.core.stand(None, self.clock.now())
        state = self.find(label(barcode))
        if state is None:
            raise Refused(404, "unknown_barcode", f"no tube {barcode} is on record; open it first", "barcode")
        return state

    async def _step(self, work: Callable[..., TubeState], device_id: str, **arguments: Any) -> TubeState:
        now = self.clock.now()
        self.core.admit(device_id, now)
        state: TubeState = await self._record(work, now, **arguments)
        self.core.seen(device_id, now)
        return state

    def _decoded(self, body: Body, decoder: "msgspec.json.Decoder[T]") -> T:
        try:
            return decoded(body, decoder)
        except Refused:
            self.core.requests += 1
            raise

    async def _record(self, work: Callable[..., Any], now: datetime, **arguments: Any) -> Any:
        if delay_s := self.core.delay_s(now):
            await asyncio.sleep(delay_s / max(1.0, self.clock.speed))
        job: Callable[[Page], Any] = partial(work, server_id=self.core.server.server_id, **arguments)
        begun = stopwatch()
        try:
            return await self.writer.ask(job)
        except LedgerUnavailable:
            self.core.errors += 1
            raise
        finally:
            self.waited(stopwatch() - begun)
