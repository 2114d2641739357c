"""The staffing page: who is short, worst first; unknown is not short; each card fails by itself."""

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.sites.shifts import next_change
from dashboard.words import words
from pipelines.vocabulary import SourceKind
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, texts
from tests.store.kit import moment

ROSTER = """
site_id | role      | observed_at | on_shift | planned
LS-1    | medic     | 01:01       | 1        | 6
LS-1    | cadre     | 01:01       | 9        | 9
LS-2    | volunteer | 01:01       | 2        | 6
"""


def open_staffing(app: AppTest, language: str = "zh") -> None:
    app.query_params["lang"] = language
    app.switch_page("app_pages/staffing.py").run()
    assert not app.exception


def short(app: AppTest) -> list[list[str]]:
    """Return the rows of the table of short sites: site, role, lacking, have/need."""
    frames = [table.value for table in app.dataframe if "have" in table.value.columns]
    return [[str(cell) for cell in row] for row in frames[0][["site", "role", "lacking", "have"]].to_numpy()]


@pytest.mark.usefixtures("command")
def test_short_sites_come_worst_first_and_a_role_can_be_looked_at_alone(district: District, app: AppTest) -> None:
    district.minute("01:00")
    district.tick("01:01", roster=ROSTER)
    open_staffing(app, "en")
    assert short(app) == [
        ["East Bank School", "Medics", "−5", "1/6"],
        ["Sports Hall", "Volunteers", "−4", "4/9"],
        ["East Bank Square", "Volunteers", "−2", "2/6"],
        ["Sports Hall", "Medics", "−2", "4/6"],
    ]
    app.segmented_control(key="short-role").set_value("medic").run()
    assert {row[1] for row in short(app)} == {"Medics"}
    assert short(app)[0] == ["East Bank School", "Medics", "−5", "1/6"]


@pytest.mark.usefixtures("command")
def test_what_is_lacking_is_added_up_over_sites_not_set_off_between_them(district: District, app: AppTest) -> None:
    district.minute("01:00")
    district.tick("01:01", roster=ROSTER)
    open_staffing(app, "en")
    shown = metrics(app)
    assert shown["Lacking"] == str(sum(int(row[2].strip("−")) for row in short(app)))
    assert shown["Samplers registered"] == "36"


@pytest.mark.usefixtures("command")
def test_with_a_quiet_roster_nobody_is_called_short_and_the_feed_is_named(district: District, app: AppTest) -> None:
    district.minute("01:00")
    district.minute("01:30", quiet=frozenset({SourceKind.ROSTER}))
    open_staffing(app)
    assert metrics(app)["缺员"] == "—"
    assert "暂不能判断缺员" in texts(app)
    assert "已停更：花名册" in texts(app)


@pytest.mark.usefixtures("command")
def test_the_norms_stand_with_what_the_plan_makes_of_them(district: District, app: AppTest) -> None:
    district.minute("01:00")
    open_staffing(app, "en")
    assert "**3 guides + 1 registrar**, **2 medics**" in texts(app)
    assert "**1,000–1,500** persons a site, planned mean 1,111" in texts(app)
    assert "2 of 9 sites above" in texts(app)


def test_the_next_change_of_shift_counts_down_in_campaign_time() -> None:
    shifts = pl.DataFrame(
        {
            "starts_at": [moment("00:30"), moment("06:00")],
            "ends_at": [moment("06:00"), moment("12:00")],
            "next_at": [moment("06:00"), moment("06:00")],
            "persons": [30, 20],
        }
    )
    told = next_change(shifts, moment("02:56"), words("en"), 480)
    assert "a shift ends at **14:00**, in **3 h 04 min**, 50 persons" in told
    over = shifts.with_columns(next_at=pl.lit(None, shifts["next_at"].dtype))
    assert next_change(over, moment("13:00"), words("en"), 480) == "The day's shifts are over"


@pytest.mark.usefixtures("command")
def test_the_register_that_nobody_told_is_said_to_be_missing_and_no_card_fails(
    district: District, app: AppTest
) -> None:
    district.minute("01:00")
    open_staffing(app, "en")
    assert "This cannot be had just now" not in texts(app)
    card = "\n".join(str(element.value) for element in app.container(key="card-training").markdown)
    assert "Not told yet" in card
