"""Faults over HTTP and from the command line, against a running world."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.config import environment_for_children
from tests.intake.running import Intake, running

SLOW = {"kind": "wifi_slow", "target": "LS-1", "minutes": 20, "strength": 0.6}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Intake]:
    with running(small, tmp_path_factory.mktemp("drill"), small.round.opens_at, 0.0) as intake:
        intake.start("world")
        yield intake


@pytest.fixture(autouse=True)
def _cleared(world: Intake) -> Iterator[None]:
    yield
    world.ask("world", "DELETE", "/v1/faults")


def test_faults_are_added_together_listed_and_cleared(world: Intake) -> None:
    status, added, _ = world.ask("world", "POST", "/v1/faults", {"faults": [SLOW, SLOW | {"in_minutes": 5}]})
    assert status == 201
    assert [fault["fault_id"] for fault in added["faults"]] == ["wifi_slow-1", "wifi_slow-2"]
    assert world.get("world", "/v1/faults")["faults"] == added["faults"]
    assert world.ask("world", "DELETE", "/v1/faults/wifi_slow-2")[0] == 200
    assert [fault["fault_id"] for fault in world.get("world", "/v1/faults")["faults"]] == ["wifi_slow-1"]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"faults": [SLOW, SLOW | {"target": "LS-99"}]}, "unknown_target"),
        ({"faults": [SLOW | {"strength": 7}]}, "bad_strength"),
        ({"faults": []}, "malformed_body"),
        ({"faults": [SLOW | {"kind": "earthquake"}]}, "malformed_body"),
        ({"faults": [SLOW | {"at": "2031-03-02T09:00:00"}]}, "malformed_body"),
        (b"[" * 100_000, "malformed_body"),
        (b"\xff\xfe", "malformed_body"),
    ],
    ids=str,
)
def test_a_refusal_names_its_rule_and_changes_nothing(world: Intake, body: object, rule: str) -> None:
    status, problem, _ = world.ask("world", "POST", "/v1/faults", body)
    assert (status, problem["rule"]) == (422, rule)
    assert world.get("world", "/v1/faults")["faults"] == []


def test_clearing_a_fault_that_nobody_knows_is_a_404_with_a_sentence(world: Intake) -> None:
    status, problem, _ = world.ask("world", "DELETE", "/v1/faults/none-1")
    assert (status, problem["rule"]) == (404, "unknown_fault")


def test_the_catalogue_and_the_routes_are_told_by_the_world_itself(world: Intake) -> None:
    kinds = world.get("world", "/v1/faults/kinds")["kinds"]
    assert {row["kind"]: row["targets"] for row in kinds}["server_down"] == ["server"]
    document = world.get("world", "/openapi.json")
    assert {"get", "post", "delete"} == set(document["paths"]["/v1/faults"])
    assert "FaultWish" in document["components"]["schemas"]
    assert "SiteQueues" in document["components"]["schemas"]


def tenfold(world: Intake, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line against the world's runtime folder."""
    command = [sys.executable, "-m", "pipelines.cli", "fault", *words]
    environment = environment_for_children(world.settings)
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_line_adds_a_fault_and_a_plan_lists_and_clears_them(world: Intake, tmp_path: Path) -> None:
    shown = tenfold(world, "add", "wifi_slow", "--target", "LS-1", "--for", "20", "--in", "3", "--strength", "0.6")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "wifi_slow-1" in shown.stdout
    assert "08:03:00" in shown.stdout
    plan = tmp_path / "plan.toml"
    plan.write_text('[[fault]]\nkind = "power_cut"\ntarget = "LS-2"\n[[fault]]\nkind = "lab_stops"\ntarget = "lab-1"\n')
    assert "2 faults added" in tenfold(world, "plan", str(plan)).stdout
    listed = tenfold(world, "list").stdout
    assert [word in listed for word in ("wifi_slow-1", "power_cut-1", "lab_stops-1", "to come", "acts")] == [True] * 5
    assert "1 fault cleared" in tenfold(world, "clear", "power_cut-1").stdout
    assert "2 faults cleared" in tenfold(world, "clear").stdout
    assert "no fault cleared" in tenfold(world, "clear").stdout


def test_the_command_line_hands_a_refusal_on_as_a_sentence(world: Intake) -> None:
    shown = tenfold(world, "add", "server_down", "--target", "LS-1")
    assert shown.returncode == 2
    assert "server_down is aimed at a server (p1)" in shown.stderr
    unknown = tenfold(world, "clear", "../../x y")
    assert (unknown.returncode, "Traceback" in unknown.stderr) == (2, False)


def test_without_a_running_day_the_command_line_says_how_to_start_one(tmp_path: Path, small: Campaign) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "fault", "list", "--home", str(tmp_path), "--port", "22000"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert shown.returncode == 2
    assert "tenfold up" in shown.stderr


def test_the_fault_file_is_plain_json_that_any_process_can_read(world: Intake) -> None:
    world.ask("world", "POST", "/v1/faults", {"faults": [SLOW]})
    (fault,) = json.loads(world.settings.fault_file.read_text())
    assert (fault["kind"], fault["target"], fault["strength"]) == ("wifi_slow", "LS-1", 0.6)
