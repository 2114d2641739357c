"""The servers' HTTP routes as a phone uses them."""

from collections.abc import Callable, Sequence

import msgspec

from pipelines.config import LOOPBACK
from pipelines.contract import DeskLogin, Problem, TubeRegistration
from pipelines.http import Http, HttpFailure
from pipelines.intake.world.desks import Answer, Attempt, Desk, Request, meaning

DEADLINE_S = 2.0
CAP_BYTES = 100_000
JSON_HEADERS = {"Content-Type": "application/json"}


class ServerDoor:
    """A Door over the wire; its methods run in worker threads and keep nothing."""

    def __init__(self, http: Http, ports: Sequence[int], way: Callable[[str, int], int]) -> None:
        """Know the servers' ports, in the campaign's order, and by which port a site's phones come to one of them."""
        self._http, self._ports, self._way = http, ports, way

    def try_desk(self, desk: Desk, request: Request | None, now: int) -> Attempt:
        """Log the desk in if it is not, then make the request; never raises for what a server does."""
        try:
            return self._try(desk, request)
        except HttpFailure as failure:
            return Attempt(desk, request, Answer.SWITCH, failure.outcome.value, failure.sentence)

    def log_out(self, desk: Desk, now: int) -> Attempt:
        """Log the desk out as far as its server answers."""
        try:
            self._ask("DELETE", desk, f"/v1/logins/{desk.device_id}", None)
        except HttpFailure as failure:
            return Attempt(desk, None, Answer.DONE, "", failure.sentence, is_logged_in=False)
        return Attempt(desk, None, Answer.DONE, is_logged_in=False)

    def _try(self, desk: Desk, request: Request | None) -> Attempt:
        if not desk.is_logged_in:
            login = DeskLogin(device_id=desk.device_id, site_id=desk.place.site_id)
            status, body = self._ask("POST", desk, "/v1/logins", msgspec.json.encode(login))
            if status != 200:
                return Attempt(desk, request, Answer.SWITCH, rule_of(body), _sentence("login", status, body))
        if request is None:
            return Attempt(desk, None, Answer.DONE)
        path, content = _wire(request)
        status, body = self._ask("POST", desk, path, content)
        answer = meaning(status, rule_of(body) if status >= 400 else "")
        if answer is Answer.DONE:
            return Attempt(desk, request, answer)
        return Attempt(desk, request, answer, rule_of(body), _sentence(path, status, body))

    def _ask(self, method: str, desk: Desk, path: str, body: bytes | None) -> tuple[int, bytes]:
        port = self._way(desk.place.site_id, self._ports[desk.server])
        self._http.allow(f"{LOOPBACK}:{port}")
        url = f"http://{LOOPBACK}:{port}{path}"
        reply = self._http.ask(method, url, deadline_s=DEADLINE_S, cap_bytes=CAP_BYTES, body=body, headers=JSON_HEADERS)
        return reply.status, reply.body


def rule_of(body: bytes) -> str:
    """Return the rule that a refusal names, "" when its body is not one."""
    try:
        return msgspec.json.decode(body, type=Problem).rule
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def _wire(request: Request) -> tuple[str, bytes]:
    if isinstance(request, TubeRegistration):
        return "/v1/tubes", msgspec.json.encode(request)
    path = "/v1/tubes/open" if request.step == "open" else f"/v1/tubes/{request.barcode}/{request.step}"
    return path, msgspec.json.encode(request.body)


def _sentence(what: str, status: int, body: bytes) -> str:
    return f"{what} answered {status}: {body[:300]!r}"
