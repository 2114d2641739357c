"""One spoilt cell in a good campaign is one fault, at that very cell; no cell whatever makes the check stumble."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.campaign import CampaignError, load_campaign
from pipelines.campaign.forms import TABLES
from pipelines.campaign.kinds import IDENTIFIER, LABEL_PREFIX, TELEPHONE, TEXT, YES_NO, Kind
from pipelines.contract import Barcode
from tests.campaign.folders import Folder, told

BAD_TEXT = [
    "",
    " ",
    "\u3000",
    " 码头",
    "码头 ",
    "码\u200b头",
    "码\x00头",
    "码\n头",
    "\ufeff码头",
    "\u202e码头",
    "长" * 121,
]
BAD_IDENTIFIER = ["", "LS-1 ", " LS-1", "LS 1", "LS-1\u200b", "ＬＳ-1", "三水", "-LS", "x" * 41, "a;b", "=1+1", "../x"]
BAD_NUMBER = [
    "",
    "NaN",
    "inf",
    "-inf",
    "1e3",
    "１２",
    "٣",
    "1,000",
    "1_000",
    "0x10",
    " 5",
    "5 ",
    "+5",
    "five",
    "5%",
    "9" * 30,
]
BAD_WORD = ["", "x", "Medium", " medium", "mobile\u200b", "2"]
BAD_BY_KIND: dict[Kind, list[str]] = {
    TEXT: BAD_TEXT,
    IDENTIFIER: BAD_IDENTIFIER,
    YES_NO: ["", "Yes", "true", "1", "是", "yes "],
    LABEL_PREFIX: ["", "X", "lk1", "LK-1", "LK1 ", "ABCDEFGHI", "ＬＫ1"],
    TELEPHONE: ["", "12345", "100-0000-000O", "１００-0000-0001", "100-0000-0001 ", "+", "1" * 25],
}


def bad_values(kind: Kind) -> list[str]:
    words = BAD_WORD if kind.rule.startswith("one of") else BAD_NUMBER
    return BAD_BY_KIND.get(kind, words)


def spoilt_cells() -> st.SearchStrategy[tuple[str, str, str]]:
    """File, column and a value that the column cannot hold."""
    choices = [
        (form.file, column, bad)
        for form in TABLES
        for column in form.columns
        for bad in bad_values(form.columns[column])
    ]
    return st.sampled_from(choices)


@pytest.fixture(scope="module")
def kept(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """One copy for many examples; each example puts back the file it changed."""
    return Folder(small_folder, tmp_path_factory.mktemp("campaign") / "lakeside")


@settings(max_examples=300, deadline=None)
@given(spoilt=spoilt_cells(), data=st.data())
def test_a_spoilt_cell_is_exactly_one_fault_at_that_cell(kept: Folder, spoilt: tuple[str, str, str], data) -> None:
    file, column, bad = spoilt
    before = kept.text(file)
    row = data.draw(st.integers(2, len(kept.rows(file))), label="row")
    try:
        kept.set_cell(file, row, column, bad)
        fault = kept.only_fault()
    finally:
        kept.write(file, before)

    rule = next(form.columns[column].rule for form in TABLES if form.file == file)
    assert (told(fault), fault.rule) == ((file, row, column), rule)
    assert fault.value in (bad, bad[:79] + "…")
    assert fault.message.startswith(f"{file}, row {row}, {column}: expected {rule}, got ")


@settings(max_examples=200, deadline=None)
@given(data=st.data(), text=st.text(max_size=30))
def test_whatever_a_cell_holds_the_campaign_loads_or_says_why_not(kept: Folder, data, text: str) -> None:
    form = data.draw(st.sampled_from(TABLES), label="form")
    column = data.draw(st.sampled_from(sorted(form.columns)), label="column")
    before = kept.text(form.file)
    try:
        kept.set_cell(form.file, 2, column, "".join(sign for sign in text if not "\ud800" <= sign <= "\udfff"))
        assert loads_or_names_faults(kept)
    finally:
        kept.write(form.file, before)


@settings(max_examples=200, deadline=None)
@given(
    file=st.sampled_from([form.file for form in TABLES] + ["campaign.toml", "outline.geojson"]),
    body=st.binary(max_size=200),
)
def test_whatever_a_file_holds_the_campaign_loads_or_says_why_not(kept: Folder, file: str, body: bytes) -> None:
    before = kept.text(file)
    try:
        (kept.path / file).write_bytes(body)
        assert loads_or_names_faults(kept)
    finally:
        kept.write(file, before)


def loads_or_names_faults(folder: Folder) -> bool:
    try:
        load_campaign(folder.path)
    except CampaignError as error:
        return all(fault.message and fault.rule for fault in error.faults)
    return True


@pytest.mark.parametrize(
    ("column", "bad", "advice"),
    [
        ("lanes", "", "fill it in"),
        ("lanes", "３", "it holds full-width characters: type it again with half-width ones"),
        ("planned_persons", "1,667", "write it without separators"),
        ("site_id", "LS-1 ", "remove the blanks around it"),
        ("site_id", "LS\u200b-1", "it holds invisible characters: type it again instead of pasting it"),
        ("lanes", "-1", "correct the value"),
    ],
)
def test_the_advice_names_what_went_wrong_in_typing(folder: Folder, column: str, bad: str, advice: str) -> None:
    folder.set_cell("sites.csv", 2, column, bad)

    assert folder.only_fault().message.endswith(f"; {advice}")


def test_a_long_value_is_cut_in_the_sentence(folder: Folder) -> None:
    folder.set_cell("sites.csv", 2, "name_zh", "长" * 500)

    assert folder.only_fault().value == "长" * 79 + "…"


def numbers_at_the_edge() -> Iterator[tuple[str, str, bool]]:
    """Column, value, and whether it fits."""
    yield from (("lanes", "1", True), ("lanes", "0", False), ("lanes", "60", True), ("lanes", "61", False))
    yield from (("lon", "181", False), ("lat", "-90.5", False), ("planned_persons", "0", False))


@pytest.mark.parametrize(("column", "value", "fits"), list(numbers_at_the_edge()))
def test_numbers_fit_up_to_their_bounds(folder: Folder, column: str, value: str, fits: bool) -> None:
    folder.set_cell("sites.csv", 5, column, value)

    assert (folder.faults() == []) is fits


def test_a_label_prefix_leaves_room_for_the_rest_of_a_barcode() -> None:
    (meta,) = Barcode.__metadata__

    assert LABEL_PREFIX.rule == "2 to 8 capital letters and digits"
    assert meta.pattern == r"^[A-Z0-9]{6,32}\Z"
