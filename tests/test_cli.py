"""The command line: help everywhere, and every refusal is a sentence with exit code 2."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.config import DEFAULT_CAMPAIGN, ROOT
from pipelines.http import Http, HttpFailure
from tests.end_to_end.product import until
from tests.ports import free_ports

COMMANDS = [
    [],
    ["up"],
    ["intake"],
    ["intake", "server"],
    ["intake", "data"],
    ["intake", "world"],
    ["intake", "prefill"],
    ["pipelines"],
    ["dashboard"],
    ["check"],
    ["fault"],
    ["fault", "add"],
    ["fault", "plan"],
    ["fault", "list"],
    ["fault", "clear"],
    ["day"],
    ["source"],
    ["source", "check"],
    ["source", "contract"],
    ["export"],
    ["export", "ask"],
    ["export", "report"],
    ["export", "verify"],
]


def tenfold(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: list[str]) -> None:
    shown = tenfold(*command, "--help")
    assert shown.returncode == 0
    assert "Usage:" in shown.stdout


def test_check_passes_the_built_in_campaign_and_counts_it() -> None:
    shown = tenfold("check", str(DEFAULT_CAMPAIGN))
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "7 towns, 118 sites, 5 servers" in shown.stdout


def test_check_names_every_fault_of_a_campaign_with_file_row_column_and_value(tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    shutil.copytree(DEFAULT_CAMPAIGN, folder)
    sites = (folder / "sites.csv").read_text(encoding="utf-8").splitlines()
    (folder / "sites.csv").write_text("\n".join([*sites, sites[1]]) + "\n", encoding="utf-8")
    (folder / "labs.csv").unlink()
    shown = tenfold("check", str(folder))
    assert shown.returncode == 1
    assert "sites.csv" in shown.stdout
    assert "labs.csv" in shown.stdout
    assert sites[1].split(",")[0] in shown.stdout
    assert "nothing was loaded" in shown.stderr


def test_up_refuses_a_taken_port_with_a_sentence_and_starts_nothing(tmp_path: Path) -> None:
    port = free_ports()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port + 2))
        holder.listen()
        shown = tenfold("up", "--home", str(tmp_path / "home"), "--port", str(port))
    assert shown.returncode == 2
    assert f"already in use: {port + 2} (for data)" in shown.stderr
    assert f"tenfold up --port {port + 100}" in shown.stderr
    assert not (tmp_path / "home" / "clock.json").exists()


def test_a_missing_campaign_folder_is_named(tmp_path: Path) -> None:
    shown = tenfold("up", "--campaign", str(tmp_path / "nowhere"), "--home", str(tmp_path / "home"))
    assert shown.returncode == 2
    assert str(tmp_path / "nowhere") in shown.stderr
    assert "Traceback" not in shown.stderr


def test_an_unknown_server_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    shown = tenfold("intake", "server", "p9", "--home", str(tmp_path))
    assert shown.returncode == 2
    assert "p1, p2, p3, p4, city" in shown.stderr


def test_a_start_time_that_is_none_says_how_to_write_one(tmp_path: Path) -> None:
    shown = tenfold("up", "--start", "half past nine", "--home", str(tmp_path))
    assert shown.returncode == 2
    assert "written HH:MM" in shown.stderr


def test_a_pull_without_sources_says_where_they_come_from(tmp_path: Path) -> None:
    shown = tenfold("pipelines", "--home", str(tmp_path))
    assert shown.returncode == 2
    assert "`tenfold up` writes one" in shown.stderr


def test_the_dashboard_started_from_anywhere_keeps_its_settings(tmp_path: Path) -> None:
    port = free_ports()
    command = [sys.executable, "-m", "pipelines.cli", "dashboard", "--port", str(port), "--home", str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    served = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        http = Http([f"127.0.0.1:{port}"])
        url = f"http://127.0.0.1:{port}/app/static/NotoSansSC-Regular.woff2"
        assert until("its font, which only the settings have it serve", lambda: _status(http, url)) == 200
    finally:
        served.terminate()
        served.wait(20)


@pytest.mark.parametrize("port", ["80", "65530"])
def test_a_port_out_of_range_is_refused_before_anything_starts(tmp_path: Path, port: str) -> None:
    shown = tenfold("up", "--port", port, "--home", str(tmp_path / "home"))
    assert shown.returncode == 2
    assert "--port" in shown.stderr
    assert "Traceback" not in shown.stderr
    assert not (tmp_path / "home").exists()


def _status(http: Http, url: str) -> int | None:
    try:
        return http.ask("GET", url, deadline_s=5, cap_bytes=4_000_000).status
    except HttpFailure:
        return None
