"""The end of a day in words: what stands open kind by kind, the next step of each thing, what settles or excuses it."""

from collections.abc import Iterable

import polars as pl
import streamlit as st

from dashboard import access
from dashboard.figures.district import Figure
from dashboard.formats import count, plain, time_of_day
from dashboard.keeping.deeds import Choice, Deed, button
from dashboard.live import Row, Snapshot
from dashboard.tables.shaping import Table, local_time, said
from dashboard.words import Words
from pipelines.client import Scope
from pipelines.vocabulary import ActKind, CloseoutKind

SHOWN = 12
OFFERED = 200
SHEET_DEEDS = {
    ActKind.SHEETS_RETURNED: (("issued", "missing"), ":material/assignment_return:"),
    ActKind.SHEETS_DESTROYED: (("returned",), ":material/delete_forever:"),
}


def figures(kinds: pl.DataFrame, words: Words) -> list[Figure]:
    """Return a figure a kind: how many are left, green at zero; ``kinds`` is closeout."""
    made: list[Figure] = []
    for row in kinds.iter_rows(named=True):
        kind = row["kind"]
        note = words("closeout.is_zero") if row["is_zero"] else words("closeout.is_open")
        if row["signed"]:
            note = words("closeout.signed", count=count(row["signed"]))
        label, told = words(f"closeout.{kind}"), words(f"closeout.{kind}.help")
        tone = "green" if row["is_zero"] else "red"
        made.append(Figure(f"closeout-{kind}", label, count(row["left_open"]), note, tone, told))
    return made


def verdict(kinds: pl.DataFrame, scope: Scope, about: str, snapshot: Snapshot, words: Words) -> None:
    """Draw whether the day is closed or may be, and the button that closes or reopens it."""
    first = kinds.row(0, named=True)
    if first["is_closed"]:
        at = time_of_day(first["closed_at"], snapshot.offset)
        st.success(words("closeout.is_closed", at=at, by=plain(first["closed_by"])), icon=":material/lock:")
        button(Deed(ActKind.DAY_REOPENED, scope, about), words, "day", icon=":material/lock_open:")
        return
    left = kinds.filter(~pl.col("is_zero"))
    if left.is_empty():
        st.success(words("closeout.may"), icon=":material/check_circle:")
    else:
        open_ones = words.list(
            f"{words('closeout.' + kind)} {count(number)}" for kind, number in left.select("kind", "left_open").rows()
        )
        st.warning(words("closeout.may_not", what=open_ones), icon=":material/pending_actions:")
    closing = Deed(ActKind.DAY_CLOSED, scope, about, needs_words=False)
    button(closing, words, "day", icon=":material/lock:", is_primary=left.is_empty())


def draw_kind(kind: CloseoutKind, rows: pl.DataFrame, scope: Scope, snapshot: Snapshot, words: Words) -> None:
    """Draw what of one kind stands open, the oldest first, each with its next step, and what may be done about it."""
    number = rows["of_kind"][0]
    with st.expander(f"{words(f'closeout.{kind}')} · {count(number)}", icon=":material/pending:", key=f"open-{kind}"):
        for row in rows.head(SHOWN).iter_rows(named=True):
            st.markdown(_line(row, snapshot, words))
        if number > SHOWN:
            st.caption(words("closeout.more", count=count(number - SHOWN)))
        with st.container(horizontal=True, gap="small", key=f"do-{kind}"):
            _buttons(kind, rows, scope, words)


def _line(row: Row, snapshot: Snapshot, words: Words) -> str:
    since = f" · {words('closeout.since', at=time_of_day(row['since'], snapshot.offset))}" if row["since"] else ""
    place = f" · {plain(words.name(row))}" if row["name_zh"] else ""
    state = words.known(f"closeout.state.{row['state']}", row["state"])
    if row["exception_by"]:
        what = words("closeout.excused", by=plain(row["exception_by"]), why=plain(row["exception_reason"] or ""))
        return f":gray-badge[:material/draw: {plain(row['label'])}]{place}  \n:small[{what}]"
    step = words(f"closeout.step.{row['next_step']}")
    return (
        f":red-badge[:material/error: {plain(state)}] **{plain(row['label'])}**{place}{since}  \n"
        f":small[:material/arrow_forward: {step}]"
    )


