"""Training and shifts in words: pure functions from the asks of people to lines of Markdown and a countdown."""

from datetime import datetime
from typing import Any

import polars as pl

from dashboard.formats import NOTHING, count, percent, time_of_day
from dashboard.once import KEPT, once
from dashboard.words import Words

Row = dict[str, Any]
MARKS = ("online", "offline", "city")
TRAINED_ROLES = ("volunteer", "cadre")


def countdown(until: datetime, now: datetime, words: Words) -> str:
    """Return the campaign time from ``now`` until a moment: 3 h 04 min."""
    minutes = max(0, round((until - now).total_seconds() / 60))
    return words("shift.countdown", hours=minutes // 60, minutes=f"{minutes % 60:02}")


def next_change(shifts: pl.DataFrame, now: datetime, words: Words, offset: int) -> str:
    """Return when the next shift begins or ends, how long until then, and how many people it moves; shift_changes."""
    coming = shifts.filter(pl.col("next_at").is_not_null()).sort("next_at")
    if coming.is_empty():
        return words("shift.over")
    row = coming.row(0, named=True)
    same = coming.filter(pl.col("next_at") == row["next_at"])
    key = "shift.begins" if row["starts_at"] == row["next_at"] else "shift.ends"
    return words(
        key,
        at=time_of_day(row["next_at"], offset),
        left=countdown(row["next_at"], now, words),
        persons=count(int(same["persons"].sum())),
    )


@once(KEPT)
def shift_lines(shifts: pl.DataFrame, words: Words, offset: int) -> list[str]:
    """Return each shift with its span, and how many of its people are there."""
    return [
        words(
            "shift.line",
            starts=time_of_day(row["starts_at"], offset),
            ends=time_of_day(row["ends_at"], offset),
            here=count(row["on_shift"]),
            persons=count(row["persons"]),
        )
        for row in shifts.iter_rows(named=True)
    ]


@once(KEPT)
def training_lines(people: pl.DataFrame, words: Words) -> list[str]:
    """Return the shares of volunteers and cadres trained for each system (Q20, Q39); ``people`` is people_live."""
    own = people.filter(pl.col("role").is_in(TRAINED_ROLES))
    whole = int(own["registered"].sum())
    lines = []
    for mark in MARKS:
        trained = int(own[f"trained_{mark}"].sum())
        share = percent(trained / whole, 1) if whole else NOTHING
        named = words(f"shift.trained.{mark}")
        lines.append(words("shift.trained", what=named, trained=count(trained), whole=count(whole), share=share))
    return lines


@once(KEPT)
def skills_line(skills: pl.DataFrame, words: Words) -> str:
    """Return how many on shift are untrained, and what share could go offline now (Q38, Q39); skills_live."""
    on_shift, untrained, able = (
        int(skills[name].sum()) for name in ("on_shift", "untrained_on_shift", "can_go_offline")
    )
    share = percent(able / on_shift) if on_shift else NOTHING
    badge = words("shift.untrained", untrained=count(untrained)) if untrained else words("shift.untrained.none")
    colour, icon = ("red", ":material/error:") if untrained else ("green", ":material/check_circle:")
    return (
        words("shift.offline", share=share, able=count(able), whole=count(on_shift))
        + f"  \n:{colour}-badge[{icon} {badge}]"
    )
