"""``tenfold whatif``: a scenario file in, its answer out; a faulty one is a sentence and exit code 2."""

import json
import subprocess
import sys
from pathlib import Path

from pipelines.config import ROOT
from pipelines.planning import to_toml
from tests.planning.kit import small
from tests.ports import free_ports


def tenfold(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a person does."""
    command = [sys.executable, "-m", "pipelines.cli", "whatif", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)


def test_a_scenario_file_is_answered_as_json_with_the_difference_from_another(tmp_path: Path) -> None:
    now, then = tmp_path / "now.toml", tmp_path / "then.toml"
    now.write_text(to_toml(small()), encoding="utf-8")
    then.write_text(to_toml(small(name="slower", guides_per_lane=1)), encoding="utf-8")

    told = tenfold(str(then), "--against", str(now), "-n", "4", "--json")
    whole = json.loads(told.stdout)

    assert told.returncode == 0, told.stderr
    assert whole["answer"]["scopes"][0]["bands"]["persons"]["mean"] == 4_500
    assert whole["difference"]["first"] == "small"
    assert whole["difference"]["scopes"][0]["bands"]["wait_minutes"]["mean"] > 0


def test_a_faulty_scenario_is_told_in_sentences(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(to_toml(small()).replace("open_minutes = 240.0", "open_minutes = -1.0"), encoding="utf-8")

    told = tenfold(str(file))

    assert told.returncode == 2
    assert "open_minutes must be from 1 to 1440, got -1; a site closes after it opens" in told.stderr


def test_a_days_own_curve_needs_the_running_product_and_a_presets_does_not(tmp_path: Path) -> None:
    alone = tenfold("--curve", "yesterday", "--home", str(tmp_path), "--port", str(free_ports()))
    named = tenfold("--curve", "three_peaks", "--toml")

    assert alone.returncode == 2
    assert "the curve 'yesterday' is told by the running product" in alone.stderr
    assert 'name = "three_peaks"' in named.stdout, named.stderr
