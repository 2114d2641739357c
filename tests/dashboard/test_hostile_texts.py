"""What an address or a site may bring: SQL, markup, formulas, turned writing; on every page it is text, or nothing."""

import re
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access
from dashboard.formats import IN_ITS_PLACE, UNSEEN_SIGN, WORD_JOINER, plain, visible
from pipelines.client import Scope, Viewer
from pipelines.vocabulary import UserRole
from tests.dashboard import wire
from tests.dashboard.kit import District
from tests.dashboard.test_pages import texts
from tests.store.test_alert_asks import ACTS, did, event, told

TOWN = "990001001"
PARAMETERS = (
    "town",
    "site",
    "at",
    "lab",
    "layer",
    "per",
    "wall",
    "screen",
    "lang",
    "role",
    "user",
    "scope",
    "as_of",
    "next",
    "hour",
    "kind",
)
FOREIGN = ("LS-9", "990001002", ["990001002", "990001003"], [TOWN, "990001002"], "town:990001002", "LS-9/../LS-1")
INJECTED = (
    *("' OR 1=1--", "'; DROP TABLE site;--", '1" UNION SELECT * FROM account--', "$as_of", "{scope_id}", "%(town)s"),
    *("../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "file:///etc/passwd", "//evil.example/x", "admin"),
    *("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "<script>alert(1)</script>"),
    *("<img src=x onerror=alert(1)>", "![x](http://evil.example/x.png)", "[x](javascript:alert(1))", ":red[x]"),
    *("${7*7}{{7*7}}", '=HYPERLINK("http://evil.example")', "@SUM(1+1)*cmd|' /C calc'!A0", "-1", "NaN", "1e309"),
    *("\u202eLS-1\u202c", "LS-1\u200b", "LS-1\x00", "LS-1\r\nSet-Cookie: x=1", "\U0001f9ea" * 300, "A" * 5_000),
    *("__proto__", "constructor", "", " ", ["<b>1</b>", "<b>2</b>"]),
)
WITHOUT_SITES = ("tubes", "staffing", "alerts", "work", "whatif", "process")
HOSTILE = (*FOREIGN, *INJECTED)
MARKUP = re.compile(r"[<\[`]|://|javascript:")
SENT = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) :red[x] =1+1 \u202egnp.exe\u2066 http://evil.example"


LI = Viewer(user_id="li", name="李", role=UserRole.TOWN_COORDINATOR, scope=Scope.town(TOWN))
Another = Callable[[], AppTest]


@pytest.fixture
def coordinator() -> Iterator[None]:
    """Have the first town's coordinator look."""
    before = access.DOOR.read
    access.DOOR.read = lambda: LI
    yield
    access.DOOR.read = before


def sent(app: AppTest) -> str:
    """Return everything that the browser is sent, tables, charts and options too, as text to look for a name in."""
    protos = [node.proto for node in app._tree if getattr(node, "proto", None) is not None]
    return wire.texts(b"\n".join(proto.SerializeToString() for proto in protos))


def opened(app: AppTest, page: str, value: str | list[str]) -> AppTest:
    """Open a page at an address that carries ``value`` in every parameter."""
    for name in PARAMETERS:
        app.query_params[name] = value
    return app.switch_page(f"app_pages/{page}.py").run()


@pytest.mark.usefixtures("command", "coordinator")
@pytest.mark.parametrize("page", access.pages())
def test_no_address_breaks_a_page_or_opens_a_foreign_place(district: District, page: str, another: Another) -> None:
    district.minute("01:00", persons=120)
    foreign = [s for site in district.campaign.sites if site.town_code != TOWN for s in (site.name.zh, site.name.en)]
    for value in HOSTILE:
        app = opened(another(), page, value)
        assert not app.exception, (page, value)
        assert [name for name in foreign if name in sent(app)] == [], (page, value)
        for one in [value] if isinstance(value, str) else value:
            assert not MARKUP.search(one) or one not in texts(app), (page, value)
            assert not UNSEEN_SIGN.search(texts(app).replace(WORD_JOINER, "")), (page, value)
    assert page in WITHOUT_SITES or district.campaign.sites[0].name.zh in sent(app), "the search finds what is there"


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("page", ["district", "network", "alerts", "work"])
def test_whatever_a_source_says_stands_on_a_page_as_text(district: District, app: AppTest, page: str) -> None:
    district.minute("01:00")
    told(
        district,
        "01:01",
        event("server_down:p1", "firing", "ok", "01:00", "01:00", about="server", severity="critical"),
    )
    district.tick(
        "01:02",
        server_sample="server_id|observed_at|is_up|outcome|reason\n" + f"p1|01:02|no|unreachable|{SENT}",
        source_pull="source_id|kind|pulled_at|outcome|reason\n" + f"roster|roster|01:02|malformed|{SENT}",
        job_run="run_id|job|started_at|outcome|reason\n" + f"r1|pull_cycle|01:02|failed|{SENT}",
        act=ACTS + did(1, "alert_acknowledged", "server_down:p1", "01:02", SENT),
    )
    app.switch_page(f"app_pages/{page}.py").run()
    app.run()
    assert not app.exception
    cells = [str(cell) for table in app.dataframe for row in table.value.to_numpy() for cell in row]
    assert plain(SENT) in texts(app) or any(visible(SENT) in cell for cell in cells), "it is shown"
    assert not re.search(r"(?<!\\)<img|(?<!\\)]\(java|(?<!\\):red\[x", texts(app))
    assert not [text for text in (texts(app).replace(WORD_JOINER, ""), *cells) if UNSEEN_SIGN.search(text)]


def test_signs_that_turn_or_hide_writing_are_shown_by_a_sign_of_their_own() -> None:
    assert visible("a\u202eb\u200bc\x00d\n") == f"a{IN_ITS_PLACE}b{IN_ITS_PLACE}c{IN_ITS_PLACE}d\n"
    assert visible("三水区 · Zoë") == "三水区 · Zoë"
    assert plain("\u202e=1+1") == f"{IN_ITS_PLACE}=1\\+1"
