"""`tenfold source check`: a server that keeps to the contract is good; each way of breaking it is a sentence."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.checks import Known
from pipelines.clock import FileClock, set_clock
from pipelines.config import ROOT, load_sources, settings
from pipelines.conformance import CORE, ROUTES, Judged, contract_document, judge, specs_at
from pipelines.http import Http
from pipelines.intake.servers.data_interface import data_app
from pipelines.up import simulated_sources
from pipelines.vocabulary import SourceKind
from tests.api.serving import served
from tests.conformance.foreign import KEY, Answer, Foreign, serving
from tests.jobs.world import World
from tests.store.kit import HandClock, moment

NOW = moment("01:10")
Twist = Callable[[str, dict[str, str], Any, int], Any]


def known(campaign: Campaign) -> Known:
    """What the small district's checks compare with."""
    return Known(
        site_ids=frozenset(site.site_id for site in campaign.sites),
        lab_ids=frozenset(lab.lab_id for lab in campaign.labs),
        server_ids=frozenset(server.server_id for server in campaign.servers),
        previous={},
        now=NOW,
        round_id=campaign.round.round_id,
    )


def plain(path: str, _query: dict[str, str], told: Any, _times: int) -> Any:
    """Change nothing."""
    return told


def contracts_own(campaign: Campaign, twist: Twist = plain, now: datetime = NOW) -> Answer:
    """A server with the contract's routes over the small world; ``twist`` spoils what it tells."""
    world, asked = World(campaign, HandClock(now)), dict[str, int]()
    for site in ("LS-1", "LS-5", "LS-9"):
        world.register(site, times=4)

    def answer(path: str, query: dict[str, str], _headers: dict[str, str]) -> tuple[int, Any]:
        asked[path] = asked.get(path, 0) + 1
        short = {"/v1/tubes": f"/tubes?after={query.get('after')}&limit={query.get('limit')}"}
        route = short.get(path, path.removeprefix("/v1").removeprefix("/sites").removesuffix("/counts"))
        if path.endswith("/counts"):
            site_id = path.split("/")[3]
            if site_id not in {site.site_id for site in campaign.sites}:
                return _sent(twist(path, query, None, asked[path]))
            route = f"/counts/{site_id}"
        if path == "/v1/status":
            route = f"/status/{campaign.servers[0].server_id}"
        told = world.answer(route)
        return _sent(twist(path, query, None if told is None else json.loads(msgspec.json.encode(told)), asked[path]))

    return answer


def _sent(told: Any) -> tuple[int, Any]:
    return (404, {}) if told is None else (200, told)


def judged(campaign: Campaign, kind: SourceKind, twist: Twist = plain) -> Judged:
    """Judge one kind of a server that was twisted."""
    with serving(contracts_own(campaign, twist)) as address:
        (spec,) = specs_at(f"http://{address}", frozenset({kind}))
        return judge(spec, campaign, known(campaign), Http([address]))


SERVED = [SourceKind.SITE_COUNTS, SourceKind.TUBE_EVENTS, SourceKind.SITE_QUEUES, SourceKind.ROSTER]
SERVED += [SourceKind.NETWORK, SourceKind.SERVER_STATUS, SourceKind.LAB_COUNTS]


@pytest.mark.parametrize("kind", SERVED)
def test_a_server_that_keeps_to_the_contract_is_good(small: Campaign, kind: SourceKind) -> None:
    told = judged(small, kind)

    assert (told.faults, told.is_missing) == ((), False)
    assert told.answers > 0
    assert told.rows > 0


def test_a_kind_that_is_not_served_is_absent_and_a_fault_only_where_it_is_needed(small: Campaign) -> None:
    told = judged(small, SourceKind.KIT)
    assert (told.is_good, told.is_missing) == (True, True)
    nothing = judged(small, SourceKind.TUBE_EVENTS, lambda *_: None)
    assert "404" in nothing.faults[0]


