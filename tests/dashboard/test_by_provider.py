"""Coming in by an identity provider, in Chromium against a real one: known, unknown, replayed, tampered with, out."""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from dashboard import access
from pipelines.api import Scope
from pipelines.campaign import Campaign
from pipelines.clock import wall_now
from pipelines.config import settings
from pipelines.identity import Book, NewAccount, SignIns
from pipelines.vocabulary import UserRole
from tests import browser
from tests.dashboard.kit import District, command_server, dashboard
from tests.ports import free_ports

REASON = browser.reason_to_skip()
pytestmark = [pytest.mark.skipif(REASON is not None, reason=REASON or ""), pytest.mark.browser]
PATIENCE_MS = 60_000
TOWN = Scope.town("990001002")
PEOPLE = [
    User(sub="s-li", claims={"email": "li.wei@example.org", "email_verified": True}),
    User(sub="s-wu", claims={"email": "other@example.org", "email_verified": True}),
    User(sub="s-liar", claims={"email": "li.wei@example.org"}),
    User(sub="s-stranger", claims={"email": "who@example.org", "email_verified": True}),
]


@dataclass(frozen=True)
class Front:
    """A running dashboard that knows a provider, and a browser to come with."""

    url: str
    browser: Browser

    @contextmanager
    def visitor(self) -> Generator[Page]:
        """Open a page in a browser profile of its own."""
        profile = self.browser.new_context(viewport={"width": 1100, "height": 900})
        page = profile.new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page
        profile.close()


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Front]:
    """A dashboard over a minute of the small district's day, and a provider on another site with four people."""
    home = tmp_path_factory.mktemp("provider")
    chosen = settings(home=home, campaign=small.folder, port=free_ports())
    district = District(home / "command.duckdb", small)
    district.minute("01:00", persons=1600)
    with pytest.MonkeyPatch.context() as patch, run_server_in_thread(user_claims=PEOPLE) as provider:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        patch.setenv("TENFOLD_SECRET_OIDC", "told to nobody")
        issuer = f"http://localhost:{provider.server_port}"
        (home / "provider.toml").write_text(
            f'[provider]\nmetadata_url = "{issuer}/.well-known/openid-configuration"\nclient_id = "tenfold"\n'
            f'client_secret = "oidc"\npublic_url = "http://127.0.0.1:{chosen.dashboard_port}"\n',
            encoding="utf-8",
        )
        with (
            command_server(district, chosen, chosen.command_port),
            dashboard(chosen, home / "dashboard.log") as url,
            browser.chromium() as started,
        ):
            book = Book(chosen.identity_file)
            accounts = SignIns(book, wall_now).accounts
            accounts.add(NewAccount("li.wei", "李伟", UserRole.TOWN_COORDINATOR, TOWN, "li.wei@example.org"), None)
            bound = NewAccount("wu", "吴芳", UserRole.ANALYST, Scope(), "", issuer, "s-wu")
            accounts.add(bound, None)
            book.close()
            yield Front(url, started)
    district.store.close()


def vouched_for(page: Page, front: Front, subject: str, path: str = "/") -> str:
    """Go to the provider and have it vouch for ``subject``; return the address that leads on, not yet followed."""
    page.goto(f"{front.url}{path}")
    page.locator("a.go").click()
    page.get_by_role("button", name=subject, exact=True).click()
    on = page.locator(".st-key-from-provider a").first
    on.wait_for()
    return front.url + str(on.get_attribute("href"))


def badge(page: Page) -> Locator:
    """Open the badge of who is signed in; return what it says."""
    page.locator(".st-key-viewer button").first.click()
    said = page.get_by_test_id("stPopoverBody")
    said.wait_for()
    return said


def session_of(profile: BrowserContext) -> str:
    """Return the session cookie of a browser, "" when it has none."""
    found = {cookie["name"]: cookie for cookie in profile.cookies()}
    return str(found[access.COOKIE]["value"]) if access.COOKIE in found else ""


def is_vouched_for(profile: BrowserContext) -> bool:
    """Whether a browser has a provider's word."""
    return any(cookie["name"].startswith("_streamlit_user") for cookie in profile.cookies())


