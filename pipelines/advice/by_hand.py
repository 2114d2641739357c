"""What people and the app did: registrars' slips, desks stopped on order, forgotten reports, codes not read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.advice.at_sites import Held, grouped
from pipelines.advice.scores import weighed
from pipelines.advice.signs import SiteSigns
from pipelines.advice.situation import Situation, by_site
from pipelines.advice.words import Disturbance, Figure, SubjectKind
from pipelines.vocabulary import Cause, Severity

FORGOTTEN_AFTER = timedelta(minutes=20)  # after it was due: until then it is late
SLIPS_AT_A_SITE = 3  # within a quarter of an hour
CODES_SEEN = 15  # screened at a site since the earlier look, before its share of unreadable codes says anything
UNREADABLE_SHARE = 0.1  # of the persons screened; on a usual day it is one in a hundred (Q45)


def by_hand(situation: Situation, signs: Sequence[SiteSigns], held: Held, as_of: datetime) -> list[Disturbance]:
    """Return what operators caused (Q32, Q68, Q86), and what the app did to the persons' codes (Q45)."""
    return [
        *_stopped(situation, as_of),
        *_slips(situation, signs, held, as_of),
        *_unreadable(situation, signs, held, as_of),
        *_forgotten(situation, as_of),
    ]


def _stopped(situation: Situation, as_of: datetime) -> list[Disturbance]:
    told = by_site(situation.contingency, "desks_stopped")
    desks = {site_id: stopped for site_id, stopped in told.items() if stopped}
    if not desks:
        return []
    figures: dict[str, Figure] = {"what": "stopped_on_order", "sites": len(desks), "desks_stopped": sum(desks.values())}
    return [_of(Cause.OPERATOR, SubjectKind.DISTRICT, "stopped", Severity.WARNING, desks, figures, as_of)]


def _slips(situation: Situation, signs: Sequence[SiteSigns], held: Held, as_of: datetime) -> Iterable[Disturbance]:
    """Yield where somebody slipped again and again within a quarter of an hour: a wrong lab, a used label."""
    slips = Counter[str]()
    if not situation.lately.is_empty():
        for site_id, cause, count in situation.lately.select("site_id", "cause", "interruptions").rows():
            slips[site_id] += count if cause == Cause.OPERATOR else 0
    hit = [sign for sign in signs if slips[sign.site_id]]
    for kind, subject, members in grouped(hit, signs, held, Cause.OPERATOR):
        desks = {sign.site_id: slips[sign.site_id] for sign in members}
        if kind is SubjectKind.SITE and sum(desks.values()) < SLIPS_AT_A_SITE:
            continue
        figures: dict[str, Figure] = {"what": "slips", "slips": sum(desks.values()), "sites": len(members)}
        yield _of(Cause.OPERATOR, kind, subject, Severity.WARNING, desks, figures, as_of)


def _unreadable(situation: Situation, signs: Sequence[SiteSigns], held: Held, as_of: datetime) -> Iterable[Disturbance]:
    """Yield where the persons' codes cannot be read more often than usual: their app makes them badly."""
    shares = _unreadable_shares(situation)
    hit = [sign for sign in signs if shares.get(sign.site_id, 0.0) >= UNREADABLE_SHARE]
    for kind, subject, members in grouped(hit, signs, held, Cause.APP):
        worst = max(shares[sign.site_id] for sign in members)
        figures: dict[str, Figure] = {
            "what": "unreadable_codes",
            "codes_unreadable_share": round(worst, 3),
            "sites": len(members),
        }
        desks = {sign.site_id: sign.desks for sign in members}
        yield _of(Cause.APP, kind, subject, Severity.WARNING, desks, figures, as_of)


def _unreadable_shares(situation: Situation) -> Mapping[str, float]:
    """Return the share of codes that could not be read since the earlier look at the gates."""
    frames, columns = (situation.gates, situation.gates_before), ("codes_unreadable", "persons_screened")
    told = [by_site(frame, column) for frame in frames for column in columns]
    found: dict[str, float] = {}
    for site_id in told[0]:
        figures = [by.get(site_id) for by in told]
        bad, seen, bad_then, seen_then = (figure or 0 for figure in figures)
        if None not in figures and seen - seen_then >= CODES_SEEN:
            found[site_id] = (bad - bad_then) / (seen - seen_then)
    return found


def _forgotten(situation: Situation, as_of: datetime) -> list[Disturbance]:
    entered = by_site(situation.inputs, "hours_entered")
    if not any(entered.values()):
        return []  # nobody enters anything here, or nothing of it is told
    due_at = by_site(situation.inputs, "due_at")
    missing = [
        site_id
        for site_id, is_missing in by_site(situation.inputs, "is_missing").items()
        if is_missing and _is_overdue(due_at.get(site_id), as_of)
    ]
    if not missing:
        return []
    figures: dict[str, Figure] = {"what": "report_forgotten", "sites": len(missing)}
    desks = dict.fromkeys(missing, 0)
    one = _of(Cause.OPERATOR, SubjectKind.DISTRICT, "report", Severity.INFO, desks, figures, as_of)
    return [replace(one, explains=tuple(f"input:{site_id}" for site_id in missing))]


def _is_overdue(due_at: object, as_of: datetime) -> bool:
    return not isinstance(due_at, datetime) or as_of - due_at >= FORGOTTEN_AFTER


def _of(
    cause: Cause,
    kind: SubjectKind,
    subject: str,
    severity: Severity,
    desks: dict[str, int],
    figures: dict[str, Figure],
    as_of: datetime,
) -> Disturbance:
    return Disturbance(
        cause=cause,
        kind=kind,
        subject=subject,
        severity=severity,
        since=as_of,
        seen_at=as_of,
        desks_by_site=desks,
        scores=weighed({cause: 3.0}),
        evidence=figures,
        explains=tuple(f"site:{site_id}" for site_id in desks),
    )
