"""Six users on real sockets, side by side: no frame of one holds a name of another's scope, whatever he asks for."""

import asyncio
import http.client
import os
import random
import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from websockets.exceptions import InvalidStatus

from dashboard import access
from dashboard.serving.seats import A_SESSION, STRANGERS
from dashboard.words import LANGUAGES
from pipelines.api import Scope
from pipelines.campaign import Campaign
from pipelines.clock import wall_now
from pipelines.config import ROOT, settings
from pipelines.identity import Book, NewAccount, SignIns
from pipelines.vocabulary import UserRole
from tests.dashboard.kit import District, Ticking, command_server, dashboard
from tests.dashboard.wire import Seat, seated, texts
from tests.ports import free_ports

TOWNS = ("990001001", "990001002", "990001003")
USERS = {
    **{f"town-{code[-1]}": Scope.town(code) for code in TOWNS},
    **{f"site-{site_id.lower()}": Scope.site(site_id) for site_id in ("LS-1", "LS-6", "LS-9")},
}
Looked = tuple[int, list[str], list[str]]
ROUNDS, FRAGMENT_RUNS = int(os.getenv("TENFOLD_ROUNDS", "1")), 1
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@dataclass(frozen=True)
class Stage:
    """A running dashboard, a cookie for each user, and the words that must not reach him."""

    address: str
    cookies: dict[str, str]
    foreign: dict[str, list[str]]
    another: Callable[[str], str]
    sign_out: Callable[[str], None]


@contextmanager
def set_up(home: Path, small: Campaign, root: Path = ROOT, *, is_going_on: bool = True) -> Generator[Stage]:
    """The small district's day, and three coordinators and three site officers with their own scopes."""
    chosen = settings(home=home, campaign=small.folder, port=free_ports())
    district = District(home / "command.duckdb", small)
    district.minute("01:00", persons=1600)
    with (
        command_server(district, chosen, chosen.command_port),
        Ticking(district) if is_going_on else nullcontext(),
        dashboard(chosen, home / "dashboard.log", root) as url,
    ):
        book = Book(chosen.identity_file)
        people = SignIns(book, wall_now)
        people.accounts.put_demo(
            [NewAccount(name, name, role_of(scope), scope, is_demo=True) for name, scope in USERS.items()]
        )

        def another(name: str) -> str:
            return f"{access.COOKIE}={people.by_click(name, 'here').token}"

        yield Stage(
            url.removeprefix("http://"),
            {name: another(name) for name in USERS},
            {name: canaries(small, scope) for name, scope in USERS.items()},
            another,
            lambda cookie: signed_out(url.removeprefix("http://"), cookie),
        )
        book.close()
    district.store.close()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Stage]:
    """One stage for the module."""
    with set_up(tmp_path_factory.mktemp("stage"), small) as made:
        yield made


def signed_out(address: str, cookie: str) -> None:
    """Go out as a browser does."""
    wire = http.client.HTTPConnection(address, timeout=30)
    wire.request("GET", "/sign-out", headers={"Cookie": cookie})
    assert wire.getresponse().status == 303
    wire.close()


def role_of(scope: Scope) -> UserRole:
    """Return the role that goes with a scope of these users."""
    return UserRole.TOWN_COORDINATOR if scope.id in TOWNS else UserRole.SITE_OFFICER


def canaries(campaign: Campaign, scope: Scope) -> list[str]:
    """Return the ids and names of the sites outside a scope: no other text of the day holds them."""
    outside = [site for site in campaign.sites if scope.id not in (site.site_id, site.town_code)]
    return [text for site in outside for text in (site.site_id, site.name.zh, site.name.en)]


def found(frames: bytes, foreign: list[str]) -> list[str]:
    """Return the foreign words that frames hold."""
    text = texts(frames)
    return [word for word in foreign if word in text]


