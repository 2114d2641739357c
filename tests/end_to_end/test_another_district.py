"""Another district's folder runs without a line of code changed; a stopped day is taken up where it was left."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import reason_to_skip
from tests.end_to_end.product import Product, running, until
from tests.end_to_end.screen import Reading, read, viewing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def totals(product: Product) -> tuple[datetime, int]:
    """Return the newest moment and the person-samples the store holds then."""
    as_of = product.command.edge().as_of
    return as_of, product.command.ask("district_totals", as_of).item(0, "persons_registered")


def distinct_persons(product: Product) -> tuple[int, int]:
    """Return how many persons the ledger holds, and how many different ones."""
    with product.ledger() as ledger:
        return ledger.execute("SELECT count(*), count(DISTINCT token) FROM tube_person").fetchone()


def test_a_made_up_district_runs_stops_and_is_taken_up_again(small_folder: Path, tmp_path: Path) -> None:
    home, campaign = tmp_path / "home", ("--campaign", str(small_folder))
    with running(home, *campaign) as product:
        first = until("registrations", lambda: totals(product)[1])
        until("more of them", lambda: totals(product)[1] > first)
        assert product.command.ask("conservation", totals(product)[0]).row(0)[:2] == (9, 0)
        stopped_at, stopped_with = totals(product)
    with running(home, *campaign, "--resume") as product:
        went_on_at, went_on_with = until("the stored totals", lambda: _known(product, stopped_with))
        assert went_on_at - stopped_at < timedelta(hours=1), "the clock goes on where it stood"
        until("registrations after the pause", lambda: totals(product)[1] > went_on_with)
        persons, different = distinct_persons(product)
        assert persons == different


@pytest.mark.browser
def test_its_page_draws_with_no_more_geography_than_an_outline(small_folder: Path, tmp_path: Path) -> None:
    if reason := reason_to_skip():
        pytest.skip(reason)
    with (
        running(tmp_path / "home", "--campaign", str(small_folder)) as product,
        viewing(f"{product.url}/?lang=en") as page,
    ):
        until("totals on its page", lambda: read_after_wait(page))
        page.wait_for_selector(".st-key-map canvas", timeout=60_000)
        until("its nine sites fresh", lambda: "9 of 9 fresh" in page.locator(".st-key-status").inner_text())
        assert page.locator(".st-key-server-p2").count() == 1
        assert page.locator(".st-key-server-p3").count() == 0


def read_after_wait(page: Page) -> Reading | None:
    """Give the page a moment, then return what it shows."""
    page.wait_for_timeout(100)
    return read(page)


def _known(product: Product, persons: int) -> tuple[datetime, int] | None:
    found = totals(product)
    return found if found[1] >= persons else None
