"""What is drawn of simulated answers: figures, curves, map, measures side by side, labs, assumptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import widgets
from dashboard.charts import whatif as charts
from dashboard.colours import palette
from dashboard.figures.district import Figure, Tone
from dashboard.formats import local, plain
from dashboard.maps.layers import LayerName
from dashboard.maps.legend import legend
from dashboard.planning import on_map
from dashboard.planning.choosing import Chosen
from dashboard.planning.levers import Levers
from dashboard.planning.telling import CLOCKS, Teller, is_clear, labs_by_id, town_names
from dashboard.tables import whatif as tables

Plain = Mapping[str, Any]
FIGURES = ("wait_minutes", "finish_minute", "unserved", "not_by_closing", "peak_queue", "lane_staff_hours")
MAP_PIXELS = 420


@dataclass(frozen=True)
class Answered:
    """An answer of the command server with what was asked."""

    told: Plain
    chosen: Chosen
    teller: Teller
    theme: str

    @property
    def place(self) -> int:
        """The place of the scenario looked at."""
        return self.chosen.place(self.chosen.levers)

    @property
    def answer(self) -> Plain:
        """The answer of the scenario looked at."""
        return self.told["answers"][self.place]

    @property
    def bands(self) -> Mapping[str, Plain]:
        """The whole district's bands of the scenario looked at."""
        return self.answer["scopes"][0]["bands"]

    def difference(self, place: int) -> Mapping[str, Plain] | None:
        """Return the whole district's paired difference of a scenario from the reference, None for the reference."""
        return self.told["differences"][place - 1]["scopes"][0]["bands"] if place else None

    def title(self, levers: Levers) -> str:
        """Return what heads a scenario's column."""
        return self.teller.name(levers)


def sentence(made: Answered) -> None:
    """Draw the sentence that says the answer, and the one that says the difference."""
    lines = [f"**{plain(made.teller.sentence(made.chosen.levers, made.bands))}**"]
    if (apart := made.difference(made.place)) is not None:
        lines.append(plain(made.teller.compared(made.chosen.against, apart)))
    with st.container(key="whatif-sentence", border=True):
        st.markdown("  \n".join(lines), help=made.teller.words("whatif.sentence.help"))


def figures(made: Answered) -> None:
    """Draw the row of figures with their half-widths and differences."""
    apart = made.difference(made.place)
    widgets.figures(_figure(name, made, apart) for name in FIGURES)


def _figure(name: str, made: Answered, apart: Mapping[str, Plain] | None) -> Figure:
    words, band = made.teller.words, made.bands[name]
    note, tone = f"±{made.teller.half(name, band)}", "gray"
    if apart is not None:
        note = f"Δ {made.teller.change(name, apart[name])}"
        tone = _tone(apart[name])
    value = made.teller.value(name, band["mean"])
    if name in CLOCKS:
        value = made.teller.clock(band["mean"], has_days=False)
        note = f"{made.teller.clock(band['mean']).removeprefix(value).strip()} {note}".strip()
    return Figure(f"whatif-{name}", words(f"whatif.m.{name}"), value, note, tone, words(f"whatif.m.{name}.help"))


def _tone(apart: Plain) -> Tone:
    """Return how a difference of what had better be less stands."""
    if not is_clear(apart):
        return "gray"
    return "red" if apart["mean"] > 0 else "green"


