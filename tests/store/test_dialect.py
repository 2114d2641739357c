"""The store's SQL runs on DuckLake too: none of what only a DuckDB file has, and a header on every file."""

import re
from pathlib import Path

import pytest

from pipelines import store

FILES = sorted(Path(store.__file__).parent.rglob("*.sql"))
ONLY_DUCKDB = re.compile(
    r"\b(PRIMARY\s+KEY|UNIQUE|CHECK\s*\(|CREATE\s+INDEX|SEQUENCE\s+\w+\s+START|CREATE\s+SEQUENCE|ENUM|RETURNING"
    r"|GENERATED|ON\s+CONFLICT|FOREIGN\s+KEY)\b"
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_opens_with_what_it_is_and_its_grain_and_uses_nothing_of_duckdb_alone(file):
    text = file.read_text(encoding="utf-8")
    assert re.match(r"-- what: .+\n(--  +.+\n)*-- grain: .+\n", text), f"{file} lacks its header"
    assert not ONLY_DUCKDB.search(text), f"{file}: {ONLY_DUCKDB.search(text)}"
