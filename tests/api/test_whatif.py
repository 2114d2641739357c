"""What-if questions over HTTP: who may ask, what is answered, what is refused with a sentence, how one is stopped."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipelines.api import Scope
from pipelines.campaign import Campaign
from pipelines.client import AskRefused, CommandClient
from pipelines.client_whatif import WhatIfClient
from pipelines.clock import wall_now
from pipelines.exports import read_export
from pipelines.identity import Book, NewAccount, SignIns
from pipelines.planning import from_plain, from_toml
from pipelines.server.app import build_app
from pipelines.server.signing_desk import SigningDesk
from pipelines.vocabulary import UserRole
from tests.api.serving import served
from tests.dashboard.kit import District

TOKEN = "f" * 64
MAY = {UserRole.COMMANDER, UserRole.DATA_OFFICER, UserRole.ANALYST, UserRole.ADMINISTRATOR}
OWN = {
    UserRole.COMMANDER: Scope(),
    UserRole.DATA_OFFICER: Scope(),
    UserRole.ANALYST: Scope(),
    UserRole.ADMINISTRATOR: Scope(),
}


@dataclass
class Asked:
    """A running command API, the machine's client and one for each role."""

    address: str
    machine: WhatIfClient
    by_role: dict[UserRole, WhatIfClient]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Asked]:
    folder: Path = tmp_path_factory.mktemp("whatif")
    district, book = District(folder / "command.duckdb", small), Book(folder / "identity.sqlite")
    town, site = small.towns[0].town_code, small.sites[0].site_id
    own = OWN | {UserRole.TOWN_COORDINATOR: Scope.town(town), UserRole.SITE_OFFICER: Scope.site(site)}
    people = SignIns(book, wall_now)
    people.accounts.put_demo([NewAccount(f"a-{role}", role, role, scope, is_demo=True) for role, scope in own.items()])
    app = build_app(district.store, small, TOKEN, lambda: "", None, SigningDesk(people, small, lambda *_: None))
    with served(app) as address:
        client = CommandClient(f"http://{address}", TOKEN, deadline_s=60)
        tokens = {role: people.by_click(f"a-{role}", "here").token for role in own}
        yield Asked(
            address, WhatIfClient(client), {role: WhatIfClient(client, token) for role, token in tokens.items()}
        )
    app.state.whatif.close()
    book.close()
    district.store.close()


@pytest.fixture(scope="module")
def base(asked: Asked) -> dict[str, Any]:
    return asked.machine.presets()["scenarios"]["base"]


def test_only_who_may_plan_is_answered(asked: Asked) -> None:
    for role, client in asked.by_role.items():
        if role in MAY:
            assert "base" in client.presets()["scenarios"]
            continue
        for refused in (client.presets, lambda client=client: client.ask([], 2), lambda c=client: c.how_far("x")):
            with pytest.raises(AskRefused, match=f"a {role.value} may not ask what-if questions"):
                refused()


def test_no_scenario_is_the_base_case_answered(asked: Asked, base: dict[str, Any], small: Campaign) -> None:
    told = asked.machine.ask([], 3)["answers"][0]

    assert told["scenario_name"] == "base"
    assert told["replications"] == 3
    assert told["scopes"][0]["bands"]["persons"]["mean"] == sum(site.planned_persons for site in small.sites)
    assert told == asked.machine.ask([base], 3)["answers"][0]


def test_scenarios_side_by_side_are_paired_with_the_first(asked: Asked, base: dict[str, Any]) -> None:
    told = asked.machine.ask([base, base | {"name": "two guides", "guides_per_lane": 2}], 3)

    assert [one["scenario_name"] for one in told["answers"]] == ["base", "two guides"]
    (apart,) = told["differences"]
    means = [one["scopes"][0]["bands"]["wait_minutes"]["mean"] for one in told["answers"]]
    assert apart["scopes"][0]["bands"]["wait_minutes"]["mean"] == pytest.approx(means[1] - means[0])


