"""The figures a commander reads first: pure functions from a snapshot to labelled values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from dashboard.formats import NOTHING, age, count, number, percent, rough, signed, time_of_day
from dashboard.live import Row, Snapshot
from dashboard.once import KEPT, once
from dashboard.words import Words
from pipelines.vocabulary import Outcome, WaitClass

Tone = Literal["gray", "green", "orange", "red", "blue"]
HOUR_BUCKETS = 12


@dataclass(frozen=True)
class Figure:
    """One figure: ``note`` says what it is measured against, ``tone`` how that stands."""

    key: str
    label: str
    value: str
    note: str
    tone: Tone
    help: str


def district(snapshot: Snapshot, words: Words, per: str = "target", ahead: Sequence[Figure] = ()) -> list[Figure]:
    """Return the figures of the KPI row, in order; ``per`` is what the coverage is measured against (Q97).

    ``ahead`` are those of the forecast, which come third.
    """
    builders = (_rate, _wait, _staff, _servers, _age)
    first = [_persons(snapshot, words), _coverage(snapshot, words, per), *ahead]
    return [*first, *(build(snapshot, words) for build in builders)]


def _figure(key: str, words: Words, value: str, note: str, tone: Tone) -> Figure:
    return Figure(key, words(f"kpi.{key}"), value, note, tone, words(f"kpi.{key}.help"))


def _persons(snapshot: Snapshot, words: Words) -> Figure:
    row = snapshot.totals
    note = words("kpi.persons.note", share=percent(row["target_share"], 1))
    return _figure("persons", words, count(row["persons_registered"]), note, "blue")


def _coverage(snapshot: Snapshot, words: Words, per: str) -> Figure:
    """Return person-samples over the chosen denominator: the target, the census residents or the sites' plan."""
    row, whole = snapshot.totals, denominator(snapshot, per)
    share = _share(row["persons_registered"], whole)
    key = "coverage.over" if share is not None and share > 1 else "coverage.note"
    note = words(key, per=words(f"per.{per}"), whole=count(whole))
    return _figure("coverage", words, percent(share, 1), note, "gray" if share is None else "blue")


def denominator(snapshot: Snapshot, per: str) -> int:
    """Return how many persons a coverage is measured against, within what the snapshot is cut to."""
    if per == "residents":
        return snapshot.campaign.residents
    return int(snapshot.totals["planned_persons" if per == "planned" else "persons_target"] or 0)


def _rate(snapshot: Snapshot, words: Words) -> Figure:
    row, buckets = snapshot.totals, _column(snapshot, "persons_registered")
    if row["persons_last_hour"] is None:
        return _figure("rate", words, NOTHING, catching_up(snapshot, words) or words("kpi.unknown"), "gray")
    before = buckets[-2 * HOUR_BUCKETS : -HOUR_BUCKETS]
    change = _share(sum(buckets[-HOUR_BUCKETS:]) - sum(before), sum(before)) if len(before) == HOUR_BUCKETS else None
    note = words("kpi.rate.tubes", tubes=count(row["tubes_last_hour"]))
    if change is not None:
        note = words("kpi.rate.note", change=f"{signed(change * 100)}%")
    return _figure("rate", words, count(row["persons_last_hour"]), note, "gray")


def catching_up(snapshot: Snapshot, words: Words) -> str:
    """Return up to when the tubes are known while their feed catches up or before anything was fetched, else ""."""
    if snapshot.is_empty:
        return words("kpi.unknown")
    reached = snapshot.events_reached
    return words("kpi.catching_up", at=time_of_day(reached, snapshot.offset)) if reached else ""


def events_end(snapshot: Snapshot, words: Words, stopped: str) -> str:
    """Return why what tube events tell ends before the moment: they catch up, or ``stopped``."""
    if snapshot.are_events_partial:
        return catching_up(snapshot, words) or stopped
    return ""


def _wait(snapshot: Snapshot, words: Words) -> Figure:
    row = snapshot.totals
    if row["wait_p50_minutes"] is None:
        return _figure("wait", words, NOTHING, words("kpi.unknown"), "gray")
    wait = _minutes(row["wait_p50_minutes"], words, 1)
    return _figure("wait", words, wait, longest_wait(row, words), _worst(snapshot.sites))


def longest_wait(totals: Row, words: Words) -> str:
    """Return the longest wait and how many stand in line, short enough for a phone; of a row of district_totals."""
    if totals["queue_persons"] is None and totals["wait_max_minutes"] is None:
        return words("kpi.unknown")
    queue = rough(totals["queue_persons"], words.language)
    return words("kpi.wait.note", longest=number(totals["wait_max_minutes"]), queue=queue)


def _staff(snapshot: Snapshot, words: Words) -> Figure:
    row = snapshot.totals
    gap = _difference(row, "staff_on_shift", "staff_planned")
    if gap is None:
        return _figure("staff", words, count(row["staff_on_shift"]), words("kpi.unknown"), "gray")
    note = words("kpi.staff.note", planned=count(row["staff_planned"]), gap=signed(gap))
    return _figure("staff", words, count(row["staff_on_shift"]), note, "green" if gap >= 0 else "orange")


