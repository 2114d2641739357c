"""A storm of requests over one ledger: whatever comes, in whatever order and however often, it agrees with its model.

``python -m tests.intake.ledger.storm --steps 50000`` runs as long as is asked for.
"""

import argparse
import random
import sys
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from pipelines.contract import CustodyStep
from pipelines.contract_desk import OpenTube, ThingStep
from pipelines.intake.ledger import record
from pipelines.machines import TUBE, MachineName
from pipelines.vocabulary import ShortReason
from tests.intake.ledger.model import STEP_OF, altered
from tests.intake.ledger.storm_ground import DEVICES, FILLING, PERSONS, SERVERS, SESSIONS, Ground, took

STEPS_EACH = 60

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


class Storm(Ground):
    """What may come, in any order."""

    @rule(device=devices, label=labels, group=groups, server=servers, repeats=times, is_offline=st.booleans())
    def a_whole_group_comes(
        self, device: int, label: int, group: list[int], server: int, repeats: int, is_offline: bool
    ) -> None:
        body = self.group(device, label, group, is_offline)
        self.first_time(server, "register", body.barcode, body)
        for repeat in range(1, repeats):
            self.send((server + repeat) % SERVERS, "register", body.barcode, body)

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

    @rule(label=labels, step=steps, server=servers, stranger=st.integers(0, 9), by=devices, reason=st.booleans())
    def a_tube_changes(self, label: int, step: str, server: int, stranger: int, by: int, reason: bool) -> None:
        barcode = self.label(label, *(TUBE.step(step).before if label % 3 else FILLING))
        tube = self.model.tubes.get(barcode)
        is_short = reason if stranger == 9 else tube is not None and len(tube.seats) < 10
        self.change(barcode, step, server, stranger, by, is_short)

    @rule(choice=pick, server=servers, repeats=times, is_altered=st.booleans())
    def an_old_request_comes_again(self, choice: int, server: int, repeats: int, is_altered: bool) -> None:
        if self.sent:
            step, barcode, body = self.sent[choice % len(self.sent)]
            again = altered(body) if is_altered else body
            for repeat in range(repeats):
                self.send((server + repeat) % SERVERS, step, barcode, again)

    @rule(label=labels, kind=st.sampled_from(list(STEP_OF)), server=servers, lab=st.integers(0, 5))
    def a_tube_goes_on(self, label: int, kind: Any, server: int, lab: int) -> None:
        others = next(one.lab_id for one in self.campaign.labs if one.lab_id != self.place.lab_id)
        barcode = self.label(label, *TUBE.step(STEP_OF[kind]).before)
        lab_id = {0: self.place.lab_id, 1: others}.get(lab)
        self.custody(server, CustodyStep(barcode=barcode, kind=kind, happened_at=self.at, lab_id=lab_id))

    @rule(label=labels, server=servers, far=st.integers(1, 6))
    def a_tube_goes_its_good_way(self, label: int, server: int, far: int) -> None:
        barcode = self.label(label, "registered", "bagged", "dispatched")
        for kind in list(STEP_OF)[1 : far + 1]:
            self.custody(server, CustodyStep(barcode=barcode, kind=kind, happened_at=self.at))

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
    Ground.done = 0
    while Ground.done < asked.steps:
        storm(100, number)
        number += 1
    took_s = (datetime.now().astimezone() - begun).total_seconds()
    sys.stdout.write(f"{Ground.done} steps, 0 divergences, seeds {asked.seed} to {number - 1}, {took_s:.0f} s\n")


if __name__ == "__main__":
    main()
