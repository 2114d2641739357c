"""What the frames show of each site, before anybody asks why: its networks, its power, its desks' own word."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from pipelines.advice.situation import Situation, by_site
from pipelines.campaign.model import Campaign, Site
from pipelines.vocabulary import Cause, Health, Network


class Trouble(StrEnum):
    """How a site's networks are, the worst first."""

    DARK = "dark"
    VOLUNTEER_DOWN = "volunteer_down"
    SLOW = "slow"
    PUBLIC_DOWN = "public_down"
    NONE = "none"
    UNKNOWN = "unknown"


_BAD = (Health.SLOW, Health.DOWN)
HINDERS = frozenset({Trouble.DARK, Trouble.VOLUNTEER_DOWN, Trouble.SLOW})


@dataclass(frozen=True)
class SiteSigns:
    """Grain: one site. ``is_power_on`` is None when nobody tells; ``said``: open interruptions by the desks' word.

    ``is_common``: both networks are slow or down, as when what they share, the carrier's uplink, is.
    """

    site: Site
    trouble: Trouble
    is_common: bool
    is_open: bool
    desks: int
    queue: int
    latency_ms: float | None
    is_power_on: bool | None
    phones_flat: int
    said: Counter[Cause] = field(default_factory=Counter[Cause])

    @property
    def site_id(self) -> str:
        """The site's id."""
        return self.site.site_id

    @property
    def is_powerless(self) -> bool:
        """Whether its kit says that the power is off, or that batteries ran flat."""
        return self.is_power_on is False or self.phones_flat > 0


def site_signs(campaign: Campaign, situation: Situation) -> list[SiteSigns]:
    """Return the signs of every site, in the campaign's order."""
    health = _pairs(situation.networks, "health")
    latency = _pairs(situation.networks, "latency_ms")
    lanes, queues = by_site(situation.sites, "lanes_open"), by_site(situation.sites, "queue_persons")
    power, flat = by_site(situation.kit, "is_power_on"), by_site(situation.kit, "phones_flat")
    classes, said = by_site(situation.sites, "wait_class"), _said(situation.interruptions)
    return [
        SiteSigns(
            site=site,
            trouble=_trouble(health.get((site.site_id, "volunteer")), health.get((site.site_id, "public"))),
            is_common=all(health.get((site.site_id, network)) in _BAD for network in Network),
            is_open=classes.get(site.site_id) not in ("closed", None),
            desks=_count(lanes.get(site.site_id)),
            queue=_count(queues.get(site.site_id)),
            latency_ms=_number(latency.get((site.site_id, Network.VOLUNTEER))),
            is_power_on=_flag(power.get(site.site_id)),
            phones_flat=_count(flat.get(site.site_id)),
            said=said.get(site.site_id, Counter()),
        )
        for site in campaign.sites
    ]


def share(signs: Iterable[SiteSigns], troubles: frozenset[Trouble]) -> float:
    """Return which share of the sites that are heard of has one of these troubles."""
    known = [sign.trouble in troubles for sign in signs if sign.trouble is not Trouble.UNKNOWN]
    return sum(known) / len(known) if known else 0.0


def common_share(signs: Iterable[SiteSigns]) -> float:
    """Return which share of the sites that are heard of has trouble with both networks at once."""
    known = [sign.is_common for sign in signs if sign.trouble is not Trouble.UNKNOWN]
    return sum(known) / len(known) if known else 0.0


def _trouble(volunteer: object, public: object) -> Trouble:
    known = {Health.OK, Health.SLOW, Health.DOWN}
    if volunteer not in known:
        return Trouble.UNKNOWN
    if volunteer == Health.DOWN:
        return Trouble.DARK if public == Health.DOWN else Trouble.VOLUNTEER_DOWN
    if volunteer == Health.SLOW:
        return Trouble.SLOW
    return Trouble.PUBLIC_DOWN if public == Health.DOWN else Trouble.NONE


def _pairs(networks: pl.DataFrame, column: str) -> dict[tuple[str, str], object]:
    if networks.is_empty():
        return {}
    return {
        (site_id, network): value for site_id, network, value in networks.select("site_id", "network", column).rows()
    }


def _said(interruptions: pl.DataFrame) -> dict[str, Counter[Cause]]:
    found: dict[str, Counter[Cause]] = {}
    if interruptions.is_empty():
        return found
    for site_id, cause in interruptions.select("site_id", "cause").rows():
        if cause in set(Cause):
            found.setdefault(site_id, Counter())[Cause(cause)] += 1
    return found


def _count(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) else 0


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
