"""What a viewer has moved, as a value: the levers, what they may say, and the scenario that they make of a preset.

Scenarios are plain values as the command server tells them; it checks again whatever is made here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

Scenario = dict[str, Any]
Presets = Mapping[str, Any]

BASE = "base"
TODAY = ("measured_today", "from_now")
STARTS = (BASE, "volunteers_only", "volunteers_as_registered", "with_cadres", *TODAY)
DAY_CURVES = ("yesterday", "today_so_far")
GUIDES = (1, 2, 3)
MODES = ("one", "two")
METHODS = ("code", "card", "typed")
HITS = ("province", "district", "server", "town", "lab")
SHARES = {"turnout": (50, 150), "special": (0, 30), "absence": (0, 40), "servers": (10, 200)}
HOURS = (6, 18)
NONE = ""


@dataclass(frozen=True)
class Levers:
    """The levers that differ from the preset ``start``; None or "" leaves what the preset has.

    ``turnout``, ``special``, ``absence``, ``servers`` are per cent (the servers' of what they bear), ``hours`` how
    long the sites are open; an outage of ``hits`` begins ``from_minute`` after opening and lasts ``minutes``.
    """

    start: str = BASE
    guides: int | None = None
    mode: str = NONE
    method: str = NONE
    curve: str = NONE
    turnout: int | None = None
    special: int | None = None
    absence: int | None = None
    sampling: str = NONE
    registration: str = NONE
    servers: int | None = None
    hours: int | None = None
    hits: str = NONE
    target: str = NONE
    from_minute: int = 240
    minutes: int = 60

    @property
    def is_moved(self) -> bool:
        """Whether anything differs from the campaign's base case."""
        return settled(self) != Levers()

    @property
    def follows_the_day(self) -> bool:
        """Whether the case is taken from what the day has told so far: asked again later, it is another one."""
        return self.start in TODAY or self.curve in DAY_CURVES


OUTAGE = ("hits", "target", "from_minute", "minutes")


def settled(levers: Levers) -> Levers:
    """Return the levers without what says nothing: times and place of an outage that there is not."""
    if levers.hits:
        return levers
    blank = Levers()
    return replace(levers, **{name: getattr(blank, name) for name in OUTAGE})


def moved(levers: Levers) -> dict[str, Any]:
    """Return the levers by name that differ from those of a page just opened."""
    blank, told = Levers(), settled(levers)
    return {
        one.name: getattr(told, one.name)
        for one in fields(Levers)
        if getattr(told, one.name) != getattr(blank, one.name)
    }


def applied(presets: Presets, levers: Levers, name: str) -> Scenario:
    """Return the scenario ``name`` that the levers make of their preset."""
    levers = settled(levers)
    made: Scenario = dict(presets["scenarios"][levers.start]) | {"name": name}
    made |= {
        field: value
        for field, value in (
            ("guides_per_lane", levers.guides),
            ("mode", levers.mode or None),
            ("method", levers.method or None),
            ("turnout", _share(levers.turnout)),
            ("special_share", _share(levers.special)),
            ("absence_share", _share(levers.absence)),
        )
        if value is not None
    }
    if levers.curve in presets["curves"]:
        made["curve"] = presets["curves"][levers.curve]
    for desk in ("registration", "sampling"):
        if (time := presets["service_times"].get(getattr(levers, desk))) is not None:
            made[desk] = time
    if levers.guides is not None:
        made = _manned_anew(made)
    return _outage(_hours(_servers(made, levers), levers), levers)


def effective(presets: Presets, levers: Levers) -> dict[str, Any]:
    """Return what each control shows: the lever where it was moved, else what the preset has."""
    of = presets["scenarios"][levers.start]
    shown = {
        "guides": of["guides_per_lane"],
        "mode": of["mode"],
        "method": of["method"],
        "turnout": round(of["turnout"] * 100),
        "special": round(of["special_share"] * 100),
        "absence": round(of["absence_share"] * 100),
        "servers": 100,
        "hours": round(of["open_minutes"] / 60),
    }
    return {
        name: preset if getattr(levers, name) in (None, NONE) else getattr(levers, name)
        for name, preset in shown.items()
    }


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Return ``total`` lanes shared out in proportion to weights, at least 1 each, by largest remainder."""
    exact = [total * weight / (sum(weights) or 1.0) for weight in weights]
    shares = [max(int(share), 1) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda n: (int(exact[n]) - exact[n], n))
    for n in by_rest[: max(total - sum(shares), 0)]:
        shares[n] += 1
    return shares


def _share(percent: int | None) -> float | None:
    return None if percent is None else percent / 100


def _manned_anew(made: Scenario) -> Scenario:
    """Return the scenario with as many fixed lanes as its staff makes with these guides; others stay as they are."""
    sites = made["sites"]
    if any(site["schedule"] is None for site in sites):
        return made
    staff = [float(site["staff"]) for site in sites]
    lanes = shared_out(int(sum(staff)) // (made["guides_per_lane"] + made["registrars_per_lane"]), staff)
    return made | {
        "sites": [site | {"lanes": count, "schedule": [count]} for site, count in zip(sites, lanes, strict=True)]
    }


def _servers(made: Scenario, levers: Levers) -> Scenario:
    if levers.servers is None:
        return made
    bears = [server | {"logins": max(round(server["logins"] * levers.servers / 100), 1)} for server in made["servers"]]
    return made | {"servers": bears}


def _hours(made: Scenario, levers: Levers) -> Scenario:
    """Return the scenario open so long: the last shift ends with it, and fixed lanes stay open."""
    if levers.hours is None:
        return made
    minutes = float(levers.hours * 60)
    shifts = [shift for shift in made["shifts"] if shift["from_minute"] < minutes]
    last = max((shift["to_minute"] for shift in shifts), default=minutes)
    shifts = [
        shift | {"to_minute": minutes if shift["to_minute"] == last else min(shift["to_minute"], minutes)}
        for shift in shifts
    ]
    return made | {"open_minutes": minutes, "shifts": shifts}


def _outage(made: Scenario, levers: Levers) -> Scenario:
    if not levers.hits:
        return made
    outage = {"hits": levers.hits, "from_minute": float(levers.from_minute), "minutes": float(levers.minutes)}
    return made | {"outages": [*made["outages"], outage | {"target": levers.target}]}
