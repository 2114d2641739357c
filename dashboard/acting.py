"""What a viewer does on the screen becomes an act under his own session; the command server decides whether he may."""

import secrets
from collections.abc import Mapping

import streamlit as st

from dashboard import access, queries, refusals
from dashboard.words import Words
from pipelines.client import Act, NewAct, Scope
from pipelines.vocabulary import ActKind

Facts = Mapping[str, str | int | float | bool | list[str] | None]


def new_act_id() -> str:
    """Return the id of an act to come: made once when its form opens, so that sending it twice does it once."""
    return secrets.token_hex(16)


def session_token() -> str:
    """Return the token of the viewer's session, "" when his browser holds none."""
    return st.context.cookies.get(access.COOKIE, "")


def address() -> str:
    """Return where the viewer's browser is, "" when that is not known."""
    return st.context.ip_address or ""


def perform(act_id: str, kind: ActKind, scope: Scope, facts: Facts, reason: str, target: str = "") -> Act:
    """Record the act and return it as it is kept; raises CommandUnavailable (repeat it as it is) or AskRefused."""
    new = NewAct(act_id=act_id, kind=kind, scope=scope, target=target, facts=dict(facts), reason=reason)
    return queries.client().act(new, session_token(), address())


def refused(failure: Exception, words: Words) -> str:
    """Return why an act was not recorded, in the viewer's words and ready to be drawn."""
    return refusals.shown(failure, words, queries.campaign().timezone_offset_minutes)
