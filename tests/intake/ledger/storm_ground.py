"""The ground of the storm: servers over one ledger, requests as phones send them, and every answer compared."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from hypothesis.stateful import RuleBasedStateMachine, invariant

from pipelines.campaign import Campaign, load_campaign
from pipelines.contract import CustodyStep, TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube
from pipelines.intake.barcodes import label_of_group
from pipelines.intake.ledger import making, record
from pipelines.intake.ledger.opening import open_ledger
from pipelines.intake.moments import micros
from pipelines.intake.places import places
from pipelines.machines import TUBE
from pipelines.vocabulary import Entry, ShortReason
from tests.intake.ledger.model import Body, Model
from tests.intake.registrations import token

LABELS, DEVICES, SESSIONS, PERSONS, SERVERS = 16, 3, 3, 60, 4
FILLING = TUBE.step("close").before


def took(receipt: record.CustodyReceipt) -> str:
    """Return what became of a single step."""
    return "recorded" if receipt.recorded else "repeated"


def rows_of(ledger: sqlite3.Connection, sql: str) -> list[tuple[Any, ...]]:
    """Return all rows of a question."""
    with closing(ledger.execute(sql)) as found:
        return found.fetchall()


def register(page: record.Page, step: str, barcode: str, body: TubeRegistration, server: str) -> Any:
    """Record a whole group."""
    return record.record_registration(page, body, server)


def open_tube(page: record.Page, step: str, barcode: str, body: OpenTube, server: str) -> Any:
    """Open a tube."""
    return record.record_open(page, body, server)


def bind(page: record.Page, step: str, barcode: str, body: BindPerson, server: str) -> Any:
    """Bind a person."""
    return record.record_bind(page, barcode, body, server)


def change(page: record.Page, step: Any, barcode: str, body: ChangeTube, server: str) -> Any:
    """Change a tube."""
    return record.record_change(page, barcode, step, body, server)


WORK: dict[type, Callable[..., Any]] = {
    TubeRegistration: register,
    OpenTube: open_tube,
    BindPerson: bind,
    ChangeTube: change,
}


class Ground(RuleBasedStateMachine):
    """Four servers, two connections, one ledger; every deed is compared with the model's, the whole ledger after it."""

    campaign: Campaign = load_campaign(Path(__file__).parents[2] / "campaigns" / "lakeside")
    done = 0
    _empty: tuple[str, bytes] = ("", b"")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "ledger.sqlite"
        path.write_bytes(self._empty_ledger())
        self.ledgers = [open_ledger(path, self.campaign, is_durable=False) for _ in range(2)]
        self.place = places(self.campaign)[0]
        self.model = Model(self.place.lab_id)
        self.at = self.campaign.round.opens_at + timedelta(minutes=5)
        self.now = micros(self.campaign.round.demo_starts_at)
        self.numbers = [0] * DEVICES
        self.sent: list[tuple[str, str, Body]] = []
        self.answers: dict[tuple[str, int], Any] = {}
        self.queue: list[TubeRegistration] = []

    @classmethod
    def _empty_ledger(cls) -> bytes:
        if cls._empty[0] != making.schema():
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "ledger.sqlite"
                open_ledger(path, cls.campaign, is_durable=False).close()
                cls._empty = making.schema(), path.read_bytes()
        return cls._empty[1]

    def teardown(self) -> None:
        for ledger in self.ledgers:
            ledger.close()
        self.folder.cleanup()

    def label(self, choice: int, *states: str) -> str:
        """Return a label whose tube is in one of the states ("": unused), if there is one; now and then any."""
        every = [label_of_group(self.place.barcode_prefix, self.place.index, number) for number in range(LABELS)]
        tubes = self.model.tubes
        fitting = [label for label in every if (tubes[label].state if label in tubes else "") in states]
        found = every if choice % 7 == 3 or not fitting else fitting
        return found[choice % len(found)]

    def key(self, device: int) -> dict[str, Any]:
        self.numbers[device] += 1
        return {"device_id": f"phone-{device}", "device_sequence": self.numbers[device]}

    def do(self, server: int, work: Callable[[record.Page], Any]) -> Any:
        """Do one piece of work on a server's connection; return its answer or its refusal."""
        ledger = self.ledgers[server % 2]
        page = record.Page.begin(ledger, self.now)
        outcome = record.attempt(page, work)
        ledger.execute("COMMIT")
        return outcome

    def send(self, server: int, step: str, barcode: str, body: Body) -> None:
        """Send one request and compare what comes back with what the model says."""
        expected = self.model.ask(step, barcode, body)
        answer = self.do(server, partial(WORK[type(body)], step=step, barcode=barcode, body=body, server=f"p{server}"))
        if isinstance(answer, record.Refused):
            assert answer.problem.rule == expected, (step, answer.problem)
            assert len(answer.problem.detail) > 20
            return
        assert ("replayed" if answer.is_replay else "recorded") == expected, (step, answer)
        tube = self.model.tubes[barcode]
        key = body.device_id, body.device_sequence
        first = self.answers.setdefault(key, answer)
        assert answer == first or answer == msgspec.structs.replace(first, is_replay=True)
        if not answer.is_replay and tube.state != "voided":
            assert answer.persons == len(tube.counted)

    def first_time(self, server: int, step: str, barcode: str, body: Body) -> None:
        self.sent.append((step, barcode, body))
        self.send(server, step, barcode, body)

    def group(self, device: int, label: int, group: list[int], is_offline: bool) -> TubeRegistration:
        return TubeRegistration(
            **self.key(device),
            **self.where(),
            barcode=self.label(label, "", *(FILLING if is_offline else ())),
            persons=[token(n) for n in group],
            short_reason=None if len(group) == 10 else ShortReason.NO_MORE_PERSONS,
            opened_at=self.at,
            closed_at=self.at,
            is_offline=is_offline,
        )

    def where(self) -> dict[str, Any]:
        place = self.place
        return {
            "round_id": self.campaign.round.round_id,
            "site_id": place.site_id,
            "lane_no": 1,
            "lab_id": place.lab_id,
            "account_id": place.account_id,
        }

    def bind_all(self, barcode: str, group: range, server: int, stranger: int, by: int) -> None:
        for number in group:
            entry = (Entry.SCAN, Entry.SCAN, Entry.RESCAN, Entry.MANUAL)[(by + number) % 4]
            person = token(number % PERSONS)
            again = None if by % 7 == 3 else person
            body = BindPerson(
                **self.key(by % DEVICES),
                session_id=self.session_of(barcode, stranger),
                person=person,
                entry=entry,
                typed_again=again if entry is Entry.MANUAL else None,
                happened_at=self.at,
            )
            self.first_time((server + number) % SERVERS, "bind", barcode, body)

    def session_of(self, barcode: str, stranger: int) -> str:
        """Return the tube's own session, or now and then another's."""
        tube = self.model.tubes.get(barcode)
        is_own = stranger < 8 and tube is not None and tube.session is not None
        return tube.session or "" if tube and is_own else f"s-{stranger % SESSIONS}"

    def change(self, barcode: str, step: str, server: int, stranger: int, by: int, is_short: bool) -> None:
        body = ChangeTube(
            **self.key(by),
            session_id=self.session_of(barcode, stranger),
            short_reason=ShortReason.INTERRUPTED if is_short else None,
            happened_at=self.at,
        )
        self.first_time(server % SERVERS, step, barcode, body)

    def custody(self, server: int, step: CustodyStep) -> None:
        expected = self.model.custody(step)
        outcome = self.do(server, partial(record.record_custody, steps=[step]))
        assert (outcome.problem.rule if isinstance(outcome, record.Refused) else took(outcome)) == expected, step

    @invariant()
    def the_ledger_is_its_model(self) -> None:
        Ground.done += 1
        rows = partial(rows_of, self.ledgers[0])
        model = self.model
        events = rows("SELECT sequence, barcode, kind, persons, recorded_at FROM tube_event ORDER BY sequence")
        assert [row[1:4] for row in events] == model.events
        assert [row[0] for row in events] == list(range(1, len(events) + 1))
        assert [row[4] for row in events] == sorted(row[4] for row in events)
        persons = rows("SELECT lower(hex(token)), barcode FROM tube_person LEFT JOIN tube USING (tube_no)")
        counted = [(person, barcode) for barcode, tube in model.tubes.items() for person in tube.counted]
        assert sorted(persons) == sorted(counted)
        assert len({person for person, _ in persons}) == len(persons)
        self._tubes_are_the_model_s(rows("SELECT barcode, state, seats, session_id, persons FROM tube"))
        kept = rows("SELECT kind, barcode, other_barcode, seat FROM late_duplicate ORDER BY sequence")
        assert kept == model.duplicates
        assert set(rows("SELECT rule, device_id, device_sequence, barcode FROM conflict")) == model.conflicts
        assert set(rows("SELECT device_id, device_sequence FROM request")) == set(model.requests)
        assert rows("SELECT thing_id, step, state FROM thing_event ORDER BY sequence") == model.thing_events
        assert dict(rows("SELECT thing_id, state FROM thing")) == {key[1]: state for key, state in model.things.items()}

    def _tubes_are_the_model_s(self, found: list[tuple[Any, ...]]) -> None:
        assert {row[0]: row[1:4] for row in found} == {
            barcode: (tube.state, len(tube.seats), tube.session) for barcode, tube in self.model.tubes.items()
        }
        for barcode, state, seats, _, persons in found:
            assert persons <= seats <= 10
            assert state == "voided" or persons == len(self.model.tubes[barcode].counted)
