"""``tenfold user`` as an administrator types it: sentences, no default password, nothing told twice."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.acts import ActLedger
from pipelines.cli_user import user
from pipelines.clock import wall_now
from pipelines.config import ConfigError
from pipelines.identity import Book, SignInRefused, SignIns
from pipelines.vocabulary import ActKind

ADD = ("add", "li.wei", "--role", "town_coordinator", "--name", "李伟", "--town", "990001002")


@pytest.fixture
def typed(tmp_path: Path, small_folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Type a command for a home of its own; return what it said."""
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path))
    monkeypatch.setenv("TENFOLD_CAMPAIGN", str(small_folder))

    def run(*words: str, keys: str = "") -> Result:
        return CliRunner().invoke(user, list(words), input=keys)

    return run


def sign_ins(folder: Path) -> SignIns:
    """Return the way in of that home."""
    return SignIns(Book(folder / "identity.sqlite"), wall_now)


def test_a_generated_password_is_told_once_and_lets_in(typed, tmp_path: Path) -> None:
    said = typed(*ADD, "--generate")
    assert said.exit_code == 0
    found = re.search(r"told this once: (\S+)", said.output)
    assert found
    assert sign_ins(tmp_path).by_password("li.wei", found[1], "here").viewer.scope.id == "990001002"
    listed = typed("list").output
    assert "li.wei  town_coordinator  990001002  open  password  李伟" in listed
    assert found[1] not in listed


def test_a_typed_password_is_asked_for_twice_and_not_shown(typed, tmp_path: Path) -> None:
    said = typed(*ADD, keys="correct horse battery\ncorrect horse batterz\n" + "correct horse battery\n" * 2)
    assert said.exit_code == 0
    assert "correct horse" not in said.output
    assert sign_ins(tmp_path).by_password("li.wei", "correct horse battery", "here").token


def test_lock_unlock_password_and_remove_do_what_they_say(typed, tmp_path: Path) -> None:
    typed(*ADD, "--generate")
    door = sign_ins(tmp_path)
    word = re.search(r"told this once: (\S+)", typed("password", "li.wei", "--generate").output)
    assert word
    assert "is locked" in typed("lock", "li.wei").output
    assert "LOCKED" in typed("list").output
    with pytest.raises(SignInRefused, match="locked"):
        door.by_password("li.wei", word[1], "here")
    typed("unlock", "li.wei")
    assert door.by_password("li.wei", word[1], "here").token
    assert "is removed" in typed("remove", "li.wei").output
    assert "there is no user yet" in typed("list").output
    acts = [entry.act for entry in ActLedger(tmp_path / "acts.sqlite").feed()]
    changes = [(act.kind, act.target, act.facts["change"]) for act in acts]
    assert [change[2] for change in changes] == ["added", "password", "locked", "unlocked", "removed"]
    assert {change[:2] for change in changes} == {(ActKind.USER_CHANGED, "li.wei")}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--role", "town_coordinator", "--town", "440607"), "a town_coordinator needs --town alone"),
        (("--role", "town_coordinator"), "a town_coordinator needs --town alone"),
        (("--role", "site_officer", "--site", "LS-1", "--town", "990001001"), "a site_officer needs --site alone"),
        (("--role", "commander", "--site", "LS-1"), "a commander has the whole district"),
    ],
)
def test_a_scope_that_does_not_go_with_the_role_is_refused(typed, words: tuple[str, ...], sentence: str) -> None:
    said = typed("add", "x1", "--name", "x", "--generate", *words)
    assert isinstance(said.exception, ConfigError)
    assert sentence in str(said.exception)


def test_whoever_is_not_there_cannot_be_changed(typed) -> None:
    for command in ("lock", "unlock", "remove"):
        said = typed(command, "nobody")
        assert "there is no user 'nobody'" in str(said.exception)
