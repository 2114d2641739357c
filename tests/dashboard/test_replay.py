"""Replay: a past moment on the same screens, as it was known then, with the way on and back to the present."""

from collections.abc import Callable
from datetime import time

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import replay
from tests.dashboard.kit import District
from tests.dashboard.test_deciding import bad_hour
from tests.dashboard.test_pages import metrics, shown_moment, texts
from tests.end_to_end.product import until

THEN = "2031-03-02T01:10Z"
REPLAYED = sorted(replay.PAGES)
NO_MOMENTS = ("", "yesterday", "01:10", "2031-03-02T01:10", "9999-12-31T23:59-12:00", "<img src=x onerror=alert(1)>")


@pytest.fixture
def a_day(district: District) -> District:
    """Two minutes of the day with half an hour between them."""
    bad_hour(district)
    district.minute("01:30", persons=250)
    return district


def opened(app: AppTest, page: str = "district", **asked: str) -> AppTest:
    """Return the page as its address opens it, in English, drawn twice, so that what comes second is there too."""
    app.query_params.update({"lang": "en"} | asked)
    if page != "district":
        app.switch_page(f"app_pages/{page}.py")
    return app.run().run()


@pytest.mark.usefixtures("command", "a_day")
def test_the_address_names_a_moment_and_the_way_back_to_the_present_forgets_it(app: AppTest) -> None:
    opened(app, at=THEN)
    assert not app.exception
    assert "Replay, moment 2031-03-02 09:10" in texts(app)
    assert "01:10:00" in shown_moment(app)
    assert metrics(app)["Person-samples"].startswith("1,080")
    app.button(key="replay-end").click().run().run()
    assert "Replay, moment" not in texts(app)
    assert metrics(app)["Person-samples"].startswith("2,250")
    assert "at" not in app.query_params


@pytest.mark.usefixtures("command", "a_day")
def test_steps_lead_through_the_hour_as_it_was_known_and_nothing_is_decided_in_the_past(app: AppTest) -> None:
    opened(app, at=THEN)
    assert app.container(key="cause").error
    assert not [button.key for button in app.button if str(button.key).startswith(("accept", "reject"))]
    app.button(key="replay-step--10").click().run().run()
    assert "01:00:00" in shown_moment(app)
    assert not app.container(key="cause").error
    app.button(key="replay-step-60").click().run().run()
    assert "That moment is yet to come" in texts(app)
    assert metrics(app)["Person-samples"].startswith("2,250")


@pytest.mark.usefixtures("command", "a_day")
@pytest.mark.parametrize("page", REPLAYED)
def test_every_page_of_a_replay_is_of_its_moment(app: AppTest, page: str) -> None:
    opened(app, page, at=THEN, site="LS-1", town="990001001")
    assert not app.exception
    assert "Replay, moment 2031-03-02 09:10" in texts(app)
    assert "2031-03-02T01:10:00+00:00" in shown_moment(app)


@pytest.mark.usefixtures("command", "a_day")
def test_the_moment_goes_along_to_the_next_page_and_not_to_one_that_shows_the_present_only(app: AppTest) -> None:
    opened(app, at=THEN)
    app.switch_page("app_pages/alerts.py").run().run()
    assert "Replay, moment" not in texts(app)
    assert "This page cannot be replayed: it shows the present." in texts(app)
    assert "The replay stands at 2031-03-02 09:10" in texts(app)
    assert "01:10:00" not in shown_moment(app)
    app.switch_page("app_pages/tubes.py").run().run()
    assert "01:10:00" in shown_moment(app)
    assert app.query_params["at"] in (THEN, [THEN])


@pytest.mark.usefixtures("command", "a_day")
def test_a_page_that_shows_the_present_only_says_so_until_the_replay_is_ended_there(app: AppTest) -> None:
    opened(app, "reports", at=THEN)
    assert "This page cannot be replayed" in texts(app)
    app.button(key="replay-end").click().run()
    assert "cannot be replayed" not in texts(app)
    app.switch_page("app_pages/district.py").run().run()
    assert "Replay, moment" not in texts(app)


@pytest.mark.usefixtures("command", "a_day")
def test_a_replay_plays_on_by_itself_from_the_moment_shown_and_ends_at_the_present(app: AppTest) -> None:
    opened(app, at=THEN)
    app.segmented_control(key="replay-speed").set_value(300).run()
    assert "play" not in app.query_params, "a speed alone starts nothing"
    app.button(key="replay-play").click().run()
    assert app.query_params["play"] in ("300", ["300"])
    moments: list[str] = []
    until("the present", lambda: played(app, moments))
    assert moments == sorted(moments)
    assert len(set(moments)) > 1, "it has moved, and not in one leap"
    assert metrics(app)["Person-samples"].startswith("2,250")
    assert not {"at", "play"} & set(app.query_params)


def played(app: AppTest, moments: list[str]) -> bool:
    """Draw the page again, as its timer does, and note the moment it is of; whether it is the present."""
    app.run()
    assert not app.exception
    is_past = "Replay, moment" in texts(app)
    moments += [shown_moment(app)] if is_past else []
    return not is_past


@pytest.mark.usefixtures("command", "a_day")
def test_playing_pauses_where_it_is_and_the_link_has_both(app: AppTest) -> None:
    opened(app, at=THEN, play="10")
    assert app.button(key="replay-play").label == "Pause"
    app.button(key="replay-play").click().run().run()
    assert app.button(key="replay-play").label == "Play"
    assert app.query_params["at"] in (THEN, [THEN])
    assert "play" not in app.query_params


@pytest.mark.usefixtures("command", "a_day")
def test_at_a_speed_that_there_is_not_a_replay_stands(another: Callable[[], AppTest]) -> None:
    for wrong in ("7", "-60", "fast"):
        assert opened(another(), at=THEN, play=wrong).button(key="replay-play").label == "Play"


@pytest.mark.usefixtures("command", "a_day")
def test_a_time_of_day_typed_in_is_the_newest_past_moment_of_that_time(app: AppTest) -> None:
    opened(app)
    for typed, wanted in ((time(9, 15), "2031-03-02T01:15:00"), (time(23), "2031-03-01T15:00:00")):
        app.time_input(key="replay-time").set_value(typed)
        app.button(key="replay-go").click().run().run()
        assert not app.exception
        assert wanted in shown_moment(app)


@pytest.mark.usefixtures("command", "a_day")
@pytest.mark.parametrize("at", NO_MOMENTS)
def test_what_is_no_moment_shows_the_present_and_says_so(app: AppTest, at: str) -> None:
    opened(app, at=at)
    assert not app.exception
    assert metrics(app)["Person-samples"].startswith("2,250")
    assert ("is no moment" in texts(app)) == bool(at)
    assert "](http" not in texts(app)


@pytest.mark.usefixtures("command", "a_day")
def test_a_wall_is_replayed_without_anything_to_press(app: AppTest) -> None:
    opened(app, at=THEN, wall="hold", screen="map")
    assert "Replay, moment 2031-03-02 09:10" in texts(app)
    assert [button.key for button in app.button] == []