def status(page: Page, url: str, **headers: str) -> int:
    """Ask for ``url`` with the browser's cookies, outside of a page; redirects are not followed."""
    return page.request.get(url, max_redirects=0, headers=headers).status


def test_whom_the_organisation_vouches_for_and_we_know_comes_in_as_what_he_is_here(front: Front) -> None:
    with front.visitor() as page:
        vouched_for(page, front, "s-li", "/site?site=LS-6&lang=en")
        said = page.locator(".st-key-from-provider").inner_text().replace("\u2060", "")
        assert "Your organisation says: you are li.wei@example.org." in said
        assert session_of(page.context) == "", "the provider's word alone opens nothing"
        page.locator(".st-key-from-provider a").first.click()
        assert "李伟" in badge(page).inner_text()
        assert urlsplit(page.url).path == "/site"
        assert "site=LS-6" in page.url
        cookie = next(one for one in page.context.cookies() if one["name"] == access.COOKIE)
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)


def test_an_account_bound_to_a_subject_is_found_by_it_and_signing_out_ends_both(front: Front) -> None:
    with front.visitor() as page:
        page.goto(vouched_for(page, front, "s-wu"))
        out = badge(page).locator("a", has_text=re.compile("退出|Sign out"))
        token = session_of(page.context)
        kept = [one for one in page.context.cookies() if one["name"].startswith("_streamlit_user")]
        out.click()
        page.wait_for_url("http://localhost:*/oauth2/end_session*")
        page.get_by_role("button", name="End session").click()
        page.wait_for_url(f"{front.url}/sign-in*")
        names = {cookie["name"] for cookie in page.context.cookies()}
        assert not names & {access.COOKIE, "_streamlit_user", "_streamlit_user_tokens"}
        page.context.add_cookies([{"name": access.COOKIE, "value": token, "url": front.url}, *kept])
        assert status(page, f"{front.url}/map/style-dark.json") == 401
        page.goto(front.url)
        page.locator(".st-key-signed-out").wait_for()
        assert page.locator(".st-key-from-provider").count() == 0, "one sign-in at the provider opens one session"


@pytest.mark.parametrize("subject", ["s-stranger", "s-liar"])
def test_whom_we_do_not_know_and_whose_address_is_not_verified_is_refused_in_words(front: Front, subject: str) -> None:
    with front.visitor() as page:
        vouched_for(page, front, subject, "/?lang=en")
        page.locator(".st-key-from-provider a").first.click()
        page.get_by_role("alert").wait_for()
        assert "no account" in page.get_by_role("alert").inner_text()
        assert session_of(page.context) == ""


def test_a_ticket_is_taken_once_by_its_own_browser_from_our_own_page(front: Front) -> None:
    with front.visitor() as page, front.visitor() as thief:
        on = vouched_for(page, front, "s-wu")
        vouched_for(thief, front, "s-stranger")
        assert status(thief, on) == 401
        assert status(page, on, **{"Sec-Fetch-Site": "cross-site"}) == 403
        assert status(page, on.replace("ticket=", "ticket=x")) == 401
        assert status(page, on) == 303
        assert session_of(page.context)
        page.context.clear_cookies(name=access.COOKIE)
        assert status(page, on) == 401
        page.goto(front.url)
        page.locator(".st-key-signed-out").wait_for()
        assert session_of(page.context) == ""


def test_an_answer_with_a_state_that_we_did_not_give_signs_nobody_in(front: Front) -> None:
    with front.visitor() as page, front.visitor() as thief:
        answers: list[str] = []
        page.on("request", lambda sent: answers.append(sent.url) if "/oauth2callback" in sent.url else None)
        page.goto(front.url)
        page.locator("a.go").click()
        page.get_by_role("button", name="s-li", exact=True).wait_for()
        page.request.get(f"{front.url}/oauth2callback?code=guess&state=guess")
        assert not is_vouched_for(page.context)
        page.get_by_role("button", name="s-li", exact=True).click()
        page.locator(".st-key-from-provider").wait_for()
        assert is_vouched_for(page.context)
        for state in (None, "state=guess", ""):
            thief.request.get(answers[0] if state is None else re.sub(r"state=[^&]+", state, answers[0]))
            assert not is_vouched_for(thief.context)
