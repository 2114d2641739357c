"""Disturbances over time: what goes on keeps its identity, what flaps is merged, what is no longer seen ends."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.advice.words import Disturbance

LINGERS = timedelta(minutes=3)  # campaign time without a sighting before it counts as over
RETURNS = timedelta(minutes=10)  # one that comes back within this is the same one


def tracked(
    seen: Iterable[Disturbance], earlier: Sequence[Disturbance], as_of: datetime, lingers: timedelta = LINGERS
) -> list[Disturbance]:
    """Return the disturbances as of now: those seen, with the identity they had, and those that have just ended.

    One that is explained by a wider one seen now ends at once: a town's outage takes over from its sites'.
    """
    known = {one.key: one for one in sorted(earlier, key=lambda one: one.since)}
    now: dict[str, Disturbance] = {}
    for sighting in seen:
        before = known.get(sighting.key)
        carries_on = before is not None and as_of - (before.ended_at or before.seen_at) <= max(RETURNS, lingers)
        one = _carried(before, sighting) if before is not None and carries_on else sighting
        now[one.disturbance_id] = one
    covered = {word for one in now.values() for word in one.explains}
    over = [_unseen(one, covered, as_of, lingers) for one in earlier if one.ended_at is None]
    return [*now.values(), *(one for one in over if one.disturbance_id not in now)]


def _carried(before: Disturbance, sighting: Disturbance) -> Disturbance:
    """Return what is seen under its old identity; the desks that it drove away at first are not forgotten."""
    desks = dict(before.desks_by_site) | {
        site: max(count, before.desks_by_site.get(site, 0)) for site, count in sighting.desks_by_site.items()
    }
    return replace(sighting, since=before.since, desks_by_site=desks)


def _unseen(one: Disturbance, covered: set[str], as_of: datetime, lingers: timedelta) -> Disturbance:
    is_taken_over = bool(one.explains) and set(one.explains) <= covered
    is_over = is_taken_over or as_of - one.seen_at > lingers
    return replace(one, ended_at=as_of) if is_over else one
