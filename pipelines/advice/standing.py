"""Where the desks stand: which server has how much room, which desks work on it, and which work nowhere."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

from pipelines.advice.situation import Situation, by_site, offline_shares
from pipelines.campaign.model import Campaign
from pipelines.vocabulary import Health, SystemKind

_ANSWERS = (Health.OK, Health.SLOW)


@dataclass(frozen=True)
class Seats:
    """Grain: one server that answers: its bound in logins, how many others are logged in, and our desks on it."""

    server_id: str
    system: SystemKind
    capacity: int
    bound: int
    background: int
    desks: int


@dataclass(frozen=True)
class Standing:
    """Where the desks stand: servers that answer, desks by (site, server), stuck desks by (site, server they left)."""

    seats: tuple[Seats, ...]
    working: Mapping[tuple[str, str], int]
    stuck: Mapping[tuple[str, str], int]
    town_of: Mapping[str, str]
    can_go_offline: Mapping[str, int]
    standby: Mapping[str, int]


def standing(situation: Situation, campaign: Campaign) -> Standing:
    """Return where the desks stand, from what the asks told."""
    rows = {row["server_id"]: row for row in situation.servers.iter_rows(named=True)}
    up = [server for server in campaign.servers if rows.get(server.server_id, {}).get("health") in _ANSWERS]
    ids = {server.server_id for server in up}
    on = situation.on_servers.select("site_id", "server_id", "desks").rows() if situation.on_servers.height else []
    working = {(site_id, server_id): desks for site_id, server_id, desks in on if server_id in ids and desks > 0}
    ours = Counter[str]()
    for (_, server_id), desks in working.items():
        ours[server_id] += desks
    share = campaign.thresholds.server_load_share
    seats = tuple(
        Seats(
            server.server_id,
            server.system,
            server.capacity_logins,
            floor(share * server.capacity_logins),
            max((rows[server.server_id]["logins"] or 0) - ours[server.server_id], 0),
            ours[server.server_id],
        )
        for server in up
    )
    return Standing(
        seats=seats,
        working=working,
        stuck=_stuck(situation, working),
        town_of={site.site_id: site.town_code for site in campaign.sites},
        can_go_offline=_trained(situation),
        standby=_standby(situation, campaign),
    )


def _stuck(situation: Situation, working: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Return the open desks that work nowhere, by site and by the server that they were on when it fell."""
    lanes, waits = by_site(situation.sites, "lanes_open"), by_site(situation.sites, "wait_class")
    off = Counter[str]()
    for column in ("desks_offline", "desks_stopped"):
        for site_id, desks in by_site(situation.contingency, column).items():
            off[site_id] += desks or 0
    for (site_id, _), desks in working.items():
        off[site_id] += desks
    left = _by_site(situation)
    found: dict[tuple[str, str], int] = {}
    for site_id, open_lanes in lanes.items():
        if waits.get(site_id) == "closed":
            continue
        missing = max((open_lanes or 0) - off[site_id], 0)
        for server_id, desks in left.get(site_id, ()):
            taken = min(desks, missing)
            if taken > 0:
                found[site_id, server_id] = taken
                missing -= taken
    return found


def _by_site(situation: Situation) -> dict[str, list[tuple[str, int]]]:
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    if situation.left.height:
        rows = situation.left.select("site_id", "server_id", "desks").sort("site_id", "server_id").rows()
        for site_id, server_id, desks in rows:
            found[site_id].append((server_id, desks))
    return found


def _trained(situation: Situation) -> dict[str, int]:
    lanes = by_site(situation.sites, "lanes_open")
    return {site_id: floor(share * (lanes[site_id] or 0)) for site_id, share in offline_shares(situation).items()}


def _standby(situation: Situation, campaign: Campaign) -> dict[str, int]:
    told = by_site(situation.kit, "standby_desks")
    if not told:
        return {site.site_id: int(site.has_standby_desk) for site in campaign.sites}
    ready = by_site(situation.kit, "is_standby_ready")
    return {site.site_id: (told.get(site.site_id) or 0) if ready.get(site.site_id) else 0 for site in campaign.sites}
