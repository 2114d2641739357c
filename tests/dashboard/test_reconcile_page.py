"""The reconciliation page: what is not even, each tube between, one tube's custody by a scan, what is said of it."""

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.client import Scope
from pipelines.intake.barcodes import label
from pipelines.vocabulary import ActKind
from tests.dashboard.conftest import Taking
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, texts
from tests.store.test_reconciliation import EVENTS, LOST, ONE, REFUSED, STOCK, TWO, said


def open_page(app: AppTest, language: str = "en") -> str:
    app.query_params["lang"] = language
    app.switch_page("app_pages/reconcile.py").run()
    assert not app.exception
    return texts(app)


def lost(district: District) -> None:
    """Let one of three tubes be lost on its way."""
    district.minute("00:59")
    district.tick("01:00", tube_event=EVENTS, label_stock=STOCK)
    district.tick("01:05", tube_event=LOST, exception_event=REFUSED)


@pytest.mark.usefixtures("command")
def test_a_day_without_a_tube_too_few_says_so(district: District, app: AppTest) -> None:
    district.minute("01:00")
    seen = open_page(app)
    assert "No tube differs in this way" in seen and "There is no odd tube" in seen
    assert metrics(app)["Sites that are even"] == "9"
    assert metrics(app)["Copies off"] == "—", "what nobody counted is not even"


@pytest.mark.usefixtures("command")
def test_a_lost_tube_is_named_with_its_last_step_and_age_and_its_site_is_first(
    district: District, app: AppTest
) -> None:
    lost(district)
    open_page(app)
    assert (metrics(app)["Sites that are even"], metrics(app)["To find"]) == ("8", "1")
    frame = next(table.value for table in app.dataframe if "age_minutes" in table.value.columns)
    row = frame.iloc[0]
    assert (row["barcode"], row["kind"], row["last_kind"], int(row["age_minutes"]), row["word"]) == (
        *(TWO, "lost", "lost", 10),
        "open",
    )
    places = next(table.value for table in app.dataframe if "even" in table.value.columns)
    assert "LS-1" in places.iloc[0]["site"] and places.iloc[0]["even"] == "not even"


@pytest.mark.usefixtures("command")
def test_a_scan_shows_everything_on_record_of_one_tube(district: District, app: AppTest) -> None:
    lost(district)
    district.tick("01:10", act=said(1, "tube_found", TWO, "01:10", reason="in the *box*"))
    open_page(app)
    app.text_input(key="scan").set_value(f"{TWO}\t").run()
    frame = next(table.value for table in app.dataframe if "what" in table.value.columns)
    assert list(frame["what"]) == ["registered", "bagged", "lost", "refused", "found"]
    assert frame.iloc[-1]["detail"] == "in the *box*"


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize(
    ("scanned", "told"),
    [
        (f"{ONE[:-1]}{'0' if ONE[-1] != '0' else '1'}", "This is no valid label"),
        ("<b>x</b>", "This is no valid label"),
        (label("LK1", 77), "There is nothing on record of tube"),
        ("11010519491231002X", "looks like a person's code"),
    ],
)
def test_what_is_no_tube_of_the_scope_is_said_and_no_person_is_looked_up(
    district: District, app: AppTest, scanned: str, told: str
) -> None:
    lost(district)
    open_page(app)
    app.text_input(key="scan").set_value(scanned).run()
    assert not app.exception
    assert told in texts(app)
    assert "person" not in told or scanned not in texts(app)


def test_a_found_tube_is_one_act_with_where_it_was(district: District, app: AppTest, taking: Taking) -> None:
    taking.seat("demo-town")
    lost(district)
    open_page(app)
    app.text_input(key="scan").set_value(TWO).run()
    app.button(key=f"do-{ActKind.TUBE_FOUND}").click().run()
    assert "Say first where it was found" in texts(app)
    assert taking.acts() == []
    app.text_input(key=f"tube-reason-{TWO}").set_value("in the second box")
    app.button(key=f"do-{ActKind.TUBE_FOUND}").click().run()
    (taken,) = taking.acts()
    assert (taken.kind, taken.target, taken.scope, taken.reason) == (
        *(ActKind.TUBE_FOUND, TWO, Scope.town("990001001")),
        "in the second box",
    )


@pytest.mark.usefixtures("command")
def test_the_differences_can_be_looked_at_by_kind_in_both_languages(district: District, app: AppTest) -> None:
    lost(district)
    open_page(app, "zh")
    app.selectbox(key="difference-kind").set_value("in_hand").run()
    frame = next(table.value for table in app.dataframe if "age_minutes" in table.value.columns)
    assert set(frame["kind"]) == {"在手"} and len(frame) == 2
