"""The site page: what is wrong with its next step, then each part of the site, told or not."""

import threading

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access, live
from dashboard.sites.concerns import URGENCY, WORTH_AN_EYE
from dashboard.words import LANGUAGES, catalogue
from pipelines.alerts.rules import RULES
from pipelines.client import Scope, Viewer
from pipelines.vocabulary import UserRole
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, open_site, texts
from tests.dashboard.test_town import WIFI, coordinator, seen_by

__all__ = ["seen_by"]
PARTS = ("lanes", "people", "kit", "gate", "day")
DESKS = """
device_id | site_id | lane_no | contingency | is_online | queued_uploads | open_barcode | persons_bound | since
LS-6-01   | LS-6    | 1       | province    | yes       | 0              | -            | 0             | 00:10
LS-6-02   | LS-6    | 2       | offline     | no        | 7              | LK1000000007 | 6             | 00:50
LS-5-01   | LS-5    | 1       | province    | yes       | 0              | LK1000000009 | 3             | 00:55
"""
KIT = """
site_id | desks | phones_android | phones_apple | phones_flat | battery_share | chargers | sockets | is_power_on
LS-6    | 2     | 3              | 1            | 1           | 0.64          | 2        | 2       | no
"""
LABELS = """
site_id | labels_printed | labels_cut | labels_issued | labels_used | tube_parts | bag_parts | kept_parts
LS-6    | 200            | 150        | 100           | 60          | 60         | 60        | 59
"""
TOLD = "source_id | kind | pulled_at | observed_at\n" + "\n".join(
    f"{kind} | {kind} | 01:01 | 01:01" for kind in ("desks", "kit", "labels", "quality", "gates")
)


def told(district: District) -> None:
    """Let a minute pass, and then the north bank's clinic tell of a bad hour."""
    district.minute("01:00")
    district.tick("01:01", network_sample=WIFI, desk=DESKS, kit=KIT, label_stock=LABELS, source_pull=TOLD)


@pytest.mark.usefixtures("command")
def test_the_first_screen_says_what_is_wrong_and_what_to_do(district: District, app: AppTest) -> None:
    told(district)
    app.query_params["lang"] = "en"
    open_site(app, "LS-6")
    assert not app.exception
    now = "\n".join(str(element.value) for element in app.container(key="card-site_now").markdown)
    order = ("Power is off", "Volunteers' Wi-Fi is down", "Lane 2: half-filled tube waiting", "Label parts differ")
    places = [now.index(text) for text in order]
    assert places == sorted(places)
    assert "Two Wi-Fi networks missing" not in now
    assert "Power or chargers missing" not in now
    assert "Lane 2 scans LK1000000007 again and registers 4 more" in now
    assert "LK1000000009" not in texts(app)


@pytest.mark.usefixtures("command")
def test_the_lanes_name_the_half_filled_tube_and_the_lane_that_must_go_on(district: District, app: AppTest) -> None:
    told(district)
    app.query_params["lang"] = "en"
    open_site(app, "LS-6")
    desks = next(table.value for table in app.dataframe if "lane" in table.value.columns)
    assert desks[["lane", "works", "queued", "tube"]].to_numpy().tolist() == [
        [1, "Province", 0, "—"],
        [2, "Offline app", 7, "6/10"],
    ]
    assert "lane 2 **6/10**: scan **LK1000000007** again, 4 more" in texts(app)


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("part", PARTS)
def test_every_part_stands_with_and_without_what_the_site_tells(district: District, app: AppTest, part: str) -> None:
    district.minute("01:00")
    open_site(app, "LS-6")
    app.segmented_control(key="site-part").set_value(part).run()
    assert not app.exception
    told(district)
    threading.Event().wait(live.NOT_OFTENER_THAN_S)
    app.run()
    assert not app.exception
    assert "此项数据暂时取不到" not in texts(app)
    if part == "kit":
        assert "停电" in texts(app)
        assert "试管 **60** · 小胶袋 **60** · 留存 **59**" in texts(app)


@pytest.mark.usefixtures("command")
def test_what_was_never_told_is_not_shown_as_naught(district: District, app: AppTest) -> None:
    district.minute("01:00")
    open_site(app, "LS-6")
    app.segmented_control(key="site-part").set_value("kit").run()
    card = "\n".join(str(element.value) for element in app.container(key="card-site_kit").markdown)
    assert "该点尚未报来" in card
    assert "**0**" not in card


@pytest.mark.usefixtures("command")
def test_a_coordinator_may_not_open_another_towns_site(district: District, app: AppTest, seen_by: access.Door) -> None:
    told(district)
    seen_by.read = coordinator
    open_site(app, "LS-2")
    assert not app.metric
    assert not app.dataframe
    open_site(app, "LS-6")
    assert metrics(app)["已登记 · 人份"] == "100"


def officer() -> Viewer:
    """Return the information officer of the north bank's clinic."""
    return Viewer(user_id="clinic", name="Clinic", role=UserRole.SITE_OFFICER, scope=Scope.site("LS-6"))


@pytest.mark.usefixtures("command")
def test_an_officer_reads_what_he_can_do_himself_not_to_ring_himself(
    district: District, app: AppTest, seen_by: access.Door
) -> None:
    district.minute("01:00")
    district.minute("01:30", silent=frozenset({"LS-5", "LS-6", "LS-7"}))
    app.query_params["lang"] = "en"
    open_site(app, "LS-6")
    assert "Ring the site's information officer" in texts(app)
    seen_by.read = officer
    open_site(app, "LS-6")
    said = texts(app)
    assert "Ring the site" not in said
    assert "Have the information officer" not in said
    assert "See whether your desks still register" in said
    assert "Enter the four figures now" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_to_a_sites_own_officer_sends_him_to_nobody_of_his_site(language: str) -> None:
    steps = [f"concern.{key}.do" for key in (*URGENCY, *WORTH_AN_EYE)] + [f"rule.{rule.name}.do" for rule in RULES]
    own = {key: catalogue(language).get(f"{key}.own", catalogue(language)[key]) for key in steps}
    himself = (
        "information officer",
        "ring the site",
        "call the site",
        "have the site",
        "点上信息员",
        "该点",
        "未落实的点",
    )
    assert [key for key, text in own.items() if any(one in text.lower() for one in himself)] == []