def _buttons(kind: CloseoutKind, rows: pl.DataFrame, scope: Scope, words: Words) -> None:
    left = rows.filter(pl.col("exception_by").is_null())
    if kind is CloseoutKind.SHEETS:
        _sheet_buttons(left, words)
    if kind is CloseoutKind.PASSWORDS:
        for row in left.iter_rows(named=True):
            deed = Deed(
                ActKind.ACCOUNT_ROTATED, Scope.town(row["town_code"]), row["item_id"], row["item_id"], needs_words=False
            )
            button(deed, words, row["item_id"], icon=":material/key:")
    if not left.is_empty():
        items = Choice("items", _named(left, words), is_many=True)
        about = words(f"closeout.{kind}")
        button(Deed(ActKind.EXCEPTION_SIGNED, scope, about, choices=(items,)), words, kind, icon=":material/draw:")
    signed = rows.filter(pl.col("exception_by").is_not_null())
    if not signed.is_empty():
        items = Choice("items", _named(signed, words), is_many=True)
        deed = Deed(ActKind.EXCEPTION_WITHDRAWN, scope, words(f"closeout.{kind}"), choices=(items,))
        button(deed, words, kind, icon=":material/undo:")


def _sheet_buttons(left: pl.DataFrame, words: Words) -> None:
    """Draw, for the sites with most sheets, what may be done with those that stand where it begins."""
    for (site_id,), rows in left.filter(pl.col("site_id").is_not_null()).group_by("site_id", maintain_order=True):
        for kind, (states, icon) in SHEET_DEEDS.items():
            found = rows.filter(pl.col("state").is_in(states))["item_id"].to_list()
            if found:
                sheets = Choice("sheets", {number: number for number in found}, is_many=True)
                about = f"{words.name(rows.row(0, named=True))} · {site_id}"
                is_last = kind is ActKind.SHEETS_DESTROYED
                deed = Deed(
                    kind, Scope.site(str(site_id)), about, choices=(sheets,), needs_words=False, has_witness=is_last
                )
                button(deed, words, str(site_id), icon=icon)


def issue(snapshot: Snapshot, words: Words) -> None:
    """Draw to which of the viewer's sites sheets go out by number, and the button that says so (Q70)."""
    if not access.may(ActKind.SHEETS_ISSUED):
        return
    sites = {site.site_id: f"{words.either(site.name)} · {site.site_id}" for site in snapshot.campaign.sites}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="issue"):
        site_id = st.selectbox(
            words("custody.issue_to"), list(sites), format_func=sites.__getitem__, key="issue-site", width=260
        )
        deed = Deed(ActKind.SHEETS_ISSUED, Scope.site(site_id), sites[site_id], needs_words=False, has_numbers=True)
        button(deed, words, "site", icon=":material/outbox:")


def _named(rows: pl.DataFrame, words: Words) -> dict[str, str]:
    found: Iterable[Row] = rows.head(OFFERED).iter_rows(named=True)
    return {
        f"{row['kind']}/{row['item_id']}": f"{row['label']} · {words.name(row)}" if row["name_zh"] else row["label"]
        for row in found
    }


def sheets(frame: pl.DataFrame, words: Words) -> Table:
    """Account sheets by site, those with open ones first; ``frame`` is custody_live."""
    order = frame.sort(["open", "site_id"], descending=[True, False])
    names = pl.Series(
        "site", [f"{words.name(row)} · {row['site_id']}" for row in order.iter_rows(named=True)], pl.String
    )
    shown = order.select(names, "issued", "returned", "destroyed", "missing", "open")
    return shown, {
        name: st.column_config.Column(words(f"custody.{name}"), help=words(f"custody.{name}.help"))
        for name in shown.columns
    }


def accounts(frame: pl.DataFrame, words: Words, offset: int) -> Table:
    """Accounts with who keeps each and when its password changes; ``frame`` is accounts_live."""
    state = pl.when(pl.col("rotated_at").is_not_null()).then(pl.lit("rotated"))
    state = state.when(pl.col("is_overdue")).then(pl.lit("overdue")).otherwise(pl.lit("due"))
    shown = frame.with_columns(account_state=state).select(
        pl.Series("town", [words.town(row) for row in frame.iter_rows(named=True)], pl.String),
        "account_id",
        pl.col(f"lab_{words.language}").alias("lab"),
        "keeper",
        "keeper_phone",
        said("account_state", "account_state", words),
        local_time("due_at", offset),
        local_time("rotated_at", offset),
    )
    return shown, {
        name: st.column_config.Column(words(f"account.{name}"), help=words(f"account.{name}.help"))
        for name in shown.columns
    }
