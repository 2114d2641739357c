"""What a viewer reads off the district page, as values."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from playwright.sync_api import Page

from tests.browser import chromium, sign_in

READ = """() => {
  const text = selector => document.querySelector(selector)?.innerText ?? '';
  const value = name => text(`.st-key-${name} [data-testid="stMetricValue"]`);
  const tubes = text('.st-key-card-way .way-registered .value');
  return {asOf: text('.st-key-data-as-of'), persons: value('kpi-persons'), tubes};
}"""
AT_REST_MS = 150
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
TOTAL = re.compile(r"\d[\d,]*")


@dataclass(frozen=True)
class Reading:
    """The totals on one screen, and the moment they were known at."""

    as_of: datetime
    persons: int
    tubes: int


def read(page: Page) -> Reading | None:
    """Return the totals and their moment; None while the page has none, or is just being brought up to date."""
    texts = page.evaluate(READ)
    page.wait_for_timeout(AT_REST_MS)
    if page.evaluate(READ) != texts:
        return None
    moment = ISO.search(texts["asOf"])
    persons, tubes = TOTAL.search(texts["persons"]), TOTAL.search(texts["tubes"])
    if moment is None or persons is None or tubes is None:
        return None
    return Reading(datetime.fromisoformat(moment[0]), _number(persons[0]), _number(tubes[0]))


@contextmanager
def viewing(url: str, width: int = 1440, height: int = 900, user_id: str = "demo-commander") -> Generator[Page]:
    """Open ``url`` in a browser of its own as one of the demonstration's users; yield the page."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": height})
        if url != "about:blank":
            sign_in(page, url, user_id)
        page.goto(url)
        yield page


def _number(text: str) -> int:
    return int(text.replace(",", ""))
