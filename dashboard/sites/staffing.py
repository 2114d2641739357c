"""Who is where and who is missing: pure functions from the asks of people to figures and tables."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard.figures.district import Figure, Tone
from dashboard.formats import NOTHING, count, number, signed
from dashboard.once import KEPT, once
from dashboard.tables.shaping import Table
from dashboard.words import Words
from pipelines.vocabulary import Role

Row = dict[str, Any]


@once(KEPT)
def figures(staff: pl.DataFrame, norms: Row, words: Words) -> list[Figure]:
    """Return the page's figures; ``staff`` is staff_by_site, ``norms`` the row of norms."""
    on_shift, planned, need, gap = (_sum(staff, name) for name in ("on_shift", "planned", "need", "gap"))
    short = short_of(staff)
    registered = int(staff["registered"].sum())
    lacking = _sum(staff, "lacking")
    note = words("staffing.on_shift.note", planned=count(planned), registered=count(registered))
    tone: Tone = "gray" if lacking is None else "red" if lacking else "green"
    who = words("staffing.lacking.unknown") if lacking is None else _lacking(short, words)
    return [
        _figure("staff_here", words, count(on_shift), note, "blue"),
        _figure("staff_need", words, count(need), _against(gap, words), "gray"),
        _figure("staff_lacking", words, count(lacking), who, tone),
        _samplers(norms, words),
    ]


def _figure(key: str, words: Words, value: str, note: str, tone: Tone) -> Figure:
    return Figure(key, words(f"kpi.{key}"), value, note, tone, words(f"kpi.{key}.help"))


def _against(gap: int | None, words: Words) -> str:
    return words("kpi.unknown") if gap is None else words("staffing.need.note", gap=signed(gap))


def short_of(staff: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of staff_by_site where somebody is missing."""
    return staff.filter(pl.col("lacking") > 0)


def _lacking(short: pl.DataFrame, words: Words) -> str:
    if short.is_empty():
        return words("staffing.lacking.none")
    return words("staffing.lacking.note", sites=short["site_id"].n_unique())


def _samplers(norms: Row, words: Words) -> Figure:
    here, needed = norms["medics_registered"], norms["samplers_needed"]
    note, tone = words("staffing.samplers.site"), "gray"
    if needed is not None:
        note, tone = words("staffing.samplers.note", needed=count(needed)), "green" if here >= needed else "red"
    help_text = words("kpi.samplers.help", persons=count(norms["persons_per_medic"]))
    return Figure("samplers", words("kpi.samplers"), count(here), note, tone, help_text)


def _sum(frame: pl.DataFrame, column: str) -> int | None:
    known = frame[column].drop_nulls()
    return int(known.sum()) if known.len() else None


@once(KEPT)
def by_role(staff: pl.DataFrame, words: Words) -> Table:
    """Roles with their head-counts; ``staff`` is staff_by_site."""
    columns = ("registered", "planned", "on_shift", "need")
    rows = [
        {
            "role": words(f"role.{role}"),
            **{name: count(_sum(own, name)) for name in columns},
            "gap": signed(_sum(own, "gap")),
        }
        for role in Role
        for own in [staff.filter(pl.col("role") == role.value)]
    ]
    return pl.DataFrame(rows), {
        "role": _text("role", words, width=82),
        **{name: _text(name, words, alignment="right") for name in (*columns, "gap")},
    }


@once(KEPT)
def by_town(staff: pl.DataFrame, towns: dict[str, str], words: Words) -> Table:
    """Towns in their order with what each role lacks; ``towns``: code to name. A tick: nobody is short."""
    rows = [
        {"town": name, **{role.value: _lack(own.filter(pl.col("role") == role.value)) for role in Role}}
        for code, name in towns.items()
        for own in [staff.filter(pl.col("town_code") == code)]
    ]
    return pl.DataFrame(rows), {
        "town": _text("town", words, width=82),
        **{
            role.value: st.column_config.TextColumn(
                words(f"role.{role}"), help=words("table.lack.help"), alignment="right"
            )
            for role in Role
        },
    }


def _lack(own: pl.DataFrame) -> str:
    if _sum(own, "gap") is None:
        return NOTHING
    lacking = int(own["lacking"].sum())
    return f"−{lacking}" if lacking else "✓"


@once(KEPT)
def short_sites(staff: pl.DataFrame, role: str | None, words: Words) -> Table:
    """Sites that are short, the worst first, of one role or of all; ``staff`` is staff_by_site."""
    short = short_of(staff)
    if role is not None:
        short = short.filter(pl.col("role") == role)
    shown = short.sort(-pl.col("lacking"), "site_id").select(
        pl.col(f"name_{words.language}").alias("site"),
        pl.col("role").replace({one.value: words(f"role.{one}") for one in Role}),
        pl.format("−{}", "lacking").alias("lacking"),
        pl.format("{}/{}", "on_shift", "need").alias("have"),
        "registered",
    )
    whole = st.column_config.NumberColumn
    return shown, {
        "site": _text("site", words),
        "role": _text("role", words, width=82),
        "lacking": _text("lacking", words, alignment="right", width=46),
        "have": _text("have", words, alignment="right", width=62),
        "registered": whole(words("table.registered"), help=words("table.registered.help"), format="%d", width=62),
    }


def _text(name: str, words: Words, **how: Any) -> Any:
    return st.column_config.TextColumn(words(f"table.{name}"), help=words(f"table.{name}.help"), **how)


@once(KEPT)
def norm_lines(norms: Row, words: Words) -> list[str]:
    """Return the norms as lines of Markdown, each with what the plan makes of it where it can be held against it."""
    lane = words(
        "staffing.norm.lane",
        guides=norms["guides_per_lane"],
        registrars=norms["registrars_per_lane"],
        medics=norms["medics_per_lane"],
    )
    police = words("staffing.norm.police", police=norms["police_per_site"])
    return [
        lane,
        police,
        _range("site", norms, norms["sites_above"], norms["sites"], words),
        _range("desk", norms, norms["sites_desks_above"], norms["sites"], words),
    ]


def _range(what: str, norms: Row, above: int, sites: int, words: Words) -> str:
    low, high = norms[f"persons_per_{what}_from"], norms[f"persons_per_{what}_to"]
    mean = norms[f"persons_per_{what}"]
    text = words(f"staffing.norm.{what}", low=count(low), high=count(high), mean=number(mean))
    badge = words("staffing.norm.above", above=above, sites=sites) if above else words("staffing.norm.within")
    colour, icon = ("orange", ":material/warning:") if above else ("green", ":material/check_circle:")
    return f"{text} :{colour}-badge[{icon} {badge}]"
