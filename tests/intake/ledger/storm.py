"""A storm of requests over one ledger: whatever comes, in whatever order and however often, it agrees with its model.

``python -m tests.intake.ledger.storm --steps 50000`` runs as long as is asked for.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pipelines.campaign import Campaign, load_campaign
from pipelines.contract import CustodyStep, TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube, ThingStep
from pipelines.intake.barcodes import label_of_group
from pipelines.intake.ledger import making, record
from pipelines.intake.ledger.opening import open_ledger
from pipelines.intake.moments import micros
from pipelines.intake.places import places
from pipelines.machines import TUBE, MachineName
from pipelines.vocabulary import Entry, ShortReason
from tests.intake.ledger.model import STEP_OF, Body, Model, altered
from tests.intake.registrations import token

LABELS, DEVICES, SESSIONS, PERSONS, SERVERS = 16, 3, 3, 60, 4
STEPS_EACH = 60
FILLING = TUBE.step("close").before

devices, sessions = st.integers(0, DEVICES - 1), st.integers(0, SESSIONS - 1)
person, servers = st.integers(0, PERSONS - 1), st.integers(0, SERVERS - 1)
labels = pick = st.integers(0, 1_000)
times = st.integers(1, 5)
groups = st.builds(lambda first, size: [(first + n) % PERSONS for n in range(size)], person, st.integers(1, 10))
steps = st.sampled_from(["suspend", "resume", "close", "close", "void"])
things = st.sampled_from(
    [(MachineName.SESSION, step) for step in ("open", "log_in", "go_offline", "close")]
    + [(MachineName.BOX, step) for step in ("pack", "seal", "dispatch", "receive", "lose")]
)


class Storm(RuleBasedStateMachine):
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

    @rule(device=devices, label=labels, group=groups, server=servers, repeats=times, is_offline=st.booleans())
    def a_whole_group_comes(
        self, device: int, label: int, group: list[int], server: int, repeats: int, is_offline: bool
    ) -> None:
        body = self.group(device, label, group, is_offline)
        self.first_time(server, "register", body.barcode, body)
        for repeat in range(1, repeats):
            self.send((server + repeat) % SERVERS, "register", body.barcode, body)

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

    @rule(device=devices, label=labels, group=groups)
    def a_phone_registers_alone(self, device: int, label: int, group: list[int]) -> None:
        self.queue.append(self.group(device, label, group, is_offline=True))

    @rule(choice=pick, server=servers, repeats=times)
    def a_phone_uploads(self, choice: int, server: int, repeats: int) -> None:
        if self.queue:
            body = self.queue[choice % len(self.queue)]
            self.first_time(server, "register", body.barcode, body)
            for repeat in range(1, repeats):
                self.send((server + repeat) % SERVERS, "register", body.barcode, body)

    @rule(device=devices, label=labels, server=servers, repeats=times)
    def a_tube_on_record_is_uploaded_too(self, device: int, label: int, server: int, repeats: int) -> None:
        barcode = self.label(label, *set(TUBE.states) - {"issued", "voided"})
        tube = self.model.tubes.get(barcode)
        if tube is not None and tube.seats:
            reason = None if len(tube.seats) == 10 else ShortReason.NO_MORE_PERSONS
            body = self.group(device, label, [0], is_offline=True)
            body = msgspec.structs.replace(body, barcode=barcode, persons=tube.seats[::-1], short_reason=reason)
            for repeat in range(repeats):
                self.first_time((server + repeat) % SERVERS, "register", barcode, body)

    @rule(device=devices, session=sessions, label=labels, server=servers)
    def a_tube_is_opened(self, device: int, session: int, label: int, server: int) -> None:
        barcode = self.label(label, "")
        body = OpenTube(
            **self.key(device), **self.where(), session_id=f"s-{session}", barcode=barcode, happened_at=self.at
        )
        self.first_time(server, "open", barcode, body)

    @rule(label=labels, who=person, count=st.integers(1, 12), server=servers, stranger=st.integers(0, 9), by=pick)
    def persons_are_bound(self, label: int, who: int, count: int, server: int, stranger: int, by: int) -> None:
        self.bind_all(self.label(label, *FILLING), range(who, who + count), server, stranger, by)

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

    @rule(device=devices, session=sessions, label=labels, who=person, first=st.integers(0, 10), far=st.integers(0, 3))
    def a_group_is_interrupted_and_goes_on(
        self, device: int, session: int, label: int, who: int, first: int, far: int
    ) -> None:
        self.a_tube_is_opened(device, session, label, server=device)
        barcode = self.sent[-1][1]
        self.bind_all(barcode, range(who, who + first), device, 0, device)
        for step in ("suspend", "resume")[:far]:
            self.change(barcode, step, device, 0, device, is_short=False)
        self.bind_all(barcode, range(who + first, who + 10), far, 0, device)
        if far == 3:
            tube = self.model.tubes.get(barcode)
            self.change(barcode, "close", far, 0, device, is_short=tube is not None and len(tube.seats) < 10)

    def session_of(self, barcode: str, stranger: int) -> str:
        """Return the tube's own session, or now and then another's."""
        tube = self.model.tubes.get(barcode)
        is_own = stranger < 8 and tube is not None and tube.session is not None
        return tube.session or "" if tube and is_own else f"s-{stranger % SESSIONS}"

    @rule(label=labels, step=steps, server=servers, stranger=st.integers(0, 9), by=devices, reason=st.booleans())
    def a_tube_changes(self, label: int, step: str, server: int, stranger: int, by: int, reason: bool) -> None:
        barcode = self.label(label, *(TUBE.step(step).before if label % 3 else FILLING))
        tube = self.model.tubes.get(barcode)
        is_short = reason if stranger == 9 else tube is not None and len(tube.seats) < 10
        self.change(barcode, step, server, stranger, by, is_short)

    def change(self, barcode: str, step: str, server: int, stranger: int, by: int, is_short: bool) -> None:
        body = ChangeTube(
            **self.key(by),
            session_id=self.session_of(barcode, stranger),
            short_reason=ShortReason.INTERRUPTED if is_short else None,
            happened_at=self.at,
        )
        self.first_time(server % SERVERS, step, barcode, body)

    @rule(choice=pick, server=servers, repeats=times, is_altered=st.booleans())
    def an_old_request_comes_again(self, choice: int, server: int, repeats: int, is_altered: bool) -> None:
        if self.sent:
            step, barcode, body = self.sent[choice % len(self.sent)]
            again = altered(body) if is_altered else body
            for repeat in range(repeats):
                self.send((server + repeat) % SERVERS, step, barcode, again)

    @rule(label=labels, kind=st.sampled_from(list(STEP_OF)), server=servers, lab=st.integers(0, 5))
    def a_tube_goes_on(self, label: int, kind: Any, server: int, lab: int) -> None:
        barcode, lab_id = (
            self.label(label, *TUBE.step(STEP_OF[kind]).before),
            {0: self.place.lab_id, 1: "lab-of-others"}.get(lab),
        )
        self.custody(server, CustodyStep(barcode=barcode, kind=kind, happened_at=self.at, lab_id=lab_id))

    @rule(label=labels, server=servers, far=st.integers(1, 6))
    def a_tube_goes_its_good_way(self, label: int, server: int, far: int) -> None:
        barcode = self.label(label, "registered", "bagged", "dispatched")
        for kind in list(STEP_OF)[1 : far + 1]:
            self.custody(server, CustodyStep(barcode=barcode, kind=kind, happened_at=self.at))

    def custody(self, server: int, step: CustodyStep) -> None:
        expected = self.model.custody(step)
        outcome = self.do(server, partial(record.record_custody, steps=[step]))
        assert (outcome.problem.rule if isinstance(outcome, record.Refused) else took(outcome)) == expected, step

    @rule(what=things, number=st.integers(0, SESSIONS - 1), server=servers, minute=st.integers(0, 2))
    def a_thing_takes_a_step(self, what: tuple[MachineName, str], number: int, server: int, minute: int) -> None:
        machine, name = what
        thing_id = f"s-{number}" if machine is MachineName.SESSION else f"box-{number}"
        at = self.at + timedelta(minutes=minute)
        step = ThingStep(
            machine=machine, thing_id=thing_id, step=name, site_id=self.place.site_id, happened_at=at, facts={}
        )
        expected = self.model.thing(step)
        outcome = self.do(server, partial(record.record_things, steps=[step]))
        assert (outcome.problem.rule if isinstance(outcome, record.Refused) else took(outcome)) == expected, step

    @rule(minutes=st.integers(-9, 30))
    def the_clock_moves(self, minutes: int) -> None:
        self.now += minutes * 60_000_000

    @invariant()
    def the_ledger_is_its_model(self) -> None:
        Storm.done += 1
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


def storm(examples: int, number: int) -> None:
    """Run ``examples`` lives of a ledger; raises AssertionError, or what the ledger raised, at the first divergence."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=STEPS_EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(type("Storm", (Storm,), {})), settings=chosen)


def main() -> None:
    """Run until the steps asked for are done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    asked = parser.parse_args()
    begun, number = datetime.now().astimezone(), asked.seed
    Storm.done = 0
    while Storm.done < asked.steps:
        storm(100, number)
        number += 1
    took_s = (datetime.now().astimezone() - begun).total_seconds()
    sys.stdout.write(f"{Storm.done} steps, 0 divergences, seeds {asked.seed} to {number - 1}, {took_s:.0f} s\n")


if __name__ == "__main__":
    main()
