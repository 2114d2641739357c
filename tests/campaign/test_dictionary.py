"""The data dictionary is true: every file is the one described, every column and key stands there with its rule."""

import hashlib
import re
from pathlib import Path

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.campaign.forms import SETTINGS, TABLES
from pipelines.campaign.forms_keeping import EXTRA_TABLES
from pipelines.config import ROOT, SourceSpec, load_sources
from pipelines.vocabulary import SourceKind

DICTIONARY = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
REFERENCE = ROOT / "data" / "reference"


def section(title: str) -> str:
    """The text under a heading, up to the next heading."""
    return re.split(r"\n#+ ", DICTIONARY.split(f" {title}\n", maxsplit=1)[1], maxsplit=1)[0]


def table_row(text: str, name: str) -> list[str]:
    """The cells of the one row of a table that begins with a name."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_reference_file_stands_there_with_its_checksum() -> None:
    written = dict(reversed(line.split()) for line in re.findall(r"^[0-9a-f]{64}  .*$", DICTIONARY, re.MULTILINE))

    assert written == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in REFERENCE.iterdir()}


@pytest.mark.parametrize("file", sorted(file.name for file in REFERENCE.iterdir()))
def test_every_reference_file_has_a_source_and_a_licence(file: str) -> None:
    _, what, source, licence, _ = table_row(section("Reference files"), file)

    assert what and source and licence


def test_the_credit_line_is_the_one_the_map_shows(sanshui: Campaign) -> None:
    assert f"**{sanshui.map.credit}**" in DICTIONARY


@pytest.mark.parametrize("form", (*TABLES, *EXTRA_TABLES), ids=lambda form: form.file)
def test_every_column_stands_there_with_its_rule(form) -> None:
    text = section(form.file)

    assert {name: table_row(text, name)[3] for name in form.columns} == {n: k.rule for n, k in form.columns.items()}
    assert re.findall(r"^\| `(\w+)`", text, re.MULTILINE) == list(form.columns)


def test_every_setting_stands_there_with_its_rule() -> None:
    text = section("campaign.toml")

    assert {key: table_row(text, key)[2] for key in SETTINGS} == {key: kind.rule for key, kind in SETTINGS.items()}


def test_every_key_of_sources_toml_stands_there() -> None:
    text = section("sources.toml")

    defaults = {field.name: field.default for field in msgspec.structs.fields(SourceSpec) if not field.required}
    assert {name: table_row(text, name)[2] for name in defaults} == {
        name: "none" if value is None else f"{value:g}" if value < 100 else str(value)
        for name, value in defaults.items()
    }
    assert table_row(text, "kind")[3] == "one of " + ", ".join(SourceKind)


def test_the_example_of_sources_toml_loads(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", section("sources.toml"), re.DOTALL)
    (tmp_path / "sources.toml").write_text(example, encoding="utf-8")

    assert [spec.source_id for spec in load_sources(tmp_path / "sources.toml").source] == [
        "counts",
        "tubes",
        "status-p1",
    ]
