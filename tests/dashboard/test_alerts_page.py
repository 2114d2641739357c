"""The alerts page: one entry a cause, consequences folded, what was done about it, every text from outside as text."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.formats import plain
from tests.dashboard.kit import District
from tests.dashboard.test_pages import texts
from tests.store.test_alert_asks import ACTS, did, event, told

NORTH = "990001001"
BAD_HOUR = (
    event("server_down:p1", "firing", "ok", "01:00", "01:00", about="server", severity="critical"),
    event("wait_long:LS-1", "firing", "ok", "01:01", "01:01", place=f"LS-1/{NORTH}", muted_by="server_down:p1"),
    event("wait_long:LS-2", "firing", "ok", "01:01", "01:01", place=f"LS-2/{NORTH}", muted_by="server_down:p1"),
    event("site_stale:LS-3", "firing", "ok", "01:01", "01:01", place=f"LS-3/{NORTH}"),
    event("site_stale:LS-4", "firing", "ok", "01:01", "01:01", place=f"LS-4/{NORTH}"),
    event("feed_stale:roster", "pending", "ok", "01:01", about="feed"),
)


def open_alerts(app: AppTest, language: str = "en") -> str:
    app.query_params["lang"] = language
    app.switch_page("app_pages/alerts.py").run()
    assert not app.exception
    return texts(app)


@pytest.mark.usefixtures("command")
def test_a_quiet_day_says_so_and_what_was_never_sent_too(district: District, app: AppTest) -> None:
    district.minute("01:00")
    seen = open_alerts(app)
    assert "Nothing fires" in seen
    assert "No alert has happened yet." in seen
    assert "No message was sent yet" in seen


@pytest.mark.usefixtures("command")
def test_a_bad_hour_is_one_entry_a_cause_with_its_consequences_folded(district: District, app: AppTest) -> None:
    district.minute("01:00")
    told(district, "01:01", *BAD_HOUR)
    seen = open_alerts(app)
    assert seen.count("**Server down**") == 1 and "since 09:00" in seen
    assert [box.label for box in app.expander if "come of it" in box.label] == ["2 alerts come of it"]
    assert "Long wait ×2: East Bank School, East Bank Square" in seen
    assert "**Site stale ×2** Ferry Pier, Lighthouse" in seen
    assert "1 pending, 0 without data" in seen
    assert "have the desks on it scan the code that the switch plan names" in seen, "a red names its next step"


LATE = (
    event("password_overdue:acc-north", "firing", "ok", "01:00", "01:00", about="account", severity="critical"),
    event(
        "sheets_overdue:LS-1",
        "firing",
        "ok",
        "01:01",
        "01:01",
        place=f"LS-1/{NORTH}",
        muted_by="password_overdue:acc-north",
    ),
    event(
        "sheets_overdue:LS-2",
        "firing",
        "ok",
        "01:01",
        "01:01",
        place=f"LS-2/{NORTH}",
        muted_by="password_overdue:acc-north",
    ),
    event("ticket_overdue:t3", "firing", "ok", "01:01", "01:01", about="ticket"),
    event("ticket_overdue:t4", "firing", "ok", "01:01", "01:01", about="ticket"),
)


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "en",
            ("**Password not changed in time**", "Account sheets open past their time ×2", "Ticket over its time ×2"),
        ),
        ("zh", ("**账号逾期未改密**", "账号纸逾期未销毁 ×2", "工单逾期 ×2")),
    ],
)
def test_what_people_let_lie_is_one_entry_a_cause(
    district: District, app: AppTest, language: str, says: tuple[str, ...]
) -> None:
    district.minute("01:00")
    told(district, "01:01", *LATE)
    seen = open_alerts(app, language)
    assert [seen.count(one) for one in says] == [1, 1, 1]


@pytest.mark.usefixtures("command")
def test_many_tubes_of_one_site_name_it_once(district: District, app: AppTest) -> None:
    district.minute("01:00")
    place = f"LS-1/{NORTH}"
    lost = [
        event(f"tube_missing:SSB000{n}", "firing", "ok", "01:01", "01:01", place=place, about="tube") for n in range(8)
    ]
    elsewhere = event("tube_missing:SSB0009", "firing", "ok", "01:01", "01:01", place=f"LS-2/{NORTH}", about="tube")
    told(district, "01:01", *lost, elsewhere)
    assert "×9** East Bank School ×8, East Bank Square · since 09:01" in open_alerts(app)


@pytest.mark.usefixtures("command")
def test_who_saw_it_and_until_when_it_is_silent(district: District, app: AppTest) -> None:
    district.minute("01:00")
    told(district, "01:01", *BAD_HOUR[:1])
    note = "see [here](http://evil.example) *now*"
    district.tick(
        "01:02",
        act=ACTS
        + did(1, "alert_acknowledged", "server_down:p1", "01:02", note)
        + "\n"
        + did(2, "alert_silenced", "server_down:p1", "01:02", facts='{"minutes":30}'),
    )
    seen = open_alerts(app, "zh")
    assert "**服务器不应答**" in seen
    assert "wang 已于 09:02 知悉" in seen and "静默至 09:32" in seen
    assert plain(note) in seen and note not in seen
    labels = [button.label for button in app.button]
    assert "解除静默" in labels and "静默" not in labels


@pytest.mark.usefixtures("command")
def test_the_dialog_of_an_act_stays_open_until_it_is_done(district: District, app: AppTest) -> None:
    district.minute("01:00")
    told(district, "01:01", *BAD_HOUR[:1])
    open_alerts(app)
    app.button(key="silence-server_down-critical").click().run()
    assert "This is about 1 alarm." in texts(app)
    app.run()
    assert "This is about 1 alarm." in texts(app), "a refresh leaves it open"
    assert [box.value for box in app.selectbox if box.key == "alert-minutes"] == [30]
