"""A trainee's phone, 390 pixels wide, on real front ends: a whole group with everything that goes wrong on the way."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pipelines.campaign import Campaign
from pipelines.day_folder import DayKind, hold
from pipelines.pictures import png, qr
from pipelines.practice import practice_places
from tests import browser
from tests.dashboard.kit import District, command_server, dashboard
from tests.intake.running import Intake, running

REASON = browser.reason_to_skip()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000
FILM_IS_RUNNING = """() => {
    const video = document.querySelector("[data-testid=stCameraInput] video");
    return video && video.readyState >= 3 && video.videoWidth > 0 && video.currentTime > 0;
}"""
expect.set_options(timeout=PATIENCE_MS)

AT_REST = "() => !document.querySelector('[data-stale=\"true\"], [data-testid=stStatusWidget]')"


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Intake]:
    """Front ends p1 and p2 and the data interface of a simulated day, an hour after opening."""
    with running(small, tmp_path_factory.mktemp("practice"), small.round.demo_starts_at, 1.0) as intake:
        hold(intake.settings, DayKind.SIMULATED)
        intake.start("p1", "p2", "data")
        yield intake


@pytest.fixture(scope="module")
def url(intake: Intake) -> Iterator[str]:
    """The dashboard in a process of its own."""
    chosen = intake.settings
    district = District(chosen.home / "command.duckdb", intake.campaign)
    with command_server(district, chosen, chosen.command_port), dashboard(chosen, chosen.home / "dashboard.log") as url:
        yield url
    district.store.close()


def begin(page: Page, url: str, language: str = "zh") -> None:
    """Open the practice desk of the first site on p1."""
    browser.sign_in(page, url).goto(f"{url}/practice?lang={language}")
    page.locator(".st-key-practice-start button[kind=primary]").click()
    expect(page.locator(".st-key-practice-seats")).to_contain_text("0/10")


def tap(page: Page, kind: str, text: str) -> None:
    """Tap one of the codes shown, when the page has come to rest."""
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0)
    page.locator(f".st-key-tap-{kind} button", has_text=re.compile(f"^{re.escape(text)}")).first.click()


def bind(page: Page, persons: range) -> None:
    """Scan persons from the sheet, each when the one before is seated."""
    for person in persons:
        tap(page, "person", f"{person}")
        expect(page.locator(".st-key-practice-seats")).to_contain_text(f"{person}/10")


def is_within_the_screen(page: Page) -> bool:
    return page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= PHONE["width"]


def test_a_trainee_fills_is_interrupted_resumes_and_closes_on_a_phone(intake: Intake, url: str) -> None:
    with browser.chromium() as chromium:
        page = chromium.new_page(viewport=PHONE, color_scheme="dark")
        asked: list[str] = []
        page.on("request", lambda sent: asked.append(sent.url))
        begin(page, url)
        label = page.locator(".st-key-tap-label button").first.inner_text().strip()
        tap(page, "label", label)
        bind(page, range(1, 4))
        assert is_within_the_screen(page)

        page.locator(".st-key-practice-trouble summary").click()
        page.locator(".st-key-practice-drop button").click()
        expect(page.locator(".st-key-practice-coach")).to_contain_text("网络断了")
        page.reload()
        expect(page.locator(".st-key-practice-coach")).to_contain_text(f"再扫同一条形码 {label}")
        expect(page.locator(".st-key-practice-seats")).to_contain_text("3/10")
        assert is_within_the_screen(page)
        tap(page, "label", label)
        bind(page, range(4, 6))

        intake.kill("p1")
        tap(page, "person", "6")
        expect(page.locator(".st-key-practice-coach")).to_contain_text("没有应答")
        tap(page, "next_server", "2 ·")
        expect(page.locator(".st-key-practice-coach")).to_contain_text("已切换到")
        tap(page, "label", label)
        expect(page.locator(".st-key-practice-seats")).to_contain_text("6/10")
        intake.start("p1")
        bind(page, range(7, 11))

        tap(page, "person", "11")
        expect(page.locator(".st-key-practice-refusal")).to_contain_text("第 11 人不能绑进来")
        expect(page.locator(".st-key-practice-refusal")).to_contain_text("再扫下一张条形码给第 11 人")
        page.wait_for_function(AT_REST)
        page.locator(".st-key-practice-checked label").click()
        expect(page.locator(".st-key-practice-checked input")).to_be_checked()
        page.wait_for_function(AT_REST)
        page.locator(".st-key-practice-close button").click()
        expect(page.locator(".st-key-practice-coach")).to_contain_text("已关管（10 人）")
        assert is_within_the_screen(page)

    assert intake.rows("SELECT state, persons, seats FROM tube WHERE barcode = ?", label) == [("registered", 10, 10)]
    assert {urlsplit(address).netloc for address in asked} <= {urlsplit(url).netloc, ""}


def test_the_camera_reads_the_code_held_before_it(small: Campaign, tmp_path: Path, url: str) -> None:
    place = practice_places(small)["LS-1"]
    film = tmp_path / "label.mjpeg"
    film.write_bytes(frame(place.labels(77)[3]) * 30)
    flags = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    with browser.chromium(*flags) as chromium:
        page = chromium.new_page(viewport=PHONE)
        begin(page, url, "en")
        page.locator(".st-key-practice-way button", has_text="Camera").click()
        page.wait_for_function(FILM_IS_RUNNING)
        page.locator("[data-testid=stCameraInputButton]").click()
        expect(page.locator(".st-key-practice-coach")).to_contain_text(place.labels(77)[3])


def frame(text: str) -> bytes:
    """Return one picture of a film in which a code is held before the camera."""
    picture = Image.new("RGB", (640, 480), (190, 188, 182))
    picture.paste(Image.open(io.BytesIO(png(qr(text), scale=10))).convert("RGB"), (150, 70))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def test_the_sheets_are_downloaded_as_pdf(url: str) -> None:
    with browser.chromium() as chromium:
        page = chromium.new_page(viewport=PHONE)
        begin(page, url)
        page.locator(".st-key-practice-sheets summary").click()
        for kind in ("persons", "labels", "servers"):
            with page.expect_download(timeout=PATIENCE_MS) as loading:
                page.locator(f".st-key-print-{kind} button").click()
            assert Path(loading.value.path()).read_bytes().startswith(b"%PDF-")
            assert loading.value.suggested_filename.startswith(f"{kind}-LS-1-")
