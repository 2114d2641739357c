"""An export says what the table says: nothing runs, is lost or stands half-written; every edit is found."""

import csv
import hashlib
import io
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import polars as pl
import pytest
from msgspec.structs import replace

from pipelines.config import ROOT
from pipelines.exports import ExportError, read_export, verify_export, write_apart, write_export
from pipelines.exports.csv_file import MARK
from pipelines.exports.public import IN_ROWS, NAMES_SOMEBODY, OF_PERSONS, counts_persons
from pipelines.exports.xlsx_file import read_xlsx, write_xlsx
from pipelines.store import asks
from pipelines.vocabulary import Audience, ExportForm
from tests import office
from tests.exports.kit import ABOUT, MOMENT, TEXTS, differing_rows, hostile, there_and_back

RUNS = re.compile(r"^[\s\u200b\u2060\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]")


@pytest.mark.parametrize("form", ExportForm)
def test_hostile_texts_and_odd_numbers_come_back_as_they_went(tmp_path: Path, form: ExportForm) -> None:
    read, about = there_and_back(hostile(), form, tmp_path)

    assert differing_rows(read, hostile()) == 0
    assert about.rows == len(TEXTS)
    assert verify_export(tmp_path / f"export.{form}") == about


def test_one_table_has_one_hash_in_every_form(tmp_path: Path) -> None:
    hashes = {there_and_back(hostile(), form, tmp_path)[1].sha256 for form in ExportForm}

    assert len(hashes) == 1


def test_the_hash_of_a_csv_can_be_taken_without_this_product(tmp_path: Path) -> None:
    _, about = there_and_back(hostile(), ExportForm.CSV, tmp_path)
    data, _, footer = (tmp_path / "export.csv").read_bytes().rpartition(b"\n# tenfold export: 1\n")

    assert hashlib.sha256(data.removeprefix(MARK) + b"\n").hexdigest() == about.sha256
    assert f"# rows: {len(TEXTS)}\n# sha256: {about.sha256}\n" in footer.decode()


def test_no_text_cell_of_a_csv_begins_like_a_formula(tmp_path: Path) -> None:
    there_and_back(hostile().select("text", "list"), ExportForm.CSV, tmp_path)
    text = (tmp_path / "export.csv").read_text("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]

    assert len(cells) > 2 * len(TEXTS)
    assert [cell for cell in cells if RUNS.match(cell)] == []


def test_a_workbook_holds_no_formula_no_link_and_each_text_as_it_was(tmp_path: Path) -> None:
    there_and_back(hostile(), ExportForm.XLSX, tmp_path)
    with zipfile.ZipFile(tmp_path / "export.xlsx") as book:
        parts = {name: book.read(name) for name in book.namelist()}

    assert not [name for name, data in parts.items() if b"<f>" in data or b"<f " in data or b"<hyperlink" in data]
    assert b"=HYPERLINK(1)" in parts["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize("form", ExportForm)
@pytest.mark.parametrize("rows", [0, 1, 65_535, 65_536, 65_537])
def test_the_old_limit_of_spreadsheets_is_none(tmp_path: Path, form: ExportForm, rows: int) -> None:
    frame = pl.DataFrame({"barcode": [f"{number:018d}" for number in range(rows)]}, schema={"barcode": pl.String})
    read, about = there_and_back(frame, form, tmp_path)

    assert (differing_rows(read, frame), about.rows) == (0, rows)


@pytest.mark.parametrize(("rows", "sheets"), [(0, 1), (8, 1), (9, 1), (10, 2), (18, 2), (19, 3)])
def test_a_table_longer_than_a_sheet_goes_on_on_the_next(tmp_path: Path, rows: int, sheets: int) -> None:
    frame = pl.DataFrame(
        {"n": range(rows), "t": [None if n % 3 else str(n) for n in range(rows)]},
        schema_overrides={"n": pl.Int64, "t": pl.String},
    )
    write_xlsx(frame, ABOUT, tmp_path / "x.xlsx", rows_per_sheet=10)
    read, about = read_xlsx(tmp_path / "x.xlsx", rows_per_sheet=10)

    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        assert len([name for name in book.namelist() if name.startswith("xl/worksheets/")]) == sheets + 1
    assert (differing_rows(read, frame), about.rows) == (0, rows)


@pytest.mark.parametrize("form", ExportForm)
def test_rows_in_which_there_is_nothing_are_counted(tmp_path: Path, form: ExportForm) -> None:
    frame = pl.DataFrame({"text": [None, "", None, "a", None, None]})
    read, _ = there_and_back(frame, form, tmp_path)

    assert differing_rows(read, frame) == 0


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pl.DataFrame({"note": ["好" * 20_000]}), "CSV or Parquet"),
        (pl.DataFrame({f"c{n}": [1] for n in range(16_385)}), "16384"),
    ],
)
def test_what_no_sheet_holds_is_refused_and_nothing_is_left(tmp_path: Path, frame: pl.DataFrame, says: str) -> None:
    with pytest.raises(ExportError, match=says):
        write_export(frame, ExportForm.XLSX, ABOUT, tmp_path / "x.xlsx")

    assert list(tmp_path.iterdir()) == []


