"""The dashboard in Chromium: no other host, nothing rebuilt, selection and view kept, figures of one moment."""

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import TimeoutError as NotShown

from dashboard.maps import places as maps_places
from pipelines.campaign import Campaign
from pipelines.client import CommandClient
from pipelines.config import secret, settings
from pipelines.server.campaign_info import campaign_info
from tests import browser
from tests.dashboard.kit import District, Ticking, command_server, dashboard
from tests.end_to_end.product import until
from tests.end_to_end.screen import read
from tests.ports import free_ports

REASON = browser.reason_to_skip()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")
PAGES = ("/", "/site?site=LS-2", "/site", "/tubes", "/network", "/work", "/practice", "/process")
HOSTILE = "<img src=x onerror=window.hit=1;alert(1)>"
REFRESHES = 10
PATIENCE_MS = 60_000
CLICK_AGAIN_MS = 6_000
TAG = "() => document.querySelectorAll('canvas').forEach((canvas, at) => { canvas.dataset.tag = `c${at}`; })"
COUNT = "() => [document.querySelectorAll('canvas').length, document.querySelectorAll('canvas[data-tag]').length]"


@dataclass(frozen=True)
class Running:
    """A dashboard over a district whose day goes on."""

    url: str
    command: CommandClient


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Running]:
    """The command server and the dashboard as processes have them, and a minute of campaign time every second."""
    home = tmp_path_factory.mktemp("dashboard")
    chosen = settings(home=home, port=free_ports())
    district = District(home / "command.duckdb", small)
    district.minute("01:00", persons=1600)
    with (
        command_server(district, chosen, chosen.command_port) as command,
        Ticking(district),
        dashboard(chosen, home / "dashboard.log") as url,
    ):
        yield Running(url, CommandClient(command, secret(chosen, "command")))
    district.store.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the module."""
    with browser.chromium() as started:
        yield started


@pytest.fixture(scope="module")
def wall(running: Running, chromium: Browser) -> Iterator[Page]:
    """The district page on a wall screen, drawn."""
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    browser.sign_in(page, running.url).goto(running.url)
    drawn(page, "/")
    yield page
    page.close()


def drawn(page: Page, path: str) -> None:
    """Wait until the page at ``path`` shows what it is for."""
    wanted = {
        "/": ".stDeckGlJsonChart canvas",
        "/work": ".st-key-card-runs",
        "/tubes": ".st-key-card-missing",
        "/network": ".st-key-card-vehicles",
        "/site": "[data-testid=stAlert]",
        "/practice": ".st-key-practice-start button[kind=primary]",
        "/process": ".st-key-card-life [data-testid=stMermaidChart] img",
    }
    page.wait_for_selector(wanted.get(path, ".st-key-card-site_now"), state="attached", timeout=PATIENCE_MS)


def moments(page: Page, count: int) -> int:
    """Wait until the page has shown ``count`` further moments; return how many it showed."""
    seen = {shown_moment(page)}
    for _ in range(count * 40):
        if len(seen) > count:
            break
        page.wait_for_timeout(100)
        seen.add(shown_moment(page))
    return len(seen) - 1


def shown_moment(page: Page) -> str:
    return page.locator(".st-key-data-as-of").inner_text()


def place_on_screen(page: Page, small: Campaign, site_id: str, zoomed: int = 0) -> tuple[float, float]:
    """Return where on the page the map draws a site when its first view was zoomed in ``zoomed`` times."""
    info = campaign_info(small)
    view = maps_places.start_view(info)
    site = next(site for site in info.sites if site.site_id == site_id)
    box = page.locator(".stDeckGlJsonChart").first.bounding_box()
    assert box is not None
    world = maps_places.TILE_PIXELS * 2 ** (view["zoom"] + zoomed)
    x = (site.lon - view["longitude"]) / 360 * world
    y = (mercator(view["latitude"]) - mercator(site.lat)) * world
    return box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y


def click_until_shown(page: Page, place: tuple[float, float], selector: str) -> Locator:
    """Click as a viewer does, again after a while when a busy machine's map took no notice; return what it opened."""
    shown = page.locator(selector)
    for _ in range(PATIENCE_MS // CLICK_AGAIN_MS):
        page.mouse.click(*place)
        with suppress(NotShown):
            shown.wait_for(timeout=CLICK_AGAIN_MS)
            break
    assert shown.is_visible(), f"no {selector} after clicking the site for {PATIENCE_MS / 1000:.0f} s"
    return shown


def mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


def test_no_page_in_either_language_asks_another_host(running: Running, chromium: Browser) -> None:
    home = urlsplit(running.url).netloc
    asked: list[str] = []
    # One page for both languages keeps what it has read and compiled; a small one leaves little to be painted.
    page = browser.sign_in(chromium.new_page(viewport={"width": 900, "height": 600}), running.url)
    page.on("request", lambda sent: asked.append(sent.url))
    page.on("requestfailed", lambda sent: asked.append(sent.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("console", lambda said: asked.append(said.text) if "Security Policy" in said.text else None)
    for language in ("zh", "en"):
        before = len(asked)
        for path in PAGES:
            page.goto(f"{running.url}{path}{'&' if '?' in path else '?'}lang={language}", wait_until="commit")
            drawn(page, path)
            assert f"lang={language}" in page.url
        assert len(asked) - before > len(PAGES)
    page.close()
    assert [url for url in asked if urlsplit(url).netloc not in (home, "") or "Security Policy" in url] == []


def test_markup_and_script_in_an_address_are_text_to_a_browser(running: Running, chromium: Browser) -> None:
    page = browser.sign_in(chromium.new_page(viewport={"width": 900, "height": 600}), running.url)
    opened: list[str] = []
    page.on("dialog", lambda box: (opened.append(box.message), box.dismiss()))
    for path in ("/site", "/tubes"):
        query = urlencode({name: HOSTILE for name in ("site", "town", "lab", "lang", "layer")})
        page.goto(f"{running.url}{path}?{query}", wait_until="commit")
        drawn(page, path)
        page.get_by_text("<img src=x").first.wait_for(timeout=PATIENCE_MS)
        assert page.evaluate("() => [window.hit ?? null, document.querySelectorAll('img[src=x]').length]") == [None, 0]
    page.close()
    assert opened == []


def test_the_page_may_open_sockets_to_its_own_server_only(wall: Page) -> None:
    assert moments(wall, 1) == 1, "its own socket works"
    refused = wall.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
            try { new WebSocket('ws://127.0.0.1:9/'); } catch (error) { done(error.name); }
            setTimeout(() => done('allowed'), 5000);
        })"""
    )
    assert refused == "connect-src"


def test_ten_refreshes_rebuild_no_map_and_no_chart(wall: Page) -> None:
    moments(wall, 2)
    wall.evaluate(TAG)
    before, tagged = wall.evaluate(COUNT)
    assert before == tagged >= 6
    assert moments(wall, REFRESHES) >= REFRESHES
    assert wall.evaluate(COUNT) == [before, tagged]


def test_a_selected_site_stays_selected_and_the_map_stays_where_it_was_moved(wall: Page, small: Campaign) -> None:
    panel = click_until_shown(wall, place_on_screen(wall, small, "LS-5"), ".st-key-site-panel")
    assert "LS-5" in panel.inner_text()
    wall.locator("[data-testid=stDeckGlJsonChartZoomButton] button").first.click()
    assert moments(wall, 4) >= 4
    assert "LS-5" in panel.inner_text()
    wall.mouse.move(*place_on_screen(wall, small, "LS-2", zoomed=1))
    wall.locator(".deck-tooltip", has_text="东岸广场").wait_for(timeout=PATIENCE_MS)


def test_the_figures_on_screen_are_those_of_the_moment_beside_them(wall: Page, running: Running) -> None:
    for _ in range(3):
        moments(wall, 1)
        shown = until("figures at rest", lambda: read(wall))
        row = running.command.ask("district_totals", shown.as_of).row(0, named=True)
        assert (shown.persons, shown.tubes) == (row["persons_registered"], row["tubes_registered"])


def test_a_page_outlasts_its_server_with_view_and_selection(tmp_path: Path, small: Campaign, chromium: Browser) -> None:
    chosen, district = settings(home=tmp_path, port=free_ports()), District(tmp_path / "command.duckdb", small)
    district.minute("01:00", persons=1600)
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    with command_server(district, chosen, chosen.command_port), Ticking(district):
        with dashboard(chosen, tmp_path / "first.log") as url:
            browser.sign_in(page, url).goto(f"{url}/?site=LS-5")
            drawn(page, "/")
            page.locator("[data-testid=stDeckGlJsonChartZoomButton] button").first.click()
            moments(page, 2)
            page.evaluate(TAG)
            before = page.evaluate(COUNT)
        last = shown_moment(page)
        with dashboard(chosen, tmp_path / "second.log"):
            until("the page goes on", lambda: shown_moment(page) != last or None)
            moments(page, 4)
            assert page.evaluate(COUNT) == before
            assert "LS-5" in page.locator(".st-key-site-panel").inner_text()
            page.mouse.move(*place_on_screen(page, small, "LS-2", zoomed=1))
            page.locator(".deck-tooltip", has_text="东岸广场").wait_for(timeout=PATIENCE_MS)
    page.close()
    district.store.close()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (390, 844)])
def test_nothing_sticks_out_sideways(wall: Page, width: int, height: int) -> None:
    wall.set_viewport_size({"width": width, "height": height})
    moments(wall, 1)
    assert wall.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= width
