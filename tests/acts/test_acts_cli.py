"""``tenfold acts``: what was done, in lines, and whether anybody changed it since."""

import sqlite3
from contextlib import closing

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.config import ConfigError
from tests.acts.kit import append, note


def _ran(*words):
    return CliRunner().invoke(app, ["acts", *map(str, words)])


def test_a_good_ledger_tells_its_head_and_that_head_is_found_again(ledger):
    append(ledger, note())
    said = _ran("verify", "--file", ledger.path)
    assert said.exit_code == 0 and "good; 1 acts, head 1:" in said.output
    head = said.output.split("head ")[1].strip()
    assert _ran("verify", "--file", ledger.path, "--head", head).exit_code == 0
    assert _ran("verify", "--file", ledger.path, "--head", f"1:{'0' * 63}1").exit_code == 1


def test_a_changed_row_is_named_and_the_exit_code_says_so(ledger):
    for number in range(3):
        append(ledger, note(f"note {number}"))
    with closing(sqlite3.connect(ledger.path)) as other:
        other.execute("DROP TRIGGER act_is_append_only_update")
        other.execute("UPDATE act SET reason = 'something else' WHERE sequence = 2")
        other.commit()
    said = _ran("verify", "--file", ledger.path)
    assert said.exit_code == 1
    assert "row 2 is not what was written" in said.output and "act_is_append_only_update" in said.output


def test_the_newest_acts_are_listed_in_lines_of_their_own(ledger):
    for number in range(3):
        append(ledger, note(f"note {number}\n[red]x[/red]", facts={"n": number}))
    said = _ran("list", "--last", 2, "--file", ledger.path)
    assert [line.split("  ")[0] for line in said.output.splitlines()] == ["2", "3"]
    assert "liang.wei  noted  district" in said.output and r"'note 2\n[red]x[/red]'" in said.output


@pytest.mark.parametrize("words", [("verify",), ("list",)])
def test_without_a_ledger_a_sentence_says_so(tmp_path, words):
    said = _ran(*words, "--home", tmp_path)
    assert isinstance(said.exception, ConfigError) and "there is no act ledger" in str(said.exception)


def test_a_head_is_written_in_one_way(ledger):
    said = _ran("verify", "--file", ledger.path, "--head", "12")
    assert isinstance(said.exception, ConfigError) and "SEQUENCE:HASH" in str(said.exception)