def changed(**fields: Any) -> Twist:
    return lambda _path, _query, told, _times: None if told is None else told | fields


def later(**fields: Any) -> Twist:
    """Say something else from the second time on."""
    return lambda _path, _query, told, times: told if told is None or times < 2 else told | fields


def events(change: Callable[[list[Any], dict[str, str], int], list[Any]]) -> Twist:
    return lambda _path, query, told, times: told | {"events": change(told["events"], query, times)}


BROKEN: dict[str, tuple[SourceKind, Twist, str]] = {
    "a count as text": (SourceKind.SITE_COUNTS, changed(persons_registered="12"), "Expected int, got str"),
    "a missing field": (SourceKind.SITE_COUNTS, lambda *a: a[2] and {"site_id": "LS-1"}, "missing required field"),
    "no offset": (SourceKind.SITE_COUNTS, changed(observed_at="2031-03-02T01:10:00"), "timezone"),
    "ahead": (SourceKind.SITE_COUNTS, changed(observed_at="2031-03-02T03:10:00Z"), "observed_at"),
    "another round": (SourceKind.SITE_COUNTS, changed(round_id="other"), "round"),
    "another site": (SourceKind.SITE_COUNTS, changed(site_id="LS-2"), "expected the counts of"),
    "counts that fall": (SourceKind.SITE_COUNTS, later(persons_registered=0, tubes_registered=0), "fall"),
    "makes up a site": (
        SourceKind.SITE_COUNTS,
        lambda path, _q, told, _t: (
            told
            or {
                **dict.fromkeys(("persons_registered", "tubes_registered", "persons_sampled", "tubes_sampled"), 0),
                **{"tubes_short": 0, "sequence": 0, "round_id": "lakeside-r2", "observed_at": "2031-03-02T01:10:00Z"},
                "site_id": path.split("/")[3],
            }
        ),
        "answers for a site that there is not",
    ),
    "descending": (SourceKind.TUBE_EVENTS, events(lambda found, *_: found[::-1]), "rising order"),
    "ignores the cursor": (
        SourceKind.TUBE_EVENTS,
        lambda _p, query, told, _t: told if query["after"] == "0" else told | {"events": [], "last_sequence": 0},
        "did not go on behind event",
    ),
    "changes the past": (
        SourceKind.TUBE_EVENTS,
        events(lambda found, _q, times: [found[0] | {"persons": times}, *found[1:]] if found else found),
        "the first page was another one",
    ),
    "eleven persons": (SourceKind.TUBE_EVENTS, events(lambda f, *_: [one | {"persons": 11} for one in f]), "<= 10"),
    "a foreign site": (SourceKind.TUBE_EVENTS, events(lambda f, *_: [one | {"site_id": "X-1"} for one in f]), "X-1"),
    "back in time": (SourceKind.SITE_QUEUES, later(observed_at="2031-03-02T01:00:00Z"), "before its first"),
    "a web page": (SourceKind.ROSTER, lambda *_: b"<html>login</html>", "captive portal"),
    "utf-16": (SourceKind.ROSTER, lambda *_: '{"rows":[]}'.encode("utf-16"), "UTF-16"),
    "a wild word": (
        SourceKind.NETWORK,
        lambda _p, _q, told, _t: told | {"samples": [one | {"network": "guest"} for one in told["samples"]]},
        "Invalid enum value 'guest'",
    ),
}


@pytest.mark.parametrize("way", BROKEN)
def test_each_way_of_breaking_the_contract_is_a_sentence(small: Campaign, way: str) -> None:
    kind, twist, says = BROKEN[way]
    told = judged(small, kind, twist)

    assert not told.is_good
    assert any(says in sentence for sentence in told.faults), told.faults


def test_the_document_names_every_kind_and_each_structure_that_it_speaks_of() -> None:
    document = contract_document()
    said = json.dumps(document)
    named = {part.split('"')[0] for part in said.split("#/components/schemas/")[1:]}

    assert {path["get"]["operationId"] for path in document["paths"].values()} == {kind.value for kind in SourceKind}
    assert named <= document["components"]["schemas"].keys()
    assert {ROUTES[kind].partition("?")[0] for kind in CORE} <= document["paths"].keys()


