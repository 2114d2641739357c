"""Files of a page's tables: every table that a page offers can be taken, whole, and only when it is asked for."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access
from pipelines.vocabulary import ActKind
from tests.dashboard.conftest import Taking
from tests.dashboard.families_exports import offered
from tests.dashboard.kit import District
from tests.dashboard.test_pages import texts

PAGES = ("tubes", "inputs", "reports", "reconcile", "staffing", "network", "work")


@pytest.mark.parametrize("page", PAGES)
def test_every_table_a_page_offers_can_be_taken(district: District, app: AppTest, taking: Taking, page: str) -> None:
    district.minute("01:00")
    app.query_params["lang"] = "en"
    app.switch_page(f"app_pages/{page}.py").run()
    offers = offered(access.FOLDER / f"{page}.py")
    assert len(offers) == len(app.selectbox(key="export-ask").options) and taking.acts() == []
    for ask in offers:
        app.selectbox(key="export-ask").set_value(ask).run()
        app.button(key="export-csv").click().run()
        assert not app.exception
        assert "rows · hash" in texts(app), ask
    assert {act.kind for act in taking.acts()} == {ActKind.EXPORTED}
    assert len({act.target for act in taking.acts()}) == len(offers)
