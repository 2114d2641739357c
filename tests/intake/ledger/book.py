"""A ledger to write into directly: a transaction a deed, each whole or refused; and a digest of what it holds."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest

from pipelines.campaign import Campaign
from pipelines.contract import CustodyStep, TubeReceipt, TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube, ThingStep, TubeState
from pipelines.intake.ledger import record
from pipelines.intake.ledger.opening import open_ledger
from pipelines.intake.moments import micros
from pipelines.machines import MachineName
from pipelines.vocabulary import Entry, ShortReason, TubeEventKind
from tests.intake.registrations import registration, token

T = TypeVar("T")


class Book:
    """The ledger of the small district, an hour after opening; every device numbers its requests by itself."""

    def __init__(self, path: Path, campaign: Campaign) -> None:
        self.campaign = campaign
        self.now: datetime = campaign.round.demo_starts_at
        self.connection: sqlite3.Connection = open_ledger(path, campaign, is_durable=False)
        self._numbers: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def do(self, work: Callable[[record.Page], T]) -> T:
        """Do one piece of work in a transaction of its own; raises Refused."""
        page = record.Page.begin(self.connection, micros(self.now))
        outcome = record.attempt(page, work)
        self.connection.execute("COMMIT")
        if isinstance(outcome, record.Refused):
            raise outcome
        return outcome

    def register(self, tube: TubeRegistration, server: str = "p1") -> TubeReceipt:
        return self.do(lambda page: record.record_registration(page, tube, server))

    def open(self, body: OpenTube, server: str = "p1") -> TubeState:
        return self.do(lambda page: record.record_open(page, body, server))

    def bind(self, barcode: str, body: BindPerson, server: str = "p1") -> TubeState:
        return self.do(lambda page: record.record_bind(page, barcode, body, server))

    def change(self, barcode: str, step: record.Change, body: ChangeTube, server: str = "p1") -> TubeState:
        return self.do(lambda page: record.record_change(page, barcode, step, body, server))

    def custody(self, *steps: CustodyStep) -> tuple[int, int]:
        receipt = self.do(lambda page: record.record_custody(page, list(steps)))
        return receipt.recorded, receipt.repeated

    def things(self, *steps: ThingStep) -> tuple[int, int]:
        receipt = self.do(lambda page: record.record_things(page, list(steps)))
        return receipt.recorded, receipt.repeated

    def refusal(self, deed: Callable[[], object]) -> tuple[int, str, str | None]:
        """Return (status, rule, field) of a deed that must be refused, name itself in a sentence and change nothing."""
        before = self.digest()
        with pytest.raises(record.Refused) as refused:
            deed()
        assert len(refused.value.problem.detail) > 20
        assert self.digest() == before
        return refused.value.status, refused.value.problem.rule, refused.value.problem.field

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(self.connection.execute(sql, values)) as found:
            return found.fetchall()

    def digest(self) -> str:
        """Return what tells one content of the ledger from another, its conflicts apart."""
        tables = [
            name
            for (name,) in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            if name != "conflict"
        ]
        content = blake2b()
        for name in tables:
            content.update(repr((name, self.rows(f"SELECT * FROM {name}"))).encode())
        return content.hexdigest()

    def conflicts(self) -> list[str]:
        return [rule for (rule,) in self.rows("SELECT rule FROM conflict ORDER BY sequence")]

    def next_number(self, device: str) -> int:
        self._numbers[device] = self._numbers.get(device, 0) + 1
        return self._numbers[device]

    def opening(self, group: int = 0, session: str = "s-1", device: str = "phone-1", site: int = 0) -> OpenTube:
        whole = registration(self.campaign, group, site=site)
        return OpenTube(
            device_id=device,
            device_sequence=self.next_number(device),
            session_id=session,
            round_id=whole.round_id,
            site_id=whole.site_id,
            lane_no=whole.lane_no,
            lab_id=whole.lab_id,
            account_id=whole.account_id,
            barcode=whole.barcode,
            happened_at=self.campaign.round.opens_at,
        )

    def binding(
        self,
        person: int,
        session: str = "s-1",
        device: str = "phone-1",
        entry: Entry = Entry.SCAN,
        again: int | None = None,
    ) -> BindPerson:
        return BindPerson(
            device_id=device,
            device_sequence=self.next_number(device),
            session_id=session,
            person=token(person),
            entry=entry,
            typed_again=None if again is None else token(again),
            happened_at=self.campaign.round.opens_at + timedelta(minutes=1),
        )

    def changing(
        self, session: str = "s-1", device: str = "phone-1", reason: ShortReason | None = None, is_verified: bool = True
    ) -> ChangeTube:
        return ChangeTube(
            device_id=device,
            device_sequence=self.next_number(device),
            session_id=session,
            short_reason=reason,
            is_verified=is_verified,
            happened_at=self.campaign.round.opens_at + timedelta(minutes=3),
        )

    def open_with(self, persons: range, group: int = 0, session: str = "s-1", device: str = "phone-1") -> str:
        """Open a tube, bind persons, and return its barcode."""
        barcode = self.open(self.opening(group, session, device)).barcode
        for person in persons:
            self.bind(barcode, self.binding(person, session, device))
        return barcode

    def step(self, barcode: str, kind: TubeEventKind, lab: str | None = None, box: str | None = None) -> CustodyStep:
        at = self.campaign.round.opens_at + timedelta(minutes=10)
        return CustodyStep(barcode=barcode, kind=kind, happened_at=at, lab_id=lab, box_id=box)

    def thing(
        self,
        machine: MachineName,
        thing_id: str,
        step: str,
        site: str | None = "LS-1",
        minute: int = 0,
        **facts: str | int,
    ) -> ThingStep:
        at = self.campaign.round.opens_at + timedelta(minutes=minute)
        return ThingStep(machine=machine, thing_id=thing_id, step=step, site_id=site, facts=facts, happened_at=at)
