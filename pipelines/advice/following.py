"""Recommendations over time: the same advice keeps its id, a refused one stays away, an accepted one until done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.advice.words import Recommendation

KEPT = 6  # open at once, so that every scope has its three
LINGERS = timedelta(minutes=3)
CHANGED_MUCH = 2.0  # times the effect it had when it was refused
REFUSED_FOR = timedelta(hours=2)
DONE_AFTER = timedelta(minutes=60)  # an accepted one is over at the latest then
OPEN, ACCEPTED, REJECTED, DONE, LAPSED = "open", "accepted", "rejected", "done", "lapsed"


def followed(
    now: Sequence[Recommendation], earlier: Iterable[Recommendation], decided: Mapping[str, str], as_of: datetime
) -> list[Recommendation]:
    """Return what has changed or goes on: the open ones, those decided on, those that are over (``ended_at``).

    ``decided``: accepted or rejected, by recommendation id. ``now`` comes ranked.
    """
    known = [_decide(one, decided, as_of) for one in earlier]
    last = {one.key: one for one in sorted(known, key=lambda one: one.made_at or as_of)}
    current: dict[str, Recommendation] = {}
    for fresh in now:
        one = _carried(fresh, last.get(fresh.key), as_of)
        if one is not None and len(current) < KEPT:
            current[one.recommendation_id] = one
    gone = [_unseen(one, as_of) for one in known if one.recommendation_id not in current]
    return [*current.values(), *gone]


def _decide(one: Recommendation, decided: Mapping[str, str], as_of: datetime) -> Recommendation:
    """Return it with what was decided; one that lapsed while somebody looked at it is decided on all the same."""
    verdict = decided.get(one.recommendation_id)
    if verdict is None or one.state not in (OPEN, LAPSED):
        return one
    return replace(one, state=verdict, seen_at=as_of, ended_at=as_of if verdict == REJECTED else None)


def _carried(fresh: Recommendation, last: Recommendation | None, as_of: datetime) -> Recommendation | None:
    """Return the advice under its old id if it has one; None when it was refused and little has changed."""
    if last is None or last.state in (DONE, LAPSED):
        is_back = last is not None and last.state == LAPSED and last.ended_at and as_of - last.ended_at <= LINGERS
        made_at = last.made_at if last and is_back else as_of
        return replace(fresh, made_at=made_at, seen_at=as_of)
    if last.state == REJECTED:
        return replace(fresh, made_at=as_of, seen_at=as_of) if _has_changed(fresh, last, as_of) else None
    if last.state == ACCEPTED:
        return replace(last, seen_at=as_of)
    return replace(fresh, made_at=last.made_at, seen_at=as_of)


def _has_changed(fresh: Recommendation, refused: Recommendation, as_of: datetime) -> bool:
    if refused.ended_at is not None and as_of - refused.ended_at > REFUSED_FOR:
        return True
    other_cause = bool(fresh.disturbance_id) and fresh.disturbance_id != refused.disturbance_id
    return other_cause or fresh.effect.person_minutes > CHANGED_MUCH * refused.effect.person_minutes


def _unseen(one: Recommendation, as_of: datetime) -> Recommendation:
    if one.ended_at is not None:
        return one
    since = one.seen_at or as_of
    if one.state == ACCEPTED:
        is_over = as_of - since > LINGERS or as_of - (one.made_at or as_of) > DONE_AFTER
        return replace(one, state=DONE, ended_at=as_of) if is_over else one
    return replace(one, state=LAPSED, ended_at=as_of) if as_of - since > LINGERS else one
