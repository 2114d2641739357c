"""Orders to the sites: whom they reach, what they are and why, confirmed in a dialog (Q91, Q94, Q95)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import polars as pl
import streamlit as st

from dashboard import access, acting
from dashboard.acting import Facts
from dashboard.formats import count, plain
from dashboard.frames import Answers
from dashboard.live import Row, Snapshot
from dashboard.words import Words
from pipelines.client import AskRefused, CommandUnavailable, Scope
from pipelines.vocabulary import ActKind, AdviceKind, Contingency, ScopeLevel

REASON_SIGNS = 200
SAID, OPEN = "order-said", "order-open"
CHOICES = {
    Contingency.OFFLINE: ":material/cloud_off:",
    Contingency.CITY: ":material/location_city:",
    Contingency.PROVINCE: ":material/cloud_done:",
}


@dataclass(frozen=True)
class Draft:
    """An order that is not yet given: its parts are given one after another, each under an id of its own.

    The last id is that of accepting the recommendation it carries out, if it carries one out.
    """

    title: str
    reach: str
    parts: tuple[tuple[Scope, Facts], ...]
    act_ids: tuple[str, ...] = field(default_factory=tuple)
    recommendation_id: str = ""

    @property
    def scope(self) -> Scope:
        """The scope that holds all parts: theirs when they share one, the district's otherwise."""
        scopes = {scope for scope, _ in self.parts}
        return scopes.pop() if len(scopes) == 1 else Scope()


def draft(title: str, reach: str, parts: Iterable[tuple[Scope, Facts]], recommendation_id: str = "") -> Draft:
    """Return an order to confirm, with the ids under which its parts will be given."""
    all_parts = tuple(parts)
    ids = tuple(acting.new_act_id() for _ in range(len(all_parts) + 1))
    return Draft(title, reach, all_parts, ids, recommendation_id)


def panel(scope: Scope, snapshot: Snapshot, answers: Answers, words: Words) -> None:
    """Draw whom an order reaches and the orders. Who may not order reads so.

    ``answers`` hold vehicles_live and recommendations_live.
    """
    if not access.may(ActKind.ORDERED):
        st.caption(f":material/lock: {words('order.not_yours')}")
        return
    if said := st.session_state.pop(SAID, None):
        st.success(said, icon=":material/task_alt:")
    names = targets(scope, snapshot, words)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="orders-panel"):
        target = st.selectbox(
            words("order.target"),
            list(names),
            format_func=names.__getitem__,
            help=words("order.target.help"),
            key="order-target",
            width=260,
        )
        for choice, icon in CHOICES.items():
            label = words(f"order.{choice}")
            if st.button(label, icon=icon, key=f"order-{choice}", help=words(f"order.{choice}.help")):
                st.session_state[OPEN] = _contingency(choice, target, names[target], snapshot, words)
        label = words("order.vehicle")
        if st.button(label, icon=":material/cell_tower:", key="order-vehicle", help=words("order.vehicle.help")):
            st.session_state[OPEN] = target
        switch_button(answers["recommendations_live"], words)
    draw_dialog(snapshot, answers["vehicles_live"], words)


def switch_button(recommended: pl.DataFrame, words: Words) -> None:
    """Draw the button that orders the recommended switch of servers; without one it cannot be pressed."""
    found = recommended.filter(kind=AdviceKind.SWITCH_SERVERS.value, state="open").head(1).to_dicts()
    label, hint = words("order.switch"), words("order.switch.help" if found else "switch.none")
    icon = ":material/qr_code_scanner:"
    if st.button(label, icon=icon, key="order-switch", help=hint, type="primary", disabled=not found):
        st.session_state[OPEN] = _recommended(found[0], words)


def _recommended(row: Row, words: Words) -> Draft:
    wanted: list[dict[str, Any]] = msgspec.json.decode(row["orders"])
    own = {"recommendation_id": row["recommendation_id"]}
    parts = [(Scope(ScopeLevel(one["level"]), one["id"] or None), {**one["facts"], **own}) for one in wanted]
    reach = words("order.switch.reach", sites=count(row["sites"]), orders=count(len(parts)))
    return draft(words("order.switch"), reach, parts, row["recommendation_id"])


