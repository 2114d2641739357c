"""A registration desk's phone, what it may ask of a server, and what the answers mean to it."""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

import msgspec

from pipelines.contract import TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube
from pipelines.intake.places import Place, device_id
from pipelines.intake.world.lanes import Group
from pipelines.vocabulary import Contingency


@dataclass(frozen=True)
class TubeCall:
    """One step of a tube that is filled person by person; ``step`` is "open", "persons", "suspend", "resume", "close"
    or "void": the last word of its route.
    """

    barcode: str
    step: str
    body: OpenTube | BindPerson | ChangeTube


Request = TubeRegistration | TubeCall


def number_of(request: Request) -> int:
    """Return a request's device sequence."""
    return request.device_sequence if isinstance(request, TubeRegistration) else request.body.device_sequence


def renumbered(request: Request, number: int) -> Request:
    """Return the request under another device sequence."""
    if isinstance(request, TubeRegistration):
        return msgspec.structs.replace(request, device_sequence=number)
    body = msgspec.structs.replace(request.body, device_sequence=number)
    return TubeCall(request.barcode, request.step, body)


@dataclass(frozen=True)
class Skills:
    """What whoever holds the phone was trained for beside the province's online system (Q20, Q39)."""

    offline: bool
    city: bool


@dataclass
class Desk:
    """Grain: one lane's phone.

    ``codes`` are servers in the order of its sheet, the province's first; ``city`` is how many of its last ones are
    the city's. ``at`` is the code scanned last, ``order`` what its site was told to work on, as far as this phone has
    followed; ``ordered`` is the place on the sheet that an order names, until it fails. ``outbox`` are requests for the
    group at hand, numbered and in order. ``idle_until`` is when whoever holds the phone has scanned another code, or
    will try again.
    """

    place: Place
    lane_no: int
    codes: tuple[int, ...]
    sequence: int
    city: int = 0
    skills: Skills = Skills(offline=False, city=False)
    at: int = 0
    order: Contingency = Contingency.PROVINCE
    ordered: int | None = None
    is_logged_in: bool = False
    is_busy: bool = False
    group: Group | None = None
    outbox: deque[Request] = field(default_factory=deque[Request])
    idle_until: int = 0
    failed: int = 0

    @property
    def device_id(self) -> str:
        """The phone's name."""
        return device_id(self.place, self.lane_no)

    @property
    def server(self) -> int:
        """The server whose code was scanned last, as an index into the campaign's servers."""
        return self.codes[self.at]

    @property
    def codes_in_use(self) -> range:
        """The places on the sheet that the phone may scan: the city's when ordered, else the province's."""
        province = len(self.codes) - self.city
        is_city = self.order is Contingency.CITY and self.skills.city
        return range(province, len(self.codes)) if (is_city and self.city) or not province else range(province)

    @property
    def own(self) -> int:
        """The place on the sheet of the phone's own code: the one an order names, else the first of those in use."""
        return self.codes_in_use.start if self.ordered is None else self.ordered

    def obey(self, told: Contingency | int) -> bool:
        """Take a contingency, or a server whose code to scan; return False when whoever holds the phone cannot."""
        if isinstance(told, Contingency):
            self.order, self.ordered = told, None
            return True
        if told not in self.codes:
            return False
        place = self.codes.index(told)
        is_city = place >= len(self.codes) - self.city
        if is_city and not self.skills.city:
            return False
        self.order, self.ordered = Contingency.CITY if is_city else Contingency.PROVINCE, place
        return True

    def switch(self) -> None:
        """Scan the next code of the sheet among those in use; an order to scan the one that failed is over."""
        allowed, self.ordered = self.codes_in_use, None
        self.at = allowed.start + (self.at - allowed.start + 1) % len(allowed) if self.at in allowed else allowed.start
        self.is_logged_in = False

    def scan_own(self) -> None:
        """Scan the phone's own code."""
        self.at = self.own
        self.is_logged_in = False

    def next_number(self) -> int:
        """Return the next device sequence, and use it up."""
        self.sequence += 1
        return self.sequence - 1


class Answer(Enum):
    """How a server met a desk's request."""

    DONE = "done"
    RENUMBER = "the sequence number is taken: send it again under the next"
    REJECTED = "a rule forbids it: sending it again will not help"
    SWITCH = "the server is full, failing or silent: scan the next code"


@dataclass(frozen=True)
class Attempt:
    """Grain: one try of one desk. ``rule`` names what was refused, ``took`` is how long it took in campaign time.

    ``took`` is 0 where the clock itself ran on while the answer was on its way.
    """

    desk: Desk
    request: Request | None
    answer: Answer
    rule: str = ""
    sentence: str = ""
    is_logged_in: bool = True
    took: int = 0


class Door(Protocol):
    """The servers as a phone meets them. ``now`` is campaign time in microseconds.

    An attempt never raises for what a server does, and reads of the desk only its place, lane, server and login. What
    does not fit the wire's form (an eleventh person) is refused as the wire refuses it, with 422.
    """

    def try_desk(self, desk: Desk, request: Request | None, now: int) -> Attempt:
        """Log the desk in at ``desk.server`` if it is not logged in, then make the request, if there is one."""
        ...

    def log_out(self, desk: Desk, now: int) -> Attempt:
        """Log the desk out as far as its server answers."""
        ...


def meaning(status: int, rule: str) -> Answer:
    """Return what a server's answer to a request means to the desk; ``rule`` is the refusal's, "" without one."""
    if status in (200, 201):
        return Answer.DONE
    if status not in (409, 413, 422):
        return Answer.SWITCH
    return Answer.RENUMBER if rule == "device_sequence_reused" else Answer.REJECTED
