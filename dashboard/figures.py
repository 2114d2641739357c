"""The figures a commander reads first: pure functions from a snapshot to labelled values with their trend."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from dashboard.formats import NOTHING, count, number, percent, rough, signed
from dashboard.live import Row, Snapshot
from dashboard.words import Words
from pipelines.vocabulary import Outcome

Tone = Literal["gray", "green", "orange", "red", "blue"]
HOUR_BUCKETS = 12


@dataclass(frozen=True)
class Figure:
    """One figure: ``note`` says what it is measured against, ``tone`` how that stands, ``trend`` how it came to be."""

    key: str
    label: str
    value: str
    note: str
    tone: Tone
    trend: tuple[float | None, ...]
    help: str


def district(snapshot: Snapshot, words: Words) -> list[Figure]:
    """Return the figures of the KPI row, in order."""
    builders = (_persons, _tubes, _rate, _wait, _staff, _network, _servers)
    return [build(snapshot, words) for build in builders]


def _figure(key: str, words: Words, value: str, note: str, tone: Tone, trend: tuple[float | None, ...]) -> Figure:
    return Figure(key, words(f"kpi.{key}"), value, note, tone, trend, words(f"kpi.{key}.help"))


def _persons(snapshot: Snapshot, words: Words) -> Figure:
    row = snapshot.totals
    share, target = percent(row["target_share"], 1), rough(row["persons_target"], words.language)
    note = words("kpi.persons.note", share=share, target=target)
    return _figure("persons", words, count(row["persons_registered"]), note, "blue", _column(snapshot, "persons_total"))


def _tubes(snapshot: Snapshot, words: Words) -> Figure:
    row = snapshot.totals
    note = words("kpi.tubes.note", sampled=count(row["tubes_sampled"]))
    return _figure("tubes", words, count(row["tubes_registered"]), note, "blue", _column(snapshot, "tubes_registered"))


def _rate(snapshot: Snapshot, words: Words) -> Figure:
    buckets = _column(snapshot, "persons_registered")
    before = buckets[-2 * HOUR_BUCKETS : -HOUR_BUCKETS]
    change = _share(sum(buckets[-HOUR_BUCKETS:]) - sum(before), sum(before)) if len(before) == HOUR_BUCKETS else None
    note = words("kpi.rate.tubes", tubes=count(snapshot.totals["tubes_last_hour"]))
    if change is not None:
        note = words("kpi.rate.note", change=f"{signed(change * 100)}%")
    return _figure("rate", words, count(snapshot.totals["persons_last_hour"]), note, "gray", buckets)


def _wait(snapshot: Snapshot, words: Words) -> Figure:
    row, bounds = snapshot.totals, snapshot.campaign.waits
    longest = row["wait_max_minutes"] or 0
    long, medium = longest >= bounds.long_from_minutes, longest >= bounds.medium_from_minutes
    tone: Tone = "red" if long else "orange" if medium else "green"
    note = words(
        "kpi.wait.note", longest=number(row["wait_max_minutes"]), queue=rough(row["queue_persons"], words.language)
    )
    value = _minutes(row["wait_p50_minutes"], words, 1)
    return _figure("wait", words, value, note, tone, _past(snapshot, "wait_p50_minutes"))


def _staff(snapshot: Snapshot, words: Words) -> Figure:
    row = snapshot.totals
    gap = _difference(row, "staff_on_shift", "staff_planned")
    note = words("kpi.staff.note", planned=count(row["staff_planned"]), gap=signed(gap))
    tone: Tone = "gray" if gap is None else "green" if gap >= 0 else "orange"
    return _figure("staff", words, count(row["staff_on_shift"]), note, tone, _past(snapshot, "staff_on_shift"))


def _network(snapshot: Snapshot, words: Words) -> Figure:
    row = snapshot.totals
    faulty = _difference(row, "networks_total", "networks_ok") or 0
    note = words("kpi.network.note", faulty=faulty)
    value = f"{count(row['networks_ok'])}/{count(row['networks_total'])}"
    return _figure("network", words, value, note, "orange" if faulty else "green", _past(snapshot, "networks_ok"))


def _servers(snapshot: Snapshot, words: Words) -> Figure:
    row = snapshot.totals
    down = _difference(row, "servers_total", "servers_up") or 0
    note = words("kpi.servers.down", down=down) if down else words("kpi.servers.note", desks=count(row["desks_total"]))
    value = f"{count(row['servers_up'])}/{count(row['servers_total'])}"
    return _figure("servers", words, value, note, "red" if down else "green", _past(snapshot, "servers_up"))


def site(detail: Row, words: Words) -> list[Figure]:
    """Return the figures of one site; ``detail`` is its row of site_detail."""
    load = words("site.load", share=percent(detail["load_share"], 1), planned=count(detail["planned_persons"]))
    wait = words(f"wait.{detail['wait_class']}")
    gap = _difference(detail, "staff_on_shift", "staff_planned")
    queue = words("site.queue", queue=count(detail["queue_persons"]))
    lanes = words("site.lanes", open=count(detail["lanes_open"]), lanes=count(detail["lanes"]))
    tubes = words("kpi.tubes.note", sampled=count(detail["tubes_sampled"]))
    staff = words("kpi.staff.note", planned=count(detail["staff_planned"]), gap=signed(gap))
    minutes = _minutes(detail["wait_minutes"], words, 0)
    return [
        _figure("persons", words, count(detail["persons_registered"]), load, "blue", ()),
        _figure("tubes", words, count(detail["tubes_registered"]), tubes, "blue", ()),
        _figure("rate", words, count(detail["persons_last_hour"]), lanes, "gray", ()),
        _figure("site_wait", words, minutes, f"{wait} · {queue}", WAIT_TONE.get(detail["wait_class"], "gray"), ()),
        _figure("staff", words, count(detail["staff_on_shift"]), staff, "gray" if gap else "green", ()),
    ]


def work(sources: pl.DataFrame, runs: pl.DataFrame, words: Words) -> list[Figure]:
    """Return the figures of the pipelines; the frames are sources_live and job_runs."""
    good = sources.filter(pl.col("last_outcome") == Outcome.OK.value).height
    failing = sources.height - good
    failures = int(sources["failures_last_hour"].sum() or 0)
    bad_runs = runs.filter(pl.col("outcome") != Outcome.OK.value).height
    took = runs["took_ms"].cast(pl.Float64).quantile(0.95)
    rows = int(runs["rows_stored"].sum() or 0)
    tone: Tone = "orange" if failing else "green"
    runs_note = words("work.runs.note", runs=count(runs.height))
    return [
        _figure("sources", words, f"{good}/{sources.height}", words("work.sources.note", failing=failing), tone, ()),
        _figure("failures", words, count(failures), words("work.failures.note"), "orange" if failures else "green", ()),
        _figure("bad_runs", words, count(bad_runs), runs_note, "orange" if bad_runs else "green", ()),
        _figure("took", words, words("unit.ms", value=number(took)), runs_note, "gray", ()),
        _figure("rows", words, count(rows), runs_note, "gray", ()),
    ]


WAIT_TONE: dict[str, Tone] = {"short": "green", "medium": "orange", "long": "red"}


def _column(snapshot: Snapshot, name: str) -> tuple[float, ...]:
    """Return a column of the trend's whole buckets."""
    return tuple(snapshot.trend.filter(pl.col("is_complete"))[name].fill_null(0).to_list())


def _past(snapshot: Snapshot, name: str) -> tuple[float | None, ...]:
    return (*(row[name] for row in snapshot.history), snapshot.totals[name])


def _minutes(value: float | None, words: Words, digits: int) -> str:
    return NOTHING if value is None else words("unit.minutes", value=number(value, digits))


def _difference(row: Row, whole: str, part: str) -> int | None:
    return None if row[whole] is None or row[part] is None else row[whole] - row[part]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
