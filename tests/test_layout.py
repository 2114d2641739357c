"""The architecture holds: the tree obeys the tables in tests/architecture.py, and each rule fails when it is broken."""

from pathlib import Path

import pytest

from pipelines.config import ROOT
from tests.architecture import ARROWS
from tests.layout import broken_rules, check_python, sql_header

WHY = '"""Why this file exists."""\n'


def test_the_product_obeys_every_rule() -> None:
    found = broken_rules(ROOT)

    assert not found, "\n".join(found)


def test_the_arrows_form_no_circle() -> None:
    placed: set[str] = set()
    while ready := {part for part in ARROWS.keys() - placed if set(ARROWS[part]) <= placed}:
        placed |= ready

    assert placed == set(ARROWS)


@pytest.mark.parametrize(
    ("path", "line", "sentence"),
    [
        ("pipelines/jobs/cycle.py", "import duckdb", "only pipelines/store/* may import duckdb"),
        ("pipelines/server/app.py", "from duckdb import connect", "only pipelines/store/* may import duckdb"),
        ("pipelines/sources/pages.py", "import requests", "only pipelines/http.py may import requests"),
        ("pipelines/client.py", "from urllib3.util import Retry", "only pipelines/http.py may import urllib3"),
        ("pipelines/server/app.py", "from apscheduler.schedulers import base", "only pipelines/jobs/* may import"),
        (
            "pipelines/intake/servers/serving.py",
            "import sqlite3",
            "only pipelines/intake/ledger/* and pipelines/acts/*",
        ),
        ("pipelines/store/core.py", "import streamlit as st", "only dashboard/* may import streamlit"),
        ("pipelines/store/core.py", "def f():\n    import plotly", "only dashboard/* may import plotly"),
        ("pipelines/store/core.py", "import importlib\nimportlib.import_module('pydeck')", "may import pydeck"),
        ("pipelines/store/core.py", "import os\nos.environ['A']", "os.environ belongs to pipelines/config.py"),
        ("dashboard/queries.py", "from os import getenv", "os.getenv belongs to pipelines/config.py"),
        ("pipelines/jobs/cycle.py", "import time\ntime.monotonic()", "time.monotonic belongs to pipelines/clock.py"),
        ("pipelines/jobs/cycle.py", "from time import perf_counter", "time.perf_counter belongs to pipelines/clock.py"),
        ("dashboard/live.py", "import datetime\ndatetime.datetime.now()", "datetime.datetime.now belongs to"),
        ("dashboard/live.py", "from datetime import date\ndate.today()", "date.today belongs to pipelines/clock.py"),
        ("pipelines/store/core.py", "from dashboard import queries", "nothing imports dashboard"),
        ("pipelines/store/core.py", "from pipelines.jobs import table", "store may import"),
        ("pipelines/planning/engine.py", "from pipelines import clock", "planning may import vocabulary, campaign"),
        ("pipelines/intake/crowd.py", "from pipelines.store import core", "intake may import"),
        ("pipelines/client.py", "import pipelines.store.core", "client may import"),
        ("pipelines/novelty.py", "from pipelines import clock", "novelty has no row in the table of arrows"),
        ("dashboard/queries.py", "from pipelines.store import core", "of pipelines, not store"),
        ("dashboard/app_pages/site.py", "from pipelines.client import CommandClient", "a page asks dashboard.queries"),
        ("dashboard/app_pages/site.py", "from dashboard.app_pages import district", "a page asks dashboard.queries"),
        ("dashboard/charts/live.py", "from dashboard import queries", "a drawing is a function of a frame"),
        ("dashboard/maps/decks.py", "from pipelines.config import settings", "a drawing is a function of a frame"),
        ("pipelines/store/core.py", "from . import appending", "imports are absolute"),
    ],
)
def test_an_import_against_the_arrows_is_found(path: str, line: str, sentence: str) -> None:
    (found,) = check_python(path, f"{WHY}{line}\n")

    assert found.startswith(f"{path}:")
    assert sentence in found


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("pipelines/store/core.py", "import duckdb"),
        ("pipelines/intake/ledger/writer.py", "import sqlite3"),
        ("pipelines/jobs/cycle.py", "from pipelines.store.core import Store"),
        ("pipelines/planning/engine.py", "from pipelines.campaign import Campaign"),
        ("pipelines/store/core.py", "from pipelines.store.connection import open_store"),
        ("dashboard/queries.py", "from pipelines.client import CommandClient"),
        ("dashboard/charts/live.py", "from pipelines.client import CampaignInfo"),
        ("pipelines/jobs/cycle.py", "import time\ntime.sleep(1)"),
        ("tests/intake/test_ledger.py", "import sqlite3\nimport time\ntime.monotonic()"),
    ],
)
def test_an_import_along_the_arrows_is_not(path: str, line: str) -> None:
    assert check_python(path, f"{WHY}{line}\n") == []


