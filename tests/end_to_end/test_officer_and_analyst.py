"""A site officer on a phone, his first minutes and a failed Wi-Fi; an analyst's first minutes; one running day."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from pipelines.client import Scope
from pipelines.vocabulary import FaultKind
from tests.browser import reason_to_skip
from tests.end_to_end.product import Product, running
from tests.end_to_end.screen import ISO, viewing
from tests.end_to_end.walking import PHONE, agrees, breaks, fits, mends, patient, text, told, untold

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(240)]
SITE, SITE_NAME, OTHERS = "LS-1", "东岸学校", ("东岸广场", "北岸医院", "小岛")
TOWN = "990001002"
READ = """() => Object.fromEntries(
  [...document.querySelectorAll('[class*="st-key-kpi-"], .st-key-data-as-of')].map(element =>
    [[...element.classList].find(name => name.startsWith('st-key-')).slice(7), element.innerText]))"""


@pytest.fixture(scope="module")
def product(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Run the small district at five times real time for both walks."""
    if reason := reason_to_skip():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("officer")
    arguments = ("--campaign", str(patient(small_folder, folder / "lakeside")), "--speed", "5")
    with running(folder / "home", *arguments) as started:
        yield started


def compared(page: Page, product: Product, scope: Scope, wanted: Any) -> dict[str, str]:
    """Return for each wanted figure "", or what the screen and the store say of the moment on screen."""
    said: dict[str, str] = page.evaluate(READ)
    moment = ISO.search(said.get("data-as-of", ""))
    if moment is None:
        return {}
    known: dict[str, str] = wanted(datetime.fromisoformat(moment[0]), scope)
    return {
        key: "" if value in said.get(key, "") else f"{said.get(key)!r} lacks {value!r}" for key, value in known.items()
    }


def test_a_site_officer_finds_his_site_and_is_led_through_a_failed_wifi(product: Product) -> None:
    def wanted(as_of: datetime, scope: Scope) -> dict[str, str]:
        row = product.command.ask("site_detail", as_of, scope, site_id=SITE).row(0, named=True)
        staff = f"{row['staff_on_shift']:,}"
        return {"kpi-persons": f"{row['persons_registered']:,}", "kpi-tubes": f"{row['tubes_registered']:,}"} | {
            "kpi-staff": staff
        }

    with viewing(f"{product.url}/?lang=zh", **PHONE, user_id="demo-site") as page:
        told(page, "card-site_now")
        assert "采样点负责人" in text(page, "viewer")
        agrees(lambda: compared(page, product, Scope.site(SITE), wanted))
        everything = page.locator("[data-testid=stMain]").inner_text()
        assert not [name for name in OTHERS if name in everything], "his own site alone"
        told(page, "card-site_desks")
        assert fits(page)
        page.goto(f"{product.url}/district?lang=zh")
        told(page, "forbidden", "不对", "开放")
        page.goto(f"{product.url}/site?lang=zh&site=LS-2")
        told(page, "top")
        assert "东岸广场" not in page.locator("[data-testid=stMain]").inner_text()

        page.goto(f"{product.url}/site?lang=zh")
        breaks(product, FaultKind.VOLUNTEER_WIFI_DOWN, SITE)
        told(page, "card-site_now", "志愿者 Wi-Fi 断了", "登记手机先连公众网")
        page.locator(".st-key-site-part button", has_text="网络与物资").click()
        assert told(page, "card-networks", "志愿者网", "公众网", "中断").count("中断") == 1
        assert fits(page)
        mends(product)
        untold(page, "card-site_now", "志愿者 Wi-Fi 断了")


def test_an_analyst_cuts_the_day_and_its_denominator_and_decides_nothing(product: Product) -> None:
    towns = product.command.campaign().towns
    of_town = next(town.residents for town in towns if town.town_code == TOWN)

    def of_the_town(as_of: datetime, scope: Scope) -> dict[str, str]:
        row = product.command.ask("district_totals", as_of, scope).row(0, named=True)
        return {"kpi-persons": f"{row['persons_registered']:,}"}

    def of_residents(as_of: datetime, scope: Scope) -> dict[str, str]:
        row = product.command.ask("district_totals", as_of, scope).row(0, named=True)
        return {"kpi-coverage": f"{row['persons_registered'] / of_town:.1%}"}

    with viewing(f"{product.url}/?lang=zh&town={TOWN}", user_id="demo-analyst") as page:
        told(page, "card-decide")
        agrees(lambda: compared(page, product, Scope.town(TOWN), of_the_town))
        page.goto(f"{product.url}/?lang=zh&town={TOWN}&per=residents")
        agrees(lambda: compared(page, product, Scope.town(TOWN), of_residents))
        assert page.locator("[class*=st-key-accept-]").count() == 0
        page.goto(f"{product.url}/network?lang=zh")
        page.locator(".st-key-server-p1").wait_for(timeout=60_000)
        assert page.get_by_role("button", name="转离线应用").count() == 0
        page.goto(f"{product.url}/tubes?lang=zh")
        page.locator(".st-key-data-as-of").wait_for(timeout=60_000)
