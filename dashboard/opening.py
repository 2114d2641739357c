"""How a page begins: its choices, the newest moment of the viewer's scope, and its questions answered at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import streamlit as st

from dashboard import filters, live, told, widgets
from dashboard.frames import Answers
from dashboard.live import Snapshot
from dashboard.words import Words
from pipelines.client import Scope

Choice = Callable[[Snapshot, Words], str]


@dataclass(frozen=True)
class Opened:
    """What a fragment draws of: the moment, the scope it is cut to, and the answers for both."""

    snapshot: Snapshot
    scope: Scope
    answers: Answers


def opened(own: Scope, words: Words, asks: Iterable[str], town: str = "", *, has_bar: bool = True) -> Opened | None:
    """Return the newest moment of the viewer's scope ``own`` and the asks answered for it, or for its ``town`` alone.

    None while there is nothing to draw; who ``has_bar`` fills the frame's bar and banners, and says why.
    """
    scope = filters.narrowed(own, town)
    now = told.latest(own, told.asked, tuple(asks), scope)
    snapshot = widgets.opened(now.view, words) if has_bar else now.view.snapshot
    return None if snapshot is None or now.answers is None else Opened(snapshot, scope, now.answers)


def chosen(own: Scope, words: Words, *choices: Choice) -> list[str] | None:
    """Draw a page's choices side by side and return them; None after saying why there is nothing to choose from."""
    snapshot = widgets.drawable(live.view(own), words)
    if snapshot is None:
        return None
    with st.container(horizontal=True, key="filters", gap="small", vertical_alignment="center"):
        return [choose(snapshot, words) for choose in choices]
