"""Decide now: at most three recommendations, each accepted or rejected with a reason, and what became of them."""

from dataclasses import dataclass, field

import msgspec
import streamlit as st

from dashboard import access, acting
from dashboard.advising import advised
from dashboard.advising.advised import Said
from dashboard.ahead import Ahead
from dashboard.formats import count
from dashboard.live import Row, Snapshot
from dashboard.once import KEPT, once
from dashboard.widgets import card_title
from dashboard.words import Words
from pipelines.client import AskRefused, CampaignInfo, CommandUnavailable, Scope
from pipelines.vocabulary import ActKind, ScopeLevel

REASON_SIGNS = 200
OPEN, SAID = "deciding", "deciding-said"
EFFECTS_SHOWN = 2


@dataclass
class Wish:
    """A decision that is not yet made: its acts have their ids already, so that a repeat does nothing twice."""

    row: Row
    title: str
    is_accepted: bool
    act_ids: list[str] = field(default_factory=list[str])

    @property
    def orders(self) -> list[Row]:
        """The orders that carry the recommendation out; none when it is rejected."""
        return msgspec.json.decode(self.row["orders"] or "[]") if self.is_accepted else []


def panel(snapshot: Snapshot, known: Ahead, words: Words, *, is_wall: bool = False) -> None:
    """Draw the card of what is to be decided; on a wall, and of the past, without its buttons."""
    is_mute = is_wall or snapshot.is_past
    with st.container(border=True, key="card-decide", gap="xsmall"):
        card_title(words("card.decide"), words("card.decide.help"))
        if not is_mute and (told := st.session_state.get(SAID)):
            st.markdown(f":green-badge[:material/task_alt: {told}]")
        if known.failures and known.advice.is_empty():
            st.markdown(f":orange-badge[:material/cloud_off: {words('decide.failed')}]")
        elif known.advice.is_empty():
            st.markdown(f":green-badge[:material/check_circle: {words('decide.none')}]")
        for row, told in advice(known, snapshot.campaign, words):
            _advice(row, told, words, is_mute=is_mute)
        for line in effects(known, words, snapshot.offset):
            st.markdown(f":small[:material/monitoring: {line}]")


@once(KEPT)
def advice(known: Ahead, campaign: CampaignInfo, words: Words) -> tuple[tuple[Row, Said], ...]:
    """Return the rows of recommendations_live, each in words."""
    return tuple((row, advised.said(row, campaign, words)) for row in known.advice.iter_rows(named=True))


@once(KEPT)
def effects(known: Ahead, words: Words, offset: int) -> tuple[str, ...]:
    """Return what became of the newest recommendations that were accepted, in words."""
    rows = known.effects.head(EFFECTS_SHOWN).iter_rows(named=True)
    return tuple(advised.measured(row, words, offset) for row in rows)


def _advice(row: Row, told: Said, words: Words, *, is_mute: bool) -> None:
    with st.container(key=f"advice-{row['rank']}", gap=None):
        lines = [f"**{row['rank']}. {told.title}**"]
        lines += [f"**{told.moves}**"] if told.moves else []
        lines += [f":blue[{told.effect}]", f":small[:gray[{' · '.join(told.proofs)}]]"]
        st.markdown("  \n".join(lines))
        if row["state"] == "accepted":
            st.markdown(f":green-badge[:material/task_alt: {words('decide.accepted')}]")
        elif not is_mute and access.may(ActKind.RECOMMENDATION_ACCEPTED):
            _buttons(row, told.title, words)


def _buttons(row: Row, title: str, words: Words) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        for is_accepted, name, icon in ((True, "accept", ":material/check:"), (False, "reject", ":material/close:")):
            st.button(
                words(f"decide.{name}"),
                key=f"{name}-{row['rank']}",
                icon=icon,
                type="primary" if is_accepted else "secondary",
                on_click=_open,
                args=(Wish(row, title, is_accepted),),
            )


def _open(wish: Wish) -> None:
    wish.act_ids = [acting.new_act_id() for _ in range(1 + len(wish.orders))]
    st.session_state[OPEN] = wish
    st.session_state[f"{OPEN}-new"] = True


def call_up() -> None:
    """Have the whole page run once a decision was begun in a fragment, so that its dialog stands beside them."""
    if st.session_state.pop(f"{OPEN}-new", False):
        st.rerun()


def dialog(words: Words) -> None:
    """Open the dialog of the decision that was begun, if there is one; drawn by the page, not by a fragment."""
    wish: Wish | None = st.session_state.get(OPEN)
    if wish is not None:
        head = words("decide.accept.head" if wish.is_accepted else "decide.reject.head")
        st.dialog(head, icon=":material/gavel:", on_dismiss=_forget)(_form)(wish, words)


def _form(wish: Wish, words: Words) -> None:
    st.markdown(f"**{wish.title}**")
    if wish.orders:
        st.markdown(words("decide.orders", orders=count(len(wish.orders))))
    with st.form("decide-form", border=False):
        reason = st.text_area(
            words("decide.reason"), max_chars=REASON_SIGNS, placeholder=words("decide.reason.hint"), key="decide-reason"
        )
        if st.form_submit_button(words("decide.confirm"), type="primary", icon=":material/send:", key="decide-confirm"):
            _decide(wish, reason.strip(), words)


def _decide(wish: Wish, reason: str, words: Words) -> None:
    if not wish.is_accepted and not reason:
        st.error(words("decide.reason.missing"), icon=":material/edit:")
        return
    try:
        perform(wish, reason)
    except (CommandUnavailable, AskRefused) as error:
        st.error(f"**{words('decide.not_done')}** {acting.refused(error, words)}", icon=":material/error:")
        return
    st.session_state[SAID] = words("decide.done", orders=count(len(wish.orders)))
    _forget()
    st.rerun()


def perform(wish: Wish, reason: str) -> None:
    """Record the decision and give its orders; a repeat after a failure goes on where it stopped."""
    row = wish.row
    kind = ActKind.RECOMMENDATION_ACCEPTED if wish.is_accepted else ActKind.RECOMMENDATION_REJECTED
    facts = {"kind": row["kind"], "orders": len(wish.orders)}
    target = row["recommendation_id"]
    acting.perform(wish.act_ids[0], kind, _scope(row["scope_level"], row["scope_id"]), facts, reason, target)
    for act_id, order in zip(wish.act_ids[1:], wish.orders, strict=True):
        told = order["facts"] | {"recommendation_id": target}
        acting.perform(act_id, ActKind.ORDERED, _scope(order["level"], order["id"]), told, reason)


def _scope(level: str, scope_id: str | None) -> Scope:
    return Scope(ScopeLevel(level), scope_id or None)


def _forget() -> None:
    st.session_state.pop(OPEN, None)
