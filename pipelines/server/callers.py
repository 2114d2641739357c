"""Who asks the command API: this machine by its token, or a person by the token of his session; nobody else."""

import hmac
from dataclasses import dataclass

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from pipelines.api import Viewer
from pipelines.identity import SignIns
from pipelines.server.refusals import Refusal

SESSION_HEADER = "x-tenfold-session"
ADDRESS_HEADER = "x-tenfold-address"
LONGEST_ADDRESS = 64


@dataclass(frozen=True)
class Caller:
    """Who asks: the machine, whose ``viewer`` is None unless it speaks for somebody, or a person."""

    is_machine: bool
    session: str
    viewer: Viewer | None


class Callers:
    """Tells callers apart by what they show; safe between threads."""

    def __init__(self, machine_token: str, sign_ins: SignIns | None) -> None:
        """Know the machine by ``machine_token`` and persons by ``sign_ins``; without it there are none."""
        self._machine = f"Bearer {machine_token}".encode()
        self._sign_ins = sign_ins

    def of(self, request: Request) -> Caller:
        """Return who asks; raises Refusal (401) for anybody unknown."""
        shown = request.headers.get("authorization", "")
        if self.is_machine(request):
            session = request.headers.get(SESSION_HEADER, "")
            return Caller(True, session, self._viewer(session))
        session = shown.removeprefix("Bearer ") if shown.startswith("Bearer ") else ""
        viewer = self._viewer(session)
        if viewer is None:
            raise Refusal(
                401, "token", "this needs the header `Authorization: Bearer <the token of a session that is open>`"
            )
        return Caller(False, session, viewer)

    async def known(self, request: Request) -> Caller:
        """Return the same without holding up other requests; the machine alone is known at once."""
        if self.is_machine(request) and SESSION_HEADER not in request.headers:
            return Caller(True, "", None)
        return await run_in_threadpool(self.of, request)

    def machine(self, request: Request) -> None:
        """Let only the machine pass; raises Refusal (401)."""
        if not self.is_machine(request):
            raise Refusal(401, "token", "this needs the header `Authorization: Bearer <the command server's token>`")

    def is_machine(self, request: Request) -> bool:
        """Whether the machine asks."""
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), self._machine)

    def viewer_of(self, request: Request) -> Viewer | None:
        """Return the person that asks, or for whom the machine asks; None when it is nobody. Never raises Refusal."""
        try:
            return self.of(request).viewer
        except Refusal:
            return None

    def address_of(self, request: Request, told: str = "") -> str:
        """Return where a caller is: the machine is believed what it tells of a browser, anybody else is looked at."""
        peer = request.client.host if request.client else ""
        return (told or peer)[:LONGEST_ADDRESS] if self.is_machine(request) else peer

    def _viewer(self, session: str) -> Viewer | None:
        return self._sign_ins.viewer(session) if self._sign_ins and session else None
