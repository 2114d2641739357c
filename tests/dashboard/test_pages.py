"""The pages in every state: fresh, stale, empty, a server down, the command server lost; in both languages."""

import threading
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import live
from pipelines.config import Settings
from pipelines.vocabulary import SourceKind
from tests.dashboard.kit import District, command_server, local

PAGES = ("app_pages/district.py", "app_pages/site.py", "app_pages/work.py")
SILENT = frozenset({"LS-3"})


def texts(app: AppTest) -> str:
    """Return everything a viewer can read in plain elements."""
    elements = [*app.markdown, *app.caption, *app.error, *app.info, *app.warning, *app.subheader]
    return "\n".join(str(element.value) for element in elements)


def metrics(app: AppTest) -> dict[str, str]:
    """Return the figures on screen: label to value."""
    return {metric.label: str(metric.value) for metric in app.metric}


def sites(app: AppTest) -> Any:
    """Return the list of all sites as it is on screen."""
    return next(frame.value for frame in app.dataframe if "short" in frame.value.columns)


def shown_moment(app: AppTest) -> str:
    """Return what the element that carries the moment says."""
    return app.container(key="data-as-of").caption[0].value


def open_site(app: AppTest, site_id: str) -> None:
    """Open the site page as its address names ``site_id``."""
    app.switch_page("app_pages/site.py")
    app.query_params["site"] = site_id
    app.run()


@pytest.mark.usefixtures("command")
def test_the_district_page_shows_the_totals_of_the_moment_it_names(district: District, app: AppTest) -> None:
    stored_at = district.minute("01:00", persons=120)
    app.run()
    assert not app.exception
    assert metrics(app)["已登记 · 人份"] == "1,080"
    assert stored_at.isoformat() in shown_moment(app)
    assert local(district.campaign, stored_at) in shown_moment(app)
    assert "9/9 点新鲜" in texts(app)
    assert "湖畔区采样指挥台" in texts(app)


@pytest.mark.usefixtures("command")
def test_every_figure_says_what_it_is(district: District, app: AppTest) -> None:
    district.minute("01:00")
    app.run()
    assert len(app.metric) == 8
    assert all(metric.help for metric in app.metric)


@pytest.mark.usefixtures("command")
def test_a_silent_site_is_counted_as_stale(district: District, app: AppTest) -> None:
    district.minute("01:00")
    district.minute("01:30", persons=130, silent=SILENT)
    app.run()
    assert not app.exception
    assert "8/9 点新鲜，最旧 30 秒" in texts(app)


@pytest.mark.usefixtures("command")
def test_feeds_that_have_gone_quiet_are_named_beside_the_fresh_sites(district: District, app: AppTest) -> None:
    district.minute("01:00")
    app.run()
    assert "已停更" not in texts(app)
    district.minute("01:30", quiet=frozenset({SourceKind.SITE_QUEUES, SourceKind.ROSTER}))
    threading.Event().wait(live.NOT_OFTENER_THAN_S)
    app.run()
    assert not app.exception
    assert "9/9 点新鲜" in texts(app)
    assert "orange-badge[:material/sync_problem: 已停更：排队、花名册]" in texts(app)
    assert (metrics(app)["等候 · 中位"], metrics(app)["在岗人员"]) == ("—", "—")
    assert set(sites(app)["state"]) == {"? 未知或陈旧"}
    assert sites(app)["wait"].isna().all()


