"""What a site's own pages tell, as lines to read: pure functions from a row or a frame to Markdown and tables."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard.formats import NOTHING, count, number, percent, plain, time_of_day
from dashboard.tables.shaping import Table
from dashboard.words import Words
from pipelines.machines import MACHINES
from pipelines.vocabulary import Cause, Contingency, Outcome, ShortReason

Row = dict[str, Any]

KIT = ("desks", "phones_android", "phones_apple", "phones_flat", "chargers", "cables", "sockets", "standby_desks")
LABELS = ("labels_printed", "labels_cut", "labels_issued", "labels_used", "labels_void", "labels_left")
GATE = ("persons_screened", "codes_generated", "codes_unreadable", "fevers", "risk_travellers", "vaccinated")
SPECIAL = ("special_persons", "special_queue_persons", "special_wait_minutes", "guides_busy", "guides_free")
QUALITY = ("rescans", "manual_entries", "tubes_unverified", "tubes_offline", "tubes_short", "persons_twice")
STEPS = {
    f"{machine.name}_{step.name}": (machine.name, step.name) for machine in MACHINES.values() for step in machine.steps
}
TOLD = ("order", "input", "person_twice", "tube_twice", "pull_failed")
SHARES = {
    "rescans": "rescan_share",
    "manual_entries": "manual_share",
    "tubes_unverified": "unverified_share",
    "tubes_offline": "offline_share",
    "tubes_short": "short_share",
}


def facts(row: Row, names: tuple[str, ...], words: Words) -> str:
    """Return figures of a row, a line each: label, figure, and its share where there is one."""
    lines = []
    for name in names:
        share = row.get(SHARES.get(name, ""))
        said = f"{count(row[name])} · {percent(share, 1)}" if share is not None else count(row[name])
        lines.append(f":gray[{words(f'sitefact.{name}')}]  **{said}**")
    return "  \n".join(lines)


def kit(row: Row, words: Words) -> str:
    """Return what stands at the site, power and layout first; ``row`` is of kit_live."""
    power = _yes(bool(row["is_power_on"]), words("sitepage.power.on"), words("sitepage.power.off"))
    laid = _yes(bool(row["is_laid_out"]), words("sitepage.laid"), words("sitepage.laid.not"), "orange")
    battery = words("sitepage.battery", share=percent(row["battery_share"]))
    return f"{power} {laid}  \n{battery}  \n{facts(row, KIT, words)}"


def labels(row: Row, words: Words) -> str:
    """Return the stock of labels, and whether the three parts of the used ones agree (Q65); labels_live."""
    parts = {"tube": count(row["tube_parts"]), "bag": count(row["bag_parts"]), "kept": count(row["kept_parts"])}
    agree = words("sitepage.parts", **parts)
    said = _yes(not row["parts_differ"], words("sitepage.parts.agree"), words("sitepage.parts.differ"))
    return f"{agree} {said}  \n{facts(row, LABELS, words)}"


def _yes(is_good: bool, good: str, bad: str, colour: str = "red") -> str:
    if is_good:
        return f":green-badge[:material/check_circle: {good}]"
    return f":{colour}-badge[:material/error: {bad}]"


def system(row: Row, words: Words, offset: int) -> str:
    """Return the system in use and the order in force; ``row`` is of contingency_live (Q16)."""
    used = words(f"works.{row['contingency'] or 'unknown'}")
    if row["ordered_at"] is None:
        return words("sitepage.system.none", system=used)
    return words(
        "sitepage.system",
        system=used,
        ordered=words(f"works.{row['ordered']}"),
        at=time_of_day(row["ordered_at"], offset),
        obeying=count(row["desks_obeying"]),
        desks=count(row["desks"]),
    )


def half_filled(frame: pl.DataFrame, words: Words) -> list[str]:
    """Return the open tubes as lines: which lane must go on with which barcode, and the seats left; ``open_tubes``."""
    return [
        words(
            "sitepage.tube.waits" if row["is_interrupted"] else "sitepage.tube",
            lane=count(row["lane_no"]),
            barcode=plain(row["barcode"]),
            bound=count(row["persons_bound"]),
            seats=count(row["seats_left"]),
            minutes=number(row["age_minutes"]),
        )
        for row in frame.iter_rows(named=True)
    ]


def desks(frame: pl.DataFrame, servers: dict[str, str], words: Words, offset: int) -> Table:
    """Lanes with what their desk works on; ``frame`` is desks_live, ``servers`` id to name."""
    rows = [
        {
            "lane": row["lane_no"],
            "works": words(f"works.{row['contingency']}"),
            "server": servers.get(row["server_id"] or "", NOTHING),
            "net": words("sitepage.online") if row["is_online"] else words("sitepage.offline"),
            "queued": row["queued_uploads"],
            "tube": f"{row['persons_bound']}/10" if row["open_barcode"] else NOTHING,
            "since": time_of_day(row["since"], offset),
        }
        for row in frame.iter_rows(named=True)
    ]
    text, number_ = st.column_config.TextColumn, st.column_config.NumberColumn
    schema = {"lane": pl.Int64, "works": pl.String, "server": pl.String, "net": pl.String, "queued": pl.Int64}
    return pl.DataFrame(rows, schema=schema | {"tube": pl.String, "since": pl.String}), {
        "lane": number_(words("table.lane"), help=words("table.lane.help"), width=44),
        "works": text(words("table.works"), help=words("table.works.help"), width=70),
        "server": text(words("table.server"), width=128),
        "net": text(words("table.net"), help=words("table.net.help"), width=50),
        "queued": number_(words("table.queued"), help=words("table.queued.help"), width=54),
        "tube": text(words("table.tube"), help=words("table.tube.help"), width=54),
        "since": text(words("table.since"), help=words("table.since.help", zone=words.zone(offset)), width=54),
    }


def short_tubes(frame: pl.DataFrame, words: Words) -> str:
    """Return the short tubes by reason as one line; ``frame`` is short_tubes (Q63)."""
    known = set(ShortReason)
    parts = [
        f"{words('reason.' + row['short_reason']) if row['short_reason'] in known else NOTHING} {count(row['tubes'])}"
        for row in frame.iter_rows(named=True)
    ]
    return words("sitepage.short", reasons=words.list(parts)) if parts else words("sitepage.short.none")


def timeline(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """The day's events at one site, the newest first; ``frame`` is site_timeline."""
    rows = [
        {
            "at": time_of_day(row["at"], offset, seconds=True),
            "what": _event(row["kind"], words),
            "subject": row["subject"],
            "detail": _detail(row["detail"], words),
        }
        for row in frame.iter_rows(named=True)
    ]
    text = st.column_config.TextColumn
    return pl.DataFrame(rows, schema=dict.fromkeys(("at", "what", "subject", "detail"), pl.String)), {
        "at": text(words("table.at"), help=words("table.at.help", zone=words.zone(offset)), width=62),
        "what": text(words("table.what"), help=words("table.what.help"), width=128),
        "detail": text(words("table.detail"), help=words("table.detail.help"), width=84),
        "subject": text(words("table.subject"), help=words("table.subject.help")),
    }


def _event(kind: str, words: Words) -> str:
    if kind in STEPS:
        machine, step = STEPS[kind]
        return f"{words(f'machine.{machine}')} · {words(f'step.{machine}.{step}')}"
    return words(f"timeline.{kind}") if kind in TOLD else kind


def _detail(detail: str | None, words: Words) -> str:
    if detail in set(Contingency):
        return words(f"works.{detail}")
    if detail in set(Cause):
        return words(f"cause.{detail}")
    return words(f"outcome.{detail}") if detail in set(Outcome) else detail or NOTHING


def uploads(row: Row, words: Words) -> str:
    """Return how many tubes wait to be uploaded, and the longest for how long; ``row`` is of upload_lag (Q13)."""
    if not row["queued_uploads"]:
        return words("sitepage.uploads.none", age=number(row["age_s"]))
    waiting, minutes = count(row["queued_uploads"]), number(row["oldest_minutes"])
    return words("sitepage.uploads", tubes=waiting, desks=count(row["desks_waiting"]), minutes=minutes)
