"""What a walk through the running product does at every step: look at an element, wait for its words, break, mend."""

import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from pipelines.intake.drill.client import FaultClient
from pipelines.intake.drill.words import FaultWish
from pipelines.vocabulary import FaultKind
from tests.end_to_end.product import Product, until

PHONE = {"width": 390, "height": 844}


def patient(folder: Path, made: Path) -> Path:
    """Return a copy of the campaign whose screens wait longer for late words: the machine may have much else to do."""
    shutil.copytree(folder, made)
    settings = made / "campaign.toml"
    settings.write_text(settings.read_text("utf-8").replace("stale_after_s = 3", "stale_after_s = 40"), "utf-8")
    return made


def text(page: Page, key: str) -> str:
    """Return what the element of that key says now, "" while there is none."""
    found = page.locator(f".st-key-{key}")
    return found.first.inner_text() if found.count() else ""


def told(page: Page, key: str, *wanted: str) -> str:
    """Wait until the element of that key says all that is wanted; return what it says."""
    try:
        return until(f"{wanted} in {key}", lambda: _all_in(text(page, key), wanted), within_s=90)
    except AssertionError as late:
        raise AssertionError(f"{late}: it says {text(page, key)!r}") from late


def untold(page: Page, key: str, unwanted: str) -> None:
    """Wait until the element of that key no longer says something."""
    until(f"{key} without {unwanted}", lambda: unwanted not in text(page, key), within_s=90)


def fits(page: Page) -> bool:
    """Whether nothing sticks out sideways of a phone."""
    return page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= PHONE["width"]


def breaks(product: Product, kind: FaultKind, target: str) -> None:
    """Break something for an hour of the campaign, as a drill does."""
    FaultClient(product.settings).add([FaultWish(kind=kind, target=target, minutes=60)])


def mends(product: Product) -> None:
    """End every fault of the drill."""
    FaultClient(product.settings).clear(None)


def agrees(differences: Callable[[], dict[str, str]]) -> None:
    """Look until every item has agreed at least once; ``differences`` tells of each item "" or how it differs.

    It tells of none while there is no moment on the screen. Screens are drawn in parts, each of the newest moment when
    it was drawn, so that not all parts are of one moment.
    """
    open_items: dict[str, str] = {}
    agreed: set[str] = set()

    def look() -> bool:
        for item, difference in differences().items():
            if not difference:
                agreed.add(item)
                open_items.pop(item, None)
            elif item not in agreed:
                open_items[item] = difference
        return bool(agreed) and not open_items

    try:
        until("the screen to agree with the store", look)
    except AssertionError as late:
        raise AssertionError(f"{late}: {open_items}") from late


def _all_in(said: str, wanted: tuple[str, ...]) -> str:
    return said if said and all(one in said for one in wanted) else ""
