"""The way in over HTTP: the page, the cookie, what is refused, and that nothing is told before."""

import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from dashboard import access
from pipelines.api import Scope
from pipelines.campaign import Campaign
from pipelines.clock import wall_now
from pipelines.config import settings
from pipelines.identity import Book, NewAccount, SignIns
from pipelines.vocabulary import UserRole
from tests.dashboard.kit import District, command_server, dashboard
from tests.ports import free_ports

PASSWORD = "correct horse battery"


@dataclass
class Front:
    """A running dashboard, asked without a browser; redirects are told, not followed."""

    address: str
    district: District

    def send(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, dict, str]:
        """Send a request; return status, headers and text."""

        wire = http.client.HTTPConnection(self.address, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        body = urlencode(form) if form is not None else None
        wire.request(method, path, body, sent)
        answer = wire.getresponse()
        told: dict[str, str] = {}
        for name, value in answer.getheaders():
            told[name.lower()] = f"{told[name.lower()]}, {value}" if name.lower() in told else value
        text = answer.read().decode()
        wire.close()
        return answer.status, told, text

    def cookie(self, user: str = "demo-commander") -> str:
        """Sign one of the simulated campaign's users in; return the cookie."""
        status, headers, text = self.send("POST", "/sign-in/demo", {"user": user})
        assert status == 303, text
        return headers["set-cookie"].split(";")[0]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Front]:
    """A dashboard over a minute of the small district's day, with one user who has a password."""
    home = tmp_path_factory.mktemp("front")
    chosen = settings(home=home, campaign=small.folder, port=free_ports())
    district = District(home / "command.duckdb", small)
    district.minute("01:00", persons=1600)
    with command_server(district, chosen, chosen.command_port), dashboard(chosen, home / "dashboard.log") as url:
        book = Book(chosen.identity_file)
        people = SignIns(book, wall_now)
        people.accounts.add(NewAccount("li.wei", "李伟", UserRole.TOWN_COORDINATOR, Scope.town("990001002")), PASSWORD)
        book.close()
        yield Front(url.removeprefix("http://"), district)
    district.store.close()


def test_a_page_opened_by_nobody_leads_to_the_sign_in_page_and_back(front: Front) -> None:
    status, headers, _ = front.send("GET", "/site?site=LS-2&lang=en")
    assert (status, headers["location"]) == (303, "/sign-in?next=%2Fsite%3Fsite%3DLS-2%26lang%3Den&lang=en")
    status, _, text = front.send("GET", headers["location"])
    assert status == 200
    assert 'name="next" value="/site?site=LS-2&amp;lang=en"' in text
    form = {"user": "li.wei", "password": PASSWORD, "next": "/site?site=LS-2"}
    status, headers, _ = front.send("POST", "/sign-in", form)
    assert (status, headers["location"]) == (303, "/site?site=LS-2")


@pytest.mark.parametrize(("language", "title"), [("zh", "湖畔区"), ("en", "Lakeside District")])
def test_the_page_says_whose_it_is_and_whom_to_call_and_runs_no_script(front: Front, language: str, title: str) -> None:
    _, headers, text = front.send("GET", f"/sign-in?lang={language}")
    assert title in text
    assert "<script" not in text
    assert "<footer>" in text
    assert "default-src 'none'" in headers["content-security-policy"]
    assert len(re.findall(r'class="one"', text)) == 4


def test_the_cookie_is_kept_from_scripts_and_from_other_sites_and_is_new_each_time(front: Front) -> None:
    _, first, _ = front.send("POST", "/sign-in", {"user": "li.wei", "password": PASSWORD})
    _, second, _ = front.send("POST", "/sign-in", {"user": "li.wei", "password": PASSWORD}, X_Forwarded_Proto="https")
    assert "HttpOnly" in first["set-cookie"]
    assert "SameSite=strict" in first["set-cookie"]
    assert "Secure" not in first["set-cookie"]
    assert "Secure" in second["set-cookie"]
    assert first["set-cookie"].split(";")[0] != second["set-cookie"].split(";")[0]