def test_a_preview_is_near_the_answer(asked: Asked, base: dict[str, Any]) -> None:
    (told,) = asked.machine.preview([base])
    answered = asked.machine.ask([base], 8)["answers"][0]["scopes"][0]["bands"]

    assert told["scopes"][0]["finish_minute"] == pytest.approx(answered["finish_minute"]["mean"], rel=0.05)
    assert len(told["queue"]) == len(base["sites"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 0}, "of version 0, which this program no longer reads"),
        ({"open_minutes": -5.0}, "open_minutes must be from 1 to 1440"),
        ({"sites": []}, "a scenario has 1 to 20000 sites, got 0"),
        ({"registration": {"mean_s": "x"}}, "cannot be read"),
    ],
)
def test_a_scenario_that_cannot_be_simulated_is_refused_with_a_sentence(
    asked: Asked, base: dict[str, Any], change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(AskRefused, match=sentence):
        asked.machine.ask([base | change], 2)


def test_so_many_scenarios_replications_or_staff_are_refused(asked: Asked, base: dict[str, Any]) -> None:
    with pytest.raises(AskRefused, match="2 to 300 replications of 1 to 4 scenarios, got 2 of 5"):
        asked.machine.ask([base] * 5, 2)
    with pytest.raises(AskRefused, match="got 301 of 1"):
        asked.machine.ask([base], 301)
    more = [site | {"staff": 9_000} for site in base["sites"]]
    with pytest.raises(AskRefused, match="more than exist"):
        asked.machine.ask([base | {"sites": more}], 2)


def test_a_question_tells_how_far_it_is_and_can_be_stopped(asked: Asked, base: dict[str, Any]) -> None:
    refusals: list[str] = []
    slow = base | {"sites": [site | {"persons": 100_000, "lanes": 60} for site in base["sites"]]}

    def ask() -> None:
        try:
            asked.machine.ask([slow], 300, "mine")
        except AskRefused as refusal:
            refusals.append(str(refusal))

    thread = threading.Thread(target=ask)
    thread.start()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if asked.machine.how_far("mine")[0] > 0:
                break
        except AskRefused:
            time.sleep(0.01)
    done, of = asked.machine.how_far("mine")
    asked.machine.cancel("mine")
    thread.join(60)

    assert 0 < done < of == 300
    assert refusals == ["the simulation was cancelled; nothing of it is kept"]


def test_who_hangs_up_leaves_the_desk_to_the_others(asked: Asked, base: dict[str, Any]) -> None:
    slow = base | {"sites": [site | {"persons": 100_000, "lanes": 60} for site in base["sites"]]}
    host, port = asked.address.split(":")
    tickets = ["gone-1", "gone-2"]
    for ticket in tickets:
        body = msgspec.json.encode({"scenarios": [slow | {"name": ticket}], "replications": 300, "ticket": ticket})
        head = f"POST /v1/whatif HTTP/1.1\r\nHost: {asked.address}\r\nAuthorization: Bearer {TOKEN}\r\n"
        with socket.create_connection((host, int(port))) as caller:
            caller.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            while begun(asked.machine, ticket) == 0:
                time.sleep(0.01)

    assert asked.machine.ask([base | {"name": "after"}], 2)["answers"]
    stopped = [asked.machine.how_far(ticket) for ticket in tickets]
    assert all(0 < done < of == 300 for done, of in stopped)
    asked.machine.ask([base | {"name": "later"}], 20)
    assert [asked.machine.how_far(ticket) for ticket in tickets] == stopped


def begun(machine: WhatIfClient, ticket: str) -> int:
    """Return how many replications of a question are done, 0 while the server does not know it."""
    try:
        return machine.how_far(ticket)[0]
    except AskRefused:
        return 0


def test_an_unknown_ticket_is_refused(asked: Asked) -> None:
    with pytest.raises(AskRefused, match="no what-if question has the ticket 'nobodys'"):
        asked.machine.how_far("nobodys")


def test_a_question_that_is_no_question_is_refused(asked: Asked) -> None:
    reply = asked.machine._client.reply("POST", "/v1/whatif", msgspec.json.encode({"scenario": 1}))

    assert reply.status == 422
    assert b"must be JSON with scenarios and replications" in reply.body


@pytest.mark.parametrize("moves", ["none", "in_town", "cross_town"])
def test_a_plan_is_played_and_told_with_a_teams_worth_and_the_moves(
    asked: Asked, base: dict[str, Any], moves: str
) -> None:
    told = asked.machine.plan(base, {"wait_cap_minutes": 30.0, "moves": moves})

    plan = told["plan"]
    assert len(plan["lanes"]) == len(base["sites"])
    assert told["total_teams"] == sum(plan["teams"].values()) > 0
    assert told["answer"]["replications"] == 10
    assert len(told["moves"]) == len(plan["lanes"][0])
    assert told["moves"][0] == []
    assert {one["town_code"] for one in told["worth"]} == set(plan["teams"])


@pytest.mark.parametrize(
    ("goal", "sentence"),
    [
        ({"wait_cap_minutes": 0.0}, "the longest wait must be 1 to 600 minutes, got 0"),
        ({"deadline_minute": 1e6}, "the deadline must lie from"),
        ({"moves": "by_air"}, "moves must be one of none, in_town, cross_town, got 'by_air'"),
        ({"replications": 1}, "a plan is played 2 to 100 times, got 1"),
    ],
)
def test_a_goal_that_cannot_be_planned_for_is_refused_with_a_sentence(
    asked: Asked, base: dict[str, Any], goal: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(AskRefused, match=sentence):
        asked.machine.plan(base, goal)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_answer_is_a_file_that_proves_itself(asked: Asked, base: dict[str, Any], form: str, tmp_path: Path) -> None:
    two = [base, base | {"name": "two guides", "guides_per_lane": 2}]
    path = tmp_path / f"answer.{form}"
    path.write_bytes(asked.machine.file(two, 3, form, "answer"))

    frame, about = read_export(path)
    told = asked.machine.ask(two, 3)
    (row,) = frame.filter(scenario="two guides", less="base", level="district", measure="finish_minute").iter_rows(
        named=True
    )
    assert row["mean"] == pytest.approx(told["differences"][0]["scopes"][0]["bands"]["finish_minute"]["mean"])
    assert about.ask == "whatif_answer"


def test_the_curves_of_an_answer_are_a_file_with_every_step(asked: Asked, base: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "curves.csv"
    path.write_bytes(asked.machine.file([base], 3, "csv", "curves"))

    frame, about = read_export(path)
    told = asked.machine.ask([base], 3)["answers"][0]["curves"]
    district = frame.filter(level="district", curve="queue")
    assert district["mean"].to_list() == pytest.approx(told[0]["queue"]["mean"])
    assert district["minute"].to_list()[:2] == [0.0, told[0]["step_minutes"]]
    assert len(frame) == sum(3 * len(one["queue"]["mean"]) for one in told)
    assert about.ask == "whatif_curves"


def test_a_scenario_is_a_file_that_reads_back(asked: Asked, base: dict[str, Any]) -> None:
    text = asked.machine.file([base], 30, "toml", "answer").decode()

    assert from_toml(text) == from_plain(base)


def test_a_file_of_no_known_form_is_refused(asked: Asked, base: dict[str, Any]) -> None:
    with pytest.raises(AskRefused, match="form must be one of toml, csv, xlsx, got 'exe'"):
        asked.machine.file([base], 3, "exe", "answer")
