"""Every site's day before it begins: its crowd, and the lines and lanes that come of it."""

from collections.abc import Sequence

from pipelines.campaign.model import Campaign
from pipelines.intake.places import Place, places
from pipelines.intake.world.attendance import Register, lanes_open_changes
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.gate import Crowd, Spell, site_crowd
from pipelines.intake.world.groups import SiteDay, plan_site


def site_crowds(campaign: Campaign, seed: int = SEED, spells: Sequence[Spell] = ()) -> list[Crowd]:
    """Return who comes to every site, in the order of the sites."""
    return [site_crowd(campaign, place, seed, spells) for place in places(campaign)]


def site_days(campaign: Campaign, register: Register, seed: int = SEED, spells: Sequence[Spell] = ()) -> list[SiteDay]:
    """Return what chance and the roster decide for every site, in the order of the sites."""
    return [planned(campaign, crowd, register) for crowd in site_crowds(campaign, seed, spells)]


def planned(campaign: Campaign, crowd: Crowd, register: Register) -> SiteDay:
    """Return one site's day with the roster's staff."""
    return plan_site(campaign, crowd, staff_changes(campaign, crowd.place, register))


def staff_changes(campaign: Campaign, place: Place, register: Register) -> list[tuple[int, int]]:
    """Return when how many of a site's lanes are staffed."""
    return lanes_open_changes(campaign, register, place.site_id, place.lanes)
