"""The kit of every site: phones, chargers, sockets, fences, standby desks; batteries drain while the power is cut."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.campaign.model import Campaign
from pipelines.contract_sites import KitRow
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import Place, device_id
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.luck import Luck
from pipelines.intake.world.people import Member
from pipelines.vocabulary import FaultKind, Network, PhoneKind

HOUR = 60 * MINUTE
SET_UP_BEFORE = 14 * HOUR  # before opening: kit comes the evening before
LATE_SHARE = 0.06  # of the sites still lack a few of an item then (assumption)
LATEST_AFTER = 90 * MINUTE  # after opening: by then the last of it has come
SPARE_CHARGERS = 2
BATTERY = (60 * MINUTE, 150 * MINUTE)  # how long a phone that scans without power lasts, by its age; assumption
CHARGING_HOURS = 1.5
NETWORKS = len(Network)
Window = tuple[int, int]


@dataclass(frozen=True)
class Delivery:
    """Grain: one item of one site: ``missing`` pieces of it come only at ``complete_at``."""

    planned: int
    missing: int
    complete_at: int

    def at(self, now: int, set_up_at: int) -> int:
        """Return how many pieces are there."""
        if now < set_up_at:
            return 0
        return self.planned if now >= self.complete_at else self.planned - self.missing


@dataclass(frozen=True)
class SiteKit:
    """Grain: one site: what is delivered when, and whose phones there are."""

    place: Place
    set_up_at: int
    chargers: Delivery
    cables: Delivery
    sockets: Delivery
    fences: Delivery
    networks: Delivery
    standby: Delivery
    phones_android: int
    phones_apple: int
    can_stand_by: bool
    runtimes: tuple[int, ...]


def site_kits(campaign: Campaign, places: Sequence[Place], people: Iterable[Member], seed: int = SEED) -> list[SiteKit]:
    """Return every site's kit as planned and delivered, in the order of the places."""
    opens_at = micros(campaign.round.opens_at)
    of_site: dict[str, list[Member]] = {place.site_id: [] for place in places}
    for member in people:
        of_site[member.site_id].append(member)
    has_standby = {site.site_id: site.has_standby_desk for site in campaign.sites}
    luck = Luck(seed, "kit")
    return [
        _site_kit(place, opens_at, of_site[place.site_id], has_standby[place.site_id], luck, seed) for place in places
    ]


def battery(device: str, seed: int) -> int:
    """Return how long a phone lasts without power."""
    shortest, longest = BATTERY
    return shortest + int(Luck(seed, "battery").of(device) * (longest - shortest))


def _site_kit(
    place: Place, opens_at: int, people: Sequence[Member], has_standby: bool, luck: Luck, seed: int
) -> SiteKit:
    def delivery(item: str, planned: int) -> Delivery:
        drawn = luck.of(f"{place.site_id}/{item}")
        missing = min(planned, 1 + int(drawn / LATE_SHARE * 2)) if drawn < LATE_SHARE else 0
        begins_at = opens_at - SET_UP_BEFORE
        span = opens_at + LATEST_AFTER - begins_at
        return Delivery(planned, missing, begins_at + int(luck.of(f"{place.site_id}/{item}/late") * span))

    phones = [member.phone for member in people]
    return SiteKit(
        place=place,
        set_up_at=opens_at - SET_UP_BEFORE,
        chargers=delivery("chargers", place.lanes + SPARE_CHARGERS),
        cables=delivery("cables", place.lanes + SPARE_CHARGERS),
        sockets=delivery("sockets", place.lanes),
        fences=delivery("fences", place.lanes - 1),
        networks=delivery("networks", NETWORKS),
        standby=delivery("standby", 1 if has_standby else 0),
        phones_android=phones.count(PhoneKind.ANDROID),
        phones_apple=phones.count(PhoneKind.APPLE),
        can_stand_by=any(member.is_trained_city and member.may_register for member in people),
        runtimes=tuple(battery(device_id(place, lane), seed) for lane in range(1, place.lanes + 1)),
    )


def power_cuts(faults: Iterable[Fault], place: Place) -> tuple[Window, ...]:
    """Return when a site has no power, ascending, as windows that do not touch."""
    near = ("", place.site_id, place.town_code)
    cuts = sorted(
        (micros(fault.starts_at), micros(fault.ends_at))
        for fault in faults
        if fault.kind is FaultKind.POWER_CUT and fault.target in near
    )
    joined: list[Window] = []
    for begins, ends in cuts:
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return tuple(joined)


def charge(runtime: int, cuts: Sequence[Window], now: int) -> float:
    """Return a phone's charge, 0..1: full while there is power, draining in a cut, charging again after it."""
    level, since = 1.0, 0
    for begins, ends in cuts:
        if begins >= now:
            break
        level = min(level + (begins - since) / (CHARGING_HOURS * HOUR), 1.0)
        until = min(ends, now)
        level, since = max(level - (until - begins) / runtime, 0.0), until
    return min(level + (now - since) / (CHARGING_HOURS * HOUR), 1.0)


def is_flat(kit: SiteKit, lane_no: int, cuts: Sequence[Window], now: int) -> bool:
    """Whether the battery of a lane's phone is empty."""
    return bool(cuts) and charge(kit.runtimes[lane_no - 1], cuts, now) <= 0.0


def kit_row(kit: SiteKit, cuts: Sequence[Window], networks_up: int, now: int) -> KitRow:
    """Return a site's kit as the feed tells it; ``networks_up`` of its networks answer."""
    lanes = kit.place.lanes
    charges = [charge(runtime, cuts, now) for runtime in kit.runtimes] if cuts else [1.0] * lanes
    chargers, cables = kit.chargers.at(now, kit.set_up_at), kit.cables.at(now, kit.set_up_at)
    sockets, fences = kit.sockets.at(now, kit.set_up_at), kit.fences.at(now, kit.set_up_at)
    networks, standby = kit.networks.at(now, kit.set_up_at), kit.standby.at(now, kit.set_up_at)
    is_power_on = not any(begins <= now < ends for begins, ends in cuts)
    is_standby_ready = standby > 0 and kit.can_stand_by and is_power_on
    is_laid_out = sockets >= lanes and fences >= lanes - 1 and networks >= NETWORKS
    is_equipped = min(chargers, cables, kit.phones_android) >= lanes and standby >= kit.standby.planned
    return KitRow(
        site_id=kit.place.site_id,
        desks=lanes,
        phones_android=kit.phones_android,
        phones_apple=kit.phones_apple,
        phones_flat=sum(level <= 0.0 for level in charges),
        battery_share=round(sum(charges) / lanes, 3),
        chargers=chargers,
        cables=cables,
        sockets=sockets,
        is_power_on=is_power_on,
        fences=fences,
        fences_needed=lanes - 1,
        networks=networks,
        networks_up=min(networks_up, networks),
        standby_desks=standby,
        is_standby_ready=is_standby_ready,
        is_laid_out=is_laid_out,
        is_ready=is_laid_out and is_equipped and is_power_on,
    )
