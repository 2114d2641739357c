"""Takes the README's pictures from a running product: ``python -m tests.screenshots [URL] [FOLDER]``."""

import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from pipelines.config import ROOT, settings
from tests.browser import chromium, reason_to_skip, sign_in

FOLDER = ROOT / "dashboard" / "pictures"
DRAWN_WITHIN_MS = 60_000
SETTLED_AFTER_MS = 9_000


@dataclass(frozen=True)
class Picture:
    """One picture: what to open, how large, in which language and theme, and what must be there first."""

    name: str
    path: str
    width: int
    height: int
    language: str
    theme: str
    waits_for: str = ".stDeckGlJsonChart canvas"


PICTURES = (
    Picture("district", "/", 1440, 900, "zh", "dark"),
    Picture("district-light", "/", 1440, 900, "en", "light"),
    Picture("wall", "/", 1920, 1080, "zh", "dark"),
    Picture("phone", "/", 390, 844, "zh", "light"),
    Picture("work", "/work", 1440, 900, "zh", "dark", ".st-key-card-runs"),
)


def take(browser: Browser, url: str, picture: Picture, folder: Path) -> Path:
    """Open the page, wait until it is drawn, and save it as a PNG; return the file."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.theme == "dark" else "light",
    )
    sign_in(page, url)
    page.goto(f"{url}{picture.path}?lang={picture.language}")
    page.wait_for_selector(picture.waits_for, state="attached", timeout=DRAWN_WITHIN_MS)
    page.wait_for_timeout(SETTLED_AFTER_MS)
    file = folder / f"{picture.name}.png"
    page.screenshot(path=file)
    page.close()
    return file


def main(arguments: list[str]) -> int:
    """Take every picture; return 1 with a sentence when there is no browser."""
    url = arguments[0].rstrip("/") if arguments else f"http://127.0.0.1:{settings().dashboard_port}"
    folder = Path(arguments[1]) if len(arguments) > 1 else FOLDER
    reason = reason_to_skip()
    if reason:
        sys.stderr.write(reason + "\n")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for picture in PICTURES:
            sys.stdout.write(f"{take(browser, url, picture, folder)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
