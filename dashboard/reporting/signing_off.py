"""One report of an hour: how it stands, its figures, and the tap that signs the version on the screen (Q86)."""

import hashlib
from dataclasses import dataclass

import streamlit as st

from dashboard import access, acting
from dashboard.figures.district import Figure, Tone
from dashboard.formats import count, plain, signed, time_of_day
from dashboard.live import Row
from dashboard.words import Words
from pipelines.client import AskRefused, CommandUnavailable, Scope
from pipelines.vocabulary import ActKind, ScopeLevel

SAID = "report-said"
FIGURES = ("persons", "tubes", "third_copies", "special_cases", "tubes_received", "tubes_missing")
FED = ("persons", "tubes")


@dataclass(frozen=True)
class Said:
    """What became of a signature, until the screen shows it itself."""

    report_id: str
    version: int
    text: str
    is_failed: bool = False


def state(row: Row, words: Words) -> str:
    """Return how a row of reports_due stands, as a badge with a sign and a word."""
    if not row["version"]:
        return f":gray-badge[:material/hourglass_top: {words('report.state.awaited')}]"
    if row["is_signed"]:
        late = f" :orange-badge[:material/schedule: {words('report.state.late')}]" if row["is_late"] else ""
        return f":green-badge[:material/task_alt: {words('report.state.signed')}]{late}"
    if row["signed_version"] is not None:
        return f":orange-badge[:material/history: {words('report.state.changed')}]"
    if row["is_late"]:
        return f":red-badge[:material/timer_off: {words('report.state.overdue')}]"
    return f":blue-badge[:material/edit_document: {words('report.state.open')}]"


def key(row: Row) -> str:
    """Return the key of the same state for a table's cell."""
    if not row["version"]:
        return "awaited"
    if row["is_signed"]:
        return "late" if row["is_late"] else "signed"
    return "changed" if row["signed_version"] is not None else "overdue" if row["is_late"] else "open"


def headline(row: Row, name: str, words: Words, offset: int) -> str:
    """Return whose report it is, its version, why it was issued, when it is due and who signed it, as Markdown."""
    told = [
        words("report.version", version=count(row["version"]), why=words(f"report.why.{row['why']}")),
        words("report.frozen", at=time_of_day(row["frozen_at"], offset)),
        words("report.due", at=time_of_day(row["due_at"], offset)),
    ]
    if row["signed_by"]:
        at, by = time_of_day(row["signed_at"], offset), plain(row["signed_by"])
        told.append(words("report.signed", by=by, at=at, version=count(row["signed_version"])))
    return f"**{plain(name)}** {state(row, words)}  \n{' · '.join(told)}"


def draw_sign(row: Row, place: Scope, words: Words) -> None:
    """Draw the tap that signs the version on the screen, for who may; say what became of it."""
    if not access.may(ActKind.REPORT_SIGNED):
        st.caption(f":material/lock: {words('report.not_yours')}")
        return
    said = _said(row)
    st.button(
        words("report.sign.done" if row["is_signed"] else "report.sign", version=count(row["version"])),
        key="report-sign",
        help=words("report.sign.help"),
        icon=":material/draw:",
        type="primary",
        disabled=row["is_signed"] or (said is not None and not said.is_failed),
        on_click=sign,
        args=(row["report_id"], row["version"], place, words),
    )
    if said is not None and not row["is_signed"]:
        (st.error if said.is_failed else st.success)(said.text)


def _said(row: Row) -> Said | None:
    said = st.session_state.get(SAID)
    if isinstance(said, Said) and (said.report_id, said.version) == (row["report_id"], row["version"]):
        return said
    return None


def sign(report_id: str, version: int, place: Scope, words: Words) -> None:
    """Record that the viewer signs that version; what became of it is said beside the button."""
    seen = access.viewer()
    told = f"sign|{seen and seen.user_id}|{report_id}|{version}"
    act_id = hashlib.sha256(told.encode()).hexdigest()[:32]
    try:
        acting.perform(act_id, ActKind.REPORT_SIGNED, place, {"version": version}, "", report_id)
    except (CommandUnavailable, AskRefused) as error:
        st.session_state[SAID] = Said(report_id, version, acting.refused(error, words), is_failed=True)
        return
    st.session_state[SAID] = Said(report_id, version, words("report.noted"))


def figures(row: Row, words: Words) -> list[Figure]:
    """Return the report's figures; ``row`` is the scope's own row of report."""
    return [_figure(row, name, words) for name in FIGURES]


def _figure(row: Row, name: str, words: Words) -> Figure:
    note = words("report.hour", change=signed(row[f"hour_{name}"]))
    tone: Tone = "gray"
    if name in FED and row[f"{name}_fed"] != row[name]:
        note, tone = (
            words("report.hour_fed", change=signed(row[f"hour_{name}"]), fed=count(row[f"{name}_fed"])),
            "orange",
        )
    if name == "tubes_missing" and row[name]:
        tone = "red"
    return Figure(f"report-{name}", words(f"report.{name}"), count(row[name]), note, tone, words(f"report.{name}.help"))


def place_name(row: Row, district: str, words: Words) -> str:
    """Return the name of a place in a row of reports_due or report."""
    if row["scope_level"] == ScopeLevel.DISTRICT:
        return district
    name = words.name(row)
    return f"{name} · {row['scope_id']}" if row["scope_level"] == ScopeLevel.SITE else name
