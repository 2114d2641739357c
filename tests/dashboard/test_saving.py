"""Files of a page's tables: every table that a page offers can be taken, whole, and only when it is asked for."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access
from dashboard.reporting import offers, saving
from dashboard.reporting.saving import Wanted
from dashboard.words import words
from pipelines.client import DISTRICT, Scope
from pipelines.vocabulary import ActKind, Audience, ExportForm
from tests.dashboard.conftest import Taking
from tests.dashboard.kit import District
from tests.dashboard.test_pages import texts

TOWN = Scope.town("990001002")
WITHOUT_TABLES = {"whatif", "practice", "process"}
"""Pages that show no table of the store."""
GIVEN = {"lab_id": "", "kind": "", "hour": "", "site_id": "LS-5"}
ASKS = sorted({(ask, params) for asks in offers.OFFERS.values() for ask, params in asks.items()})


def test_every_page_with_tables_offers_them() -> None:
    assert set(offers.OFFERS) == set(access.PAGES) - WITHOUT_TABLES


@pytest.mark.parametrize("page", offers.OFFERS)
def test_a_page_offers_its_tables_and_one_is_taken(district: District, app: AppTest, taking: Taking, page: str) -> None:
    district.minute("01:00")
    app.query_params["lang"] = "en"
    app.query_params["site"], app.query_params["town"] = "LS-5", TOWN.id or ""
    app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception
    chooser = app.selectbox(key="export-ask")
    expected = {words("en")(f"export.ask.{ask}") for ask in offers.OFFERS[page]}
    assert set(chooser.options) <= expected
    assert taking.acts() == []

    app.button(key="export-csv").click().run()
    assert not app.exception
    assert re.search(r"[0-9] rows? · hash", texts(app))
    (act,) = taking.acts()
    assert (act.kind, act.target) == (ActKind.EXPORTED, chooser.value)
    assert act.scope in {DISTRICT, TOWN, Scope.site("LS-5")}


@pytest.mark.usefixtures("taking")
def test_every_table_that_is_offered_can_be_taken_by_who_sees_the_whole_and_by_a_town(district: District) -> None:
    district.minute("01:00")
    for ask, params in ASKS:
        for scope in [DISTRICT] if ask in offers.OF_THE_WHOLE else [DISTRICT, TOWN]:
            wanted = Wanted(ask, ExportForm.CSV, Audience.INTERNAL, {name: GIVEN[name] for name in params})
            assert saving.export(wanted, scope, words("en")).data.startswith(b"\xef\xbb\xbf"), (ask, scope)


def test_who_sees_a_town_is_not_offered_what_is_of_no_town(district: District, app: AppTest, taking: Taking) -> None:
    district.minute("01:00")
    taking.seat("demo-town")
    app.query_params["lang"] = "en"
    app.switch_page("app_pages/alerts.py").run()
    assert app.selectbox(key="export-ask").options == ["Alerts", "Alert history"]


def test_a_file_for_the_public_leaves_small_counts_out_and_says_how_many(
    district: District, app: AppTest, taking: Taking
) -> None:
    district.minute("01:00")
    app.query_params["lang"] = "zh"
    app.switch_page("app_pages/staffing.py").run()
    app.segmented_control(key="export-audience").set_value(Audience.PUBLIC).run()
    app.button(key="export-csv").click().run()
    (act,) = taking.acts()
    assert act.facts["audience"] == "public"
    assert int(str(act.facts["suppressed"])) > 0
    assert f"略去 {act.facts['suppressed']} 格" in texts(app)


def test_what_tells_of_colleagues_stays_inside_and_the_page_says_so(
    district: District, app: AppTest, taking: Taking
) -> None:
    district.minute("01:00")
    app.switch_page("app_pages/alerts.py").run()
    app.segmented_control(key="export-audience").set_value(Audience.CITY).run()
    app.button(key="export-csv").click().run()
    assert "只供内部使用" in texts(app)
    assert taking.acts() == []
