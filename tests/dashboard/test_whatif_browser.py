"""The what-if page in Chromium: two guides a lane, the paired difference, a plan, and the same figures by link."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines.campaign import Campaign
from pipelines.config import settings
from tests import browser
from tests.dashboard.kit import District, command_server, dashboard
from tests.ports import free_ports

REASON = browser.reason_to_skip()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")
PATIENCE_MS = 60_000


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[str]:
    home = tmp_path_factory.mktemp("whatif")
    chosen = settings(home=home, port=free_ports())
    district = District(home / "command.duckdb", small)
    district.minute("01:00")
    with command_server(district, chosen, chosen.command_port), dashboard(chosen, home / "dashboard.log") as at:
        yield at
    district.store.close()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with browser.chromium() as started:
        yield started


def opened(chromium: Browser, url: str, user_id: str) -> Page:
    """Open an address in a session of its own and wait for the simulated answer."""
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    browser.sign_in(page, url, user_id).goto(url)
    expect(page.locator(".st-key-whatif-sentence")).to_be_visible(timeout=PATIENCE_MS)
    return page


def figures(page: Page) -> list[str]:
    """Return the sentence and every figure with its band and its difference."""
    cards = page.locator("[class*='st-key-kpi-whatif-']")
    for card in cards.all():
        expect(card).to_contain_text("±", timeout=PATIENCE_MS)
    return [page.locator(".st-key-whatif-sentence").inner_text(), *cards.all_inner_texts()]


def test_a_question_is_asked_planned_and_handed_on_by_link(chromium: Browser, url: str) -> None:
    page = opened(chromium, f"{url}/whatif?lang=en", "demo-analyst")
    page.get_by_role("radio", name="2 guides").or_(page.get_by_role("button", name="2 guides")).first.click()
    sentence = page.locator(".st-key-whatif-sentence")
    expect(sentence).to_contain_text('Against "Base case (as planned)"', timeout=PATIENCE_MS)
    expect(sentence).to_contain_text("2 guides:")
    page.locator(".st-key-whatif-plan button").click()
    expect(page.get_by_text("Played: done at")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Link", exact=False).first.click()
    link = page.locator("[data-testid='stCode']").first.inner_text().strip()
    assert "s=1~guides.2" in link.replace("%7E", "~")
    seen = figures(page)

    other = opened(chromium, link, "demo-commander")
    expect(other.get_by_text("Played: done at")).to_be_visible(timeout=PATIENCE_MS)

    assert figures(other) == seen
    assert len(seen) == 7
