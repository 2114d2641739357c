"""One message to one webhook: the request as its maker wants it, and what the answer means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType

import msgspec

from pipelines.alerts import signing
from pipelines.alerts.channels import Channel, ChannelKind
from pipelines.alerts.wording import Notice
from pipelines.clock import stopwatch
from pipelines.http import Http, HttpFailure, Reply
from pipelines.vocabulary import Outcome

DEADLINE_S = 6.0
CAP_BYTES = 64_000
SKEWED_FROM_S = 60.0
MOST_BYTES = {
    ChannelKind.DINGTALK: 18_000,
    ChannelKind.FEISHU: 16_000,
    ChannelKind.WECOM: 2_048,
    ChannelKind.GENERIC: 60_000,
}


NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Posting:
    """One request, ready to go out."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Sent:
    """How it ended. ``skew_s``: by how much this machine's clock is ahead of the webhook's, None when not told."""

    outcome: Outcome
    reason: str = ""
    retry_after_s: float = 0.0
    skew_s: float | None = None
    took_ms: float = 0.0


def posting(
    channel: Channel, text: str, notices: Sequence[Notice], wall_at: datetime, more: Mapping[str, object] = NOTHING
) -> Posting:
    """Return the signed request that tells ``text``; ``notices``, or ``more`` in their place, go along where the
    receiver is a program.
    """
    seconds = int(wall_at.timestamp())
    plain: dict[str, object] = {"msgtype": "text", "text": {"content": text}}
    kind, secret, url = channel.spec.kind, channel.secret, channel.url
    if kind is ChannelKind.DINGTALK and secret:
        stamp = int(wall_at.timestamp() * 1000)
        url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={signing.dingtalk(secret, stamp)}"
    if kind is ChannelKind.FEISHU:
        sign = {"timestamp": str(seconds), "sign": signing.feishu(secret, seconds)} if secret else {}
        plain = {**sign, "msg_type": "text", "content": {"text": text}}
    if kind is ChannelKind.GENERIC:
        plain = {"sent_at": wall_at, "text": text, **(more or {"alerts": list(notices)})}
    body = msgspec.json.encode(plain)
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if kind is ChannelKind.GENERIC and secret:
        stamps = {"X-Tenfold-Timestamp": str(seconds), "X-Tenfold-Signature": signing.generic(secret, seconds, body)}
        headers |= stamps
    return Posting(url, headers, body)


def send(http: Http, channel: Channel, what: Posting, wall_at: datetime) -> Sent:
    """Send one request and return how it ended; never raises, and never tells a secret."""
    began_s = stopwatch()
    try:
        reply = http.ask(
            "POST", what.url, deadline_s=DEADLINE_S, cap_bytes=CAP_BYTES, body=what.body, headers=what.headers
        )
    except HttpFailure as failure:
        return Sent(failure.outcome, channel.hide(_bare(str(failure), what.url)), took_ms=_ms(began_s))
    skew_s = _skew(reply.headers, wall_at)
    outcome, reason = _meaning(reply)
    if reason and skew_s is not None and abs(skew_s) >= SKEWED_FROM_S:
        reason += f"; this machine's clock is {skew_s:+.0f} s off the receiver's: set it right, signatures hold an hour"
    retry_s = _seconds(reply.headers.get("Retry-After", ""))
    return Sent(outcome, channel.hide(reason), retry_s, skew_s, _ms(began_s))


def _meaning(reply: Reply) -> tuple[Outcome, str]:
    """Return the outcome; the makers' webhooks answer 200 with a code other than 0 when they refuse."""
    if not 200 <= reply.status < 300:
        return Outcome.HTTP_ERROR, f"the receiver answered {reply.status}: {reply.body[:200].decode(errors='replace')}"
    try:
        told = msgspec.json.decode(reply.body) if reply.body.strip().startswith(b"{") else {}
    except msgspec.DecodeError:
        told = {}
    code = next((told[key] for key in ("errcode", "code", "StatusCode") if key in told), 0)
    if code == 0:
        return Outcome.OK, ""
    said = told.get("errmsg") or told.get("msg") or told.get("StatusMessage") or ""
    return Outcome.REFUSED, f"the receiver refused with code {code}: {str(said)[:200]}"


def _skew(headers: Mapping[str, str], wall_at: datetime) -> float | None:
    try:
        return (wall_at - parsedate_to_datetime(headers.get("Date", ""))).total_seconds()
    except (TypeError, ValueError):
        return None


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdecimal() else 0.0


def _bare(sentence: str, url: str) -> str:
    return sentence.replace(url, url.partition("?")[0])


def _ms(began_s: float) -> float:
    return (stopwatch() - began_s) * 1e3
