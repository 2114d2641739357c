"""Files of what a page shows: fetched from the command server only when asked for, then there to be saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard import access, acting, queries, refusals, replay
from dashboard.formats import count, plain
from dashboard.reporting import offers
from dashboard.words import Words
from pipelines import client_exports
from pipelines.client import AskRefused, CommandUnavailable, Scope
from pipelines.vocabulary import ActKind, Audience, ExportForm, ReportForm

MADE, FAILED = "file-made", "file-failed"


@dataclass(frozen=True)
class Made:
    """A file as it came, for whom it was asked, and what is said of it beside its name."""

    about: str
    name: str
    data: bytes
    told: str


@dataclass(frozen=True)
class Wanted:
    """Which ask is wanted as which file, for whom, with which parameters."""

    ask: str
    form: ExportForm
    audience: Audience
    params: Mapping[str, str]


def tables(page: str, scope: Scope | Callable[[], Scope], words: Words, **given: str) -> None:
    """Draw the way out for a page's tables, with the parameters ``given`` to their asks; for who may.

    ``scope`` is asked for when a file is: a page that is cut anew in place says there how.
    """
    if not access.may(ActKind.EXPORTED):
        return
    asks = offers.offered(page, scope() if callable(scope) else scope, given)
    with st.popover(words("export.tables"), icon=":material/download:", type="tertiary", key="export"):
        st.caption(words("export.help"))
        ask = st.selectbox(
            words("export.table"), list(asks), format_func=lambda name: words(f"export.ask.{name}"), key="export-ask"
        )
        audience = st.segmented_control(
            words("export.audience"),
            list(Audience),
            required=True,
            default=Audience.INTERNAL,
            format_func=lambda one: words(f"audience.{one}"),
            help=words("export.audience.help"),
            key="export-audience",
        )

        def made(form: ExportForm) -> Made:
            return export(Wanted(ask, form, audience, asks[ask]), scope() if callable(scope) else scope, words)

        for form in ExportForm:
            st.button(
                words("export.form", form=form.upper()),
                key=f"export-{form}",
                on_click=_fetch,
                args=("export", lambda form=form: made(form)),
                width="stretch",
            )
        _draw_made("export", words)


def export(wanted: Wanted, scope: Scope, words: Words) -> Made:
    """Return the export of an ask for the viewer; raises CommandUnavailable or AskRefused."""
    found = client_exports.export(
        *(queries.client(), wanted.ask, wanted.form),
        as_of=replay.moment(),
        scope=scope,
        audience=wanted.audience,
        params=dict(wanted.params),
        session_token=acting.session_token(),
        address=acting.address(),
    )
    rows, digest = count(found.rows), found.sha256[:12]
    if found.suppressed:
        told = words("export.made.hidden", rows=rows, hash=digest, hidden=count(found.suppressed))
    else:
        told = words("export.made", rows=rows, hash=digest)
    return Made("export", found.name, found.data, told)


def report(hour: str, version: int, place: Scope, words: Words) -> None:
    """Draw the way out for one version of a report in every form, in the viewer's language; for who may."""
    if not access.may(ActKind.EXPORTED):
        return
    with st.container(horizontal=True, gap="xsmall", key="report-files", vertical_alignment="center"):
        for form in ReportForm:
            st.button(
                form.upper(),
                key=f"report-{form}",
                icon=":material/download:",
                type="tertiary",
                help=words("report.file.help"),
                on_click=_fetch,
                args=("report", lambda form=form: report_file(hour, form, version, place, words)),
            )
    _draw_made("report", words)


def report_file(hour: str, form: ReportForm, version: int, place: Scope, words: Words) -> Made:
    """Return the report as a file for the viewer; raises CommandUnavailable or AskRefused."""
    name, data = client_exports.report_file(
        *(queries.client(), hour, form),
        scope=place,
        version=str(version),
        language=words.language,
        session_token=acting.session_token(),
        address=acting.address(),
    )
    return Made("report", name, data, words("export.size", size=count(len(data) / 1000)))


def _fetch(about: str, make: Callable[[], Made]) -> None:
    for name in (MADE, FAILED):
        st.session_state.pop(name, None)
    try:
        st.session_state[MADE] = make()
    except (CommandUnavailable, AskRefused) as error:
        st.session_state[FAILED] = (about, str(error))


def _draw_made(about: str, words: Words) -> None:
    made, failed = st.session_state.get(MADE), st.session_state.get(FAILED)
    if failed and failed[0] == about:
        st.error(refusals.shown(failed[1], words), title=words("export.failed"), icon=":material/error:")
    if isinstance(made, Made) and made.about == about:
        st.caption(f":material/check_circle: {plain(made.name)} · {made.told}")
        label, told = words("export.save"), words("export.save.help")
        st.download_button(
            label, made.data, made.name, key=f"save-{about}", help=told, type="primary", on_click="ignore"
        )