async def look_around(stage: Stage, name: str, queries: list[str], pages: Sequence[str] = ()) -> Looked:
    """Open every page a few times, in an order of his own, and let its fragments run; return frames, leaks, exceptions.

    Which of the six is drawn between which two runs of the others differs from run to run.
    """
    own, whole = random.Random(name), list(pages or access.pages())
    leaks: list[str] = []
    async with seated(stage.address, stage.cookies[name]) as seat:
        await seat.run()
        for query in queries:
            for page in own.sample(whole, len(whole)):
                drawn = await seat.run(page, query)
                for fragment_id in [*seat.fragments] * FRAGMENT_RUNS:
                    drawn += await seat.run(page, query, fragment_id)
                leaks += [f"{page}?{query[:60]}: {word}" for word in found(drawn, stage.foreign[name])]
        return len(seat.frames), leaks, seat.exceptions


async def all_at_once(stage: Stage, queries: dict[str, list[str]], pages: Sequence[str] = ()) -> list[Looked]:
    return await asyncio.gather(*(look_around(stage, name, queries[name], pages) for name in USERS))


def spoken(rounds: int) -> dict[str, list[str]]:
    """Return what each user adds to his addresses: every second speaks the other language, each both by turns."""
    return {name: [f"lang={LANGUAGES[(n + at) % 2]}" for at in range(rounds)] for n, name in enumerate(USERS)}


def test_no_frame_of_six_users_side_by_side_holds_a_name_of_anothers_scope(stage: Stage) -> None:
    told = asyncio.run(all_at_once(stage, spoken(ROUNDS)))
    assert [leaks for _, leaks, _ in told] == [[]] * len(USERS)
    assert [exceptions for _, _, exceptions in told] == [[]] * len(USERS)
    assert sum(frames for frames, _, _ in told) > 1_000


def test_each_sees_his_own_so_that_the_search_would_find_what_leaks(stage: Stage, small: Campaign) -> None:
    async def own() -> bytes:
        async with seated(stage.address, stage.cookies["site-ls-6"]) as seat:
            await seat.run()
            drawn = await seat.run("site", "lang=zh")
            for fragment_id in [*seat.fragments]:
                drawn += await seat.run("site", "lang=zh", fragment_id)
            return drawn

    site = next(site for site in small.sites if site.site_id == "LS-6")
    assert found(asyncio.run(own()), [site.site_id, site.name.zh]) == [site.site_id, site.name.zh]


def test_the_ids_of_other_towns_in_every_parameter_open_nothing(stage: Stage, small: Campaign) -> None:
    async def ask(name: str, site_id: str, town_code: str) -> list[str]:
        async with seated(stage.address, stage.cookies[name]) as seat:
            await seat.run()
            query = urlencode({"site": site_id, "town": town_code, "lang": "zh"})
            drawn = b"".join([await seat.run(page, query) for page in access.pages()])
            for fragment_id in [*seat.fragments]:
                drawn += await seat.run(access.pages()[-1], query, fragment_id)
            return found(drawn, [word for word in stage.foreign[name] if word != site_id])

    for name, site_id, town_code in (("town-1", "LS-6", TOWNS[1]), ("site-ls-6", "LS-1", TOWNS[0])):
        assert asyncio.run(ask(name, site_id, town_code)) == []


def test_nobody_is_sent_anything_over_a_socket(stage: Stage, small: Campaign) -> None:
    async def look(cookie: str) -> list[str]:
        async with seated(stage.address, cookie) as seat:
            await seat.run()
            drawn = b"".join([await seat.run(page, "lang=zh") for page in access.pages()])
            assert not seat.fragments
            assert "请先登录" in texts(drawn)
            return found(drawn, [site.name.zh for site in small.sites])

    for cookie in ("", f"{access.COOKIE}=guess", f"{access.COOKIE}={'0' * 4000}", quote(f"{access.COOKIE}=' OR 1=1")):
        assert asyncio.run(look(cookie)) == []


def test_a_stolen_session_id_of_streamlits_opens_nothing_without_the_cookie(stage: Stage, small: Campaign) -> None:
    names = [site.name.zh for site in small.sites]

    async def steal(cookie: str) -> bytes:
        async with seated(stage.address, stage.cookies["town-2"]) as victim:
            await victim.run()
            await victim.run("site", "lang=zh&site=LS-6")
            stolen = victim.session_id
        assert stolen
        async with seated(stage.address, cookie, session_id=stolen) as thief:
            return await thief.run("site", "lang=zh&site=LS-6")

    assert found(asyncio.run(steal("")), names) == []
    assert found(asyncio.run(steal(stage.cookies["site-ls-1"])), stage.foreign["site-ls-1"]) in ([], ["LS-6"])