def test_the_two_signs_no_workbook_holds_are_replaced_and_counted(tmp_path: Path) -> None:
    frame = pl.DataFrame({"text": ["a\ufffeb", "c", "\uffff"]})
    read, about = there_and_back(frame, ExportForm.XLSX, tmp_path)

    assert (read["text"].to_list(), about.replaced) == (["a\ufffdb", "c", "\ufffd"], 2)
    verify_export(tmp_path / "export.xlsx")


EDITS = {
    "a digit": (b"12,", b"13,"),
    "a row less": (b'"LS-1",12,"2021-06-06T09:40:03.123456+08:00"\n', b""),
    "another count": (b"# rows: 2", b"# rows: 1"),
    "another moment": (b"T09:40", b"T09:41"),
    "no footer": (b"# tenfold", b"# ten"),
    "another scope": (b"# scope: district", b"# scope: country"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_of_a_csv_is_found(tmp_path: Path, edit: str) -> None:
    frame = pl.DataFrame({"site_id": ["LS-1", "LS-2"], "n": [12, 7], "at": [MOMENT, MOMENT]})
    there_and_back(frame, ExportForm.CSV, tmp_path)
    file, (was, becomes) = tmp_path / "export.csv", EDITS[edit]
    assert was in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(was, becomes, 1))

    with pytest.raises(ExportError):
        verify_export(file)


@pytest.mark.parametrize("form", ExportForm)
def test_a_file_cut_short_anywhere_is_no_export(tmp_path: Path, form: ExportForm) -> None:
    there_and_back(hostile(), form, tmp_path)
    data = (tmp_path / f"export.{form}").read_bytes()
    for share in (0.0, 0.1, 0.5, 0.9):
        cut = tmp_path / f"cut.{form}"
        cut.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(ExportError):
            verify_export(cut)


def test_a_row_taken_out_of_a_workbook_or_a_table_is_found(tmp_path: Path) -> None:
    frame = pl.DataFrame({"site_id": ["LS-1", "LS-2"], "n": [12, 7]})
    _, about = there_and_back(frame, ExportForm.PARQUET, tmp_path)
    told = {f"tenfold.{name}": value for name, value in about.pairs().items()}
    frame.head(1).write_parquet(tmp_path / "one.parquet", metadata=told)
    frame.reverse().write_parquet(tmp_path / "order.parquet", metadata=told)
    for name, says in (("one", "1 rows, its footer says 2"), ("order", "hash")):
        with pytest.raises(ExportError, match=says):
            verify_export(tmp_path / f"{name}.parquet")


def test_a_name_that_is_no_exports_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("")
    with pytest.raises(ExportError, match=r"\.csv, \.xlsx, \.parquet"):
        read_export(tmp_path / "x.txt")
    with pytest.raises(ExportError, match="no file"):
        read_export(tmp_path / "x.csv")


COUNTS = pl.DataFrame(
    {"site_id": list("abcdef"), "persons_sampled": [0, 1, 4, 5, 900, None], "lanes": [1, 2, 3, 4, 5, 6]}
)


@pytest.mark.parametrize("form", ExportForm)
@pytest.mark.parametrize("audience", [Audience.CITY, Audience.PUBLIC])
def test_outsiders_do_not_see_one_to_four_persons(tmp_path: Path, form: ExportForm, audience: Audience) -> None:
    read, about = there_and_back(COUNTS, form, tmp_path, replace(ABOUT, audience=audience))

    assert read["persons_sampled"].to_list() == [0, None, None, 5, 900, None]
    assert read["lanes"].to_list() == [1, 2, 3, 4, 5, 6]
    assert about.suppressed == 2
    verify_export(tmp_path / f"export.{form}")


def test_colleagues_see_every_count_and_outsiders_no_table_of_colleagues(tmp_path: Path) -> None:
    read, about = there_and_back(COUNTS, ExportForm.CSV, tmp_path)
    assert (read["persons_sampled"].to_list(), about.suppressed) == ([0, 1, 4, 5, 900, None], 0)

    of_acts = replace(ABOUT, audience=Audience.PUBLIC, ask="acts_log")
    with pytest.raises(ExportError, match="internal use only"):
        write_export(COUNTS, ExportForm.CSV, of_acts, tmp_path / "x.csv")
    with pytest.raises(ExportError, match="internal use only"):
        signed = COUNTS.with_columns(signed_by=pl.lit("xu"))
        write_export(signed, ExportForm.CSV, replace(ABOUT, audience=Audience.CITY), tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()


def test_the_asks_kept_from_outsiders_are_asks() -> None:
    assert set(asks()) >= NAMES_SOMEBODY | IN_ROWS
    assert all(
        counts_persons(name)
        for name in (
            *OF_PERSONS,
            "queue_persons",
            "persons_registered",
            "hour_special_cases",
            "queue_15",
            "staff_short",
        )
    )
    assert not any(counts_persons(name) for name in ("tubes_registered", "lanes_open", "personal", "persons_per_medic"))


KILLED = """
import sys
from pathlib import Path
import polars as pl
from pipelines.exports import write_export
from pipelines.vocabulary import ExportForm
from tests.exports.kit import ABOUT
frame = pl.DataFrame({"n": range(60_000), "t": [f"={n}" for n in range(60_000)]})
print("ready", flush=True)
while True:
    write_export(frame, ExportForm(sys.argv[1]), ABOUT, Path(sys.argv[2]))
    print("whole", flush=True)
"""


@pytest.mark.parametrize("form", ExportForm)
def test_killed_while_it_writes_an_export_is_whole_or_as_it_was(tmp_path: Path, form: ExportForm) -> None:
    target = tmp_path / f"x.{form}"
    for pause_s in (0.003, 0.02, 0.11):
        command = [sys.executable, "-c", KILLED, form.value, str(target)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(pause_s)
            writer.send_signal(signal.SIGKILL)
        if target.exists():
            assert verify_export(target).rows == 60_000


def test_a_failed_export_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    target = tmp_path / "x.xlsx"
    write_export(COUNTS, ExportForm.XLSX, ABOUT, target)
    before = target.read_bytes()
    with pytest.raises(ExportError):
        write_export(pl.DataFrame({"t": ["x" * 40_000]}), ExportForm.XLSX, ABOUT, target)

    assert target.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["x.xlsx"]


def test_a_process_of_its_own_writes_the_same_and_refuses_with_the_same_sentence(tmp_path: Path) -> None:
    told = write_apart(COUNTS, ExportForm.XLSX, ABOUT, tmp_path / "x.xlsx")
    assert verify_export(tmp_path / "x.xlsx") == told
    with pytest.raises(ExportError, match="CSV or Parquet"):
        write_apart(pl.DataFrame({"note": ["好" * 20_000]}), ExportForm.XLSX, ABOUT, tmp_path / "y.xlsx")
    assert [file.name for file in tmp_path.iterdir()] == ["x.xlsx"]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        write_export(COUNTS, ExportForm.CSV, ABOUT, tmp_path / "nowhere" / "x.csv")


@pytest.mark.skipif(office.reason_to_skip() != "", reason=office.reason_to_skip())
def test_libreoffice_opens_the_workbook(tmp_path: Path) -> None:
    write_export(COUNTS, ExportForm.XLSX, ABOUT, tmp_path / "x.xlsx")
    assert "persons_sampled" in office.sheets(tmp_path / "x.xlsx")["data"][0]
