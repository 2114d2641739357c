"""Tickets, readiness and close-out as a viewer meets them: what is red has a next step, what settles it a button."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access
from pipelines.client import Scope, Viewer
from pipelines.vocabulary import ActKind, UserRole
from tests.dashboard.conftest import Taking
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, texts
from tests.store.test_custody_asks import DAY
from tests.store.test_readiness_asks import KIT, OVERRIDES, PULLED
from tests.store.test_ticket_asks import DONE, OPENED

NORTH = "990001002"


def seen(app: AppTest, page: str, language: str = "en") -> str:
    app.query_params["lang"] = language
    app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception
    return texts(app)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def officer() -> Viewer:
    return Viewer(user_id="wu", name="Wu", role=UserRole.SITE_OFFICER, scope=Scope.site("LS-5"))


@pytest.mark.usefixtures("command")
def test_a_ticket_says_on_whose_desk_it_lies_how_long_and_what_may_be_done(district: District, app: AppTest) -> None:
    district.minute("00:20")
    district.tick("00:21", act=OPENED)
    told = seen(app, "tickets")
    assert metrics(app)["Open"] == "3" and metrics(app)["Overdue"] == "1"
    assert "**#1** no Wi\\-Fi" in told and "over its time since 08:17" in told and "then to the town" in told
    assert "alarm server\\_down\\:p1" in told and "nobody has taken it" in told
    assert {"Report", "Take it", "Note", "Escalate", "Solved"} <= set(labels(app))
    assert "Hand to vendor" not in labels(app), "the campaign names no vendor"


@pytest.mark.usefixtures("command")
def test_a_quiet_day_has_no_ticket_and_says_so_in_chinese(district: District, app: AppTest) -> None:
    district.minute("00:20")
    told = seen(app, "tickets", "zh")
    assert "没有未解决的工单。" in told and "还没有工单。" in told and "战役文件没有联系人" in told


@pytest.mark.usefixtures("command")
def test_solved_tickets_are_a_choice_away_and_may_be_reopened(district: District, app: AppTest) -> None:
    district.minute("00:20")
    district.tick("00:21", act=OPENED)
    district.tick("00:23", act=DONE)
    seen(app, "tickets")
    app.segmented_control(key="ticket-filter").set_value("solved").run()
    assert "**#2** two ill" in texts(app) and "solved 08:22 by wu" in texts(app)
    assert "Reopen" in labels(app)


@pytest.mark.usefixtures("command")
def test_the_dialog_of_a_new_ticket_asks_what_it_needs(district: District, app: AppTest) -> None:
    district.minute("00:20")
    seen(app, "tickets")
    app.button(key="deed-ticket_opened-new").click().run()
    assert {box.key for box in app.selectbox} >= {"deed-category", "deed-severity", "deed-level", "deed-alert_id"}
    assert [area.key for area in app.text_area] == ["deed-words"]


@pytest.mark.usefixtures("command")
def test_a_site_s_gate_names_what_is_missing_with_its_next_step(district: District, app: AppTest) -> None:
    district.minute("00:58")
    district.tick("00:59", kit=KIT, source_pull=PULLED.format("00:59"), act=OVERRIDES)
    told = seen(app, "readiness")
    assert metrics(app)["Blocked"] == "9"
    assert "Power 0/2 · missing" in told and "Restore power; bring sockets, chargers and cables\\." not in told
    assert "Restore power; bring sockets, chargers and cables." in told
    assert "wu overrode it: two are charging" in told
    assert {"Override", "Restore"} <= set(labels(app))
    assert "The campaign has no record of trainings." in told


@pytest.mark.usefixtures("command")
def test_a_day_that_cannot_be_closed_names_what_stands_open(district: District, app: AppTest) -> None:
    district.tick("06:46", **DAY)
    told = seen(app, "closeout")
    assert metrics(app)["Tubes"] == "3" and metrics(app)["Tickets"] == "1"
    assert "Not yet: Tubes 3, Sheets 2" in told
    assert "**LK1000000002** · Sports Hall" in told and "Search it from its last hand\\-over" not in told
    assert "Search it from its last hand-over, or explain it." in told
    assert {"Close the day", "Sign exception", "Password changed", "Returned"} <= set(labels(app))


@pytest.mark.usefixtures("command")
def test_a_site_officer_sees_his_site_and_closes_no_day(district: District, app: AppTest) -> None:
    access.DOOR.read = officer
    district.tick("06:46", **DAY)
    told = seen(app, "closeout")
    assert "LS\\-6" not in told and "Sheets 1" in told
    assert "Close the day" not in labels(app) and "Sign exception" not in labels(app)
    assert "Returned" in labels(app)


def test_sheets_go_out_by_number_to_a_site_and_the_act_names_each(
    district: District, app: AppTest, taking: Taking
) -> None:
    taking.seat("demo-site")
    district.minute("00:20")
    seen(app, "closeout")
    assert [name.partition(" · ")[2] for name in app.selectbox(key="issue-site").options] == ["LS-1"]
    app.button(key="deed-sheets_issued-site").click().run()
    app.text_area(key="deed-numbers").set_value("sh-01, sh-02\nsh-03、sh-04")
    app.text_area(key="deed-words").set_value("for lanes one to four")
    app.button(key="deed-confirm").click().run()
    assert not app.exception
    (act,) = taking.acts()
    assert (act.kind, act.scope) == (ActKind.SHEETS_ISSUED, Scope.site("LS-1"))
    assert (act.facts, act.reason) == ({"sheets": ["sh-01", "sh-02", "sh-03", "sh-04"]}, "for lanes one to four")


def test_a_form_without_a_number_is_refused_in_a_sentence_and_nothing_is_recorded(
    district: District, app: AppTest, taking: Taking
) -> None:
    district.minute("00:20")
    seen(app, "closeout")
    app.button(key="deed-sheets_issued-site").click().run()
    app.button(key="deed-confirm").click().run()
    assert "1 to 500 different numbers of sheets" in texts(app)
    assert taking.acts() == []


@pytest.mark.usefixtures("command")
def test_hostile_words_of_a_ticket_are_text(district: District, app: AppTest) -> None:
    district.minute("00:20")
    header, first = OPENED.splitlines()[:2]
    district.tick("00:21", act=f"{header}\n{first.replace('no Wi-Fi', '[x](http://evil.example) *now*')}")
    told = seen(app, "tickets")
    assert "[x](http" not in told and "evil" in told