def _age(snapshot: Snapshot, words: Words) -> Figure:
    """Return how old the oldest site's counts are, in real time."""
    row = snapshot.freshness
    note = words("kpi.age.note", fresh=count(row["sites_fresh"]), total=count(row["sites_total"]))
    if row["oldest_age_s"] is None:
        return _figure("age", words, NOTHING, note, "gray")
    tone: Tone = "green" if row["sites_fresh"] == row["sites_total"] else "orange"
    return _figure("age", words, age(row["oldest_age_s"], words.language).strip(), note, tone)


def _servers(snapshot: Snapshot, words: Words) -> Figure:
    row = snapshot.totals
    down, unknown, total = row["servers_down"], row["servers_unknown"], row["servers_total"]
    if unknown == total:
        return _figure("servers", words, NOTHING, words("kpi.unknown"), "gray")
    note = words("kpi.servers.down", down=down) if down else words("kpi.servers.note", desks=count(row["desks_total"]))
    tone: Tone = "red" if down else "gray" if unknown else "green"
    value = f"{count(row['servers_up'])}/{count(total)}"
    return _figure("servers", words, value, _with_unknown(note, unknown, words), tone)


@once(KEPT)
def site(detail: Row, words: Words, catches_up: str = "") -> list[Figure]:
    """Return the figures of one site; ``detail`` is its row of site_detail, ``catches_up`` as of ``catching_up``."""
    load = words("site.load", share=percent(detail["load_share"], 1), planned=count(detail["planned_persons"]))
    wait, now = words(f"wait.{detail['wait_class']}"), queue_now(detail)
    gap = _difference(detail, "staff_on_shift", "staff_planned")
    queue = "" if now["queue_persons"] is None else f" · {words('site.queue', queue=count(now['queue_persons']))}"
    lanes = words("site.lanes", open=count(now["lanes_open"]), lanes=count(detail["lanes"]))
    tubes = words("kpi.tubes.note", sampled=count(detail["tubes_sampled"]))
    staff = words("kpi.staff.note", planned=count(detail["staff_planned"]), gap=signed(gap))
    minutes = _minutes(now["wait_minutes"], words, 0)
    staff_tone: Tone = "gray" if gap is None else "green" if gap >= 0 else "orange"
    return [
        _figure("persons", words, count(detail["persons_registered"]), load, "blue"),
        _figure("tubes", words, count(detail["tubes_registered"]), tubes, "blue"),
        _figure("rate", words, count(detail["persons_last_hour"]), catches_up or lanes, "gray"),
        _figure("site_wait", words, minutes, f"{wait}{queue}", WAIT_TONE.get(detail["wait_class"], "gray")),
        _figure("staff", words, count(detail["staff_on_shift"]), staff, staff_tone),
    ]


@once(KEPT)
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
        _figure("sources", words, f"{good}/{sources.height}", words("work.sources.note", failing=failing), tone),
        _figure("failures", words, count(failures), words("work.failures.note"), "orange" if failures else "green"),
        _figure("bad_runs", words, count(bad_runs), runs_note, "orange" if bad_runs else "green"),
        _figure("took", words, words("unit.ms", value=number(took)), runs_note, "gray"),
        _figure("rows", words, count(rows), runs_note, "gray"),
    ]


# The worst first.
WAIT_TONE: dict[str, Tone] = {WaitClass.LONG: "red", WaitClass.MEDIUM: "orange", WaitClass.SHORT: "green"}


def _worst(sites: pl.DataFrame) -> Tone:
    """Return the tone of the worst class of wait among the sites, as the store classed them."""
    found = set(sites["wait_class"])
    for wait, tone in WAIT_TONE.items():
        if wait in found:
            return tone
    return "gray"


def queue_now(site: Row) -> Row:
    """Return wait_minutes, queue_persons and lanes_open of a site; None each when its queue is not known now."""
    is_known = site["wait_class"] != WaitClass.UNKNOWN
    return {name: site[name] if is_known else None for name in ("wait_minutes", "queue_persons", "lanes_open")}


def _with_unknown(note: str, unknown: int, words: Words) -> str:
    return f"{note} · {words('kpi.unknown.some', unknown=count(unknown))}" if unknown else note


def _column(snapshot: Snapshot, name: str) -> tuple[float, ...]:
    """Return a column of the trend's whole buckets."""
    return tuple(snapshot.trend.filter(pl.col("is_complete"))[name].fill_null(0).to_list())


def _minutes(value: float | None, words: Words, digits: int) -> str:
    return NOTHING if value is None else words("unit.minutes", value=number(value, digits))


def _difference(row: Row, whole: str, part: str) -> int | None:
    return None if row[whole] is None or row[part] is None else row[whole] - row[part]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
