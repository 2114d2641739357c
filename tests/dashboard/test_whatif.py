"""The what-if page: answered on opening, levers in the address, differences, plans, and every state it can be in."""

import time
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.planning import asking
from dashboard.planning import on_map as whatif_map
from dashboard.planning.asking import State
from dashboard.planning.running import ASKED
from pipelines.client import AskRefused
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, texts
from tests.store.kit import rows

WITHIN_S = 60


@pytest.fixture(autouse=True)
def opened(district: District, command: str) -> None:
    """Have a command server answer that has heard of the day's first hour."""
    district.minute("01:00")


def look(app: AppTest, language: str = "en", **address: Any) -> AppTest:
    """Open the page and wait until it is answered."""
    app.query_params["lang"] = language
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page("app_pages/whatif.py").run()
    return answered(app)


def answered(app: AppTest, name: str = "answer") -> AppTest:
    """Draw the page again until the question of that name is done."""
    begun = time.monotonic()
    while app.session_state[ASKED][name].state is State.RUNNING and time.monotonic() - begun < WITHIN_S:
        time.sleep(0.1)
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """Return all texts of the page, as a reader sees them."""
    return texts(app).replace("\\", "").replace("\u2060", "")


def test_a_base_case_is_answered_on_opening_with_its_band(app: AppTest) -> None:
    look(app)
    assert "Base case (as planned): " in said(app)
    assert {"Mean wait, min", "Finish", "Not sampled", "Lane staff-hours"} <= set(metrics(app))
    assert "s" not in app.query_params


def test_a_guide_less_is_measured_against_the_base_case_and_stands_in_the_address(app: AppTest) -> None:
    look(app)
    app.segmented_control(key="whatif-guides").set_value(2).run()
    answered(app)
    assert app.query_params["s"] == "1~guides.2"
    assert "2 guides: " in said(app)
    assert 'Against "Base case (as planned)"' in said(app)
    app.segmented_control(key="whatif-guides").set_value(3).run()
    assert "s" not in app.query_params


def test_yesterdays_curve_can_be_chosen_where_that_day_is_kept_and_is_said_to_be_missing_where_not(
    app: AppTest, district: District
) -> None:
    look(app)
    assert "No earlier day is kept here" in said(app)
    asking.ANSWERS.forget()
    events = "\n".join(f"{900 + n} | LS-1 | 50 | {n // 2:02d}:{n % 2 * 30 + 5:02d}" for n in range(12))
    frame = rows("tube_event", "sequence | site_id | persons | happened_at\n" + events)
    district.tick("01:30", tube_event=frame.with_columns(pl.col("happened_at", "recorded_at") - timedelta(days=1)))
    look(app, s="1~curve.yesterday")
    assert "counted at the registration desks on 2031-03-01" in said(app)
    assert app.selectbox(key="whatif-curve").value == "yesterday"


def test_answers_given_today_stand_beside_the_answer_with_how_they_fared(app: AppTest, district: District) -> None:
    given = """
    code | name       | is_of_the_day | made_at | target_at | persons | persons_low | persons_high | finish_at
    a    | 1          | yes           | 00:10   | 01:10     | 20      | 15          | 25           | 06:10
    b    | 1~guides.2 | no            | 00:20   | 01:20     | 90      | 80          | 99           | 06:10
    c    | <b>mine    | no            | 01:20   | 02:20     | 9       | 8           | 10           | 06:10
    """
    event = "sequence | kind | site_id | persons | happened_at\n1 | sampled | LS-1 | 20 | 01:05"
    district.tick("01:30", answer_given=given, tube_event=event)
    look(app)
    assert "Of the day as it runs: 1 of 1 whose hour has passed lie in their band; of other cases 0 of 1; 1 " in said(
        app
    )
    assert "09:20 <b>mine: 9 persons (8–10) by 10:20, still to come" in said(app)
    assert "08:20 2 guides: 90 persons (80–99) by 09:20; 20 came, outside the band" in said(app)
    assert "08:10 Base case (as planned): 20 persons (15–25) by 09:10; 20 came, within the band" in said(app)


def test_an_address_that_cannot_be_read_is_said_and_the_base_case_shown(app: AppTest) -> None:
    look(app, s="1~role.admin", plan="0~-~anywhere")
    assert '"role.admin" in the address is nothing that can be moved' in said(app)
    assert 'The goal "0~-~anywhere" in the address cannot be read' in said(app)
    assert "Base case (as planned): " in said(app)


def test_up_to_four_cases_stand_side_by_side_in_chinese(app: AppTest) -> None:
    app.query_params["beside"] = ["1~mode.one", "1~hits.province"]
    look(app, "zh", s="1~guides.2")
    table = next(one.value for one in app.dataframe if "measure" in one.value.columns)
    assert len(table.columns) == 1 + 4 + 3
    assert "2 名引导员：" in said(app)


def test_a_plan_is_played_and_names_teams_lanes_and_moves(app: AppTest) -> None:
    look(app, plan="25~-~in_town")
    answered(app, "plan")
    assert "teams and" in said(app)
    assert "Played: done at" in said(app)
    columns = [set(table.value.columns) for table in app.dataframe]
    assert {"town", "need", "have", "saved", "more"} in columns
    assert any({"site", "h0"} <= one for one in columns)


def test_a_stopped_question_is_said_and_can_be_asked_again(app: AppTest) -> None:
    look(app)
    app.session_state[ASKED]["answer"].is_cancelled = True
    app.run()
    assert "Stopped." in said(app)
    app.button(key="whatif-again-answer").click().run()
    answered(app)
    assert "Base case (as planned): " in said(app)


def test_what_the_server_refuses_is_said_with_its_sentence(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AskRefused("the sites' lane staff add up to 9,000, more than exist")

    monkeypatch.setattr(asking.WhatIfClient, "ask", refuse)
    look(app, s="1~guides.1")
    assert "This cannot be simulated." in said(app)
    assert "more than exist" in said(app)


def test_a_night_that_goes_on_keeps_its_own_steps(app: AppTest) -> None:
    look(app, s="1~start.volunteers_only")
    told = app.session_state[ASKED]["answer"].answer
    steps = [answer["curves"][0]["step_minutes"] for answer in told["answers"]]
    lasting = [
        len(answer["curves"][0]["queue"]["mean"]) * step for answer, step in zip(told["answers"], steps, strict=True)
    ]
    base, night = (whatif_map.hours(answer) for answer in told["answers"])
    assert night == pytest.approx(lasting[1] / 60, abs=1)
    assert base == pytest.approx(lasting[0] / 60, abs=1)
