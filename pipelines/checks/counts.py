"""A site's counts against its last accepted ones: what is cumulative never falls within a round."""

from dataclasses import fields

import polars as pl

from pipelines.checks.known import Known, Refusal, SiteCountsBefore
from pipelines.checks.rules import AHEAD

COUNTERS = ("persons_registered", "tubes_registered", "persons_sampled", "tubes_sampled", "tubes_short")


def counts_before(counts: pl.DataFrame) -> dict[str, SiteCountsBefore]:
    """Return the ``previous`` of the next check from accepted site counts (store columns)."""
    names = [field.name for field in fields(SiteCountsBefore)]
    return {row[0]: SiteCountsBefore(*row[1:]) for row in counts.select("site_id", *names).iter_rows()}


def fallen(frame: pl.DataFrame, known: Known) -> list[Refusal]:
    """Return refusals of counts that fell, or moved without their sequence, against the last accepted ones."""
    refusals: list[Refusal] = []
    for site_id, after in counts_before(frame).items():
        before = known.previous.get(site_id)
        if before is not None and before.round_id == after.round_id:
            refusals += _against(site_id, before, after)
    return refusals


def _against(site_id: str, before: SiteCountsBefore, after: SiteCountsBefore) -> list[Refusal]:
    moves = {name: (getattr(before, name), getattr(after, name)) for name in COUNTERS}
    fell = [f"{name} fell from {low} to {high}" for name, (low, high) in moves.items() if high < low]
    moved = [f"{name} from {low} to {high}" for name, (low, high) in moves.items() if high != low]
    refusals: list[Refusal] = []
    if after.sequence < before.sequence:
        came = f"sequence of {site_id} fell from {before.sequence} to {after.sequence}"
        refusals.append(Refusal("sequence_rises", 1, f"{came}; an old answer came late, or the source was set back"))
    elif after.sequence == before.sequence and moved:
        came = f"{site_id} moved ({', '.join(moved)}) while its sequence stayed {after.sequence}"
        refusals.append(Refusal("sequence_moves", 1, f"{came}; every change must have a new sequence"))
    if fell:
        came = f"at {site_id} {', '.join(fell)}"
        refusals.append(Refusal("counters_rise", 1, f"{came}; counters are cumulative and never fall within a round"))
    if after.observed_at < before.observed_at - AHEAD:
        moved_back = f"from {before.observed_at.isoformat()} to {after.observed_at.isoformat()}"
        came = f"observed_at of {site_id} went back {moved_back}"
        refusals.append(Refusal("time_rises", 1, f"{came}; check the source's clock"))
    return refusals
