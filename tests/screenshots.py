"""Takes pictures of every page from one running product, in its sizes, languages and themes, and in a bad hour.

``python -m tests.screenshots [FOLDER] [--only WORD …] [--whole] [--readme]``; without a folder: build/screenshots.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as NotShown

from pipelines.config import ROOT
from pipelines.intake.drill.client import FaultClient
from pipelines.intake.drill.words import FaultWish
from pipelines.vocabulary import FaultKind
from tests.browser import chromium, reason_to_skip, sign_in
from tests.end_to_end.product import Product, running

FOLDER, README = ROOT / "build" / "screenshots", ROOT / "dashboard" / "pictures"
DRAWN_WITHIN_MS, SETTLED_MS, TALLEST = 60_000, 2_500, 7_000
DESK, PHONE, SCREEN = (1440, 900), (390, 844), (1920, 1080)
HOUR = ("--start", "09:00", "--speed", "6")
FALLEN, FALLEN_FOR_MINUTES, WORSE_AFTER_MS = "p2", 240.0, 40_000
HEIGHT = "() => document.querySelector('[data-testid=stMain]')?.scrollHeight ?? document.body.scrollHeight"
AT_REST = "() => !document.querySelector('[data-stale=\"true\"]')"
AT_REST_WITHIN_MS = 8_000
SHOWN = ".st-key-data-as-of"


@dataclass(frozen=True)
class Look:
    """One page as one user opens it, and what must be on it before it counts as drawn."""

    name: str
    path: str
    user: str = "demo-commander"
    waits_for: str = SHOWN
    settled_ms: int = SETTLED_MS


LOOKS = (
    Look("sign-in", "/sign-in", "", "form"),
    Look("district", "/", waits_for=".stDeckGlJsonChart canvas", settled_ms=7_000),
    Look("town", "/town", "demo-town", ".st-key-town_sites, .st-key-card-town_sites"),
    Look("site", "/site", "demo-site", ".st-key-card-site_now"),
    Look("tickets", "/tickets", "demo-town", ".st-key-card-call_tree"),
    Look("readiness", "/readiness", "demo-town", ".st-key-card-trainings"),
    Look("closeout", "/closeout", "demo-town", ".st-key-card-accounts"),
    Look("what-if", "/whatif", "demo-analyst", ".st-key-card-whatif_levers", settled_ms=20_000),
    Look("tubes", "/tubes", waits_for=".st-key-card-missing"),
    Look("inputs", "/inputs", "demo-site", ".st-key-card-input_hour"),
    Look("reports", "/reports", waits_for=".st-key-card-report_kpis"),
    Look("reconcile", "/reconcile", waits_for=".st-key-card-odd_tubes"),
    Look("staffing", "/staffing", waits_for=".st-key-card-norms"),
    Look("network", "/network", waits_for=".st-key-card-vehicles"),
    Look("alerts", "/alerts", waits_for=".st-key-card-messages"),
    Look("work", "/work", "demo-analyst", ".st-key-card-runs"),
    Look("practice", "/practice", "demo-site", ".st-key-practice-start"),
    Look("process", "/process", waits_for=".st-key-card-life [data-testid=stMermaidChart] img"),
)
WALLS = tuple(
    Look(f"wall-{name}", f"/?wall=hold&screen={name}", waits_for=f".st-key-wall-{name}", settled_ms=5_000)
    for name in ("map", "servers", "tubes")
)
BAD = ("district", "town", "network", "alerts", "work")


@dataclass(frozen=True)
class Picture:
    """One look in one size, language and theme; ``is_bad``: in the hour in which a server is down."""

    look: Look
    size: tuple[int, int]
    language: str
    theme: str
    is_bad: bool = False

    @property
    def name(self) -> str:
        """Return the file's name without its ending: bad-alerts-390-zh-light."""
        hour = "bad-" if self.is_bad else ""
        return f"{hour}{self.look.name}-{self.size[0]}-{self.language}-{self.theme}"