@pytest.mark.usefixtures("command")
def test_an_empty_store_is_said_to_be_empty(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert "尚未收到任何采样点的数据" in texts(app)
    assert "0/9 点有数据" in texts(app)


@pytest.mark.usefixtures("command")
def test_a_server_that_is_down_says_since_when_and_why_and_its_reason_is_plain_text(
    district: District, app: AppTest
) -> None:
    district.minute("01:00")
    district.minute("01:01", down="p2")
    app.run()
    assert not app.exception
    tile = app.container(key="server-p2").error[0].value
    assert "省系统2号 宕机" in tile.replace("\\", "")
    assert "自 09" in tile.replace("\\", "")
    assert "connection refused \\[by design\\]" in tile
    assert not app.container(key="server-p1").error
    assert metrics(app)["登记服务器"] == "2/3"


@pytest.mark.usefixtures("chosen")
def test_a_command_server_that_never_answered_is_named_on_every_page(app: AppTest) -> None:
    for page in PAGES:
        app.switch_page(page).run()
        assert not app.exception
        assert app.container(key="command-lost").error[0].value
        assert not app.metric


def test_a_lost_command_server_leaves_the_last_frames_and_says_since_when(
    district: District, chosen: Settings, app: AppTest
) -> None:
    with command_server(district, chosen, chosen.command_port):
        stored_at = district.minute("01:00", persons=120)
        app.run()
        before = metrics(app)
    threading.Event().wait(live.NOT_OFTENER_THAN_S)
    app.run()
    assert not app.exception
    assert metrics(app) == before
    said = app.container(key="command-lost").error[0].value
    assert f"画面停在 {local(district.campaign, stored_at)}" in said
    with command_server(district, chosen, chosen.command_port):
        district.minute("01:01", persons=130)
        threading.Event().wait(live.NOT_OFTENER_THAN_S)
        app.run()
    assert metrics(app)["已登记 · 人份"] == "1,170"
    with pytest.raises(KeyError):
        app.container(key="command-lost")


@pytest.mark.usefixtures("command")
def test_the_site_page_shows_the_site_its_address_names(district: District, app: AppTest) -> None:
    district.minute("01:00", persons=120)
    open_site(app, "LS-2")
    assert not app.exception
    assert metrics(app)["已登记 · 人份"] == "120"
    assert metrics(app)["等候"] == "24 分"
    assert app.selectbox[0].value == "LS-2"


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize(
    "hostile", ["' OR 1=1--", "<img src=x onerror=alert(1)>", "LS-2 ", "[x](http://evil)", "A" * 5000]
)
def test_an_unknown_or_hostile_site_gets_a_sentence_and_no_data(district: District, app: AppTest, hostile: str) -> None:
    district.minute("01:00")
    open_site(app, hostile)
    assert not app.exception
    assert not app.metric
    assert "没有编号为" in app.warning[0].value
    assert len(app.warning[0].value) < 250
    assert "](http" not in texts(app)
    assert "<img" not in texts(app).replace("\\<", "")


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("asked", ["../../etc/passwd", "fr", "", "EN"])
def test_an_unknown_language_is_the_default_one(district: District, app: AppTest, asked: str) -> None:
    district.minute("01:00")
    app.query_params["lang"] = asked
    app.run()
    assert not app.exception
    assert "已登记 · 人份" in metrics(app)
    assert app.query_params["lang"] == "zh"


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_english_when_its_address_says_so(district: District, app: AppTest, page: str) -> None:
    district.minute("01:00")
    app.query_params["lang"] = "en"
    app.switch_page(page).run()
    assert not app.exception
    assert app.query_params["lang"] == "en"
    assert "Lakeside District sampling" in texts(app)


@pytest.mark.usefixtures("command")
def test_the_language_switch_changes_the_page_and_its_address(district: District, app: AppTest) -> None:
    district.minute("01:00")
    app.run()
    app.segmented_control(key="lang").set_value("en").run()
    assert not app.exception
    assert "Person-samples" in metrics(app)
    assert app.query_params["lang"] == "en"


@pytest.mark.usefixtures("command")
def test_the_work_page_names_what_failed_and_why_first(district: District, app: AppTest) -> None:
    district.minute("01:00")
    district.minute("01:01", silent=SILENT)
    app.switch_page("app_pages/work.py").run()
    assert not app.exception
    jobs, sources, runs = (app.dataframe[at].value for at in (0, 1, 2))
    assert list(jobs["job"]) == ["pull_cycle"]
    assert jobs["last_reason"].iloc[0] == "LS-3"
    assert sources["source_id"].iloc[0] == "site_counts:LS-3"
    assert sources["last_reason"].iloc[0] == "no answer within 2.0 s"
    assert list(runs["outcome"].iloc[0]) == ["部分成功"]
    assert metrics(app)["数据源正常"] == "13/14"


@pytest.mark.usefixtures("command")
def test_a_town_in_the_address_cuts_figures_list_and_map_to_it(district: District, app: AppTest) -> None:
    district.minute("01:00", persons=120)
    town = district.campaign.towns[0]
    own = [site for site in district.campaign.sites if site.town_code == town.town_code]
    app.query_params["town"] = town.town_code
    app.run().run()
    assert not app.exception
    assert metrics(app)["已登记 · 人份"] == f"{120 * len(own):,}"
    assert len(sites(app)) == len(own)
    assert "只看本镇街" in texts(app)
    app.button(key="whole").click().run()
    assert "town" not in app.query_params
    assert metrics(app)["已登记 · 人份"] == "1,080"


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("hostile", ["' OR 1=1--", "<img src=x onerror=alert(1)>", "990001001 ", "A" * 5000])
def test_a_wrong_town_site_layer_or_denominator_in_the_address_changes_nothing(
    district: District, app: AppTest, hostile: str
) -> None:
    district.minute("01:00", persons=120)
    for name in ("town", "site", "layer", "per"):
        app.query_params[name] = hostile
    app.run().run()
    assert not app.exception
    assert metrics(app)["已登记 · 人份"] == "1,080"
    assert "不属于本方案" in texts(app)
    assert hostile not in texts(app)
    assert app.segmented_control(key="layer-choice").value == "wait"


@pytest.mark.usefixtures("command")
def test_layer_denominator_and_site_are_kept_in_the_address(district: District, app: AppTest) -> None:
    district.minute("01:00", persons=120)
    app.query_params["layer"] = "staff"
    app.run().run()
    assert "state" in sites(app).columns
    assert set(sites(app)["state"]) <= {"! 不足超过 10%", "– 不足", "● 达到定额"}
    app.segmented_control(key="layer-choice").set_value("age").run()
    app.selectbox(key="per-choice").set_value("target").run()
    assert (app.query_params["layer"], app.query_params["per"]) == ("age", "target")
    app.query_params["site"] = "LS-2"
    app.run()
    assert "LS\\-2" in texts(app)
    app.button(key="close-panel").click().run()
    assert "site" not in app.query_params
