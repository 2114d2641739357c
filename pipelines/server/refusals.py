"""A refusal of the command API: a status, a rule's name and a sentence, as ``contract.Problem`` on the wire."""

import msgspec
from fastapi import Request, Response

from pipelines.contract import Problem


class Refusal(Exception):
    """The question cannot be answered; ``status`` is the HTTP status, the message the sentence."""

    def __init__(
        self, status: int, rule: str, sentence: str, field: str | None = None, *, retry_after_s: int = 0
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = {"Retry-After": str(retry_after_s)} if retry_after_s else None
        self.problem = Problem(rule=rule, detail=sentence, field=field)


def refused(_request: Request, refusal: Exception) -> Response:
    """Return the response of a refusal."""
    if not isinstance(refusal, Refusal):
        raise refusal
    return Response(msgspec.json.encode(refusal.problem), refusal.status, refusal.headers, "application/json")
