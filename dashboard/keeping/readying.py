"""Readiness in words: each site's gate with its next steps, who was taught, the two systems, others' figures."""

import polars as pl
import streamlit as st

from dashboard import access
from dashboard.figures.district import Figure, Tone
from dashboard.formats import NOTHING, count, number, percent, plain
from dashboard.keeping.deeds import Deed, button
from dashboard.live import Row
from dashboard.tables.shaping import Table, said
from dashboard.words import Words
from pipelines.client import Scope
from pipelines.vocabulary import ActKind

TONES: dict[str, Tone] = {"ready": "green", "overridden": "orange", "blocked": "red", "unknown": "gray"}
ICONS = {"ready": "check_circle", "overridden": "draw", "blocked": "block", "unknown": "help"}
CHECK_COLOUR = {"short": "orange", "missing": "red", "unknown": "gray"}


def figures(sites: pl.DataFrame, words: Words) -> list[Figure]:
    """Return how many sites may open, may by somebody's word, may not, or do not say; ``sites`` is go_live."""
    counts = {state: sites.filter(state=state).height for state in TONES}
    note = words("ready.of", count=count(sites.height))
    return [
        Figure(
            f"ready-{state}",
            words(f"ready.{state}"),
            count(counts[state]),
            note,
            tone,
            words(f"ready.{state}.help"),
        )
        for state, tone in TONES.items()
    ]


def draw_site(site: Row, checks: pl.DataFrame, words: Words) -> None:
    """Draw one site's gate: its state, what is not ok with the next step, who overrode what."""
    with st.container(border=True, key=f"gate-{site['site_id']}", gap="xxsmall"):
        badge = f":{TONES[site['state']]}-badge[:material/{ICONS[site['state']]}: {words('ready.' + site['state'])}]"
        done = words("ready.checks", ok=count(site["checks_ok"]), all=count(site["checks"]))
        st.markdown(f"**{plain(words.name(site))}** {plain(site['site_id'])} {badge} :small[:gray[{done}]]")
        for check in checks.filter(pl.col("state") != "ok").iter_rows(named=True):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.markdown(_line(check, words), width="stretch")
                _buttons(check, words)


def _line(check: Row, words: Words) -> str:
    name = words(f"ready.check.{check['check']}")
    have = "" if check["measured"] is None else f" {number(check['measured'])}/{number(check['needed'])}"
    badge = f":{CHECK_COLOUR[check['state']]}-badge[{name}{have} · {words('ready.state.' + check['state'])}]"
    if check["overridden_by"]:
        by = words("ready.overridden_by", by=plain(check["overridden_by"]), why=plain(check["reason"] or ""))
        return f"{badge}  \n:small[:material/draw: {by}]"
    say = words.yours if access.is_own_site() else words
    return f"{badge}  \n:small[:material/arrow_forward: {say('ready.step.' + check['next_step'])}]"


def _buttons(check: Row, words: Words) -> None:
    kind = ActKind.GATE_RESTORED if check["overridden_by"] else ActKind.GATE_OVERRIDDEN
    about = f"{words.name(check)} · {words('ready.check.' + check['check'])}"
    icon = ":material/undo:" if check["overridden_by"] else ":material/draw:"
    key = f"{check['site_id']}-{check['check']}"
    button(Deed(kind, Scope.site(check["site_id"]), about, check["check"]), words, key, icon=icon)


def roster(frame: pl.DataFrame, words: Words) -> Table:
    """Organisations and how many of each were taught; ``frame`` is training_roster."""
    rows: dict[str, Row] = {}
    for row in frame.iter_rows(named=True):
        held = rows.setdefault(row["organisation_id"], {"organisation": words.name(row), "persons": row["persons"]})
        held[row["skill"]] = row["trained"]
    schema = {"organisation": pl.String, "persons": pl.Int64, "online": pl.Int64, "offline": pl.Int64, "city": pl.Int64}
    shown = pl.DataFrame(list(rows.values()), schema=schema)
    return shown, {
        name: st.column_config.Column(words(f"training.{name}"), help=words(f"training.{name}.help"))
        for name in shown.columns
    }


def never_taught(frame: pl.DataFrame, words: Words) -> list[str]:
    """Return the organisations of which nobody was taught anything."""
    by = frame.group_by("organisation_id", "name_zh", "name_en", maintain_order=True).agg(pl.col("is_missing").all())
    return [words.name(row) for row in by.filter(pl.col("is_missing")).iter_rows(named=True)]


def systems(frame: pl.DataFrame, words: Words) -> Table:
    """The two systems side by side: a row a figure; ``frame`` is system_scorecard."""
    of = {row["system"]: row for row in frame.iter_rows(named=True)}
    shares = ("up_share", "error_share", "load_max_share", "interrupted_share")
    told = (
        "up_share",
        "first_byte_p50_ms",
        "first_byte_p95_ms",
        "error_share",
        "load_max_share",
        "persons",
        "interrupted_share",
    )
    rows = [
        {"figure": words(f"system_card.{name}")}
        | {system: _value(row[name], is_share=name in shares) for system, row in of.items()}
        for name in told
    ]
    shown = pl.DataFrame(rows, schema={"figure": pl.String, "province": pl.String, "city": pl.String})
    return shown, {
        name: st.column_config.TextColumn(words(f"system_card.{name}"), help=words(f"system_card.{name}.help"))
        for name in shown.columns
    }


def benchmarks(frame: pl.DataFrame, words: Words) -> Table:
    """Others' figures beside ours; ``frame`` is benchmark_profiles."""
    ours = pl.when(pl.col("is_measured")).then(pl.lit("measured")).otherwise(pl.lit("planned")).alias("how")
    shown = frame.with_columns(ours).select(
        said("metric", "benchmark", words),
        pl.col(f"name_{words.language}").alias("whose"),
        pl.col("value").map_elements(number, pl.String),
        pl.col("ours").map_elements(number, pl.String).fill_null(NOTHING),
        said("how", "benchmark.how", words),
        "source",
    )
    return shown, {
        name: st.column_config.TextColumn(words(f"benchmark.{name}"), help=words(f"benchmark.{name}.help"))
        for name in shown.columns
    }


def _value(value: float | None, *, is_share: bool) -> str:
    return percent(value, 1) if is_share else number(value)
