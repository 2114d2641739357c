"""The command API's client for sessions: how the dashboard signs people in and out and learns who looks."""

from collections.abc import Sequence

import msgspec

from pipelines.api import DemoSession, NewSession, Session, Viewer, VouchedSession
from pipelines.client import CommandClient, CommandUnavailable, decoded, said
from pipelines.contract import Problem
from pipelines.http import Reply

__all__ = ["NotSignedIn", "Session", "SessionClient", "Viewer"]

SESSION_HEADER, ADDRESS_HEADER = "X-Tenfold-Session", "X-Tenfold-Address"


class NotSignedIn(Exception):
    """Nobody was signed in: the server's rule and sentence, and after how many seconds a further try is heard."""

    def __init__(self, rule: str, sentence: str, wait_s: int) -> None:
        """Keep the parts of the answer."""
        super().__init__(sentence)
        self.rule, self.sentence, self.wait_s = rule, sentence, wait_s


class SessionClient:
    """Speaks of sessions to the command server of ``client``, with the machine's token."""

    def __init__(self, client: CommandClient) -> None:
        """Ask through ``client``."""
        self._client = client

    def by_password(self, user_id: str, password: str, address: str) -> Session:
        """Open a session; raises NotSignedIn or CommandUnavailable."""
        return self._open("/v1/sessions", NewSession(user_id=user_id, password=password, address=address))

    def by_provider(self, issuer: str, subject: str, email: str, address: str) -> Session:
        """Open a session for whom an identity provider vouches; raises NotSignedIn or CommandUnavailable."""
        new = VouchedSession(issuer=issuer, subject=subject, email=email, address=address)
        return self._open("/v1/sessions/oidc", new)

    def by_click(self, user_id: str, address: str) -> Session:
        """Open a session for a user of the demonstration; raises NotSignedIn or CommandUnavailable."""
        return self._open("/v1/sessions/demo", DemoSession(user_id=user_id, address=address))

    def demo_viewers(self) -> list[Viewer]:
        """Return whom one click signs in; nobody in a real campaign."""
        return decoded(self._good("GET", "/v1/sessions/demo").body, list[Viewer])

    def viewers(self, tokens: Sequence[str]) -> list[Viewer | None]:
        """Return for each session whose it is, None for those that are over; raises CommandUnavailable."""
        reply = self._good("POST", "/v1/viewers", msgspec.json.encode(tokens))
        return decoded(reply.body, list[Viewer | None])

    def sign_out(self, token: str, address: str) -> None:
        """End a session; raises CommandUnavailable."""
        headers = {SESSION_HEADER: token, ADDRESS_HEADER: address}
        self._good("DELETE", "/v1/sessions/current", headers=headers)

    def _open(self, path: str, new: msgspec.Struct) -> Session:
        reply = self._client.reply("POST", path, msgspec.json.encode(new))
        if reply.status == 201:
            return decoded(reply.body, Session)
        wait = reply.headers.get("Retry-After", "0")
        if 400 <= reply.status < 500 or wait != "0":
            raise NotSignedIn(_rule(reply), said(reply.status, path, reply.body), int(wait))
        raise CommandUnavailable(said(reply.status, path, reply.body))

    def _good(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
        reply = self._client.reply(method, path, body, headers)
        if not 200 <= reply.status < 300:
            raise CommandUnavailable(said(reply.status, path, reply.body))
        return reply


def _rule(reply: Reply) -> str:
    try:
        return msgspec.json.decode(reply.body, type=Problem).rule
    except msgspec.DecodeError:
        return "unknown"