def test_a_socket_is_opened_from_our_own_page_and_name_alone(stage: Stage) -> None:
    async def knock(seat: dict[str, str]) -> Seat:
        async with seated(stage.address, stage.cookies["town-1"], **seat) as opened:
            return opened

    for origin, host in (
        ("http://evil.example", ""),
        ("http://127.0.0.1.evil.example", ""),
        ("http://evil.example", "evil.example"),
        ("null", ""),
    ):
        with pytest.raises(InvalidStatus) as refused:
            asyncio.run(knock({"origin": origin, "host": host}))
        assert refused.value.response.status_code in {400, 403}


def test_a_socket_that_was_open_when_its_session_ended_is_told_nothing_more(stage: Stage, small: Campaign) -> None:
    async def outlive() -> tuple[bytes, bytes]:
        cookie = await asyncio.to_thread(stage.another, "town-2")
        async with seated(stage.address, cookie) as seat:
            await seat.run()
            before = await seat.run("site", "lang=zh&site=LS-6")
            left = [*seat.fragments]
            await asyncio.to_thread(stage.sign_out, cookie)
            after = b"".join([await seat.run("site", "lang=zh&site=LS-6", one) for one in left])
            return before, after + await seat.run("site", "lang=zh&site=LS-6")

    before, after = asyncio.run(outlive())
    names = [site.name.zh for site in small.sites]
    assert found(before, names)
    assert found(after, names) == []


def test_idle_sockets_of_strangers_take_nobodys_seat(stage: Stage) -> None:
    async def crowd() -> tuple[int, int]:
        async with AsyncExitStack() as doors:
            opened = refused = 0
            for _ in range(STRANGERS + 20):
                try:
                    await doors.enter_async_context(seated(stage.address, f"{access.COOKIE}=guess"))
                    opened += 1
                except InvalidStatus:
                    refused += 1
            async with seated(stage.address, stage.cookies["town-1"]) as seat:
                await seat.run()
                assert found(await seat.run("site", "lang=zh&site=LS-1"), ["LS-1"])
            return opened, refused

    assert asyncio.run(crowd()) == (STRANGERS, 20)


def test_one_session_has_so_many_sockets_and_those_that_close_are_given_back(stage: Stage) -> None:
    async def fill(cookie: str) -> int:
        async with AsyncExitStack() as doors:
            for _ in range(A_SESSION):
                await doors.enter_async_context(seated(stage.address, cookie))
            with pytest.raises(InvalidStatus):
                await doors.enter_async_context(seated(stage.address, cookie))
        return 1

    assert sum(asyncio.run(fill(stage.cookies["town-3"])) for _ in range(2)) == 2


# What a careless change could do, as the text it would replace and the text it would put there.
LEAKS = {
    "a cache whose key has no scope": (
        "queries.py",
        "    return _answer(name, scope, as_of, tuple(sorted(own.items())))",
        "    return KEPT.setdefault((name, as_of), _answer(name, scope, as_of, tuple(sorted(own.items()))))\n"
        "\n\nKEPT: dict = {}",
    ),
    "one snapshot in a global of the module": (
        "live.py",
        "    now = _FEEDS.setdefault(scope, _Feed(scope)).view()",
        "    now = _FEEDS.setdefault(Scope(), _Feed(scope)).view()",
    ),
    "a session's memory that all sessions share": (
        "access.py",
        "    return seen.scope\n",
        "    return SHARED.setdefault(page, seen.scope)\n\n\nSHARED: dict = {}\n",
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_the_same_search_finds_every_leak_that_is_planted(leak: str, tmp_path: Path, small: Campaign) -> None:
    file, right, wrong = LEAKS[leak]
    for folder in ("dashboard", ".streamlit"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    source = (tmp_path / "dashboard" / file).read_text(encoding="utf-8")
    assert source.count(right) == 1, "the place where the leak is planted has moved"
    (tmp_path / "dashboard" / file).write_text(source.replace(right, wrong), encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    with set_up(home, small, tmp_path, is_going_on=False) as leaking:
        told = asyncio.run(all_at_once(leaking, spoken(1), ("site", "network")))
    assert any(leaks for _, leaks, _ in told)
