"""Which causes are at work now (Q61): one disturbance a cause, whatever it disturbs, the gravest first."""

from collections.abc import Sequence
from datetime import datetime

from pipelines.advice import at_servers, at_sites
from pipelines.advice.by_hand import by_hand
from pipelines.advice.signs import HINDERS, SiteSigns, site_signs
from pipelines.advice.situation import Situation
from pipelines.advice.tracking import tracked
from pipelines.advice.words import Disturbance, SubjectKind
from pipelines.campaign.model import Campaign
from pipelines.vocabulary import Cause, Severity

GRAVE_SHARE = 0.1  # of the open desks: from here on it is critical
_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


def disturbances(
    situation: Situation, campaign: Campaign, as_of: datetime, earlier: Sequence[Disturbance] = ()
) -> list[Disturbance]:
    """Return what is wrong as of a moment, those that ended just now included (``ended_at``), the gravest first.

    ``earlier`` is what was returned before: what goes on keeps its identity, what flaps is one (see tracking).
    """
    seen = sightings(situation, campaign, as_of, earlier)
    return sorted(tracked(seen, earlier, as_of), key=lambda one: (_ORDER[one.severity], -one.desks, one.since))


def sightings(
    situation: Situation, campaign: Campaign, as_of: datetime, earlier: Sequence[Disturbance] = ()
) -> list[Disturbance]:
    """Return the causes that the frames of this moment alone show."""
    signs = site_signs(campaign, situation)
    held = frozenset(one.key for one in earlier if one.ended_at is None)
    desks = max(sum(sign.desks for sign in signs if sign.is_open), 1)
    found = [_of_servers(trouble, desks, as_of) for trouble in at_servers.server_troubles(campaign, situation)]
    found += [_of_sites(cluster, signs, desks, as_of) for cluster in at_sites.clusters(signs, held)]
    return [*found, *by_hand(situation, signs, held, as_of)]


def _of_servers(trouble: at_servers.ServerTrouble, all_desks: int, as_of: datetime) -> Disturbance:
    desks = sum(trouble.desks_by_site.values())
    is_grave = bool(trouble.down_ids) or trouble.kind is SubjectKind.APP
    return Disturbance(
        cause=trouble.cause,
        kind=trouble.kind,
        subject=trouble.subject,
        severity=Severity.CRITICAL if is_grave else Severity.WARNING,
        since=trouble.since,
        seen_at=as_of,
        desks_by_site=trouble.desks_by_site,
        scores=trouble.scores,
        evidence={**trouble.evidence, "desks_share": round(desks / all_desks, 3)},
        explains=tuple(f"server:{server_id}" for server_id in trouble.server_ids),
    )


def _of_sites(
    cluster: at_sites.Cluster, everywhere: Sequence[SiteSigns], all_desks: int, as_of: datetime
) -> Disturbance:
    cause, scores = at_sites.cause_of(cluster, everywhere)
    desks = {sign.site_id: sign.desks for sign in cluster.signs if sign.is_open}
    share = sum(desks.values()) / all_desks
    hinders = any(sign.trouble in HINDERS or sign.is_powerless for sign in cluster.signs)
    critical = share >= GRAVE_SHARE or cause is Cause.POWER
    severity = Severity.CRITICAL if critical else Severity.WARNING if hinders else Severity.INFO
    return Disturbance(
        cause=cause,
        kind=cluster.kind,
        subject=cluster.subject,
        severity=severity,
        since=as_of,
        seen_at=as_of,
        desks_by_site=desks or {sign.site_id: 0 for sign in cluster.signs},
        scores=scores,
        evidence=at_sites.evidence(cluster, everywhere) | {"desks_share": round(share, 3)},
        explains=at_sites.explained(cluster),
    )
