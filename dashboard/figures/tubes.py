"""The figures of the tubes page: pure functions from its frames to labelled values."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.figures.district import HOUR_BUCKETS, Figure, Tone
from dashboard.formats import NOTHING, count, number, percent, rough, signed, time_of_day
from dashboard.once import KEPT, once
from dashboard.tube_frames import TubeFrames
from dashboard.words import Words

BEHIND_A_LITTLE, BEHIND = -0.02, -0.10
BEFORE_THE_LAB = ("registered", "handed_over", "sampled", "bagged", "dispatched")
MISSING = ("lost", "misrouted", "overdue")


@once(KEPT)
def tubes(frames: TubeFrames, words: Words, offset: int, catches_up: str = "") -> list[Figure]:
    """Return the figures of the page, in order; ``catches_up``: up to when tubes are known while they catch up."""
    builders = (_on_the_way, _backlog, _scans, _missing)
    first = [_plan(frames, words, catches_up), _hour(frames, words, catches_up), _finish(frames, words, offset)]
    return [*first, *(build(frames, words) for build in builders)]


def _plan(frames: TubeFrames, words: Words, catches_up: str) -> Figure:
    known = frames.curve.filter(pl.col("persons_total").is_not_null())
    done, planned = (known[name][-1] if known.height else None for name in ("persons_total", "persons_planned_total"))
    label, help_text = words("tubes.done"), words("tubes.done.help")
    if catches_up:
        return Figure("tube-plan", label, count(done or None), catches_up, "gray", help_text)
    note, tone = _against(done, planned, words)
    return Figure("tube-plan", label, count(done), note, tone, help_text)


def _hour(frames: TubeFrames, words: Words, catches_up: str) -> Figure:
    if catches_up:
        return Figure("tube-hour", words("tubes.hour"), NOTHING, catches_up, "gray", words("tubes.hour.help"))
    whole = frames.curve.filter(pl.col("is_complete") & pl.col("tubes_registered").is_not_null()).tail(HOUR_BUCKETS)
    done = int(whole["tubes_registered"].sum() or 0) if whole.height else None
    planned = float(whole["tubes_planned"].sum() or 0) if whole.height else None
    note, tone = _against(done, planned, words)
    return Figure("tube-hour", words("tubes.hour"), count(done), note, tone, words("tubes.hour.help"))


def _finish(frames: TubeFrames, words: Words, offset: int) -> Figure:
    return finish(frames.forecast, words, offset)


def finish(row: Mapping[str, Any] | None, words: Words, offset: int) -> Figure:
    """Return when it will be done, with the band for nine cases of ten; ``row`` is forecast_live or None."""
    label, help_text = words("tubes.finish"), words("tubes.finish.help")
    if row is None:
        return Figure("tube-finish", label, NOTHING, words("tubes.finish.none"), "gray", help_text)
    low, high, end = (time_of_day(row[key], offset) for key in ("finish_low_at", "finish_high_at", "finish_at"))
    is_late = row["finish_at"] is None or row["finish_at"] > row["closes_at"]
    note = words("tubes.finish.note", low=low, high=high if row["finish_high_at"] else words("tubes.finish.open"))
    if row["finish_low_at"] is None:
        note = words("tubes.finish.never")
    return Figure("tube-finish", label, end, note, "orange" if is_late else "green", help_text)


def _on_the_way(frames: TubeFrames, words: Words) -> Figure:
    rows = frames.states.filter(pl.col("state").is_in(BEFORE_THE_LAB))
    oldest = rows["oldest_minutes"].max()
    note = words("tubes.oldest", minutes=NOTHING if oldest is None else number(float(str(oldest))))
    value = count(int(rows["tubes"].sum()))
    return Figure("tube-way", words("tubes.way"), value, note, "gray", words("tubes.way.help"))


def _backlog(frames: TubeFrames, words: Words) -> Figure:
    known = frames.labs.filter(pl.col("tubes_backlog").is_not_null())
    help_text, label = words("tubes.backlog.help"), words("tubes.backlog")
    if not known.height:
        return Figure("tube-backlog", label, NOTHING, words("kpi.unknown"), "gray", help_text)
    longest = known.sort("tubes_backlog", descending=True).row(0, named=True)
    note = words("tubes.backlog.note", lab=words.name(longest), tubes=count(longest["tubes_backlog"]))
    return Figure("tube-backlog", label, count(int(known["tubes_backlog"].sum())), note, "gray", help_text)


def _scans(frames: TubeFrames, words: Words) -> Figure:
    row = frames.scans
    label = words("tubes.scans") if row["mode"] == "two" else words("tubes.scans.would")
    note = words("tubes.scans.note", two=count(row["scans_mode_two"]), one=rough(row["scans_mode_one"], words.language))
    value = count(row["scans_saved"])
    return Figure("tube-scans", label, value, note, "blue", words("tubes.scans.help"))


def _missing(frames: TubeFrames, words: Words) -> Figure:
    kinds = dict(frames.missing.select("why", "tubes_of_kind").unique().iter_rows())
    missing = sum(kinds.get(kind, 0) for kind in MISSING)
    note = words("tubes.missing.note", voided=count(kinds.get("voided", 0)))
    tone: Tone = "red" if missing else "green"
    return Figure("tube-missing", words("tubes.missing"), count(missing), note, tone, words("tubes.missing.help"))


def _against(done: float | None, planned: float | None, words: Words) -> tuple[str, Tone]:
    """Return how ``done`` stands against what was planned by now, and the tone for it."""
    if done is None or not planned:
        return words("tubes.no_plan"), "gray"
    share = done / planned - 1
    note = words("tubes.against", difference=signed(done - planned), share=percent(done / planned))
    return note, "red" if share < BEHIND else "orange" if share < BEHIND_A_LITTLE else "green"
