"""The reports page: what is due and signed, one report whole, the version that is seen is signed, files on request."""

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import live
from dashboard.reporting import saving
from dashboard.reporting.saving import Wanted
from dashboard.words import words
from pipelines.client import AskRefused, Scope
from pipelines.jobs.pull_acts import act_rows
from pipelines.vocabulary import ActKind, Audience, ExportForm, ReportForm
from tests.dashboard.conftest import Taking
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, texts
from tests.reports.freezing import freeze
from tests.reports.test_documents import ADVICE
from tests.store.kit import rows
from tests.store.test_input_asks import CORRECTED, FED, HOUR, TUBES, WHO, act

EN = words("en")


def open_reports(app: AppTest, language: str = "en", **address: str) -> str:
    for name, value in {"lang": language, **address}.items():
        app.query_params[name] = value
    app.switch_page("app_pages/reports.py").run()
    assert not app.exception
    return texts(app)


def frozen(district: District) -> None:
    """Let the first hour be frozen at once, and again when a site has entered its figures."""
    district.minute("00:59")
    freeze(district, "01:00", tube_event=TUBES)
    freeze(district, "01:03", site_input=FED)
    freeze(district, "01:05")


@pytest.mark.usefixtures("command")
def test_before_it_is_frozen_a_report_is_awaited(district: District, app: AppTest) -> None:
    district.minute("01:00")
    seen = open_reports(app)
    assert "The report up to 09:00 is not frozen yet" in seen
    assert "No report is frozen yet" in seen
    assert "**0** of 13 reports are signed" in seen


@pytest.mark.usefixtures("command")
def test_a_report_is_shown_whole_with_its_parts_and_what_its_version_changed(district: District, app: AppTest) -> None:
    frozen(district)
    seen = open_reports(app)
    shown = metrics(app)
    assert (shown["Persons"], shown["Tubes"], shown["Third copies"]) == ("21", "3", "2")
    assert "version 2 (entries came)" in seen and "due by 09:15" in seen and "to be signed" in seen
    assert "There was nothing to recommend" in seen and "Nothing disturbed the hour" in seen
    changed = next(frame.value for frame in app.dataframe if "before" in frame.value.columns)
    assert {(figure, int(after)) for figure, after in changed[["figure", "after"]].to_numpy()} == {("Third copies", 2)}
    parts = next(frame.value for frame in app.dataframe if "hour_persons" in frame.value.columns)
    assert [int(persons) for persons in parts["persons"]] == [21, 21, 0, 0]


@pytest.mark.usefixtures("command")
def test_an_earlier_version_can_be_looked_at_and_is_said_to_be_earlier(district: District, app: AppTest) -> None:
    frozen(district)
    open_reports(app)
    app.selectbox(key=f"report-version-{HOUR}/district").set_value("1").run()
    app.run()
    assert "You look at version 1" in texts(app)
    assert "That version changed no figure" in texts(app)
    assert metrics(app)["Third copies"] == "—"


def test_signing_is_one_act_of_the_version_on_the_screen(district: District, app: AppTest, taking: Taking) -> None:
    taking.seat("demo-site")
    frozen(district)
    open_reports(app)
    app.button(key="report-sign").click().run()
    assert app.button(key="report-sign").disabled
    (taken,) = taking.acts()
    assert (taken.kind, taken.scope, taken.target, dict(taken.facts)) == (
        *(ActKind.REPORT_SIGNED, Scope.site("LS-1"), f"{HOUR}/site/LS-1"),
        {"version": 2},
    )


@pytest.mark.usefixtures("command")
def test_what_was_signed_and_changed_afterwards_asks_for_a_new_signature(district: District, app: AppTest) -> None:
    frozen(district)
    told = f'1 | s1 | report_signed | xu | district | - | {HOUR}/district | {{"version":2}} | | 01:10'
    district.tick("01:10", act=WHO + told)
    assert "xu signed version 2 at 09:10" in open_reports(app)
    assert app.button(key="report-sign").disabled
    correction = '{"base_version":1,"tubes":5}'
    freeze(district, "01:30", act=act(2, "01:30", correction, "LS-1", CORRECTED, "wu", "counted"))
    freeze(district, "01:40")
    live.forget()
    seen = open_reports(app)
    assert "changed since signed" in seen and "version 3 (corrected)" in seen
    assert not app.button(key="report-sign").disabled


def test_a_recommended_action_is_noted_about_and_the_note_stands_beside_it(
    district: District, app: AppTest, taking: Taking
) -> None:
    advice = rows("recommendation", ADVICE).with_columns(site_ids=pl.lit(["LS-1"]), person_minutes=pl.lit(300.0))
    district.minute("00:59")
    freeze(district, "01:01", tube_event=TUBES, site_input=FED, recommendation=advice)
    taking.seat("demo-site")
    open_reports(app)
    app.button(key="deed-report_advice_noted-1").click().run()
    app.text_area(key="deed-words").set_value("done by [hand](http://x)")
    app.button(key="deed-confirm").click().run()
    assert not app.exception
    (taken,) = taking.acts()
    assert (taken.kind, taken.scope, taken.target) == (
        *(ActKind.REPORT_ADVICE_NOTED, Scope.site("LS-1")),
        f"{HOUR}/site/LS-1",
    )
    assert (taken.facts, taken.reason) == (
        {"version": 1, "recommendation_id": "hold:LS-1"},
        "done by [hand](http://x)",
    )
    district.store.commit("pull_acts", {"act": act_rows(taking.ledger.feed())})
    district.minute("01:20")
    live.forget()
    told = open_reports(app)
    assert "demo\\-site: done by" in told and "[hand](http" not in told


def test_a_file_is_made_only_when_asked_for_and_goes_on_record(
    district: District, app: AppTest, taking: Taking
) -> None:
    frozen(district)
    open_reports(app)
    assert taking.acts() == []
    app.button(key=f"report-{ReportForm.PDF}").click().run()
    assert "report-district-20310302T0100Z-v2-en.pdf" in texts(app).replace("\\", "")
    app.button(key=f"export-{ExportForm.CSV}").click().run()
    assert "rows · hash" in texts(app)
    assert [(one.kind, one.facts["form"]) for one in taking.acts()] == [
        (ActKind.EXPORTED, "pdf"),
        (ActKind.EXPORTED, "csv"),
    ]


@pytest.mark.parametrize("form", list(ExportForm))
def test_an_export_is_cut_to_whom_it_is_for(district: District, taking: Taking, form: ExportForm) -> None:
    taking.seat("demo-town")
    frozen(district)
    wanted = Wanted("report_figures", form, Audience.INTERNAL, {})
    made = saving.export(wanted, Scope.town("990001001"), EN)
    assert made.data and made.name.endswith(f".{form}") and "4 rows" in made.told
    with pytest.raises(AskRefused, match="outside"):
        saving.export(wanted, Scope.town("990001002"), EN)


def test_who_may_not_sign_or_take_away_finds_no_button(district: District, app: AppTest, taking: Taking) -> None:
    frozen(district)
    taking.seat("demo-analyst")
    assert "Your role reads reports" in open_reports(app)
    assert not [button for button in app.button if button.key == "report-sign"]
    taking.seat("demo-site")
    open_reports(app)
    assert not [button for button in app.button if str(button.key).startswith(("export-", "report-pdf"))]
