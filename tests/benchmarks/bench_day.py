"""How long a whole day of the built-in district takes in virtual time; run alone it takes seeds, or ``--seeds N``."""

import sys
from collections.abc import Sequence

from pipelines.campaign import Campaign, load_campaign
from pipelines.config import DEFAULT_CAMPAIGN, ROOT
from pipelines.intake.day.result import DayResult
from pipelines.intake.day.virtual import virtual_day
from tests.benchmarks.report import Row, show
from tests.intake.day.drills import drawn_plan

LAKESIDE = ROOT / "tests" / "campaigns" / "lakeside"


def main(seeds: Sequence[int] = (1,)) -> list[Row]:
    """Live the whole day for each seed; an invariant that breaks is an error and ends the benchmark."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    return [row for seed in seeds for row in _rows(campaign, seed)]


def _rows(campaign: Campaign, seed: int) -> list[Row]:
    day = virtual_day(campaign, seed)
    opening_s = (campaign.round.closes_at - campaign.round.opens_at).total_seconds()
    name = f"virtual day, seed {seed}, {day.held.persons:,} persons, {day.held.tubes:,} tubes"
    return [
        Row(f"{name}: wall time", f"{day.effort.wall_s:.1f} s ({day.effort.cpu_s:.1f} s CPU)", "<= 50 s"),
        Row("  opening hours against real time", f"{opening_s / day.effort.wall_s:,.0f} x", ">= 1,000 x"),
        Row("  invariants broken; hash of the event log", f"0; {day.event_log_hash}", "0"),
    ]


def many(seeds: int) -> list[Row]:
    """Live the small district's day under that many drawn drills; DayBroken names the seed that breaks a rule."""
    campaign = load_campaign(LAKESIDE)
    days: list[DayResult] = []
    for seed in range(seeds):
        days.append(virtual_day(campaign, seed, drawn_plan(campaign, seed)))
        sys.stderr.write(f"\rday {seed + 1} of {seeds}")
    wall_s = sum(day.effort.wall_s for day in days)
    return [
        Row(f"small days under drawn drills ({len(days):,}): rules broken", "0", "0"),
        Row("  registrations interrupted, desks that scanned another code", _sum(days)),
        Row("  wall time a day", f"{wall_s / max(len(days), 1):.2f} s"),
    ]


def _sum(days: Sequence[DayResult]) -> str:
    switched = sum(day.sessions.get("fail_over", 0) for day in days)
    return f"{sum(day.interruptions for day in days):,}, {switched:,}"


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--seeds"]:
        show("Small days", many(int(words[1])))
    else:
        show("Whole days", main([int(word) for word in words] or [1]))
