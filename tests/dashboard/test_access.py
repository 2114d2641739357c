"""Who may see which page: the table is whole, every fragment asks it first, and a scope cuts all that is drawn."""

import ast
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access, live
from pipelines.access import RIGHTS, campaign_within
from pipelines.campaign import Campaign
from pipelines.client import DISTRICT, Scope, Viewer
from pipelines.server.campaign_info import campaign_info
from pipelines.vocabulary import ScopeLevel, UserRole
from tests.dashboard.kit import District
from tests.dashboard.test_pages import metrics, texts

FILES = sorted(path.stem for path in access.FOLDER.glob("*.py"))
SCOPES = {
    ScopeLevel.DISTRICT: DISTRICT,
    ScopeLevel.TOWN: Scope.town("990001002"),
    ScopeLevel.SITE: Scope.site("LS-2"),
}


def viewer_of(role: UserRole) -> Viewer:
    """Return a viewer of that role in the small district."""
    return Viewer(user_id=f"u-{role}", name="张三 <b>", role=role, scope=SCOPES[RIGHTS[role].level])


@pytest.fixture
def seen_by() -> Iterator[access.Door]:
    """The door, put back as it was after the test."""
    before = access.DOOR.read
    yield access.DOOR
    access.DOOR.read = before


def fragments(name: str) -> list[ast.FunctionDef]:
    """Return the fragments of a page."""
    tree = ast.parse((access.FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    defined = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [node for node in defined if any("fragment" in ast.unparse(mark) for mark in node.decorator_list)]


@pytest.mark.parametrize("name", FILES)
def test_every_page_has_a_row_in_the_table_of_pages(name: str) -> None:
    assert name in access.PAGES
    assert access.PAGES[name]


@pytest.mark.parametrize("name", FILES)
def test_the_first_line_of_every_fragment_asks_for_the_viewers_scope(name: str) -> None:
    for fragment in fragments(name):
        statements = [node for node in fragment.body if ast.unparse(node) != ast.unparse(fragment.body[0])]
        first = ast.unparse(statements[0])
        assert f"access.scope('{name}')" in first, f"{name}.py: {fragment.name} begins with {first}"


@pytest.mark.parametrize("name", FILES)
def test_no_page_takes_a_scope_from_anywhere_else(name: str) -> None:
    text = (access.FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert "DISTRICT" not in text
    assert "Scope(" not in text
    assert "Scope.district" not in text


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("role", UserRole)
def test_a_role_sees_every_page_as_the_table_says(
    district: District, app: AppTest, seen_by: access.Door, role: UserRole
) -> None:
    district.minute("01:00", persons=120)
    seen_by.read = lambda: viewer_of(role)
    for name in access.pages():
        app.switch_page(f"app_pages/{name}.py").run()
        assert not app.exception
        is_open = role in access.PAGES[name]
        assert ("页面不对" in texts(app)) is not is_open
        if not is_open:
            assert not app.metric
            assert not app.dataframe


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("role", UserRole)
def test_each_role_begins_on_a_page_of_its_own(
    district: District, app: AppTest, seen_by: access.Door, role: UserRole
) -> None:
    district.minute("01:00", persons=120)
    seen_by.read = lambda: viewer_of(role)
    app.run()
    assert not app.exception
    assert "页面不对" not in texts(app)
    assert "张三 \\<b\\>" in texts(app)
    assert access.may_see(viewer_of(role), access.first_page(viewer_of(role)))


@pytest.mark.usefixtures("command")
def test_a_town_coordinator_sees_his_towns_totals_and_a_site_officer_his_sites(
    district: District, app: AppTest, seen_by: access.Door
) -> None:
    district.minute("01:00", persons=120)
    seen_by.read = lambda: viewer_of(UserRole.TOWN_COORDINATOR)
    app.switch_page("app_pages/district.py").run()
    assert metrics(app)["已登记 · 人份"] == "480"
    seen_by.read = lambda: viewer_of(UserRole.SITE_OFFICER)
    app.switch_page("app_pages/site.py").run()
    assert metrics(app)["已登记 · 人份"] == "120"
    assert app.selectbox[0].options == ["东岸广场 · LS-2"]


@pytest.mark.usefixtures("command")
def test_the_id_of_another_towns_site_is_nobodys(district: District, app: AppTest, seen_by: access.Door) -> None:
    district.minute("01:00", persons=120)
    seen_by.read = lambda: viewer_of(UserRole.TOWN_COORDINATOR)
    app.switch_page("app_pages/site.py")
    app.query_params["site"] = "LS-2"
    app.run()
    assert not app.metric
    assert "没有编号为" in app.warning[0].value


@pytest.mark.usefixtures("command")
def test_nobody_is_shown_nothing(district: District, app: AppTest, seen_by: access.Door) -> None:
    district.minute("01:00", persons=120)
    seen_by.read = lambda: None
    for name in access.pages():
        app.switch_page(f"app_pages/{name}.py").run()
        assert not app.exception
        assert "请先登录" in texts(app)
        assert not app.metric
        assert not app.dataframe
        assert not app.selectbox


@pytest.mark.usefixtures("command")
def test_who_loses_his_rights_loses_the_figures_with_the_next_refresh(
    district: District, app: AppTest, seen_by: access.Door
) -> None:
    district.minute("01:00", persons=120)
    left = iter([viewer_of(UserRole.COMMANDER)] * 2)
    seen_by.read = lambda: next(left, None)
    app.run()
    assert not app.exception
    assert "请先登录" in texts(app)
    assert not app.metric


def test_the_campaign_is_cut_to_a_scope(small: Campaign) -> None:
    whole = campaign_info(small)
    assert campaign_within(whole, DISTRICT) is whole
    town = campaign_within(whole, Scope.town("990001002"))
    assert [site.site_id for site in town.sites] == ["LS-5", "LS-6", "LS-7", "LS-8"]
    assert [one.town_code for one in town.towns] == ["990001002"]
    assert town.residents == 4000
    assert town.round.target_persons == sum(site.planned_persons for site in town.sites)
    site = campaign_within(whole, Scope.site("LS-2"))
    assert [one.site_id for one in site.sites] == ["LS-2"]
    assert [one.town_code for one in site.towns] == ["990001001"]
    assert campaign_within(whole, Scope.town("440607")).sites == []


@pytest.mark.usefixtures("command")
def test_two_scopes_never_share_a_snapshot(district: District) -> None:
    district.minute("01:00", persons=120)
    persons = {scope: live.view(scope).snapshot.totals["persons_registered"] for scope in SCOPES.values()}
    assert list(persons.values()) == [1080, 480, 120]
