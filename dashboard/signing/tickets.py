"""One-time tickets: how a page that cannot set a cookie hands over whom the identity provider vouches for.

A sign-in at the provider is worth one session, within minutes: the cookie that Streamlit keeps of it for a month opens
nothing by itself. A ticket is taken once, soon, and by the very browser to which it was given.
"""

import hmac
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

FRESH_S = 300.0
SKEW_S = 120.0
TICKET_S = 120.0
KEPT_AT_MOST = 10_000
PROVIDER_COOKIE = "_streamlit_user"


@dataclass(frozen=True)
class Vouched:
    """For whom an identity provider vouches; ``mark`` is of this one sign-in, ``at`` its wall time in seconds."""

    issuer: str
    subject: str
    email: str
    at: float
    mark: str


@dataclass(frozen=True)
class _Ticket:
    vouched: Vouched
    browser: bytes
    given_at: float


def vouched(claims: Mapping[str, Any]) -> Vouched | None:
    """Return for whom verified claims vouch, None when they vouch for nobody; an address only if it is verified."""
    issuer, subject, at = claims.get("iss"), claims.get("sub"), claims.get("iat")
    if not claims.get("is_logged_in") or not _is_text(issuer) or not _is_text(subject):
        return None
    if not isinstance(at, int | float) or isinstance(at, bool):
        return None
    email = claims.get("email")
    email = email if _is_text(email) and claims.get("email_verified") is True else ""
    mark = sha256(json.dumps(dict(claims), sort_keys=True, default=str).encode()).hexdigest()
    return Vouched(str(issuer), str(subject), str(email), float(at), mark)


def browser_of(cookies: Mapping[str, str]) -> bytes:
    """Return what tells one browser's sign-in at the provider from every other: a hash over its cookies of it."""
    own = sorted((name, value) for name, value in cookies.items() if name.startswith(PROVIDER_COOKIE))
    return sha256(json.dumps(own).encode()).digest()


@dataclass
class Tickets:
    """The tickets that are out, and the sign-ins that are used up; safe between threads."""

    _out: dict[str, _Ticket] = field(default_factory=dict[str, _Ticket])
    _used: dict[str, float] = field(default_factory=dict[str, float])
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def is_good(self, who: Vouched, now: float) -> bool:
        """Whether a sign-in at the provider may still open a session at wall second ``now``."""
        return -SKEW_S <= now - who.at < FRESH_S and who.mark not in self._used

    def give(self, who: Vouched, browser: bytes, now: float) -> str:
        """Return a ticket for a browser, which replaces an earlier one; "" when the sign-in is old or used up."""
        with self._turn:
            self._forget(now)
            if not self.is_good(who, now) or len(self._out) >= KEPT_AT_MOST:
                return ""
            for old in [name for name, ticket in self._out.items() if hmac.compare_digest(ticket.browser, browser)]:
                self._out.pop(old)
            name = secrets.token_urlsafe(32)
            self._out[name] = _Ticket(who, browser, now)
            return name

    def take(self, name: str, browser: bytes, now: float) -> Vouched | None:
        """Return for whom a ticket is and use his sign-in up; None when it is not this browser's, old or taken."""
        with self._turn:
            ticket = self._out.get(name)
            if ticket is None or not hmac.compare_digest(ticket.browser, browser):
                return None
            self._out.pop(name)
            who = ticket.vouched
            if now - ticket.given_at >= TICKET_S or not self.is_good(who, now):
                return None
            self._used[who.mark] = now
            return who

    def _forget(self, now: float) -> None:
        for name in [name for name, ticket in self._out.items() if now - ticket.given_at >= TICKET_S]:
            self._out.pop(name)
        for mark in [mark for mark, at in self._used.items() if now - at >= FRESH_S + 2 * SKEW_S]:
            self._used.pop(mark)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 512 and value.isprintable()


TICKETS = Tickets()
