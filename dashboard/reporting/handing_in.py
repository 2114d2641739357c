"""A table that is pasted or uploaded: previewed row by row, refused where it is wrong, taken when its owner says so."""

from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard import access, acting, queries, widgets
from dashboard.formats import NOTHING, count, plain, time_of_day
from dashboard.reporting import wrong
from dashboard.reporting.entering import FIGURES, REASON_SIGNS
from dashboard.tables.shaping import Table
from dashboard.words import Words
from pipelines import client_workbooks
from pipelines.client import AskRefused, CommandUnavailable
from pipelines.client_workbooks import Preview, Refused
from pipelines.vocabulary import ActKind

HELD, SAID, FAILED = "table-held", "table-said", "table-failed"
FORMS = ("csv", "tsv", "txt", "xlsx", "xls", "ods")
LONGEST_NAME, LONGEST_PASTE = 200, 400_000
ROWS_SHOWN, PIXELS = 10, 120


@dataclass(frozen=True)
class Held:
    """A table that was looked at: its bytes as they came, and what its preview says."""

    name: str
    data: bytes
    reason: str
    told: Preview


def draw(words: Words, offset: int) -> None:
    """Draw the way in for a table, and its preview once there is one; who may not report reads so."""
    if not access.may(ActKind.INPUT_ENTERED):
        st.caption(f":material/lock: {words('input.not_yours')}")
        return
    if said := st.session_state.pop(SAID, None):
        st.success(said, icon=":material/task_alt:")
    if failed := st.session_state.pop(FAILED, None):
        st.error(failed, icon=":material/error:")
    with st.form("table-form", border=False, enter_to_submit=False):
        largest_mb = st.get_option("server.maxUploadSize")
        came = st.file_uploader(
            words("handed.file", largest=largest_mb), type=list(FORMS), help=words("handed.file.help"), key="table-file"
        )
        label, told = words("handed.paste"), words("handed.paste.help")
        pasted = st.text_area(label, max_chars=LONGEST_PASTE, height=PIXELS, help=told, key="table-paste")
        label, told = words("handed.reason"), words("handed.reason.help")
        reason = st.text_input(label, max_chars=REASON_SIGNS, help=told, key="table-reason").strip()
        if st.form_submit_button(words("handed.preview"), icon=":material/preview:", key="table-preview"):
            name, data = (came.name[-LONGEST_NAME:], came.getvalue()) if came else ("", pasted.encode())
            _look(name, data, reason, words)
    held = st.session_state.get(HELD)
    if isinstance(held, Held):
        _draw_preview(held, words, offset)


def _look(name: str, data: bytes, reason: str, words: Words) -> None:
    st.session_state.pop(HELD, None)
    if not data.strip():
        st.warning(words("handed.nothing"), icon=":material/info:")
        return
    try:
        told = client_workbooks.preview(queries.client(), name, data, acting.session_token(), reason=reason)
    except (CommandUnavailable, AskRefused) as error:
        st.error(acting.refused(error, words), icon=":material/error:")
        return
    st.session_state[HELD] = Held(name, data, reason, told)


def _draw_preview(held: Held, words: Words, offset: int) -> None:
    told = held.told
    if told.trouble:
        st.error(f"**{words('handed.trouble')}** {plain(wrong.said(told.trouble, words))}", icon=":material/error:")
        return
    refused = len(told.refused) + told.refused_more
    st.markdown(words("handed.found", good=count(told.rows), refused=count(refused), unchanged=count(told.unchanged)))
    for note in told.notes:
        st.caption(f":material/info: {plain(wrong.said(note, words))}")
    if told.refused:
        st.markdown(f":red-badge[:material/block: {words('handed.refused')}]", help=words("handed.refused.help"))
        widgets.table("handed_refused", refusals(told, words), words, ROWS_SHOWN)
    if told.rows:
        st.markdown(f":green-badge[:material/check: {words('handed.good')}]", help=words("handed.good.help"))
        widgets.table("handed_good", good(told, words, offset), words, ROWS_SHOWN)
        label = words("handed.take", rows=count(told.rows))
        st.button(
            *(label, "table-take", words("handed.take.help"), _take),
            args=(held, words),
            icon=":material/done_all:",
            type="primary",
        )


def _take(held: Held, words: Words) -> None:
    token, address = acting.session_token(), acting.address()
    try:
        taken = client_workbooks.take(
            *(queries.client(), held.name, held.data, token, held.told), reason=held.reason, address=address
        )
    except (CommandUnavailable, AskRefused) as error:
        st.session_state[FAILED] = acting.refused(error, words)
        return
    st.session_state.pop(HELD, None)
    st.session_state[SAID] = words("handed.taken", rows=count(taken.rows), acts=count(taken.acts))


def refusals(told: Preview, words: Words) -> Table:
    """Return the refused cells: row, column, rule, value and what to do."""
    names = ("row", "column", "rule", "value", "sentence")
    shown = pl.DataFrame(
        [(one.row, one.column, *_said(one, words)) for one in told.refused], schema=names, orient="row"
    )
    text = st.column_config.TextColumn
    return shown, {
        "row": st.column_config.NumberColumn(words("handed.row"), help=words("handed.row.help"), format="%d"),
        **{name: text(words(f"handed.{name}"), help=words(f"handed.{name}.help")) for name in names[1:]},
    }


def _said(one: Refused, words: Words) -> tuple[str, str, str]:
    return wrong.said(one.rule, words), wrong.value(one, words), wrong.said(one.advice or one.sentence, words)


def good(told: Preview, words: Words, offset: int) -> Table:
    """Return the rows that would be taken, hours in local time."""
    if told.copies:
        rows = [{"row": one.row, "site_id": one.site_id, "barcode": one.barcode} for one in told.copies]
    else:
        rows = [
            {"row": one.row, "site_id": one.site_id, "hour": time_of_day(one.hour_at, offset)}
            | {name: _cell(getattr(one, name)) for name in FIGURES}
            | {"reason": one.reason, "base": one.base_version}
            for one in told.inputs
        ]
    text = st.column_config.TextColumn
    columns = {
        "row": st.column_config.NumberColumn(words("handed.row"), help=words("handed.row.help"), format="%d"),
        "site_id": text(words("input.site")),
        "barcode": text(words("handed.barcode"), help=words("handed.barcode.help")),
        "hour": text(words("filter.hour"), help=words("input.at.help", zone=words.zone(offset))),
        **{name: text(words(f"input.{name}"), help=words(f"input.{name}.help")) for name in FIGURES},
        "reason": text(words("table.reason")),
        "base": st.column_config.NumberColumn(words("input.base"), help=words("input.base.help"), format="%d"),
    }
    return pl.DataFrame(rows), {name: column for name, column in columns.items() if name in rows[0]}


def _cell(value: int | None) -> str:
    return NOTHING if value is None else str(value)
