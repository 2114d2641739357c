"""A registration desk's phone: logs in, registers groups over HTTP, and says whether the server took them."""

from dataclasses import dataclass
from enum import Enum

import msgspec

from pipelines.contract import DeskLogin, Problem, TubeRegistration
from pipelines.http import Http, HttpFailure
from pipelines.intake.places import Place, device_id
from pipelines.intake.world.lanes import Group

DEADLINE_S = 2.0
CAP_BYTES = 100_000
JSON_HEADERS = {"Content-Type": "application/json"}


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
        """The server whose code was scanned last."""
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
    """Grain: one try of one desk."""

    desk: Desk
    group: Group | None
    answer: Answer
    sentence: str = ""
    is_logged_in: bool = True


class ServerDoor:
    """The servers' HTTP routes as a desk uses them; its methods run in worker threads and only use the wire."""

    def __init__(self, http: Http, urls: list[str]) -> None:
        """Know the servers' addresses, in the campaign's order."""
        self._http, self._urls = http, urls

    def try_desk(self, desk: Desk, registration: TubeRegistration | None) -> Attempt:
        """Log the desk in if it is not, then register, if there is a group; never raises for what a server does."""
        try:
            return self._try(desk, registration)
        except HttpFailure as failure:
            return Attempt(desk, desk.group, Answer.SWITCH, failure.sentence)

    def log_out(self, desk: Desk) -> Attempt:
        """Log the desk out as far as its server answers."""
        try:
            self._ask("DELETE", desk.server, f"/v1/logins/{desk.device_id}", None)
        except HttpFailure as failure:
            return Attempt(desk, None, Answer.DONE, failure.sentence, is_logged_in=False)
        return Attempt(desk, None, Answer.DONE, is_logged_in=False)

    def _try(self, desk: Desk, registration: TubeRegistration | None) -> Attempt:
        group = desk.group if registration else None
        if not desk.is_logged_in:
            login = DeskLogin(device_id=desk.device_id, site_id=desk.place.site_id)
            status, body = self._ask("POST", desk.server, "/v1/logins", msgspec.json.encode(login))
            if status != 200:
                return Attempt(desk, group, Answer.SWITCH, f"login answered {status}: {body[:200]!r}")
        if registration is None:
            return Attempt(desk, None, Answer.DONE)
        status, body = self._ask("POST", desk.server, "/v1/tubes", msgspec.json.encode(registration))
        answer = meaning(status, body)
        return Attempt(desk, group, answer, "" if answer is Answer.DONE else f"answered {status}: {body[:300]!r}")

    def _ask(self, method: str, server: int, path: str, body: bytes | None) -> tuple[int, bytes]:
        url = self._urls[server] + path
        reply = self._http.ask(method, url, deadline_s=DEADLINE_S, cap_bytes=CAP_BYTES, body=body, headers=JSON_HEADERS)
        return reply.status, reply.body


def meaning(status: int, body: bytes) -> Answer:
    """Return what a server's answer to a registration means to the desk."""
    if status in (200, 201):
        return Answer.DONE
    if status not in (409, 413, 422):
        return Answer.SWITCH
    rule = _rule(body)
    if rule == "barcode_used":
        return Answer.DONE  # the group was recorded before the world stopped, its answer never arrived
    return Answer.RENUMBER if rule == "device_sequence_reused" else Answer.REJECTED


def _rule(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Problem).rule
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
