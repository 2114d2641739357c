"""Who lends what to whom: the teams of lanes that one site can spare go to the nearest site that lacks them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from pipelines.campaign.model import Site
from pipelines.campaign.places import distance_km

Pair = tuple[bool, float, str, str]  # whether across towns, kilometres, giver, taker


class LaneNorms(Protocol):
    """Whatever says how many people of each kind a lane takes: a campaign's norms, a scenario."""

    @property
    def guides_per_lane(self) -> int:
        """Guides, who lead the groups of ten."""
        ...

    @property
    def registrars_per_lane(self) -> int:
        """Registrars."""
        ...

    @property
    def medics_per_lane(self) -> int:
        """Medics, who take the samples."""
        ...


@dataclass(frozen=True)
class Transfer:
    """Grain: one pair of sites: so many teams move from one to the other, ``km`` as the crow flies."""

    from_site: str
    to_site: str
    teams: int
    km: float
    is_cross_town: bool


def lending_order(taker: Site, giver: Site) -> Pair:
    """Return by what who lends whom is sorted: the own town before its neighbours, then the nearest, then by name."""
    return taker.town_code != giver.town_code, distance_km(taker, giver), giver.site_id, taker.site_id


def lent(
    spare: Mapping[str, int],
    wanted: Mapping[str, int],
    pairs: Iterable[Pair],
    is_worth: Callable[[str, str, int], bool] = lambda _giver, _taker, _teams: True,
) -> list[Transfer]:
    """Return how many of its spare lanes' teams each giver lends to whom, pairs being served in their order.

    ``is_worth`` is asked of a giver, a taker and their teams.
    """
    left, lacking, found = dict(spare), dict(wanted), list[Transfer]()
    for is_cross, km, giver, taker in pairs:
        teams = min(left.get(giver, 0), lacking.get(taker, 0))
        if teams > 0 and is_worth(giver, taker, teams):
            left[giver] -= teams
            lacking[taker] -= teams
            found.append(Transfer(giver, taker, teams, round(km, 1), is_cross))
    return found


def staff_of(norms: LaneNorms, teams: int) -> dict[str, int]:
    """Return how many people of each kind so many teams are; a team is the people of a lane."""
    each = {"guide": norms.guides_per_lane, "registrar": norms.registrars_per_lane, "medic": norms.medics_per_lane}
    return {role: people * teams for role, people in each.items()}
