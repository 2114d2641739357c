"""The inputs page: one tap confirms, a correction says why and what was seen, contradictions show, tables are taken."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.formats import plain
from dashboard.reporting import hours, settling
from pipelines.campaign import Campaign
from pipelines.campaign.hours import reporting_hours
from pipelines.client import Scope
from pipelines.server.campaign_info import campaign_info
from pipelines.vocabulary import ActKind
from tests.dashboard.conftest import Taking
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, texts
from tests.store.kit import moment
from tests.store.test_input_asks import CORRECTED, FED, HOUR, TUBES, act

TABLE = "site\thour\tpersons\treason\nLS-2\t09:00\t7\t\nLS-2\t09:30\t7\t\nLS-3\t09:00\tmany\t\n"


def open_inputs(app: AppTest, site: str = "", language: str = "en") -> str:
    app.query_params["lang"] = language
    if site:
        app.query_params["site"] = site
    app.switch_page("app_pages/inputs.py").run()
    assert not app.exception
    return texts(app)


def test_the_hours_of_the_choice_are_those_that_are_reported(small: Campaign) -> None:
    info, every = campaign_info(small), reporting_hours(small)
    assert hours.past(info, every[-1] + hours.HOUR * 9) == every[::-1]
    assert hours.past(info, every[0] - hours.DUE_AFTER) == []
    assert hours.past(info, every[1]) == [every[1], every[0]]


@pytest.mark.usefixtures("command")
def test_before_the_first_hour_is_over_there_is_nothing_to_report(district: District, app: AppTest) -> None:
    district.minute("00:40")
    assert "The first full hour is not over yet" in open_inputs(app)


@pytest.mark.usefixtures("command")
def test_a_sites_figures_are_prefilled_and_what_stands_behind_each_is_said(district: District, app: AppTest) -> None:
    district.minute("01:00")
    district.tick("01:20", tube_event=TUBES)
    seen = open_inputs(app, "LS-1")
    shown = metrics(app)
    assert (shown["Persons"], shown["Tubes"], shown["Third copies"]) == ("14", "2", "—")
    assert "due by 09:15" in seen and "missing" in seen
    assert "**9** of 9 sites have something to enter" in seen
    table = next(frame.value for frame in app.dataframe if "next" in frame.value.columns)
    assert set(table["next"]) == {"enter 1 missing hour"}


def test_one_tap_confirms_what_is_on_the_screen_and_a_second_changes_nothing(
    district: District, app: AppTest, taking: Taking
) -> None:
    taking.seat("demo-site")
    district.minute("01:00")
    district.tick("01:10", tube_event=TUBES)
    open_inputs(app)
    app.button(key="input-confirm").click().run()
    assert "On record" in "\n".join(str(box.value) for box in app.success)
    assert app.button(key="input-confirm").disabled
    (taken,) = taking.acts()
    assert (taken.kind, taken.scope, taken.target, taken.by) == (
        *(ActKind.INPUT_CONFIRMED, Scope.site("LS-1"), HOUR),
        "demo-site",
    )
    assert taken.facts["base_version"] == 0 and (taken.facts["persons"], taken.facts["tubes"]) == (14, 2)


def test_a_correction_needs_a_reason_and_carries_the_version_that_was_seen(
    district: District, app: AppTest, taking: Taking
) -> None:
    taking.seat("demo-town")
    district.minute("01:00")
    district.tick("01:08", site_input=FED, tube_event=TUBES)
    open_inputs(app, "LS-1")
    app.button(key="input-correct").click().run()
    tubes = next(box for box in app.number_input if "input-tubes" in str(box.key))
    assert tubes.value == 2
    tubes.set_value(3)
    district.tick("01:09", act=act(1, "01:09", '{"base_version":1,"tubes":9}', "LS-1", CORRECTED, "xu", "one more"))
    app.button(key="input-send").click().run()
    assert "Say in a few words why" in "\n".join(str(box.value) for box in app.error)
    assert taking.acts() == []
    next(box for box in app.text_input if "input-reason" in str(box.key)).set_value("counted anew")
    app.button(key="input-send").click().run()
    (taken,) = taking.acts()
    assert (taken.kind, taken.reason, dict(taken.facts)) == (
        *(ActKind.INPUT_CORRECTED, "counted anew"),
        {"base_version": 1, "tubes": 3},
    )


def test_two_versions_stand_side_by_side_and_keeping_one_has_seen_both(
    district: District, app: AppTest, taking: Taking
) -> None:
    district.minute("01:00")
    district.tick("01:06", site_input=FED)
    bold = "**one** [x](http://evil.example)"
    told = act(1, "01:08", '{"base_version":1,"tubes":3}', "LS-1", CORRECTED, "xu", bold)
    district.tick("01:08", act=told)
    district.tick("01:09", act=act(2, "01:09", '{"base_version":1,"tubes":4}', "LS-1", CORRECTED, "wu", "two"))
    seen = open_inputs(app, "LS-1")
    assert "version 3 · wu · 09:09" in seen and "version 2 · xu · 09:08" in seen
    assert plain(bold) in seen and bold not in seen
    assert app.button(key="input-confirm").disabled, "a contradiction is settled, not confirmed"
    app.button(key="keep-0-unseen_").click().run()
    next(box for box in app.text_input if "input-reason" in str(box.key)).set_value("counted")
    app.button(key="input-send").click().run()
    (taken,) = taking.acts()
    assert dict(taken.facts) == {"base_version": 3, "tubes": 3}
    row = district.ask("input_conflicts").row(0, named=True)
    assert settling.settling(row, "").shown == {"tubes": 4}


def test_a_pasted_table_is_previewed_its_bad_cells_named_and_its_good_rows_taken(
    district: District, app: AppTest, taking: Taking
) -> None:
    district.minute("01:00")
    district.tick("01:20", tube_event=TUBES)
    open_inputs(app)
    app.text_area(key="table-paste").set_value(TABLE)
    app.button(key="table-preview").click().run()
    assert not app.exception
    assert "**1** row can be taken, **2** things are wrong" in texts(app)
    refused = next(frame.value for frame in app.dataframe if "rule" in frame.value.columns)
    assert [int(row) for row in refused["row"]] == [3, 4] and list(refused["value"]) == ["09:30", "many"]
    assert taking.acts() == []
    app.button(key="table-take").click().run()
    (taken,) = taking.acts()
    assert (taken.scope, taken.facts["persons"], taken.facts["source"]) == (Scope.site("LS-2"), 7, "file")
    assert not [button for button in app.button if button.key == "table-take"]


def test_a_table_that_cannot_be_read_says_why_in_one_sentence(district: District, app: AppTest, taking: Taking) -> None:
    district.minute("01:00")
    open_inputs(app)
    app.text_area(key="table-paste").set_value("a,b\n1,2\n")
    app.button(key="table-preview").click().run()
    assert "The table cannot be read" in "\n".join(str(box.value) for box in app.error)
    assert taking.acts() == []


def test_who_only_looks_on_finds_no_button_and_reads_why(district: District, app: AppTest, taking: Taking) -> None:
    taking.seat("demo-analyst")
    district.minute("01:00")
    seen = open_inputs(app, "LS-1")
    assert "Your role looks at figures" in seen
    assert not [button for button in app.button if str(button.key).startswith(("input-", "table-"))]


def test_a_late_entry_is_named_late_in_both_languages(district: District, app: AppTest, taking: Taking) -> None:
    taking.seat("demo-site")
    district.minute("01:00")
    district.tick("01:20", act=act(1, "01:18", '{"base_version":0,"persons":8}', "LS-1"))
    assert moment("01:20") == district.clock.now()
    assert "迟报" in open_inputs(app, language="zh")