def lines(count: int) -> str:
    """A file of so many lines, its docstring included."""
    return WHY + "x = 1\n" * (count - 1)


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("dashboard/app_pages/site.py", lines(151), "151 lines, at most 150"),
        ("pipelines/store/core.py", lines(301), "301 lines, at most 300"),
        ("pipelines/store/core.py", WHY + "def f():\n" + "    x = 1\n" * 50, "f has 51 lines, at most 50"),
        ("pipelines/store/core.py", "x = 1\n", "its first line must be a docstring"),
        ("pipelines/store/core.py", f"\n{WHY}", "its first line must be a docstring"),
        ("pipelines/store/core.py", '""" """\n', "its first line must be a docstring"),
        ("pipelines/store/__init__.py", "", "its first line must be a docstring"),
    ],
)
def test_a_file_too_long_or_without_a_reason_is_found(path: str, text: str, sentence: str) -> None:
    (found,) = check_python(path, text)

    assert sentence in found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("dashboard/app_pages/site.py", lines(150)),
        ("pipelines/store/core.py", lines(300)),
        ("pipelines/store/core.py", WHY + "def f():\n" + "    x = 1\n" * 49),
    ],
)
def test_a_file_of_just_the_longest_length_is_not(path: str, text: str) -> None:
    assert check_python(path, text) == []


BARE = ["", "select 1\n", "-- what: all\nselect 1\n", "-- grain: site\n-- what: all\n", "-- what: \n-- grain: site\n"]


@pytest.mark.parametrize("text", BARE)
def test_sql_that_does_not_say_what_it_is_is_found(text: str) -> None:
    assert list(sql_header("pipelines/store/sql/a.sql", text))


@pytest.mark.parametrize("what", ["all sites", "all sites,\n--       the closed ones too"])
def test_sql_that_says_what_it_is_and_its_grain_is_not(what: str) -> None:
    assert list(sql_header("pipelines/store/sql/a.sql", f"-- what: {what}\n-- grain: site\nselect 1\n")) == []


PLANTED = {
    "pipelines/a.py": (f"{WHY}URL = 'https://{'pypi'}.org/simple'\n", "names a package registry"),
    "requirements.txt": (f"--index-url https://files.{'pythonhosted'}.org\n", "names a package registry"),
    "README.md": (f"cd {'/home'}/somebody/tenfold\n", "names a path of one machine"),
    "Makefile": (f"run:\n\t{'/work'}/main/.venv/bin/python\n", "names a path of one machine"),
    "notes.txt": ("a stray file\n", "the top level holds"),
    "scripts/a.sh": ("true\n", "the top level holds"),
    "pipelines/store/a.sql": ("select 1;\n", "it must open with a line '-- what: '"),
}


@pytest.mark.parametrize("path", PLANTED)
def test_a_planted_file_is_found_in_a_tree(tmp_path: Path, path: str) -> None:
    text, sentence = PLANTED[path]
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text, encoding="utf-8")

    found = broken_rules(tmp_path)

    assert found
    assert all(sentence in line for line in found)


def test_a_clean_tree_has_nothing_to_find(tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "a.py").write_text(WHY, encoding="utf-8")
    (tmp_path / "README.md").write_text("Run `make run`; Chromium is /usr/bin/chromium.\n", encoding="utf-8")

    assert broken_rules(tmp_path) == []