def test_the_simulated_registration_system_keeps_to_the_contract(small: Campaign, tmp_path: Path) -> None:
    set_clock(tmp_path / "clock.json", datetime(2031, 3, 2, 1, 10, tzinfo=UTC), 1.0)
    app = data_app(small, tmp_path / "ledger.sqlite", FileClock(tmp_path / "clock.json"))
    with served(app) as address:
        kinds = frozenset({SourceKind.SITE_COUNTS, SourceKind.TUBE_EVENTS, SourceKind.LAB_COUNTS, SourceKind.QUALITY})
        told = [judge(spec, small, known(small), Http([address])) for spec in specs_at(f"http://{address}", kinds)]
    assert [(one.spec.kind, one.faults) for one in told] == [(one.spec.kind, ()) for one in told]
    assert len(told) == 4


def tenfold(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli", "source", "check", *arguments]
    lakeside = str(ROOT / "tests" / "campaigns" / "lakeside")
    environment |= {"PATH": "/usr/bin:/bin", "TENFOLD_CAMPAIGN": lakeside}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=False)


def test_the_command_tells_good_from_failing_by_its_exit_code_and_its_lines(small: Campaign) -> None:
    kinds = [argument for kind in SERVED for argument in ("--kind", kind.value)]
    past = datetime(2021, 3, 2, 1, 10, tzinfo=UTC)
    without_labs = contracts_own(small, lambda p, _q, told, _n: told if p != "/v1/labs" else {"labs": []}, past)
    with serving(without_labs) as address:
        good = tenfold(f"http://{address}", "--kind", "site_queues", "--kind", "roster", "--kind", "kit")
        bad = tenfold(f"http://{address}", *kinds)
    assert (good.returncode, good.stderr) == (0, "")
    assert "good   site_queues  2 answers, 9 rows" in good.stdout
    assert "absent kit" in good.stdout
    assert bad.returncode == 1
    assert "FAILS  lab_counts" in bad.stdout
    assert "sources cannot be used as they are" in bad.stderr


def test_the_worked_example_is_good_against_the_system_it_speaks_of(tmp_path: Path) -> None:
    text = (ROOT / "data" / "examples" / "sources-mapped.toml").read_text(encoding="utf-8")
    (tmp_path / "vehicles-1.csv").write_text(
        "vehicle_id,carrier,state,site_id,since\nV-1,mobile,on_site,LS-1,2021-03-02T01:00:00Z\n", encoding="utf-8"
    )
    with serving(Foreign()) as address:
        (tmp_path / "sources.toml").write_text(text.replace("127.0.0.1:8443", address), encoding="utf-8")
        arguments = ("--sources", str(tmp_path / "sources.toml"), "--kind", "site_queues", "--kind", "vehicles")
        told = tenfold(*arguments, "--kind", "tube_events", TENFOLD_SECRET_POINTS_KEY=KEY)
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
    assert told.stdout.count("good   ") == 3


@pytest.mark.parametrize("arguments", [("http://x", "--sources", "y"), ("ftp://x",)])
def test_a_call_that_names_no_server_is_a_sentence(arguments: tuple[str, ...]) -> None:
    told = tenfold(*arguments)
    assert told.returncode == 2
    assert told.stderr.startswith("tenfold: ")
    assert "Traceback" not in told.stderr


def test_the_simulated_worlds_sources_are_the_contracts_routes(small: Campaign, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(simulated_sources(small, settings(home=tmp_path)), encoding="utf-8")
    told = load_sources(tmp_path / "sources.toml").source
    routes = {spec.kind: spec.url.partition("//")[2].partition("/")[2] for spec in told}

    assert routes == {kind: route.removeprefix("/") for kind, route in ROUTES.items()}
