"""How tubes are filled and uploaded: short ones by reason, codes read again or typed, tubes that wait on phones."""

import polars as pl
import streamlit as st

from dashboard import widgets
from dashboard.charts import tubes as charts
from dashboard.colours import Palette
from dashboard.formats import count, percent
from dashboard.frames import Answers, gather
from dashboard.live import Snapshot
from dashboard.once import KEPT, once
from dashboard.panels import cards
from dashboard.tables.shaping import Table
from dashboard.words import Words
from pipelines.client import Scope

ASKS = ("quality_live", "short_tubes", "upload_lag")
ROWS_SHOWN, SHORT_PIXELS = 8, 110
SHARES = ("rescan", "manual", "short", "unverified", "offline")


def fetch(scope: Scope, snapshot: Snapshot, lab_id: str) -> Answers:
    """Return the three answers, of the towns bound to one lab put together where one is chosen; never raises."""
    bound = [town.town_code for town in snapshot.campaign.towns if town.lab_id == lab_id]
    within = [code for code in bound if scope.id in (None, code)]
    scopes = [Scope.town(code) for code in within] if lab_id and within else [scope]
    parts = [gather(each, snapshot.as_of, ASKS) for each in scopes]
    failures = {name: why for part in parts for name, why in part.failures.items()}
    whole = {name: pl.concat([part[name] for part in parts]) for name in ASKS if name not in failures}
    return Answers(whole, failures)


def draw_short(answers: Answers, words: Words, colours: Palette) -> None:
    """Draw the short tubes by reason."""

    def draw() -> None:
        reasons = answers["short_tubes"].group_by("short_reason").agg(pl.col("tubes").sum())
        option = charts.short_reasons(reasons, words, colours)
        st.echarts_chart(option, height=SHORT_PIXELS, key="short-reasons", alt=words("card.short_tubes"))

    cards.card("short_tubes", words, answers, ("short_tubes",), draw)


def draw_entries(answers: Answers, words: Words) -> None:
    """Draw how codes were entered and tubes closed, by site."""

    def draw() -> None:
        told = answers["quality_live"]
        st.markdown(sums(told, words))
        widgets.table("entries", by_site(told, words), words, ROWS_SHOWN)

    cards.card("entries", words, answers, ("quality_live",), draw)


def draw_uploads(answers: Answers, words: Words) -> None:
    """Draw the sites whose phones hold tubes."""

    def draw() -> None:
        waiting = answers["upload_lag"].filter(pl.col("queued_uploads") > 0)
        if waiting.is_empty():
            cards.good(words("uploads.none"))
        else:
            widgets.table("uploads", uploading(waiting, words), words, ROWS_SHOWN)

    cards.card("uploads", words, answers, ("upload_lag",), draw)


@once(KEPT)
def sums(quality: pl.DataFrame, words: Words) -> str:
    """Return the whole scope's counts in one line of Markdown; ``quality`` is quality_live."""
    told = quality.filter(pl.col("tubes_registered").is_not_null())
    if told.is_empty():
        return f":gray[{words('kpi.unknown')}]"
    names = ("rescans", "manual_entries", "tubes_short", "tubes_unverified", "tubes_offline", "tubes_registered")
    whole = {name: int(told[name].sum()) for name in names}
    tubes = whole["tubes_registered"]
    return words(
        "entries.sums",
        rescans=count(whole["rescans"]),
        manual=count(whole["manual_entries"]),
        short=count(whole["tubes_short"]),
        share=percent(whole["tubes_short"] / tubes if tubes else None, 1),
        unverified=count(whole["tubes_unverified"]),
        offline=count(whole["tubes_offline"]),
    )


@once(KEPT)
def by_site(quality: pl.DataFrame, words: Words) -> Table:
    """Sites with the shares of codes and tubes that went otherwise than they should, most typed ones first."""
    shown = quality.sort("manual_share", "rescan_share", descending=True, nulls_last=True).select(
        pl.col(f"name_{words.language}").alias("site"),
        *((pl.col(f"{name}_share").cast(pl.Float64) * 100).round(2).alias(name) for name in SHARES),
    )
    number = st.column_config.NumberColumn
    return shown, {
        "site": st.column_config.TextColumn(words("table.site"), width=140),
        **{
            name: number(words(f"entries.{name}"), help=words(f"entries.{name}.help"), format="%.2f%%")
            for name in SHARES
        },
    }


@once(KEPT)
def uploading(lag: pl.DataFrame, words: Words) -> Table:
    """Sites whose phones hold tubes, the longest wait first; ``lag`` is of upload_lag."""
    shown = lag.sort("oldest_minutes", descending=True, nulls_last=True).select(
        pl.col(f"name_{words.language}").alias("site"),
        "queued_uploads",
        pl.col("oldest_minutes").cast(pl.Float64).round(0),
        pl.col("age_s").cast(pl.Float64).round(0),
    )
    number = st.column_config.NumberColumn
    return shown, {
        "site": st.column_config.TextColumn(words("table.site"), width=120),
        "queued_uploads": number(words("uploads.tubes"), help=words("uploads.tubes.help"), format="%,d"),
        "oldest_minutes": number(words("uploads.oldest"), help=words("uploads.oldest.help"), format="%,.0f"),
        "age_s": number(words("uploads.age"), help=words("uploads.age.help"), format="%,.0f"),
    }
