"""Choices that the address keeps: which town, lab or server a page is cut to; a page shows all until one is chosen."""

from collections.abc import Mapping

import streamlit as st

from dashboard.formats import plain
from dashboard.live import Snapshot
from dashboard.words import Words
from pipelines.client import Scope
from pipelines.clock import stopwatch

ALL = ""
SHOWN_OF_A_WRONG_ID = 40
KEPT, ARRIVED_WITHIN_S = "kept-in-address", 2.0


def chosen(name: str, names: Mapping[str, str], everything: str, words: Words) -> str:
    """Draw one choice, kept in the address as ``?name=``, and return the id chosen, ALL for none.

    An id that is not among ``names`` is said to be unknown, and everything is shown.
    """
    asked = wanted(name) or ALL
    options = [ALL, *names]
    key = f"choose-{name}"
    st.selectbox(
        words(f"filter.{name}"),
        options,
        index=options.index(asked) if asked in options else 0,
        format_func=lambda option: names.get(option, everything),
        key=key,
        on_change=lambda: keep(name, st.session_state[key]),
        label_visibility="collapsed",
        width=220,
    )
    if asked not in options:
        st.caption(words("filter.unknown", value=plain(asked[:SHOWN_OF_A_WRONG_ID])))
    return asked if asked in names else ALL


def town(snapshot: Snapshot, words: Words) -> str:
    """Draw the choice of a town among those of the viewer's scope; return its code, ALL for none."""
    names = {found.town_code: words.town(found.name) for found in snapshot.campaign.towns}
    return chosen("town", names, words("filter.town.all"), words)


def lab(snapshot: Snapshot, words: Words) -> str:
    """Draw the choice of a lab; return its id, ALL for none."""
    names = {found.lab_id: words.either(found.name) for found in snapshot.campaign.labs}
    return chosen("lab", names, words("filter.lab.all"), words)


def narrowed(scope: Scope, town_code: str) -> Scope:
    """Return ``scope`` cut to the chosen town; the town is one of the viewer's own."""
    return Scope.town(town_code) if town_code else scope


def wanted(name: str) -> str | None:
    """Return what the address says of a choice; None where nothing.

    A refresh that was on its way when the viewer chose brings the address of before: what he chose counts against it.
    """
    chosen_at_s, value = st.session_state.get(KEPT, {}).get(name, (-ARRIVED_WITHIN_S, None))
    if stopwatch() - chosen_at_s < ARRIVED_WITHIN_S:
        return value
    return st.query_params.get(name)


def keep(name: str, value: str | None) -> None:
    """Write a choice into the address; "" or None takes it out."""
    st.session_state[KEPT] = st.session_state.get(KEPT, {}) | {name: (stopwatch(), value or None)}
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]