def targets(scope: Scope, snapshot: Snapshot, words: Words) -> dict[Scope, str]:
    """Return whom the viewer may order, by name: his whole scope, its towns, its sites."""
    campaign = snapshot.campaign
    found = {scope: words("order.all")}
    found |= {Scope.town(town.town_code): words.town(town.name) for town in campaign.towns}
    found |= {Scope.site(site.site_id): f"{words.either(site.name)} · {site.site_id}" for site in campaign.sites}
    return found


def reached(target: Scope, snapshot: Snapshot) -> list[str]:
    """Return the ids of the sites that an order to ``target`` reaches."""
    level = target.level
    return [
        site.site_id
        for site in snapshot.campaign.sites
        if level is ScopeLevel.DISTRICT or target.id in (site.town_code, site.site_id)
    ]


def draw_dialog(snapshot: Snapshot, vehicles: pl.DataFrame, words: Words) -> None:
    """Draw the dialog of the order that is being given, if one is: it stays until it is given or dismissed."""
    wanted: Draft | Scope | None = st.session_state.get(OPEN)
    if isinstance(wanted, Draft):
        st.dialog(wanted.title, icon=":material/campaign:", on_dismiss=_close)(_form)(wanted, words)
    elif wanted is not None:
        title = words("order.vehicle")
        st.dialog(title, icon=":material/cell_tower:", on_dismiss=_close)(_vehicle_form)(
            wanted, snapshot, vehicles, words
        )


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _contingency(choice: Contingency, target: Scope, name: str, snapshot: Snapshot, words: Words) -> Draft:
    title = words("order.head", order=words(f"order.{choice}"), target=name)
    reach = words("order.reach", sites=count(len(reached(target, snapshot))))
    return draft(title, reach, [(target, {"contingency": choice.value})])


def _form(order: Draft, words: Words) -> None:
    st.markdown(order.reach)
    with st.form("order-form", border=False):
        reason = st.text_area(
            words("order.reason"), max_chars=REASON_SIGNS, placeholder=words("order.reason.hint"), key="order-reason"
        )
        if st.form_submit_button(words("order.give"), type="primary", icon=":material/send:", key="order-give"):
            give(order, reason, words)


def _vehicle_form(target: Scope, snapshot: Snapshot, vehicles: pl.DataFrame, words: Words) -> None:
    sites = {site.site_id: f"{words.either(site.name)} · {site.site_id}" for site in snapshot.campaign.sites}
    told = {row["vehicle_id"]: row for row in vehicles.iter_rows(named=True)}
    if not told:
        st.info(words("order.no_vehicle"), icon=":material/info:")
        return
    with st.form("vehicle-form", border=False):
        vehicle = st.selectbox(
            words("vehicle.id"),
            list(told),
            format_func=lambda found: f"{found} · {words('vehicle.' + told[found]['state'])}",
            key="vehicle-choice",
        )
        ids = list(sites)
        site = st.selectbox(
            words("table.site"),
            ids,
            index=ids.index(target.id) if target.id in sites else 0,
            format_func=sites.__getitem__,
            key="vehicle-site",
        )
        reason = st.text_area(
            words("order.reason"), max_chars=REASON_SIGNS, placeholder=words("order.reason.hint"), key="vehicle-reason"
        )
        if st.form_submit_button(words("order.give"), type="primary", icon=":material/send:", key="vehicle-give"):
            title = words("order.vehicle.head", vehicle=vehicle, site=sites[site])
            give(draft(title, "", [(Scope.site(site), {"vehicle_id": vehicle})]), reason, words)


def give(order: Draft, reason: str, words: Words) -> None:
    """Give every part of an order; say why not when the server refuses, and that it was given on the next look."""
    if not reason.strip():
        st.warning(words("order.no_reason"), icon=":material/edit:")
        return
    try:
        _perform(order, reason.strip())
    except (CommandUnavailable, AskRefused) as error:
        st.error(acting.refused(error, words), title=words("order.refused"), icon=":material/block:")
        return
    _close()
    st.session_state[SAID] = words("order.given", order=plain(order.title))
    st.rerun()


def _perform(order: Draft, reason: str) -> None:
    ids = iter(order.act_ids)
    for scope, facts in order.parts:
        acting.perform(next(ids), ActKind.ORDERED, scope, facts, reason)
    if order.recommendation_id:
        accepted = ActKind.RECOMMENDATION_ACCEPTED
        acting.perform(next(ids), accepted, order.scope, {}, reason, order.recommendation_id)
