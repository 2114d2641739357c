"""What a drill can break: what each kind of fault means, what it may be aimed at, and what is sensible for it."""

from dataclasses import dataclass
from enum import StrEnum

from pipelines.campaign.model import Campaign
from pipelines.vocabulary import FaultKind as Kind
from pipelines.vocabulary import Role, SystemKind


class TargetKind(StrEnum):
    """What a fault may be aimed at."""

    EVERYWHERE = "everywhere"
    SERVER = "server"
    SITE = "site"
    TOWN = "town"
    LAB = "lab"
    CARRIER = "carrier"
    ROLE = "role"


@dataclass(frozen=True)
class Breakage:
    """Grain: one kind of fault. ``minutes`` and ``strength`` stand in for what is not said; ``what`` is a sentence.

    ``is_graded`` says whether the strength changes anything beside being there or not.
    """

    what: str
    targets: tuple[TargetKind, ...]
    minutes: float
    strength: float = 1.0
    is_graded: bool = True


_ALL, _SERVER, _LAB = TargetKind.EVERYWHERE, TargetKind.SERVER, TargetKind.LAB
_PLACES = (TargetKind.SITE, TargetKind.TOWN, TargetKind.EVERYWHERE)
_STAFF = (*_PLACES, TargetKind.ROLE)

CATALOGUE: dict[Kind, Breakage] = {
    Kind.SERVER_DOWN: Breakage(
        "The server's process is killed and kept down; its desks scan another code.", (_SERVER,), 20, is_graded=False
    ),
    Kind.PROVINCE_DOWN: Breakage(
        "Every provincial server is killed and kept down; sites go offline or to the city's system.",
        (_ALL,),
        30,
        is_graded=False,
    ),
    Kind.LOGIN_OVERLOAD: Breakage(
        "Logins from elsewhere take the strength's share of a server's capacity: it slows, and above it falls.",
        (_SERVER, _ALL),
        30,
        0.5,
    ),
    Kind.WIFI_SLOW: Breakage(
        "Both Wi-Fi networks lose the strength's share of their bandwidth: where a crowd stands, each scan drags.",
        _PLACES,
        30,
        0.6,
    ),
    Kind.VOLUNTEER_WIFI_DOWN: Breakage(
        "The volunteers' Wi-Fi is down while the public's works.", _PLACES, 20, is_graded=False
    ),
    Kind.CARRIER_DOWN: Breakage(
        "A carrier's signal is gone, or weaker by the strength, at all sites it serves.",
        (TargetKind.CARRIER, *_PLACES),
        30,
    ),
    Kind.POWER_CUT: Breakage("The power of a site is cut: its networks are down.", _PLACES, 20, is_graded=False),
    Kind.STAFF_ABSENT: Breakage("The strength's share of the staff does not come or leaves.", _STAFF, 120, 0.3),
    Kind.STAFF_LATE: Breakage(
        "The strength's share of those whose shift begins then comes late, the last when it ends.", _STAFF, 45, 0.4
    ),
    Kind.FEVER_SURGE: Breakage(
        "The gate finds fevers: in one of twenty arrivals at full strength, fewer below it.", _PLACES, 60, 0.5
    ),
    Kind.UNREADABLE_CODES: Breakage(
        "Codes must be refreshed before they can be read: six of ten at full strength, fewer below it.",
        _PLACES,
        45,
        0.5,
    ),
    Kind.WRONG_LAB: Breakage("Registrars choose the wrong lab for the strength's share of groups.", _PLACES, 30, 0.2),
    Kind.LABEL_REUSED: Breakage("Registrars scan a used label for the strength's share of groups.", _PLACES, 30, 0.2),
    Kind.SCANNED_TWICE: Breakage(
        "Registrars scan a person's code twice in the strength's share of groups.", _PLACES, 30, 0.2
    ),
    Kind.PERSON_TWICE: Breakage(
        "A person of an earlier group comes again in the strength's share of groups.", _PLACES, 30, 0.1
    ),
    Kind.ELEVENTH_PERSON: Breakage(
        "An eleventh person is scanned into the strength's share of tubes.", _PLACES, 30, 0.2
    ),
    Kind.TUBE_LOST: Breakage("The strength's share of dispatched tubes does not arrive.", (*_PLACES, _LAB), 60, 0.02),
    Kind.LAB_STOPS: Breakage(
        "A lab works slower by the strength, at full strength not at all; tubes pile up.", (_LAB, _ALL), 180
    ),
    Kind.ANSWER_LOST: Breakage(
        "The strength's share of registrations is recorded, but the answer is swallowed on its way back.",
        _PLACES,
        15,
        0.3,
    ),
    Kind.CLOCK_SKEW: Breakage(
        "Phones' clocks are wrong for the strength's share of groups: by minutes, hours or decades.", _PLACES, 30, 0.2
    ),
    Kind.SITE_SILENT: Breakage(
        "A site's counts are not told: no answer at full strength, a refusal below it.", _PLACES, 30
    ),
    Kind.COUNTER_FROZEN: Breakage(
        "A site's counters stand still while their times go on.", _PLACES, 30, is_graded=False
    ),
    Kind.REPLAY_STORM: Breakage(
        "The strength's share of phones sends all over again what it still remembers.", _PLACES, 10, 0.5
    ),
    Kind.REPORT_FORGOTTEN: Breakage(
        "The hourly input of a site is forgotten with the strength's chance.", _PLACES, 120
    ),
}


def targets(campaign: Campaign) -> dict[str, frozenset[TargetKind]]:
    """Return what each id of the campaign is as a target; "" is everywhere."""
    named = [
        ("", TargetKind.EVERYWHERE),
        *((server.server_id, TargetKind.SERVER) for server in campaign.servers),
        *((site.site_id, TargetKind.SITE) for site in campaign.sites),
        *((town.town_code, TargetKind.TOWN) for town in campaign.towns),
        *((lab.lab_id, TargetKind.LAB) for lab in campaign.labs),
        *((site.carrier, TargetKind.CARRIER) for site in campaign.sites),
        *((role.value, TargetKind.ROLE) for role in Role),
    ]
    found: dict[str, frozenset[TargetKind]] = {}
    for name, kind in named:
        found[name] = found.get(name, frozenset()) | {kind}
    return found


def example(campaign: Campaign, kind: TargetKind) -> str:
    """Return one id that is such a target, to name it in a sentence."""
    return next((name for name, kinds in targets(campaign).items() if kind in kinds), "")


def province(campaign: Campaign) -> list[str]:
    """Return the provincial servers."""
    return [server.server_id for server in campaign.servers if server.system == SystemKind.PROVINCE]
