"""Asking for a fault: what may be said, and the sentence that says why a wish cannot be met."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pipelines.campaign.model import Campaign
from pipelines.intake.drill.catalogue import CATALOGUE, Breakage, TargetKind, example, targets
from pipelines.intake.drill.words import FAULTS_AT_MOST, FaultRefused, FaultWish
from pipelines.intake.faults import Fault

LONGEST = timedelta(hours=24)
SHORTEST = timedelta(seconds=1)


def wished(campaign: Campaign, wishes: Sequence[FaultWish], now: datetime, known: Sequence[Fault]) -> list[Fault]:
    """Return the wishes as faults beside those ``known``; raises FaultRefused for the first that cannot be."""
    if len(known) + len(wishes) > FAULTS_AT_MOST:
        sentence = f"a day has at most {FAULTS_AT_MOST} faults and knows {len(known)}; clear some first"
        raise FaultRefused("too_many_faults", sentence, "faults")
    taken = {fault.fault_id for fault in known}
    faults: list[Fault] = []
    for wish in wishes:
        name = next(name for number in range(1, 10**6) if (name := f"{wish.kind.value}-{number}") not in taken)
        taken.add(name)
        faults.append(_fault(campaign, wish, now, name))
    return faults


def _fault(campaign: Campaign, wish: FaultWish, now: datetime, name: str) -> Fault:
    usual = CATALOGUE[wish.kind]
    _check_target(campaign, wish, usual)
    strength = _strength(wish, usual)
    span = _span(usual.minutes if wish.minutes is None else wish.minutes)
    try:
        starts_at = _start(wish, now)
        ends_at = starts_at + span
    except OverflowError as error:
        sentence = f"a fault starts around the campaign's day, {campaign.round.opens_at}, got {wish.at}"
        raise FaultRefused("bad_start", sentence, "at") from error
    _check_moments(campaign, wish, now, starts_at, ends_at)
    return Fault(
        fault_id=name,
        kind=wish.kind,
        target=wish.target,
        strength=strength,
        starts_at=max(starts_at, now),
        ends_at=ends_at,
        seed=wish.seed,
    )


def _check_target(campaign: Campaign, wish: FaultWish, usual: Breakage) -> None:
    kinds = targets(campaign).get(wish.target)
    if kinds is not None and kinds & set(usual.targets):
        return
    may = " or ".join(_named(campaign, kind) for kind in usual.targets)
    if kinds is None:
        sentence = f"the campaign has no {wish.target[:40]!r}; {wish.kind.value} is aimed at {may}"
        raise FaultRefused("unknown_target", sentence, "target")
    got = f"{wish.target!r} is a {'/'.join(sorted(kinds))}" if wish.target else "no target was named"
    raise FaultRefused("wrong_target", f"{wish.kind.value} is aimed at {may}; {got}", "target")


def _named(campaign: Campaign, kind: TargetKind) -> str:
    if kind is TargetKind.EVERYWHERE:
        return "everywhere (no target)"
    return f"a {kind.value} ({example(campaign, kind)})"


def _strength(wish: FaultWish, usual: Breakage) -> float:
    if wish.strength is None:
        return usual.strength
    if math.isnan(wish.strength) or not 0.0 < wish.strength <= 1.0:
        sentence = f"a strength is above 0 and at most 1, got {wish.strength:g}; {wish.kind.value} has {usual.strength}"
        raise FaultRefused("bad_strength", f"{sentence} when none is given", "strength")
    return wish.strength


def _start(wish: FaultWish, now: datetime) -> datetime:
    if wish.at is not None and wish.in_minutes:
        raise FaultRefused("two_starts", "a fault starts at a moment or in some minutes; give one of both", "at")
    if wish.at is not None:
        return wish.at.astimezone(now.tzinfo)
    if not 0.0 <= wish.in_minutes <= LONGEST / timedelta(minutes=1):
        sentence = f"a fault starts in 0 to {LONGEST / timedelta(minutes=1):.0f} minutes, got {wish.in_minutes:g}"
        raise FaultRefused("bad_start", sentence, "in_minutes")
    return now + timedelta(minutes=wish.in_minutes)


def _span(minutes: float) -> timedelta:
    longest, shortest = (span / timedelta(minutes=1) for span in (LONGEST, SHORTEST))
    if math.isnan(minutes) or minutes < shortest:
        sentence = f"a fault lasts at least a second, got {minutes:g} minutes: it would end before it starts"
        raise FaultRefused("ends_before_start", sentence, "minutes")
    if minutes > longest:
        sentence = f"a fault lasts at most {longest:.0f} minutes, got {minutes:g}; add another one after it"
        raise FaultRefused("too_long", sentence, "minutes")
    return timedelta(minutes=minutes)


def _check_moments(campaign: Campaign, wish: FaultWish, now: datetime, starts_at: datetime, ends_at: datetime) -> None:
    first, last = campaign.round.opens_at - LONGEST, campaign.round.closes_at + LONGEST
    checks: tuple[tuple[Callable[[], bool], str, str], ...] = (
        (lambda: ends_at <= now, "over_already", f"it would end at {ends_at}, before now, {now}; start it later"),
        (
            lambda: starts_at > last,
            "after_the_day",
            f"it would start at {starts_at}, long after the day; its end is {last}",
        ),
        (lambda: ends_at < first, "before_the_day", f"it would end at {ends_at}, long before the day begins, {first}"),
    )
    for is_broken, rule, sentence in checks:
        if is_broken():
            raise FaultRefused(rule, f"{wish.kind.value}: {sentence}", "at" if wish.at else "in_minutes")
