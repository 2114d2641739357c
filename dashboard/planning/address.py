"""A scenario in the address: versioned, short and checked; what cannot be read is said, never guessed.

``1~guides.2~hits.province``: the version, then each moved lever with its value; the campaign gives the rest.
"""

from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import quote, unquote

from dashboard.planning.levers import GUIDES, HITS, HOURS, METHODS, MODES, SHARES, STARTS, Levers, Presets, moved

VERSION = "1"
LONGEST = 600
BETWEEN, IS = "~", "."
WHOLE = {"guides", "hours", "from_minute", "minutes", *SHARES}
NAMES = {one.name for one in fields(Levers)}
RANGES = SHARES | {
    "guides": (GUIDES[0], GUIDES[-1]),
    "hours": HOURS,
    "from_minute": (0, 18 * 60),
    "minutes": (1, 24 * 60),
}


@dataclass(frozen=True)
class Fault(Exception):
    """An address cannot be read: the key of the sentence that says why, and what fills it."""

    reason: str
    what: str = ""


def written(levers: Levers) -> str:
    """Return the levers as an address has them."""
    return BETWEEN.join(
        [VERSION, *(f"{name}{IS}{quote(str(value), safe='')}" for name, value in moved(levers).items())]
    )


def read(text: str, presets: Presets) -> Levers:
    """Return the levers that an address names; raises Fault."""
    if len(text) > LONGEST:
        raise Fault("long", str(LONGEST))
    version, *parts = text.split(BETWEEN)
    if version != VERSION:
        raise Fault("newer" if version.isdecimal() and int(version) > int(VERSION) else "older", version[:20])
    told: dict[str, Any] = {}
    for part in parts:
        name, _, value = part.partition(IS)
        if name not in NAMES or name in told:
            raise Fault("lever", part[:40])
        told[name] = _value(name, unquote(value), presets)
    return _placed(Levers(**told), presets)


def _value(name: str, text: str, presets: Presets) -> Any:
    if name in WHOLE:
        if not (text.isascii() and text.isdecimal()):
            raise Fault("lever", f"{name}{IS}{text[:20]}")
        least, most = RANGES[name]
        if not least <= int(text[:9]) <= most:
            raise Fault("range", f"{name} {least}–{most}: {text[:9]}")
        return int(text)
    if name != "target" and text not in allowed(name, presets):
        raise Fault("lever", f"{name}{IS}{text[:40]}")
    return text


def allowed(name: str, presets: Presets) -> tuple[str, ...]:
    """Return what a lever that is a word may say."""
    words: dict[str, tuple[str, ...]] = {
        "start": tuple(presets["scenarios"]),
        "mode": MODES,
        "method": METHODS,
        "hits": HITS,
    }
    if name in words:
        return words[name]
    return tuple(presets["curves" if name == "curve" else "service_times"])


def targets(hits: str, presets: Presets) -> tuple[str, ...]:
    """Return the ids that an outage of that kind can hit; none where it hits all."""
    base = presets["scenarios"][STARTS[0]]
    found = {
        "server": [server["server_id"] for server in base["servers"]],
        "lab": [lab["lab_id"] for lab in base["labs"]],
        "town": list(dict.fromkeys(site["town_code"] for site in base["sites"])),
    }
    return tuple(found.get(hits, ()))


def _placed(levers: Levers, presets: Presets) -> Levers:
    known = targets(levers.hits, presets) if levers.hits else ()
    if levers.target not in (known or ("",)):
        raise Fault("place", levers.target[:40])
    return levers
