"""The command API's client: what the dashboard and the commands ask the command server with."""

import io
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import msgspec
import polars as pl

from pipelines.api import DISTRICT, Act, AskBody, CampaignInfo, Edge, NewAct, Scope, Viewer
from pipelines.contract import Problem
from pipelines.http import Http, HttpFailure, Reply

__all__ = [
    "DISTRICT",
    "Act",
    "AskRefused",
    "CampaignInfo",
    "CommandClient",
    "CommandUnavailable",
    "Edge",
    "NewAct",
    "Scope",
    "Viewer",
]

T = TypeVar("T")

DEADLINE_S = 5.0
CAP_BYTES = 64_000_000


class CommandUnavailable(Exception):
    """The command server did not answer; the message says how it failed. Keep what is on screen and say since when."""


class AskRefused(Exception):
    """The command server answered that the question is wrong; the message says what to change."""


class CommandClient:
    """Asks one command server; safe to share between threads."""

    def __init__(self, url: str, token: str, deadline_s: float = DEADLINE_S) -> None:
        """Ask the server at ``url`` (``http://host:port``) with the machine's command token."""
        self._url = url.rstrip("/")
        self._token = token
        self._deadline_s = deadline_s
        self._http = Http([urlsplit(self._url).netloc], connections=16)

    def edge(self) -> Edge:
        """Return the newest moment that can be asked about."""
        return decoded(self._answer("GET", "/v1/edge"), Edge)

    def campaign(self) -> CampaignInfo:
        """Return the campaign: names, sites, servers, thresholds; it does not change while the server runs."""
        return decoded(self._answer("GET", "/v1/campaign"), CampaignInfo)

    def map_layer(self, name: str) -> bytes:
        """Return one GeoJSON layer: district, neighbours, towns or water."""
        return self._answer("GET", f"/v1/map/{quote(name, safe='')}")

    def ask(self, name: str, as_of: datetime, scope: Scope = DISTRICT, **params: Any) -> pl.DataFrame:
        """Return the named ask's answer as it was known at ``as_of``; raises CommandUnavailable or AskRefused."""
        body = msgspec.json.encode(AskBody(as_of=as_of, params=params, scope=scope))
        headers = {"Content-Type": "application/json", "Accept": "application/vnd.apache.arrow.stream"}
        stream = self._answer("POST", f"/v1/ask/{quote(name, safe='')}", body, headers)
        return pl.read_ipc_stream(io.BytesIO(stream))

    def act(self, new: NewAct, session_token: str, address: str = "") -> Act:
        """Record what the session's owner does and return it as it is kept; a repeat under its act_id is harmless.

        ``address`` is where his browser is. Raises CommandUnavailable (repeat it as it is) or AskRefused.
        """
        own = {"X-Tenfold-Session": session_token} | ({"X-Tenfold-Address": address} if address else {})
        return decoded(self._answer("POST", "/v1/acts", msgspec.json.encode(new), own), Act)

    def acts(self, after: int = 0, limit: int = 5_000) -> list[Act]:
        """Return the acts whose sequence is above ``after``, ascending, at most ``limit`` of them."""
        return decoded(self._answer("GET", f"/v1/acts?after={after}&limit={limit}"), list[Act])

    def reply(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        deadline_s: float = 0.0,
        cap_bytes: int = CAP_BYTES,
    ) -> Reply:
        """Return the server's reply, whatever its status; raises CommandUnavailable when there is none.

        ``deadline_s`` 0: the client's own.
        """
        sent = {"Authorization": f"Bearer {self._token}"} | (headers or {})
        try:
            return self._http.ask(
                *(method, self._url + path),
                deadline_s=deadline_s or self._deadline_s,
                cap_bytes=cap_bytes,
                body=body,
                headers=sent,
            )
        except HttpFailure as failure:
            raise CommandUnavailable(f"the command server at {self._url} did not answer {path}: {failure}") from failure

    def _answer(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        reply = self.reply(method, path, body, headers)
        if 200 <= reply.status < 300:
            return reply.body
        sentence = said(reply.status, path, reply.body)
        raise (CommandUnavailable if reply.status >= 500 else AskRefused)(sentence)


def decoded(body: bytes, kind: type[T]) -> T:
    """Return what an answer's body says; raises CommandUnavailable when it is something else."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise CommandUnavailable(f"the command server's answer is no {kind}: {error}") from error


def said(status: int, path: str, body: bytes) -> str:
    """Return the sentence of a refusal's body."""
    try:
        return msgspec.json.decode(body, type=Problem).detail
    except msgspec.DecodeError:
        return f"the command server answered {path} with status {status} and no reason"
