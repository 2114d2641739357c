"""How long a registration takes from the intake's commit to the store, and to the text in a browser."""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from playwright.sync_api import Page

from pipelines.clock import Setting
from tests.benchmarks.report import Row, percentile, show
from tests.browser import sign_in
from tests.end_to_end.product import Product, running
from tests.end_to_end.screen import viewing

SPEED = os.getenv("TENFOLD_SPEED", "60")
WARM_UP_S = 20
WATCH_S = 60
PAINTS = 5
POLL_S = 0.05
WATCH_PAGE = """() => {
  window.seen = [];
  const note = () => {
    const text = document.querySelector('.st-key-data-as-of')?.textContent ?? '';
    const found = text.match(/\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(Z|[+-]\\d\\d:\\d\\d)/);
    if (found && found[0] !== window.seen.at(-1)?.[1]) window.seen.push([Date.now(), found[0]]);
  };
  new MutationObserver(note).observe(document.body, {subtree: true, childList: true, characterData: true});
  note();
}"""


@dataclass(frozen=True)
class Paint:
    """Seconds from the address to totals and servers, and to the map's canvas."""

    useful_s: float
    whole_s: float


Sightings = list[tuple[float, dict[str, int]]]


def main() -> list[Row]:
    """Run the product and measure; returns the rows it also prints when run alone."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home", "--speed", SPEED) as product:
        time.sleep(WARM_UP_S)
        new, again = zip(*[_paints_s(product) for _ in range(PAINTS)], strict=True)
        with viewing(product.url) as page:
            page.wait_for_selector(".st-key-data-as-of", timeout=60_000)
            time.sleep(WARM_UP_S)
            page.evaluate(WATCH_PAGE)
            in_store = _watch_store(product, WATCH_S)
            in_page = _as_sightings(product, page.evaluate("window.seen"))
        return [
            _row(
                f"event at the intake → visible in the store, a day at {SPEED}×", _lags(product, in_store), "p95 ≤ 2 s"
            ),
            _row("event at the intake → visible in the browser", _lags(product, in_page), "p95 ≤ 3 s"),
            Row("district page, totals and servers readable, new browser", _spread([p.useful_s for p in new]), "≤ 3 s"),
            Row("the same, scripts cached", _spread([p.useful_s for p in again])),
            Row("map drawn (software GL on the same cores), new browser", _spread([p.whole_s for p in new])),
        ]


def _watch_store(product: Product, seconds: float) -> Sightings:
    client, seen = product.command, Sightings()
    deadline = time.time() + seconds
    last = None
    while time.time() < deadline:
        edge = client.edge()
        if edge.tick != last:
            seen.append((time.time(), _sequences(product, edge.as_of)))
            last = edge.tick
        time.sleep(POLL_S)
    return seen


def _as_sightings(product: Product, seen: Sequence[tuple[float, str]]) -> Sightings:
    return [(at / 1000, _sequences(product, datetime.fromisoformat(as_of))) for at, as_of in seen]


def _sequences(product: Product, as_of: datetime) -> dict[str, int]:
    frame = product.command.ask("site_counts_at", as_of)
    return dict(zip(frame["site_id"].to_list(), frame["sequence"].to_list(), strict=True))


def _lags(product: Product, seen: Sightings) -> list[float]:
    """Return, for each registration recorded while watching, the wall seconds to the first sighting that holds it."""
    setting = msgspec.json.decode(product.settings.clock_file.read_bytes(), type=Setting)
    first, last = seen[0][1], seen[-1][1]
    lags: list[float] = []
    with product.ledger() as ledger:
        rows = ledger.execute(
            "SELECT sequence, site_id, recorded_at FROM tube_event WHERE kind = 'registered'"
        ).fetchall()
    for sequence, site_id, recorded_us in rows:
        if first.get(site_id, 0) < sequence <= last.get(site_id, 0):
            shown_at = next(at for at, held in seen if held.get(site_id, 0) >= sequence)
            lags.append(shown_at - _wall_s(setting, recorded_us))
    return lags


def _wall_s(setting: Setting, campaign_us: int) -> float:
    campaign_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=campaign_us)
    return (setting.anchor_wall_at + (campaign_at - setting.anchor_campaign_at) / setting.speed).timestamp()


def _paints_s(product: Product) -> tuple[Paint, Paint]:
    """Return the paints of a browser that never saw the page, and of the same browser's second visit."""
    with viewing("about:blank") as page:
        sign_in(page, product.url)
        return paint_s(page, product.url), paint_s(page, product.url)


def paint_s(page: Page, url: str) -> Paint:
    """Open the district page and wait until it can be read and its map is drawn."""
    started = time.monotonic()
    page.goto(url)
    page.wait_for_selector(".st-key-kpi-persons >> text=/[0-9],[0-9]/", timeout=60_000)
    page.wait_for_selector(".st-key-server-p1", timeout=60_000)
    useful = time.monotonic() - started
    page.wait_for_selector(".st-key-map canvas", timeout=60_000)
    return Paint(useful, time.monotonic() - started)


def _row(what: str, lags: Sequence[float], target: str) -> Row:
    figure = f"p50 {percentile(lags, 0.5):.2f} s, p95 {percentile(lags, 0.95):.2f} s (n = {len(lags):,})"
    return Row(what, figure, target)


def _spread(values: Sequence[float]) -> str:
    return f"median {percentile(values, 0.5):.1f} s, {min(values):.1f}–{max(values):.1f} s (n = {len(values)})"


if __name__ == "__main__":
    show("freshness", main())
    sys.exit(0)