def test_a_cookie_planted_before_signing_in_is_worth_nothing_afterwards(front: Front) -> None:
    old = front.cookie()
    status, headers, _ = front.send("POST", "/sign-in", {"user": "li.wei", "password": PASSWORD}, Cookie=old)
    assert status == 303
    assert headers["set-cookie"].split(";")[0] != old
    assert front.send("GET", "/map/style-dark.json", Cookie=old)[0] == 401


def test_a_wrong_password_is_told_in_words_and_after_some_how_long_to_wait(front: Front) -> None:
    form = {"user": "<b>nobody", "password": "wrong", "lang": "en"}
    for _ in range(4):
        status, headers, text = front.send("POST", "/sign-in", form, X_Forwarded_For="203.0.113.5")
        assert status == 401
        assert "do not go together" in text
        assert "<b>" not in text
        assert "set-cookie" not in headers
    for _ in range(2):
        status, _, text = front.send("POST", "/sign-in", form, X_Forwarded_For="203.0.113.5")
        assert status == 429
        assert re.search(r"Try again in \d+ s", text)


def test_a_hundred_wrong_passwords_from_elsewhere_are_slowed_down_and_do_not_keep_the_real_user_out(
    front: Front,
) -> None:
    elsewhere = {"X_Forwarded_For": "203.0.113.99"}
    told = [
        front.send("POST", "/sign-in", {"user": "li.wei", "password": f"guess {n}"}, **elsewhere) for n in range(100)
    ]
    assert [status for status, _, _ in told].count(401) == 4
    assert [status for status, _, _ in told].count(429) == 96
    assert not any("set-cookie" in headers for _, headers, _ in told)
    right = {"user": "li.wei", "password": PASSWORD}
    assert front.send("POST", "/sign-in", right, **elsewhere)[0] == 429
    assert front.send("POST", "/sign-in", right)[0] == 303


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"}]
)
def test_a_form_of_another_site_signs_nobody_in(front: Front, headers: dict[str, str]) -> None:
    status, told, _ = front.send("POST", "/sign-in/demo", {"user": "demo-commander"}, **headers)
    assert status == 403
    assert "set-cookie" not in told


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/x/../..", "/sign-out", "/site?a=%0d\n"]
)
def test_nobody_is_led_to_another_host(front: Front, wanted: str) -> None:
    _, headers, _ = front.send("POST", "/sign-in/demo", {"user": "demo-commander", "next": wanted})
    assert headers["location"] == "/"


def test_one_click_is_neither_offered_nor_taken_through_a_proxy(front: Front) -> None:
    for headers in ({"X_Forwarded_For": "203.0.113.5"}, {"Via": "1.1 proxy"}, {"Forwarded": "for=203.0.113.5"}):
        assert 'class="one"' not in front.send("GET", "/sign-in", **headers)[2]
        assert front.send("POST", "/sign-in/demo", {"user": "demo-commander"}, **headers)[0] == 404


def test_a_cookie_is_dead_after_signing_out(front: Front) -> None:
    cookie = front.cookie()
    assert front.send("GET", "/map/style-dark.json", Cookie=cookie)[0] == 200
    status, headers, _ = front.send("GET", "/sign-out", Cookie=cookie)
    assert (status, headers["location"]) == (303, "/sign-in")
    assert 'tenfold_session=""' in headers["set-cookie"]
    assert front.send("GET", "/map/style-dark.json", Cookie=cookie)[0] == 401
    assert front.send("GET", "/sign-in", Cookie=cookie)[0] == 200


@pytest.mark.parametrize("path", ["/", "/sign-in", "/map/style-dark.json", "/_stcore/health"])
def test_a_name_that_is_not_ours_is_not_answered(front: Front, path: str) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "169.254.169.254"):
        status, _, text = front.send("GET", path, Host=host)
        assert status == 400
        assert "Lakeside" not in text


@pytest.mark.parametrize("name", access.pages())
def test_no_page_is_loaded_by_nobody(front: Front, name: str) -> None:
    assert front.send("GET", f"/{name}")[0] == 303


@pytest.mark.parametrize("form", [{}, {"user": "x" * 9000}, {"user": "a", "password": "\x00\ud7ff" * 50}])
def test_a_malformed_form_gets_the_page_again(front: Front, form: dict[str, str]) -> None:
    assert front.send("POST", "/sign-in", form, X_Forwarded_For="203.0.113.77")[0] in {401, 429}
