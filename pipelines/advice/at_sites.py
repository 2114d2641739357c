"""Which sites' troubles are one: a carrier's sites, a town's, a single site's; and what each cluster shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.advice.scores import likeliest, of_sites, words
from pipelines.advice.signs import HINDERS, SiteSigns, Trouble, common_share, share
from pipelines.advice.words import Figure, SubjectKind
from pipelines.vocabulary import Cause, Network

CARRIER_SHARE = 0.6  # of a carrier's sites, when the others' are mostly well
CARRIER_FACTOR = 2.5  # how many times the others' share of trouble
TOGETHER = 3  # sites of one town with the same trouble, and at least this share of them, are one disturbance
TOWN_SHARE = 0.5
STICKS = 0.6  # what was one disturbance stays one at this part of the bounds
Held = frozenset[tuple[Cause, SubjectKind, str]]


@dataclass(frozen=True)
class Cluster:
    """Sites whose networks fail together, and what they have in common."""

    kind: SubjectKind
    subject: str
    signs: tuple[SiteSigns, ...]


def clusters(everywhere: Sequence[SiteSigns], held: Held) -> list[Cluster]:
    """Return the clusters of troubled sites, largest cause first; each site is in one of them."""
    found: list[Cluster] = []
    left = [sign for sign in everywhere if sign.trouble in HINDERS or sign.is_powerless]
    powerless = [sign for sign in left if sign.is_powerless]
    found += _by_place(powerless, everywhere, held, Cause.POWER)
    left = [sign for sign in left if not sign.is_powerless]
    for carrier in sorted({sign.site.carrier for sign in left}):
        own = [sign for sign in left if sign.site.carrier == carrier and sign.is_common]
        if _is_the_carriers(carrier, everywhere, (Cause.CARRIER, SubjectKind.CARRIER, carrier) in held):
            found.append(Cluster(SubjectKind.CARRIER, carrier, tuple(own)))
            left = [sign for sign in left if sign not in own]
    for trouble in (Trouble.DARK, Trouble.VOLUNTEER_DOWN, Trouble.SLOW):
        same = [sign for sign in left if sign.trouble is trouble]
        found += _by_place(same, everywhere, held, Cause.SITE_NETWORK)
    return found


def cause_of(cluster: Cluster, everywhere: Sequence[SiteSigns]) -> tuple[Cause, dict[str, float]]:
    """Return the likeliest cause of a cluster and the weight of each."""
    scores = of_sites(cluster.signs, everywhere)
    return likeliest(scores), scores


def evidence(cluster: Cluster, everywhere: Sequence[SiteSigns]) -> dict[str, Figure]:
    """Return what the cluster shows, as keys and values; shares are 0..1."""
    signs = cluster.signs
    dark, down = frozenset({Trouble.DARK}), frozenset({Trouble.VOLUNTEER_DOWN})
    told = [sign.is_power_on for sign in signs if sign.is_power_on is not None]
    latencies = sorted(sign.latency_ms for sign in signs if sign.latency_ms is not None)
    figures: dict[str, Figure] = {
        "sites": len(signs),
        "both_networks_down": sum(sign.trouble is Trouble.DARK for sign in signs),
        "only_volunteer_network": share(signs, dark) == 0 and share(signs, down) == 1,
        "power_off": sum(sign.is_power_on is False for sign in signs) if told else None,
        "phones_flat": sum(sign.phones_flat for sign in signs) if told else None,
        "latency_ms": latencies[len(latencies) // 2] if latencies else None,
    }
    carriers = {sign.site.carrier for sign in signs}
    if len(carriers) == 1:
        (carrier,) = carriers
        own = [sign for sign in everywhere if sign.site.carrier == carrier]
        others = [sign for sign in everywhere if sign.site.carrier != carrier]
        figures |= {
            "carrier": carrier,
            "sites_share_of_carrier": round(common_share(own), 3),
            "sites_share_of_others": round(common_share(others), 3),
        }
    spoken = words(signs)
    return figures | {f"desks_say_{cause.value}": round(part, 2) for cause, part in sorted(spoken.items())}


def explained(cluster: Cluster) -> tuple[str, ...]:
    """Return what a cluster's cause brings about: its networks, its sites' waits and interruptions."""
    networks: list[str] = []
    for sign in cluster.signs:
        both = sign.trouble in (Trouble.DARK, Trouble.SLOW) or sign.is_powerless
        hit = tuple(Network) if both else (Network.VOLUNTEER,)
        networks += [f"network:{sign.site_id}:{network.value}" for network in hit]
    power = [f"power:{sign.site_id}" for sign in cluster.signs if sign.is_powerless]
    return (*networks, *power, *(f"site:{sign.site_id}" for sign in cluster.signs))


def _is_the_carriers(carrier: str, everywhere: Sequence[SiteSigns], is_held: bool) -> bool:
    own = [sign for sign in everywhere if sign.site.carrier == carrier]
    hit, elsewhere = common_share(own), common_share(s for s in everywhere if s.site.carrier != carrier)
    bound = CARRIER_SHARE * (STICKS if is_held else 1.0)
    return len(own) >= 2 and hit >= bound and hit >= elsewhere * (CARRIER_FACTOR * (STICKS if is_held else 1.0))


def _by_place(
    signs: Sequence[SiteSigns], everywhere: Sequence[SiteSigns], held: Held, cause: Cause
) -> Iterable[Cluster]:
    for kind, subject, members in grouped(signs, everywhere, held, cause):
        yield Cluster(kind, subject, members)


def grouped(
    signs: Sequence[SiteSigns], everywhere: Sequence[SiteSigns], held: Held, cause: Cause
) -> Iterable[tuple[SubjectKind, str, tuple[SiteSigns, ...]]]:
    """Yield the whole district, towns, then single sites, whichever is the smallest that names all of a kind."""
    if not signs:
        return
    if _is_whole(len(signs), len(everywhere), (cause, SubjectKind.DISTRICT, "") in held):
        yield SubjectKind.DISTRICT, "", tuple(signs)
        return
    for town in sorted({sign.site.town_code for sign in signs}):
        own = [sign for sign in signs if sign.site.town_code == town]
        of_town = sum(sign.site.town_code == town for sign in everywhere)
        if _is_whole(len(own), of_town, (cause, SubjectKind.TOWN, town) in held):
            yield SubjectKind.TOWN, town, tuple(own)
        else:
            yield from ((SubjectKind.SITE, sign.site_id, (sign,)) for sign in own)


def _is_whole(hit: int, of: int, is_held: bool) -> bool:
    factor = STICKS if is_held else 1.0
    return hit >= max(TOGETHER * factor, 2) and hit >= TOWN_SHARE * factor * of
