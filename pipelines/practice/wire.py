"""The practice phone's way to the simulated servers: loopback only, answers decoded, failures as sentences."""

from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from pipelines.contract import Problem
from pipelines.http import Http, HttpFailure, Reply
from pipelines.practice.refusals import PracticeRefused, ServerLost

T = TypeVar("T")

DEADLINE_S = 4.0
CAP_BYTES = 100_000


class Wire:
    """Asks the intake's servers; safe to share between threads."""

    def __init__(self, urls: Iterable[str]) -> None:
        """Allow the servers at ``urls`` (``http://127.0.0.1:port``) and no others."""
        self._http = Http(urlsplit(url).netloc for url in urls)

    def ask(self, kind: type[T], method: str, url: str, body: bytes | None = None) -> T:
        """Return the decoded answer; raises ServerLost (no answer, or 500 and more) or PracticeRefused (a rule)."""
        try:
            reply = self._http.ask(method, url, deadline_s=DEADLINE_S, cap_bytes=CAP_BYTES, body=body)
        except HttpFailure as failure:
            raise ServerLost("no_answer", str(failure)) from failure
        if reply.status >= 300:
            raise _refusal(reply, url)
        try:
            return msgspec.json.decode(reply.body, type=kind)
        except msgspec.MsgspecError as error:
            raise ServerLost("no_answer", f"{url} answered what is no {kind.__name__}: {error}") from error


def _refusal(reply: Reply, url: str) -> PracticeRefused:
    try:
        problem = msgspec.json.decode(reply.body, type=Problem)
    except msgspec.MsgspecError:
        problem = Problem(rule="no_reason", detail=f"{url} answered with status {reply.status} and no reason")
    kind = ServerLost if reply.status >= 500 else PracticeRefused
    return kind(problem.rule, problem.detail)
