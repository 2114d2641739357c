"""The town page: own town only, what to do now with a next step, and each state of a card."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access
from dashboard.sites import town_parts
from dashboard.sites.concerns import URGENCY, WORTH_AN_EYE
from dashboard.sites.townsites import SiteCard
from dashboard.words import LANGUAGES, catalogue, words
from pipelines.client import Scope, Viewer
from pipelines.vocabulary import UserRole
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, texts

NORTH = "990001002"
WIFI = """
site_id | network   | observed_at | is_up | latency_ms | loss_share | clients
LS-6    | volunteer | 01:01       | no    | -          | 1          | 0
LS-6    | public    | 01:01       | yes   | 30         | 0.01       | 40
"""
SET = "plan | made_at | facts\nloans | 01:01 | {}"
LOAN = """
from_site_id | to_site_id | role | persons | distance_km | ready_in_minutes | to_wait_before | to_wait_after | {}
LS-5         | LS-6       | registrar | 1  | 4.2         | 18               | 36             | 22            | 4 | 6
""".replace("{}", "from_wait_before | from_wait_after")


@pytest.fixture
def seen_by() -> Iterator[access.Door]:
    """The door, put back as it was after the test."""
    before = access.DOOR.read
    yield access.DOOR
    access.DOOR.read = before


def coordinator() -> Viewer:
    """Return the coordinator of the north bank."""
    return Viewer(user_id="north", name="North", role=UserRole.TOWN_COORDINATOR, scope=Scope.town(NORTH))


def open_town(app: AppTest, town: str = "", language: str = "en") -> None:
    app.query_params["lang"] = language
    app.switch_page("app_pages/town.py")
    if town:
        app.query_params["town"] = town
    app.run()
    assert not app.exception


def links(app: AppTest) -> str:
    return "\n".join(element.proto.label for element in app.get("page_link"))


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("asked", ["", NORTH, "990001001", "' OR 1=1--", "440607"])
def test_a_coordinator_gets_his_own_town_whatever_the_address_says(
    district: District,
    app: AppTest,
    seen_by: access.Door,
    asked: str,
) -> None:
    district.minute("01:00", persons=120)
    seen_by.read = coordinator
    open_town(app, asked)
    assert metrics(app)["Person-samples"] == "480"
    assert "North Bank Clinic" in texts(app)
    assert "East Bank" not in texts(app) + links(app)
    assert [box.key for box in app.selectbox] == ["export-ask"], "nothing but the table to take away is chosen"


@pytest.mark.usefixtures("command")
def test_the_district_chooses_a_town_and_a_town_that_is_none_gets_a_sentence(district: District, app: AppTest) -> None:
    district.minute("01:00", persons=120)
    open_town(app)
    assert not app.metric
    assert "Choose a town" in app.info[0].value
    open_town(app, "<b>nowhere</b>")
    assert not app.metric
    assert "There is no town" in app.warning[0].value
    open_town(app, NORTH)
    assert metrics(app)["Person-samples"] == "480"


@pytest.mark.usefixtures("command")
def test_a_site_that_loses_its_volunteers_wifi_comes_first_with_the_next_step(district: District, app: AppTest) -> None:
    district.minute("01:00")
    district.tick("01:01", network_sample=WIFI)
    open_town(app, NORTH)
    now = app.container(key="now-1")
    said = "\n".join(str(element.value) for element in now.markdown)
    assert "North Bank Clinic" in "\n".join(link.proto.label for link in now.get("page_link"))
    assert "Volunteers' Wi-Fi is down, the public one works" in said
    assert "keep half-filled tubes, scan the same barcode again" in said
    card = "\n".join(str(element.value) for element in app.container(key="town-site-LS-6").markdown)
    assert ":red-badge[:material/wifi_off: vol Down]" in card
    assert ":green-badge[:material/wifi: pub]" in card


@pytest.mark.usefixtures("command")
def test_the_next_step_names_the_neighbour_who_can_lend_and_what_it_does_to_both(
    district: District, app: AppTest
) -> None:
    district.minute("01:00")
    district.tick("01:01", network_sample=WIFI, advice_set=SET, staff_loan=LOAN)
    open_town(app, NORTH)
    said = "\n".join(str(element.value) for element in app.container(key="now-1").markdown)
    assert "**Sports Hall** lends 1 registrar to **North Bank Clinic** (4.2 km, there in about 18 min)" in said
    assert "wait in half an hour 36→**22** min, theirs 4→6 min" in said
    app.switch_page("app_pages/staffing.py").run()
    assert "**Sports Hall** lends 1 registrar" in texts(app)


def test_a_site_in_order_is_one_line_whose_name_leads_to_its_page() -> None:
    card = SiteCard("LS-6", "North <b>", ("badges", "progress", "staff", "ready"), ())
    assert town_parts.line(card, words("en")) == "- [**North \\<b\\>**](/site?site=LS-6&lang=en) badges · progress"


@pytest.mark.usefixtures("command")
def test_one_kind_of_trouble_at_many_sites_is_told_once(district: District, app: AppTest) -> None:
    district.minute("01:00")
    district.minute("01:30", silent=frozenset({"LS-5", "LS-6"}))
    open_town(app, NORTH)
    assert texts(app).count("Ring the site's information officer; if only the feed is dead") == 3
    assert "the same at 1 more site: North Bank Clinic" in texts(app)
    app.segmented_control(key="town-filter").set_value("late").run()
    assert "09:00 report missing" in texts(app)


@pytest.mark.usefixtures("command")
def test_when_nearly_all_sites_fall_silent_the_pulls_are_named_and_nobody_rings_them(
    district: District, app: AppTest
) -> None:
    district.minute("01:00")
    district.minute("01:30", silent=frozenset({"LS-5", "LS-6", "LS-7"}))
    open_town(app, NORTH)
    assert "The counts of 3 of 4 sites stand still" in texts(app)
    assert "Ring the site's information officer" not in texts(app)


@pytest.mark.usefixtures("command")
def test_a_town_of_which_nothing_is_known_yet_is_not_called_well(app: AppTest) -> None:
    open_town(app, NORTH)
    assert "No data yet, so nobody can say" in texts(app)
    assert "Nothing needs an act now" not in texts(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_says_what_to_do_next(language: str) -> None:
    keys = [*URGENCY, *WORTH_AN_EYE]
    assert len(set(keys)) == len(keys)
    assert all(len(catalogue(language)[f"concern.{key}.do"]) > 8 for key in keys)