def pictures() -> Iterator[Picture]:
    """Yield every picture, those of the good hour first."""
    for is_bad in (False, True):
        for size, language, theme in product((DESK, PHONE), ("zh", "en"), ("dark", "light")):
            for look in LOOKS:
                if look.name in BAD or not is_bad:
                    yield Picture(look, size, language, theme, is_bad)
        for look, language in product(WALLS, ("zh", "en")):
            yield Picture(look, SCREEN, language, "dark", is_bad)


# The pictures that the README shows, and the names they have there.
OF_README = {
    "district-1440-zh-dark": "district",
    "district-1440-en-light": "district-light",
    "wall-map-1920-zh-dark": "wall",
    "town-390-zh-light": "phone",
    "work-1440-zh-dark": "work",
}


def take(browser: Browser, url: str, picture: Picture, folder: Path, *, is_whole: bool) -> Path:
    """Open the page, wait until it is drawn, and save it as a PNG; with ``is_whole`` as high as the page is."""
    look, (width, height) = picture.look, picture.size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=picture.theme)  # pyright: ignore[reportArgumentType]
    page = context.new_page()
    if look.user:
        sign_in(page, url, look.user)
    page.goto(f"{url}{look.path}{'&' if '?' in look.path else '?'}lang={picture.language}")
    page.wait_for_selector(look.waits_for, state="attached", timeout=DRAWN_WITHIN_MS)
    page.wait_for_timeout(look.settled_ms)
    if is_whole:
        grow(page, width, height)
    with suppress(NotShown):
        page.wait_for_function(AT_REST, timeout=AT_REST_WITHIN_MS)
    file = folder / f"{picture.name}.png"
    page.screenshot(path=file)
    context.close()
    return file


def grow(page: Page, width: int, height: int) -> None:
    """Make the window as high as the page."""
    whole = min(max(height, int(page.evaluate(HEIGHT))), TALLEST)
    if whole > height:
        page.set_viewport_size({"width": width, "height": whole})
        page.wait_for_timeout(SETTLED_MS // 2)


def worsen(browser: Browser, world: Product) -> None:
    """Take a server away, and wait until the screens know it."""
    wish = FaultWish(kind=FaultKind.SERVER_DOWN, target=FALLEN, minutes=FALLEN_FOR_MINUTES)
    FaultClient(world.settings).add([wish])
    page = browser.new_page()
    page.wait_for_timeout(WORSE_AFTER_MS)
    page.close()


def wanted(words: list[str], *, for_readme: bool) -> list[Picture]:
    """Return the pictures whose names have one of the words in each of their groups (``network|tubes en-dark``)."""
    chosen = [one for one in pictures() if not for_readme or one.name in OF_README]
    return [one for one in chosen if all(any(part in one.name for part in word.split("|")) for word in words)]


def main(arguments: list[str]) -> int:
    """Take the pictures asked for; return 1 with a sentence when there is no browser."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=None, help="where the pictures go")
    parser.add_argument("--only", nargs="*", default=[], help="words that a picture's name must have, a|b for either")
    parser.add_argument("--whole", action="store_true", help="each page as high as it is, not its first screen")
    parser.add_argument("--readme", action="store_true", help="the README's pictures, to where it shows them")
    asked = parser.parse_args(arguments)
    if reason := reason_to_skip():
        sys.stderr.write(reason + "\n")
        return 1
    folder: Path = asked.folder or (README if asked.readme else FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    chosen = wanted(asked.only, for_readme=asked.readme)
    with tempfile.TemporaryDirectory() as home, running(Path(home) / "day", *HOUR) as world, chromium() as browser:
        is_bad = False
        for picture in chosen:
            if picture.is_bad and not is_bad:
                worsen(browser, world)
                is_bad = True
            file = take(browser, world.url, picture, folder, is_whole=asked.whole)
            if asked.readme:
                file = file.rename(folder / f"{OF_README[picture.name]}.png")
            sys.stdout.write(f"{file}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
