"""Settings: an argument wins over the environment, the environment over the default; every fault is a sentence."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.config import KEEPS_MEMORY, ROOT, ConfigError, environment_for_children, load_sources, secret, settings
from pipelines.vocabulary import SourceKind

ONE_SOURCE = """
allow = ["127.0.0.1:9000"]
[[source]]
source_id = "counts"
kind = "site_counts"
url = "http://127.0.0.1:9000/v1/sites/{site_id}/counts"
"""


def test_an_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path / "from-environment"))
    assert settings().home == tmp_path / "from-environment"
    assert settings(home=tmp_path / "from-argument").home == tmp_path / "from-argument"


@pytest.mark.parametrize("text", ["", "80", "99999", "eighty", "８５００", "-1"])
def test_a_port_that_is_none_is_refused_naming_it(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("TENFOLD_PORT", text or " ")
    with pytest.raises(ConfigError, match="TENFOLD_PORT must be a whole number from 1024 to 65000"):
        settings()


def test_children_find_the_same_settings_and_no_proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:1")
    monkeypatch.setenv("no_proxy", "x")
    chosen = settings(tmp_path, port=9000)
    environment = environment_for_children(chosen)
    assert environment["TENFOLD_HOME"] == str(tmp_path)
    assert environment["TENFOLD_PORT"] == "9000"
    assert not [key for key in environment if key.lower().endswith("_proxy")]


@pytest.mark.parametrize(
    ("name", "usual", "told"),
    [("POLARS_MAX_THREADS", "1", "4"), ("DUCKDB_JE_MALLOC_CONF", KEEPS_MEMORY, "dirty_decay_ms:0")],
)
def test_children_use_threads_and_memory_as_is_usual_here_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, usual: str, told: str
) -> None:
    monkeypatch.delenv(name, raising=False)
    assert environment_for_children(settings(tmp_path))[name] == usual
    monkeypatch.setenv(name, told)
    assert environment_for_children(settings(tmp_path))[name] == told


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    first = secret(chosen, "command")
    assert len(first) == 64
    assert secret(chosen, "command") == first != secret(chosen, "other")
    assert stat.S_IMODE((tmp_path / "secrets" / "command").stat().st_mode) == 0o600


def test_a_sources_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(ONE_SOURCE)
    read = load_sources(file)
    assert [(s.source_id, s.kind, s.every_s, s.deadline_s) for s in read.source] == [
        ("counts", SourceKind.SITE_COUNTS, 1.0, 2.0)
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("allow = [", "cannot be read"),
        ('allow = []\n[[source]]\nsource_id="a"\nkind="weather"\nurl="x"', "Invalid enum value 'weather'"),
        ('allow = []\n[[source]]\nsource_id="a"\nkind="roster"\nurll="x"', "urll"),
        ("source = []", "missing required field `allow`"),
    ],
)
def test_a_sources_file_that_is_wrong_says_where(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=sentence):
        load_sources(file)


def test_a_missing_sources_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="`tenfold up` writes one"):
        load_sources(tmp_path / "none.toml")


def test_processes_that_start_together_find_one_secret(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from pipelines.config import *;"
        "sys.stdout.write(secret(settings(Path(sys.argv[1])), 'command'))"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    found = {process.communicate(timeout=30)[0] for process in started}
    assert len(found) == 1
    assert len(found.pop()) == 64
    assert [file.name for file in (tmp_path / "secrets").iterdir()] == ["command"]
