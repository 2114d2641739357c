"""From a registration to the commander's map: ledger, store and screen agree while processes are killed."""

import signal
import time
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Page

from tests.browser import reason_to_skip, sign_in
from tests.end_to_end.product import Product, running, until
from tests.end_to_end.screen import Reading, read, viewing

LEDGER_AT = """
SELECT coalesce(sum(persons), 0), count(*) FROM tube_event
WHERE kind = 'registered' AND site_id = ? AND sequence <= ?
"""
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Run the built-in campaign at 60 times real time for the whole module."""
    if reason := reason_to_skip():
        pytest.skip(reason)
    with running(tmp_path_factory.mktemp("home") / "home") as started:
        yield started


@pytest.fixture(scope="module")
def outside() -> list[str]:
    """Every request that a page of this module sent to another host."""
    return []


@pytest.fixture(scope="module")
def page(product: Product, outside: list[str]) -> Iterator[Page]:
    """Keep the district page open in Chromium for the whole module, noting where its requests go."""
    home = urlsplit(product.url).netloc
    with viewing("about:blank") as opened:
        opened.on("request", lambda sent: outside.append(sent.url) if _leaves(sent.url, home) else None)
        opened.on("websocket", lambda socket: outside.append(socket.url) if _leaves(socket.url, home) else None)
        sign_in(opened, product.url).goto(product.url)
        until("totals on the district page", lambda: read(opened))
        yield opened


def test_the_screen_the_store_and_the_ledger_hold_the_same_totals_at_every_tick(product: Product, page: Page) -> None:
    readings = different_readings(page, 5)
    for shown in readings:
        assert (shown.persons, shown.tubes) == stored_totals(product, shown.as_of)
        assert (shown.persons, shown.tubes) == ledger_totals(product, shown.as_of)
    persons = [shown.persons for shown in readings]
    assert persons == sorted(persons)
    assert persons[-1] > persons[0], "people are being registered while we look"


def test_every_person_in_the_ledger_is_in_exactly_one_tube(product: Product) -> None:
    with product.ledger() as ledger:
        in_tubes = ledger.execute("SELECT sum(persons) FROM tube_event WHERE kind = 'registered'").fetchone()[0]
        (persons, tokens) = ledger.execute("SELECT count(*), count(DISTINCT token) FROM tube_person").fetchone()
    assert tokens == persons
    assert in_tubes <= persons, "the person table was read later, so it may hold more"
    assert_every_site_is_whole(product)


def test_a_killed_front_end_turns_its_tile_red_and_registrations_go_on(product: Product, page: Page) -> None:
    before = until("totals", lambda: read(page))
    tile = page.locator(".st-key-server-p2")
    assert "宕机" not in tile.inner_text()

    def down() -> bool:
        product.kill("intake", "server", "p2")
        return "宕机" in tile.inner_text()

    until("a red tile for p2", down)
    grown = until("registrations while p2 is down", lambda: _grown(product, page, before.persons + 2_000))
    assert (grown.persons, grown.tubes) == ledger_totals(product, grown.as_of)
    until("p2 to be restarted and green again", lambda: "宕机" not in tile.inner_text())


def test_after_a_kill_of_the_world_nobody_is_registered_twice_and_the_day_goes_on(product: Product, page: Page) -> None:
    assert product.kill("intake", "world")
    before = until("totals", lambda: read(page))
    until("registrations after the restart", lambda: _newer(page, before.persons + 500))
    with product.ledger() as ledger:
        persons, tokens = ledger.execute("SELECT count(*), count(DISTINCT token) FROM tube_person").fetchone()
    assert persons == tokens
    assert_every_site_is_whole(product)


def test_a_killed_command_server_keeps_the_last_picture_says_so_and_comes_back_with_every_count(
    product: Product, page: Page
) -> None:
    known = until("totals", lambda: read(page))

    def said() -> bool:
        product.kill("pipelines")
        return page.locator(".st-key-command-lost").count() > 0

    until("the page to say that it has lost the command server", said)
    kept = until("the last totals still on screen", lambda: read(page), within_s=5)
    assert kept.persons >= known.persons, "the last totals stay on screen"
    back = until("fresh totals", lambda: _newer(page, kept.persons + 500))
    assert (back.persons, back.tubes) == ledger_totals(product, back.as_of)
    assert (known.persons, known.tubes) == stored_totals(product, known.as_of), "the past is still answered the same"


def test_a_hung_server_is_down_for_the_viewers_and_its_desks_go_elsewhere(product: Product, page: Page) -> None:
    hung = psutil.Process(product.pid_of("intake", "server", "p1"))
    tile = page.locator(".st-key-server-p1")
    hung.suspend()
    try:
        until("a red tile for p1", lambda: "宕机" in tile.inner_text())
        before = until("totals", lambda: read(page))
        until("registrations while p1 hangs", lambda: _newer(page, before.persons + 500))
    finally:
        hung.resume()
    until("p1 green again", lambda: "宕机" not in tile.inner_text())


def test_the_page_asked_no_other_host_for_anything(outside: list[str], page: Page) -> None:
    until("totals", lambda: read(page))
    assert outside == []


def test_ctrl_c_stops_every_process(product: Product) -> None:
    children = psutil.Process(product.process.pid).children(recursive=True)
    assert len(children) >= 9
    product.process.send_signal(signal.SIGINT)
    product.process.wait(20)
    assert product.process.returncode == 0
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []


def different_readings(page: Page, count: int) -> list[Reading]:
    """Return ``count`` readings of different moments."""
    found: list[Reading] = []
    deadline = time.monotonic() + 60
    while len(found) < count and time.monotonic() < deadline:
        shown = read(page)
        if shown is not None and (not found or shown.as_of > found[-1].as_of):
            found.append(shown)
        page.wait_for_timeout(50)
    assert len(found) == count, "the page refreshes itself"
    return found


def stored_totals(product: Product, as_of: datetime) -> tuple[int, int]:
    """Return person-samples and tubes as the store knew them at ``as_of``."""
    row = product.command.ask("district_totals", as_of).row(0, named=True)
    return row["persons_registered"], row["tubes_registered"]


def ledger_totals(product: Product, as_of: datetime) -> tuple[int, int]:
    """Return what the ledger held of each site when the counts shown at ``as_of`` were taken."""
    counts = product.command.ask("site_counts_at", as_of)
    with product.ledger() as ledger:
        rows = [ledger.execute(LEDGER_AT, pair).fetchone() for pair in counts.select("site_id", "sequence").rows()]
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def assert_every_site_is_whole(product: Product) -> None:
    """Wait until the tube events of every site are as far as its counts; at no site and time do the two differ."""

    def is_whole() -> bool:
        row = product.command.ask("conservation", product.command.edge().as_of).row(0, named=True)
        assert row["sites_broken"] == 0
        return row["sites_checked"] == 118

    until("the tube events of every site to be as far as its counts", is_whole)


def _newer(page: Page, persons: int) -> Reading | None:
    page.wait_for_timeout(50)
    shown = read(page)
    return shown if shown is not None and shown.persons >= persons else None


def _grown(product: Product, page: Page, persons: int) -> Reading | None:
    product.kill("intake", "server", "p2")
    return _newer(page, persons)


def _leaves(url: str, home: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != home
