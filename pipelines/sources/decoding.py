"""From bytes to a wire structure, or a sentence that says what came instead."""

import json
import re
from functools import cache
from typing import Any

import msgspec

from pipelines.sources.shape import Connector

MARKS = {
    b"\xef\xbb\xbf": "it begins with a byte-order mark; send UTF-8 without one",
    b"\xff\xfe": "it is UTF-16; send UTF-8",
    b"\xfe\xff": "it is UTF-16; send UTF-8",
    b"\x1f\x8b": "it is still packed after one gzip was undone; pack it once",
}
WEB_PAGE = (
    "a web page came instead of JSON ({start!r}): most likely the login page of a Wi-Fi network (captive portal); "
    "log this machine in to the network, or use another one"
)


class WrongWords(Exception):
    """A body that is not what the source contract asks for; the message is the sentence."""


def decode(body: bytes, connector: Connector) -> Any:
    """Return the body as the connector's structure; raises WrongWords.

    A doubled JSON key would silently win or lose. Every key is followed by ``":`` and nothing else can be, unless there
    is white space or a backslash; so one count of those two characters proves that no key is doubled. Only when the
    count is not the one expected is the body parsed once more, slowly, to name the doubled key or find there is none.
    (It stays unseen in one case: when another row leaves out an optional key.)
    """
    _check_text(body)
    try:
        answer = _decoder(connector.answer).decode(body)
    except RecursionError as error:
        raise WrongWords("it is nested too deeply to be an answer of this source") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise WrongWords(_explained(body, str(error))) from error
    if body.count(b'":') != connector.keys(answer) or b"\\" in body:
        _check_doubled(body)
    return answer


def decode_any(body: bytes) -> Any:
    """Return a foreign system's body, whatever it says; raises WrongWords."""
    _check_text(body)
    _check_doubled(body)
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WrongWords(f"{error}") from error


@cache
def _decoder(answer: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(answer, strict=True)


def _check_text(body: bytes) -> None:
    start = body[:256].lstrip()
    if not start:
        raise WrongWords("the body is empty; expected JSON")
    for mark, sentence in MARKS.items():
        if body.startswith(mark):
            raise WrongWords(sentence)
    if start.startswith(b"<"):
        raise WrongWords(WEB_PAGE.format(start=start[:40].decode("ascii", "replace")))
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        came = body[error.start : error.start + 4].hex(" ")
        raise WrongWords(f"it is not UTF-8 at byte {error.start} ({came}), GBK perhaps; send UTF-8") from error


def _check_doubled(body: bytes) -> None:
    try:
        json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise WrongWords(f"{error}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {doubled[:60]!r} stands twice in one object; which one holds cannot be known")
    return seen


def _explained(body: bytes, message: str) -> str:
    """Return the decoder's message with what stood at the place it names."""
    if b"\\ud" in body.lower() and any(word in message for word in ("surrogate", "escape", "truncated")):
        return "it holds half a character (a lone surrogate); send whole ones"
    if path := re.search(r"at `\$\.?([^`]*)`", message):
        return f"{message.replace('`', '')}, where {_at(body, path[1])} came"
    if place := re.search(r"\(byte (\d+)\)", message):
        at = int(place[1])
        return f"{message}, near {body[max(0, at - 20) : at + 20].decode('utf-8', 'replace')!r}"
    if "truncated" in message:
        return f"it ends in the middle, after {len(body)} bytes"
    return f"{message.replace('`', '')}, where {body[:40].decode('utf-8', 'replace')!r} came"


def _at(body: bytes, path: str) -> str:
    """Return the offending value as it came; inside a list the decoder does not name the row."""
    try:
        value = json.loads(body)
        for step in filter(None, path.split(".")):
            if "[" in step:
                return "something else"
            value = value[step]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "something else"
    return repr(value)[:60]