def curves(made: Answered) -> None:
    """Draw the curves of one scope, with the controls of what and where."""
    words, campaign = made.teller.words, made.teller.campaign
    scopes = town_names(campaign, words)
    with st.container(border=True, key="card-whatif_curves", gap="xsmall"):
        widgets.card_title(words("card.whatif_curves"), words("card.whatif_curves.help"))
        with st.container(horizontal=True, gap="small"):
            kind = st.segmented_control(
                words("whatif.curve_of"),
                charts.KINDS,
                required=True,
                default=charts.KINDS[0],
                format_func=lambda one: words(f"whatif.curve_of.{one}"),
                label_visibility="collapsed",
                key="whatif-curve-of",
            )
            scope = st.selectbox(
                words("whatif.scope"),
                list(scopes),
                format_func=scopes.__getitem__,
                label_visibility="collapsed",
                key="whatif-scope",
                width=180,
            )
        found = [_curve(answer, scope) for answer in made.told["answers"]]
        lines = [
            charts.Line(made.title(levers), of["step_minutes"], of[kind or charts.KINDS[0]])
            for levers, of in zip(made.chosen.all, found, strict=True)
        ]
        opens_at = local(campaign.round.opens_at, campaign.timezone_offset_minutes)
        unit = words(f"whatif.curve_of.{kind}.unit")
        drawn = charts.curves(lines, opens_at, unit, palette(made.theme))
        st.plotly_chart(drawn, key="whatif-curves", config=charts.WITH_PICTURE)


def _curve(answer: Plain, scope: str) -> Plain:
    return next(one for one in answer["curves"] if one["scope_id"] == scope)


def site_map(made: Answered) -> None:
    """Draw the map of the scenario looked at: the whole day, or one of its hours."""
    words, campaign = made.teller.words, made.teller.campaign
    hours = on_map.hours(made.answer)
    with st.container(border=True, key="card-whatif_map", gap="xsmall"):
        widgets.card_title(words("card.whatif_map"), words("card.whatif_map.help"))
        at = st.select_slider(
            words("whatif.hour"),
            [on_map.WHOLE_DAY, *map(str, range(hours))],
            format_func=lambda one: words("whatif.hour.day") if one == "day" else made.teller.clock(60.0 * int(one)),
            key="whatif-hour",
            label_visibility="collapsed",
        )
        hour = None if at == on_map.WHOLE_DAY else int(at)
        deck = on_map.deck(made.answer, hour, made.teller, made.theme)
        st.pydeck_chart(deck, height=MAP_PIXELS, key="whatif-map", alt=words("card.whatif_map"))
        st.html(legend(campaign, LayerName.WAIT, words, palette(made.theme)))


def side_by_side(made: Answered) -> None:
    """Draw all measures of all scenarios, each difference from the reference beside them."""
    words, teller = made.teller.words, made.teller
    columns: list[tuple[str, Mapping[str, str]]] = []
    for place, levers in enumerate(made.chosen.all):
        bands = made.told["answers"][place]["scopes"][0]["bands"]
        columns.append((made.title(levers), {name: teller.figure(name, band) for name, band in bands.items()}))
        if (apart := made.difference(place)) is not None:
            title = words("whatif.less", name=made.title(levers), against=made.title(made.chosen.against))
            columns.append((title, {name: teller.change(name, band) for name, band in apart.items()}))
    with st.container(border=True, key="card-whatif_measures", gap="xsmall"):
        widgets.card_title(words("card.whatif_measures"), words("card.whatif_measures.help"))
        widgets.table("whatif_measures", tables.side_by_side(columns, words), words)


def labs(made: Answered) -> None:
    """Draw when the labs tell their last result, and what waits for a test."""
    words, teller = made.teller.words, made.teller
    named = labs_by_id(teller.campaign, words)
    rows: list[tuple[str, str, str]] = [
        (
            str(named.get(lab["lab_id"], lab["lab_id"])),
            teller.figure("finish_minute", lab["told_minute"]),
            teller.figure("peak_queue", lab["peak_backlog"]),
        )
        for lab in made.answer["labs"]
    ]
    with st.container(border=True, key="card-whatif_labs", gap="xsmall"):
        widgets.card_title(words("card.whatif_labs"), words("card.whatif_labs.help"))
        widgets.table("whatif_labs", tables.labs(rows, words), words)


def assumed(made: Answered) -> None:
    """Draw what the answer rests on."""
    words = made.teller.words
    with st.expander(words("card.whatif_assumptions"), icon=":material/fact_check:"):
        widgets.table("whatif_assumptions", tables.assumptions(made.answer["assumptions"], words), words)
