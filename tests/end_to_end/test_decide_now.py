"""Decide now, whole: a site lacks a lane, a loan is advised, accepted, obeyed, and its effect is measured."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Locator, Page

from tests.browser import reason_to_skip, sign_in
from tests.end_to_end.product import Product, running, until
from tests.end_to_end.screen import viewing
from tests.end_to_end.walking import patient, told

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(240)]
Row = dict[str, Any]
TAKER, NAME = "LS-8", "湖西"
SITES = {"体育馆": "LS-5", "北岸医院": "LS-6"}  # those near enough, with a lane to spare
REASON = "湖西一条卡位无人，人群增加"


@pytest.fixture
def product(small_folder: Path, tmp_path: Path) -> Iterator[Product]:
    """Run the small district at a campaign minute a second: a loan takes a quarter of an hour to be there."""
    if reason := reason_to_skip():
        pytest.skip(reason)
    with running(tmp_path / "home", "--campaign", str(patient(small_folder, tmp_path / "lakeside"))) as started:
        yield started


@pytest.fixture
def page(product: Product) -> Iterator[Page]:
    """The district page in Chromium, as the commander opens it."""
    with viewing("about:blank", height=1200) as opened:
        sign_in(opened, product.url).goto(product.url)
        yield opened


def test_a_loan_is_advised_accepted_obeyed_and_its_effect_is_measured_on_the_page(product: Product, page: Page) -> None:
    card = page.locator("[class*=st-key-advice-]", has_text=f"人给 {NAME}").first
    card.wait_for(timeout=60_000)
    giver = reads(card)
    before = {site: lanes(product, site) for site in (giver, TAKER)}
    orders = accepts(page, card)
    delivered(product, orders)
    until("one more lane where the staff has come", lambda: lanes(product, TAKER) > before[TAKER])
    assert lanes(product, giver) < before[giver], "the giver has a lane less"
    measured(product, page)


def reads(card: Locator) -> str:
    """Read who lends how many, the evidence and the effect expected; return the giver's id."""
    said = card.inner_text()
    lender = re.search(r"\d\. (\S+) 借 [1-9]\d* 人给", said)
    assert lender, said
    assert all(word in said for word in ("相距", "分后就位", "借出点等候", "借出后")), said
    expected = re.search(r"预计 30 分内等候 ([\d.]+) → ([\d.]+) 分", said)
    assert expected, said
    assert float(expected[2]) < float(expected[1])
    return SITES[lender[1]]


def accepts(page: Page, card: Locator) -> int:
    """Accept with a reason; return how many orders that gives."""
    card.get_by_role("button", name="接受").click()
    page.get_by_test_id("stDialog").get_by_text(f"人给 {NAME}").first.wait_for()
    page.locator(".st-key-decide-reason textarea").fill(REASON)
    page.locator(".st-key-decide-confirm button").click()
    given = re.search(r"下达 (\d+) 道命令", told(page, "card-decide", "已记入行为账", "已接受，命令已下达"))
    assert given
    return int(given[1])


def delivered(product: Product, orders: int) -> None:
    """See every order at the sites, with who gave it and why."""

    def there() -> list[Row]:
        rows = asked(product, "orders_live").to_dicts()
        return rows if len(rows) == orders and {row["state"] for row in rows} == {"delivered"} else []

    for row in until(f"{orders} orders at the sites", there):
        assert (row["reason"], row["lend_to"], row["sites_reached"]) == (REASON, TAKER, 2)


def measured(product: Product, page: Page) -> None:
    """Read on the page that the wait has fallen by a quarter at least since the loan, as the store has it."""
    line = re.compile(r"实测（\d\d:\d\d 接受）等候分钟：接受时 ([\d.]+) → 10 分后 [\d.]+ .*现在 ([\d.]+)")

    def fallen() -> str:
        found = line.search(told(page, "card-decide", "实测（"))
        return found[1] if found and float(found[2]) < 0.75 * float(found[1]) else ""

    start = float(until("a shorter wait on the page", fallen, within_s=90))
    effect = asked(product, "recommendation_effects").row(0, named=True)
    assert round(effect["value_at_acceptance"], 1) == pytest.approx(start, abs=0.51)
    assert effect["value_now"] < effect["value_at_acceptance"]


def lanes(product: Product, site_id: str) -> int:
    """Return how many lanes a site has open now."""
    return asked(product, "sites_live").filter(site_id=site_id).item(0, "lanes_open")


def asked(product: Product, name: str) -> pl.DataFrame:
    """Return what an ask answers now."""
    return product.command.ask(name, product.command.edge().as_of)
