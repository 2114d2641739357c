"""Disturbances over time: what goes on keeps its identity, what flaps is merged, what is no longer seen ends."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.advice.words import Disturbance

LINGERS = timedelta(minutes=3)  # campaign time without a sighting before it counts as over
RETURNS = timedelta(minutes=10)  # one that comes back within this is the same one


def tracked(
    seen: Iterable[Disturbance], earlier: Sequence[Disturbance], as_of: datetime, lingers: timedelta = LINGERS
) -> list[Disturbance]:
    """Return the disturbances as of now: those seen, with the identity they had, and those that have just ended.

    One that is explained by a wider one seen now ends at once: a town's outage takes over from its sites'. So does one
    that was begun a second time, by whoever did not know yet that it had been: the first goes on.
    """
    ended = sorted((one for one in earlier if one.ended_at is not None), key=lambda one: one.since)
    open_ones = sorted((one for one in earlier if one.ended_at is None), key=lambda one: one.since, reverse=True)
    known = {one.key: one for one in (*ended, *open_ones)}
    now: dict[str, Disturbance] = {}
    for sighting in seen:
        before = known.get(sighting.key)
        carries_on = before is not None and as_of - (before.ended_at or before.seen_at) <= max(RETURNS, lingers)
        one = _carried(before, sighting) if before is not None and carries_on else sighting
        now[one.disturbance_id] = one
    over = [_unseen(one, now.values(), as_of, lingers) for one in open_ones if one.disturbance_id not in now]
    return [*now.values(), *over]


def _carried(before: Disturbance, sighting: Disturbance) -> Disturbance:
    """Return what is seen under its old identity; the desks that it drove away at first are not forgotten."""
    desks = dict(before.desks_by_site) | {
        site: max(count, before.desks_by_site.get(site, 0)) for site, count in sighting.desks_by_site.items()
    }
    return replace(sighting, since=before.since, desks_by_site=desks)


def _unseen(one: Disturbance, now: Collection[Disturbance], as_of: datetime, lingers: timedelta) -> Disturbance:
    covered = {word for other in now for word in other.explains}
    is_taken_over = bool(one.explains) and set(one.explains) <= covered
    is_begun_again = any(other.key == one.key for other in now)
    is_over = is_taken_over or is_begun_again or as_of - one.seen_at > lingers
    return replace(one, ended_at=as_of) if is_over else one
