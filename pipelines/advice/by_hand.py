"""What people did: desks stopped on order, wrong labs and used labels scanned, reports forgotten (Q61, Q32, Q86)."""

from collections.abc import Sequence
from datetime import datetime

from pipelines.advice.scores import weighed
from pipelines.advice.signs import SiteSigns
from pipelines.advice.situation import Situation
from pipelines.advice.words import Disturbance, Figure, SubjectKind
from pipelines.campaign.model import Campaign
from pipelines.vocabulary import Cause, Severity


def by_hand(campaign: Campaign, situation: Situation, signs: Sequence[SiteSigns], as_of: datetime) -> list[Disturbance]:
    """Return what operators caused, one disturbance a kind of act and place."""
    return [*_stopped(situation, as_of)]


def _stopped(situation: Situation, as_of: datetime) -> list[Disturbance]:
    frame = situation.contingency
    if frame.is_empty():
        return []
    desks = {site_id: stopped for site_id, stopped in frame.select("site_id", "desks_stopped").rows() if stopped}
    if not desks:
        return []
    figures: dict[str, Figure] = {"what": "stopped_on_order", "sites": len(desks), "desks": sum(desks.values())}
    return [_operators(SubjectKind.DISTRICT, "stopped", Severity.WARNING, desks, figures, as_of)]


def _operators(
    kind: SubjectKind,
    subject: str,
    severity: Severity,
    desks: dict[str, int],
    figures: dict[str, Figure],
    as_of: datetime,
) -> Disturbance:
    return Disturbance(
        cause=Cause.OPERATOR,
        kind=kind,
        subject=subject,
        severity=severity,
        since=as_of,
        seen_at=as_of,
        desks_by_site=desks,
        scores=weighed({Cause.OPERATOR: 3.0}),
        evidence=figures,
        explains=tuple(f"site:{site_id}" for site_id in desks),
    )
