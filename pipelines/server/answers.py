"""Answers to named asks: checked against the scope, read once, kept while there is room, since they never change."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines.api import AskBody
from pipelines.campaign.model import Campaign
from pipelines.codes import CodeError, read_label
from pipelines.server.access import check_ask, check_scope
from pipelines.server.formats import encoded
from pipelines.server.refusals import Refusal
from pipelines.store import COMMON, AskUnknown, AskWrong, Store, StoreError, find_ask

KEPT_BYTES = 64_000_000
KEPT_ANSWERS = 2_000


class Kept:
    """The last answers, the least recently used forgotten first."""

    def __init__(self, limit_bytes: int = KEPT_BYTES, limit_count: int = KEPT_ANSWERS) -> None:
        """Keep at most so many bytes and so many answers."""
        self._limits = (limit_bytes, limit_count)
        self._turn = threading.Lock()
        self._answers: OrderedDict[object, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: object) -> bytes | None:
        """Return the answer kept under ``key``, or None."""
        with self._turn:
            if key not in self._answers:
                return None
            self._answers.move_to_end(key)
            return self._answers[key]

    def put(self, key: object, answer: bytes) -> None:
        """Keep ``answer``; forget the oldest ones beyond the limits."""
        with self._turn:
            self._bytes += len(answer) - len(self._answers.pop(key, b""))
            self._answers[key] = answer
            while self._bytes > self._limits[0] or len(self._answers) > self._limits[1]:
                _, forgotten = self._answers.popitem(last=False)
                self._bytes -= len(forgotten)


class Answers:
    """Answers asks for one campaign from one store; safe between threads."""

    def __init__(self, store: Store, campaign: Campaign) -> None:
        """Answer from ``store``."""
        self._store = store
        self._campaign = campaign
        self._kept = Kept()

    def answer(self, name: str, body: AskBody, media: str) -> bytes:
        """Return the answer's bytes in the format ``media``; raises Refusal."""
        params = self._checked(name, body)
        key = (name, media, *sorted((key, type(value), value) for key, value in params.items() if value is not None))
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        answer = encoded(self._read(name, params), media)
        self._kept.put(key, answer)
        return answer

    def table(self, name: str, body: AskBody) -> pl.DataFrame:
        """Return the answer itself; raises Refusal."""
        return self._read(name, self._checked(name, body))

    def _checked(self, name: str, body: AskBody) -> dict[str, Any]:
        _refuse_unknown(name)
        if body.as_of.tzinfo is None:
            raise Refusal(
                422, "as_of", f"as_of {body.as_of.isoformat()} has no offset; write it with one, or Z", "as_of"
            )
        check_scope(self._campaign, body.scope)
        _refuse_odd(body.params)
        check_ask(self._campaign, name, body.scope, body.params)
        asked = {"as_of": body.as_of, "speed": self._store.moments.pace, "scope_level": body.scope.level.value}
        return body.params | _label_in(body.params) | asked | {"scope_id": body.scope.id}

    def _read(self, name: str, params: dict[str, Any]) -> pl.DataFrame:
        try:
            return self._store.told(name, params)
        except AskWrong as wrong:
            raise Refusal(422, "params", str(wrong), "params") from wrong
        except StoreError as failed:
            raise Refusal(503, "store", str(failed)) from failed


def _refuse_unknown(name: str) -> None:
    try:
        find_ask(name)
    except AskUnknown as unknown:
        raise Refusal(404, "ask", str(unknown)) from unknown


def _label_in(params: Mapping[str, Any]) -> dict[str, str]:
    """Return the barcode among the parameters as its label has it, without what a scanner adds (cases 46, 47)."""
    if "barcode" not in params:
        return {}
    try:
        return {"barcode": read_label(str(params["barcode"]))}
    except CodeError as error:
        raise Refusal(422, error.rule, error.sentence, "params.barcode") from error


def _refuse_odd(params: Mapping[str, Any]) -> None:
    for name, value in params.items():
        if name in COMMON:
            raise Refusal(
                422, "params", f"{name} is no parameter: the moment and the scope are said beside them", "params"
            )
        if not isinstance(value, str | int | float | bool | None):
            sentence = f"the parameter {name} must be a text, a number or a truth value, got {type(value).__name__}"
            raise Refusal(422, "params", sentence, f"params.{name}")
