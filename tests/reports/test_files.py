"""A report as a workbook and on one sheet of paper, in both languages, whatever its names and notes hold."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from string import Formatter

import fastexcel
import pypdfium2
import pytest

from pipelines.api import NameInfo
from pipelines.reports import words
from pipelines.reports.document import Figures, Note, Report, Why
from pipelines.reports.drawing import top_of
from pipelines.reports.pdf import report_pdf
from pipelines.reports.words import EVIDENCE, LANGUAGES
from pipelines.reports.xlsx import report_xlsx
from pipelines.vocabulary import AdviceKind, Cause, ScopeLevel
from tests import office
from tests.api.payloads import EYES, PAYLOADS, SHEETS
from tests.reports.sample import TOWNS, place, report


def places(text: str) -> set[str]:
    """The names of a word's places to fill in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def page_of(data: bytes) -> tuple[int, str, float]:
    """How many pages a PDF has, the text of the first, and the share of it that is not white."""
    document = pypdfium2.PdfDocument(data)
    image = document[0].render(scale=1).to_pil().convert("L")
    dark = sum(image.histogram()[:250]) / (image.width * image.height)
    return len(document), document[0].get_textpage().get_text_bounded(), dark


def cells_of(data: bytes) -> dict[str, list[tuple[object, ...]]]:
    """A workbook's sheets as rows of texts."""
    book = fastexcel.read_excel(data)
    frames = {name: book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names}
    return {name: frame.rows() for name, frame in frames.items()}


def plain(row: Sequence[object]) -> list[str]:
    """The cells of a row as texts, numbers and shares each in one form, empty ones at its end left out."""
    cells = [_plain(str(one or "")) for one in row]
    while cells and not cells[-1]:
        del cells[-1]
    return cells


def _plain(cell: str) -> str:
    number = re.fullmatch(r"([\d.]+)(%?)", cell)
    return f"{float(number[1]) / (100 if number[2] else 1):.6f}" if number else cell


