"""A town coordinator's first minutes and bad hour on a phone: a running day, one site's volunteer Wi-Fi goes down."""

from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from pipelines.client import Scope
from pipelines.vocabulary import FaultKind
from tests.browser import reason_to_skip
from tests.end_to_end.product import Product, running, until
from tests.end_to_end.screen import ISO, viewing
from tests.end_to_end.walking import PHONE, breaks, fits, patient, told

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(240)]
ANOTHER_TOWN, SITE, NAME = "990001002", "LS-2", "东岸广场"
READ = """() => ({
  asOf: document.querySelector('.st-key-data-as-of')?.innerText ?? '',
  tubes: document.querySelector('.st-key-card-site_tubes')?.innerText ?? '',
})"""


def test_a_coordinator_is_led_from_the_failed_wifi_to_the_tube_that_waits(small_folder: Path, tmp_path: Path) -> None:
    if reason := reason_to_skip():
        pytest.skip(reason)
    arguments = ("--campaign", str(patient(small_folder, tmp_path / "lakeside")), "--speed", "10")
    with (
        running(tmp_path / "home", *arguments) as product,
        viewing(f"{product.url}/town?town={ANOTHER_TOWN}&lang=zh", **PHONE, user_id="demo-town") as page,
    ):
        first_minutes(page)
        breaks(product, FaultKind.VOLUNTEER_WIFI_DOWN, SITE)
        bad_hour(page, product)


def first_minutes(page: Page) -> None:
    """Read his own town, whatever the address says: its four sites, with progress, networks, system and readiness."""
    told(page, f"town-site-{SITE}", NAME, "人份", "志", "众", "省系统", "就绪")
    assert page.locator("[class*=st-key-town-site-]").count() == 4
    assert "北岸" not in page.locator("[data-testid=stMain]").inner_text()
    assert fits(page)


def bad_hour(page: Page, product: Product) -> None:
    """Find the site at the top with the next step, open it, and find which lane goes on with which tube."""
    now = told(page, "card-town_now", "志愿者 Wi-Fi 断了，公众网正常", NAME)
    assert "半满管不作废，恢复后重扫原条形码" in now
    card = told(page, f"town-site-{SITE}", "志 中断")
    assert "众 中断" not in card
    page.locator(f".st-key-town-site-{SITE} a").first.click()
    page.wait_for_url(f"**/site?*site={SITE}*")
    told(page, "card-site_now", "志愿者 Wi-Fi 断了", "登记手机先连公众网")
    told(page, "card-site_desks")
    until("the half-filled tubes on screen", lambda: _same_tubes(page, product))
    assert fits(page)
    page.locator(".st-key-site-part button", has_text="网络与物资").click()
    networks = told(page, "card-networks", "志愿者网", "公众网", "中断")
    assert networks.count("中断") == 1
    assert fits(page)


def _same_tubes(page: Page, product: Product) -> bool:
    """Whether the page names the very tubes that stood half-filled at the site at the moment it shows, if any did.

    A desk whose people know the offline app goes on with its tube after two minutes, so that there may be none left.
    """
    said = page.evaluate(READ)
    moment = ISO.search(said["asOf"])
    if moment is None:
        return False
    frame = product.command.ask("open_tubes", datetime.fromisoformat(moment[0]), Scope.site(SITE))
    return all(barcode in said["tubes"] for barcode in frame["barcode"])
