"""Chromium for the tests: found where it is installed, or a one-line reason to skip."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
    "--no-sandbox",
)


def installed() -> str | None:
    """Return the path of an installed browser, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def reason_to_skip() -> str | None:
    """Return why browser tests cannot run, in one line; None when they can."""
    if installed() is not None:
        return None
    return f"browser tests skipped: no {', '.join(NAMES)} here, only root on Debian may install chromium"


@contextmanager
def chromium(*flags: str) -> Generator[Browser]:
    """Run the installed browser without a window; ``flags`` are further ones."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: Page, url: str, user_id: str = "demo-commander") -> Page:
    """Sign a page's browser in at the dashboard of ``url`` as one of a simulated campaign's users; return the page."""
    home = "/".join(url.split("/")[:3])
    answer = page.request.post(
        f"{home}/sign-in/demo", form={"user": user_id}, headers={"Origin": home}, max_redirects=0
    )
    assert answer.status == 303, f"{user_id} was not signed in: {answer.status} {answer.text()[:400]}"
    return page
