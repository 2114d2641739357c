"""What a ledger should hold and answer, in plain words of a few dictionaries: written apart from the code it judges."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from pipelines.contract import CustodyStep, TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube, ThingStep
from pipelines.machines import MACHINES, TUBE
from pipelines.vocabulary import Entry
from pipelines.vocabulary import TubeEventKind as Kind

Body = TubeRegistration | OpenTube | BindPerson | ChangeTube
Exceptional = tuple[str, str, str, int | None]
NOT_THEIR_NAME = {"close": "registered", "suspend": "suspended", "resume": "resumed", "void": "voided"}
STEP_OF = {
    **{Kind.REGISTERED: "close", Kind.HANDED_OVER: "hand_over", Kind.SAMPLED: "sample", Kind.BAGGED: "bag"},
    **{Kind.DISPATCHED: "dispatch", Kind.RECEIVED: "receive", Kind.RESULTED: "result", Kind.VOIDED: "void"},
    **{Kind.LOST: "lose", Kind.MISROUTED: "misroute"},
}


@dataclass
class Tube:
    """One label on record: who sits in it (counted or not), and every event of its life."""

    device: str
    session: str | None
    state: str
    seats: list[str] = field(default_factory=list[str])
    counted: set[str] = field(default_factory=set[str])
    told: set[str] = field(default_factory=set[str])

    @property
    def is_filling(self) -> bool:
        return self.state in ("open", "suspended")


@dataclass
class Refusal:
    """A refusal, and whether it is to be kept as a conflict."""

    rule: str
    is_kept: bool = True


@dataclass
class Model:
    """The ledger as it should be."""

    lab: str
    tubes: dict[str, Tube] = field(default_factory=dict[str, Tube])
    requests: dict[tuple[str, int], tuple[str, str, Body]] = field(default_factory=dict)
    events: list[tuple[str, str, int]] = field(default_factory=list)
    duplicates: list[Exceptional] = field(default_factory=list)
    conflicts: set[tuple[str, str, int, str]] = field(default_factory=set)
    things: dict[tuple[str, str], str] = field(default_factory=dict)
    thing_events: list[tuple[str, str, str]] = field(default_factory=list)
    _thing_steps: set[tuple[str, str, str, str]] = field(default_factory=set)

    def ask(self, step: str, barcode: str, body: Body) -> str:
        """Return what the ledger should answer: "recorded", "replayed", or the rule that refuses."""
        key = body.device_id, body.device_sequence
        if key in self.requests:
            if self.requests[key] == (step, barcode, body):
                return "replayed"
            return self._refused(Refusal("device_sequence_reused"), *key, barcode)
        outcome = self._deeds[step](barcode, body)
        if isinstance(outcome, Refusal):
            return self._refused(outcome, *key, barcode)
        self.requests[key] = step, barcode, body
        return outcome

    @property
    def _deeds(self) -> "dict[str, Callable[[str, Body], str | Refusal]]":
        change = {step: self._changer(step) for step in NOT_THEIR_NAME}
        return {"register": self._register, "open": self._open, "bind": self._bind, **change}  # type: ignore[dict-item]

    def _refused(self, refusal: Refusal, device: str, number: int, barcode: str) -> str:
        if refusal.is_kept:
            self.conflicts.add((refusal.rule, device, number, barcode))
        return refusal.rule

    def where(self, person: str) -> str | None:
        """Return the tube in which a person is counted."""
        return next((barcode for barcode, tube in self.tubes.items() if person in tube.counted), None)

    def _register(self, barcode: str, body: TubeRegistration) -> str | Refusal:
        known = self.tubes.get(barcode)
        if body.is_offline:
            return self._upload(barcode, known, body)
        if known:
            return Refusal("barcode_used")
        if any(self.where(person) for person in body.persons):
            return Refusal("person_registered")
        self._seat_group(barcode, Tube(body.device_id, None, "registered"), body)
        return "recorded"

    def _upload(self, barcode: str, known: Tube | None, body: TubeRegistration) -> str | Refusal:
        if known is None:
            self._seat_group(barcode, Tube(body.device_id, None, "registered"), body)
            return "recorded"
        if known.is_filling and known.device == body.device_id and set(known.seats) <= set(body.persons):
            if known.state == "suspended":
                self._tell(barcode, known, "open", "resumed")
            known.state = "registered"
            self._seat_group(barcode, known, body)
            return "recorded"
        if known.is_filling or known.state == "voided" or set(known.seats) != set(body.persons):
            return Refusal("barcode_used")
        self.duplicates.append(("tube_twice", barcode, barcode, None))
        return "replayed"

    def _seat_group(self, barcode: str, tube: Tube, body: TubeRegistration) -> None:
        for person in body.persons:
            if person in tube.seats:
                continue
            tube.seats.append(person)
            if other := self.where(person):
                self.duplicates.append(("person_twice", barcode, other, len(tube.seats)))
            else:
                tube.counted.add(person)
        self.tubes[barcode] = tube
        self._tell(barcode, tube, "registered", "registered")

    def _tell(self, barcode: str, tube: Tube, state: str, kind: str, persons: int | None = None) -> None:
        tube.state = state
        tube.told.add(kind)
        self.events.append((barcode, kind, len(tube.counted) if persons is None else persons))

    def _open(self, barcode: str, body: OpenTube) -> str | Refusal:
        if barcode in self.tubes:
            return Refusal("barcode_used")
        if self.things.get(("session", body.session_id)) == "closed":
            return Refusal("session_closed")
        self.tubes[barcode] = Tube(body.device_id, body.session_id, "open")
        self._tell(barcode, self.tubes[barcode], "open", "opened")
        return "recorded"

    def _bind(self, barcode: str, body: BindPerson) -> str | Refusal:
        tube = self.tubes.get(barcode)
        if tube is None:
            return Refusal("unknown_barcode", is_kept=False)
        refusals = {
            "tube_of_another_session": tube.session != body.session_id,
            "step_out_of_order": tube.state != "open",
            "typed_twice_differently": body.entry is Entry.MANUAL and body.typed_again != body.person,
            "person_twice_in_tube": body.person in tube.seats,
            "tube_full": len(tube.seats) == 10,
            "person_registered": self.where(body.person) is not None,
        }
        if rule := next((rule for rule, is_broken in refusals.items() if is_broken), None):
            return Refusal(rule, is_kept=rule != "typed_twice_differently")
        tube.seats.append(body.person)
        tube.counted.add(body.person)
        return "recorded"

    def _changer(self, step: str) -> Callable[[str, ChangeTube], str | Refusal]:
        def change(barcode: str, body: ChangeTube) -> str | Refusal:
            tube = self.tubes.get(barcode)
            if tube is None:
                return Refusal("unknown_barcode", is_kept=False)
            if step == "void" and self.things.get(("session", body.session_id)) == "closed":
                return Refusal("session_closed")
            is_of_the_site = step == "void" and ("session", body.session_id) in self.things
            if tube.session != body.session_id and not is_of_the_site:
                return Refusal("tube_of_another_session")
            state = TUBE.after(tube.state, step)
            if state is None:
                return Refusal("step_out_of_order")
            if step == "close" and (rule := _short(len(tube.seats), body)):
                return Refusal(rule, is_kept=False)
            self._change(barcode, tube, state, NOT_THEIR_NAME[step])
            return "recorded"

        return change

    def _change(self, barcode: str, tube: Tube, state: str, kind: str) -> None:
        was_registered = "registered" in tube.told
        if kind == "voided":
            self._tell(barcode, tube, state, kind, len(tube.counted) if was_registered else 0)
            tube.counted = set()
        else:
            self._tell(barcode, tube, state, kind)

    def custody(self, step: CustodyStep) -> str:
        """Return what a custody step should come to: "recorded", "repeated", or the rule that refuses it."""
        tube, kind = self.tubes.get(step.barcode), step.kind.value
        refusal = None
        state = None if tube is None or tube.is_filling else TUBE.after(tube.state, STEP_OF[step.kind])
        if tube is None:
            refusal = "unknown_barcode"
        elif state is None and kind in tube.told:
            return "repeated"
        elif state is None:
            refusal = "tube_voided" if tube.state == "voided" else "step_out_of_order"
        elif step.kind is Kind.MISROUTED and step.lab_id == self.lab:
            refusal = "lab_is_its_own"
        elif step.kind is not Kind.MISROUTED and step.lab_id not in (None, self.lab):
            refusal = "tube_of_another_lab"
        if refusal:
            return self._refused(Refusal(refusal), step.lab_id or "custody", 0, step.barcode)
        assert tube is not None
        assert state is not None
        self._change(step.barcode, tube, state, kind)
        return "recorded"

    def thing(self, step: ThingStep) -> str:
        """Return what a thing's step should come to."""
        key = step.machine.value, step.thing_id
        if (*key, step.step, step.happened_at.isoformat()) in self._thing_steps:
            return "repeated"
        state = MACHINES[step.machine].after(self.things.get(key, ""), step.step)
        if state is None:
            return "step_out_of_order"
        sessions = {tube.session for tube in self.tubes.values() if tube.is_filling}
        if key == ("session", step.thing_id) and step.step == "close" and step.thing_id in sessions:
            return "session_has_open_tubes"
        self._thing_steps.add((*key, step.step, step.happened_at.isoformat()))
        self.things[key] = state
        self.thing_events.append((step.thing_id, step.step, state))
        return "recorded"


def _short(seats: int, body: ChangeTube) -> str | None:
    if seats == 0:
        return "empty_tube"
    if seats == 10:
        return "full_tube_with_reason" if body.short_reason else None
    return None if body.short_reason else "short_tube_without_reason"


def altered(body: Body) -> Body:
    """Return the same request with another content."""
    if isinstance(body, TubeRegistration):
        return msgspec.structs.replace(body, rescans=body.rescans + 1)
    if isinstance(body, OpenTube):
        return msgspec.structs.replace(body, lane_no=3 - body.lane_no)
    if isinstance(body, BindPerson):
        return msgspec.structs.replace(body, entry=Entry.RESCAN if body.entry is Entry.SCAN else Entry.SCAN)
    return msgspec.structs.replace(body, is_verified=not body.is_verified)
