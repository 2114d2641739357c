"""A registration desk's phone, what it may ask of a server, and what the answers mean to it."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from pipelines.contract import TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube
from pipelines.intake.places import Place, device_id
from pipelines.intake.world.lanes import Group


@dataclass(frozen=True)
class TubeCall:
    """One step of a tube that is filled person by person; ``step`` is "open", "persons", "suspend", "resume", "close"
    or "void": the last word of its route.
    """

    barcode: str
    step: str
    body: OpenTube | BindPerson | ChangeTube


Request = TubeRegistration | TubeCall


@dataclass
class Desk:
    """Grain: one lane's phone. ``codes`` are servers in the order of its sheet, ``at`` the one scanned last."""

    place: Place
    lane_no: int
    codes: tuple[int, ...]
    sequence: int
    at: int = 0
    is_logged_in: bool = False
    is_busy: bool = False
    group: Group | None = None

    @property
    def device_id(self) -> str:
        """The phone's name."""
        return device_id(self.place, self.lane_no)

    @property
    def server(self) -> int:
        """The server whose code was scanned last, as an index into the campaign's servers."""
        return self.codes[self.at]

    def switch(self) -> None:
        """Scan the next code of the sheet."""
        self.at = (self.at + 1) % len(self.codes)
        self.is_logged_in = False


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

    An attempt never raises for what a server does, and reads of the desk only its place, lane, server and login.
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
    if rule == "barcode_used":
        return Answer.DONE  # the group was recorded before the world stopped, its answer never arrived
    return Answer.RENUMBER if rule == "device_sequence_reused" else Answer.REJECTED