def hostile() -> Report:
    """A report whose every text from people is one of the payloads."""
    whole = report(parts=7)
    names = [NameInfo(EYES[at], SHEETS[at] + EYES[at]) for at in range(7)]
    parts = tuple(replace(part, name=name) for part, name in zip(whole.parts, names, strict=True))
    notes = tuple(Note("wu.min", None, whole.hour_at, text) for text in PAYLOADS)
    actions = (replace(whole.actions[0], notes=notes), *whole.actions[1:])
    signed = tuple(replace(whole.signatures[0], text=text) for text in PAYLOADS)
    return replace(whole, parts=parts, actions=actions, signatures=signed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_is_one_page_and_tells_the_figures(language: str) -> None:
    whole = report()
    pages, text, dark = page_of(report_pdf(whole, language))

    assert pages == 1
    assert 0.02 < dark < 0.5
    for told in ("797,010", "857,000", "21:00", *(f"{part.total.persons:,}" for part in whole.parts)):
        assert told in text, told
    age = "3 小时 20 分" if language == "zh" else "3 h 20 min"
    assert "SS100004711" in text and age in text
    stands = "未签报 · 迟报 · 已修订" if language == "zh" else "not signed · late · revised"
    assert stands in text and text.count("迟报 1" if language == "zh" else "late 1") == len(TOWNS)
    for at, (zh, en, _) in enumerate(TOWNS.values()):
        assert (zh if language == "zh" else en) in text, at


@pytest.mark.parametrize("parts", [0, 1, 26, 118])
def test_however_many_parts_it_stays_one_page_and_says_what_is_left_out(parts: int) -> None:
    whole = report(parts=parts)
    pages, text, _ = page_of(report_pdf(whole, "en"))

    assert pages == 1
    assert ("more rows in the workbook" in text) == (parts > 20)
    assert "Sign-offs" in text


@pytest.mark.parametrize("hours", [1, 2, 17])
def test_a_young_day_and_a_long_one_are_drawn(hours: int) -> None:
    whole = report(hours=min(hours, 14))
    long = replace(whole, day=(whole.day * 2)[:hours], disturbances=(), actions=(), changes=(), signatures=())
    pages, text, _ = page_of(report_pdf(long, "zh"))

    assert (pages, "尚无人签报" in text, "本小时无建议措施" in text) == (1, True, True)


def test_nothing_planned_and_nothing_done_is_drawn() -> None:
    empty = replace(report(parts=1).place, planned_persons=0, total=Figures(0, 0, None, 0, 0, 0, 0, 0, 0, 0))
    nothing = replace(report(parts=0), place=empty, parts=(empty,), day=())

    assert page_of(report_pdf(nothing, "zh"))[0] == 1
    assert cells_of(report_xlsx(nothing, "zh"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_are_shown_or_boxed_and_the_page_stays_one(language: str) -> None:
    pages, text, _ = page_of(report_pdf(hostile(), language))

    assert pages == 1
    assert "□" in text
    assert "\u202e" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_tells_every_figure_of_the_report_and_its_parts(language: str) -> None:
    whole = report()
    sheets = cells_of(report_xlsx(whole, language))
    front, parts, by_hour = (list(sheets.values())[at] for at in (0, 1, 2))

    assert len(sheets) == 5
    assert front[0][0] == ("三水区整点报送" if language == "zh" else "Sanshui District hourly report")
    told = {row[1:3] for row in front}
    for field in fields(Figures):
        of_hour = getattr(whole.place.hour, field.name)
        assert (str(getattr(whole.place.total, field.name)), None if of_hour is None else str(of_hour)) in told
    assert [row[2] for row in parts[1:]] == [str(part.total.persons) for part in whole.parts]
    assert [row[0] for row in parts[1:]] == list(TOWNS)
    assert [row[1] for row in by_hour[1:]] == [str(one.persons_hour) for one in whole.day]
    assert by_hour[1][0] == "2021-06-06 08:00:00"


def test_the_workbook_has_two_charts_over_its_own_cells_and_no_formula_or_link() -> None:
    data = report_xlsx(hostile(), "zh")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheets = [data for name, data in parts.items() if name.startswith("xl/worksheets/sheet")]
    charts = [data.decode() for name, data in parts.items() if name.startswith("xl/charts/chart")]

    assert not any(b"<f>" in sheet or b"<f " in sheet or b"<hyperlink" in sheet for sheet in sheets)
    assert len(charts) == 2
    drawn = [re.findall(r"<c:f>分时!\$([B-F])\$2:\$\1\$15</c:f>", chart) for chart in charts]
    assert drawn == [["B"], ["C", "F"]], "persons of each hour; persons so far and the plan"


@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_reads_every_cell_of_the_workbook_as_our_own_reader_does(language: str, tmp_path: Path) -> None:
    if reason := office.reason_to_skip():
        pytest.skip(reason)
    workbook = tmp_path / "report.xlsx"
    workbook.write_bytes(report_xlsx(report(), language))
    own = cells_of(workbook.read_bytes())
    read = office.sheets(workbook)

    assert set(read) == set(own)
    for name, rows in own.items():
        assert [plain(row) for row in read[name]] == [plain(row) for row in rows], name


def test_hostile_names_stand_in_the_workbook_as_they_are() -> None:
    whole = hostile()
    sheets = cells_of(report_xlsx(whole, "zh"))
    told = [row[1] for row in sheets["各镇街"][1:]]

    assert told == [part.name.zh for part in whole.parts]


def test_a_sites_report_has_no_parts_and_is_titled_with_its_name() -> None:
    site = replace(report(parts=0), place=place(ScopeLevel.SITE, "S001", "云秀小学", "Yunxiu School", 7_000, 0.5))
    sheets = cells_of(report_xlsx(site, "en"))

    assert len(sheets) == 4
    assert next(iter(sheets.values()))[0][0] == "Sanshui District hourly report · Yunxiu School"
    assert "Yunxiu School" in page_of(report_pdf(site, "en"))[1]


@pytest.mark.parametrize("write", [report_pdf, report_xlsx])
def test_a_language_that_there_is_not_is_refused(write) -> None:
    with pytest.raises(ValueError, match="zh or en"):
        write(report(), "fr")


def test_every_word_stands_in_both_languages_with_the_same_places() -> None:
    table = vars(words)["_WORDS"]
    needed = [*AdviceKind, *Cause, *(f"why.{why}" for why in Why), *(field.name for field in fields(Figures))]
    places = {
        key: [{name for _, name, _, _ in Formatter().parse(text) if name} for text in table[key]] for key in table
    }

    assert [key for key in needed if key not in table] == []
    assert [key for key, (zh, en) in places.items() if zh != en] == []
    assert all(zh and en for zh, en in [*table.values(), *EVIDENCE.values()])


@pytest.mark.parametrize(("most", "top"), [(1, 1), (3, 5), (11, 20), (96_000, 100_000), (200_001, 250_000)])
def test_an_axis_ends_at_a_round_number_that_holds_all(most: float, top: float) -> None:
    assert top_of(most) == top
