"""A bad minute on the network page: a server dies, the page says since when and why, an order is given and spreads."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from pipelines.config import ROOT
from tests.browser import reason_to_skip, sign_in
from tests.end_to_end.product import Product, running, until
from tests.end_to_end.screen import viewing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
PATIENCE_MS = 90_000


@pytest.fixture
def product(small_folder: Path, tmp_path: Path) -> Iterator[Product]:
    """Run the small district."""
    if reason := reason_to_skip():
        pytest.skip(reason)
    with running(tmp_path / "home", "--campaign", str(small_folder), "--speed", "6") as started:
        yield started


@pytest.fixture
def page(product: Product) -> Iterator[Page]:
    """The network page in Chromium, seen by a commander."""
    with viewing("about:blank") as opened:
        sign_in(opened, product.url).goto(f"{product.url}/network")
        opened.wait_for_selector(".st-key-server-p2", timeout=PATIENCE_MS)
        yield opened


def breaks(product: Product, small_folder: Path, server_id: str) -> None:
    """Take a server down for an hour of the campaign."""
    chosen = product.settings
    where = ["--home", str(chosen.home), "--port", str(chosen.port), "--campaign", str(small_folder)]
    command = [sys.executable, "-m", "pipelines.cli", "fault", "add", "server_down", "--target", server_id]
    subprocess.run([*command, "--for", "60", *where], cwd=ROOT, check=True, capture_output=True, timeout=60)


def asked(product: Product, name: str, column: str) -> list[object]:
    """Return a column of what an ask answers now."""
    command = product.command
    return command.ask(name, command.edge().as_of)[column].to_list()


def test_a_dead_server_is_named_and_an_order_is_given_and_spreads(
    product: Product, page: Page, small_folder: Path
) -> None:
    until("desks on the second server", lambda: sum(_desks(product, "p2")) > 0)
    breaks(product, small_folder, "p2")
    tile = page.locator(".st-key-server-p2")
    tile.get_by_text("起无应答").wait_for(timeout=PATIENCE_MS)
    assert "个卡位" in tile.inner_text()
    page.get_by_role("button", name="转离线应用").click()
    page.get_by_label("原因（记入台账）").fill("2 号服务器宕机")
    page.get_by_test_id("stDialog").get_by_role("button", name="下达").click()
    page.get_by_text("已下达：转离线应用").first.wait_for(timeout=PATIENCE_MS)
    until("the order at the sites", lambda: asked(product, "orders_live", "state") == ["delivered"], 90)
    assert asked(product, "orders_live", "reason") == ["2 号服务器宕机"]
    until("desks that went offline", lambda: sum(_numbers(product, "contingency_live", "desks_offline")) > 0, 90)
    until("the order on the page", lambda: "离线应用" in (page.locator(".st-key-card-given").text_content() or ""))


def _desks(product: Product, server_id: str) -> list[int]:
    command = product.command
    found = command.ask("servers_live", command.edge().as_of).filter(server_id=server_id)
    return [int(value) for value in found["desks"]]


def _numbers(product: Product, name: str, column: str) -> list[int]:
    return [int(str(value)) for value in asked(product, name, column)]
