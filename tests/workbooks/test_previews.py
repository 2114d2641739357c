"""Rows that were handed in: good ones shown as they will be taken, bad ones by row, column, rule and value."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.api_workbooks import FormKind, Preview
from pipelines.campaign import Campaign, load_campaign
from pipelines.config import ROOT
from pipelines.intake.barcodes import label
from pipelines.workbooks import preview, preview_paste
from pipelines.workbooks.forms import OnRecord
from tests.workbooks.kit import GOOD, HEADER, ground, workbook

HEAD = ",".join(HEADER)
AT_10 = datetime(2031, 3, 2, 2, tzinfo=UTC)
LAKESIDE = load_campaign(ROOT / "tests" / "campaigns" / "lakeside")


def handed(small: Campaign, *rows: str, head: str = HEAD, **changes: object) -> Preview:
    """Hand in a CSV of these rows."""
    return preview("x.csv", "\n".join([head, *rows]).encode(), ground(small, **changes))


def shown(told: Preview) -> list[str]:
    """The rows that would be taken, as lines."""
    names = ("row", "site_id", "persons", "tubes", "third_copies", "special_cases", "reason")
    return [
        " ".join("-" if (cell := getattr(row, name)) in (None, "") else str(cell) for name in names)
        + f" {row.hour_at:%H}"
        for row in told.inputs
    ]


def test_good_rows_are_shown_as_they_will_be_taken(small: Campaign) -> None:
    told = preview("x.csv", GOOD.encode(), ground(small))

    assert (told.trouble, told.refused, told.notes, told.form) == ("", [], [], FormKind.HOURLY_INPUTS)
    assert shown(told) == ["3 LS-1 120 12 12 0 - 02", "4 LS-2 95 10 10 1 - 02"]
    assert told.rows == 2


HEADS = [
    "site,hour,persons,tubes,third_copies,special_cases",
    "Site_ID,HOUR,Persons,Tubes,Third copies,Special cases",
    "采样点编号,整点,人数(人),试管数（支）,第三联,特殊情况登记",
    "采 样 点,时点*,采样人数,试管,第三联条形码,特殊情况",
]


@pytest.mark.parametrize("head", HEADS)
def test_columns_are_known_by_chinese_and_english_names(small: Campaign, head: str) -> None:
    assert shown(handed(small, "LS-1,10:00,120,12,11,1", head=head)) == ["2 LS-1 120 12 11 1 - 02"]


@pytest.mark.parametrize(
    "said",
    [
        *("10:00", "10", "10时", "10点", "10点整", "１０：００", "10:00:00", "2031-03-02 10:00", "2031/3/2 10:00"),
        *("2031-03-02T02:00:00Z", "2031-03-02T10:00:00+08:00", "2031年3月2日10时"),
    ],
)
def test_an_hour_may_be_said_as_people_say_it(small: Campaign, said: str) -> None:
    assert [row.hour_at for row in handed(small, f"LS-1,{said},1,1,,,").inputs] == [AT_10]


def test_a_pasted_table_is_parted_by_tabs_and_sites_may_be_named(small: Campaign) -> None:
    told = preview_paste("时点\t采样点\t人数\n10:00\t码头\t88\n10:00\tLighthouse\t ７ \n", ground(small))

    assert shown(told) == ["2 LS-3 88 - - - - 02", "3 LS-4 7 - - - - 02"]


BAD = {
    "LS-77,10:00,1,1,1,0,": (2, "采样点 / site", "LS-77"),
    ",10:00,1,1,1,0,": (2, "采样点 / site", ""),
    "=LS-1,10:00,1,1,1,0,": (2, "采样点 / site", "=LS-1"),
    "LS-1\u200b,10:00,1,1,1,0,": (2, "采样点 / site", "LS-1\u200b"),
    "LS-1,08:00,1,1,1,0,": (2, "时点 / hour", "08:00"),
    "LS-1,10:30,1,1,1,0,": (2, "时点 / hour", "10:30"),
    "LS-1,13:00,1,1,1,0,": (2, "时点 / hour", "13:00"),
    "LS-1,2031-03-03 10:00,1,1,1,0,": (2, "时点 / hour", "2031-03-03 10:00"),
    "LS-1,2031-13-41 10:00,1,1,1,0,": (2, "时点 / hour", "2031-13-41 10:00"),
    "LS-1,soon,1,1,1,0,": (2, "时点 / hour", "soon"),
    "LS-1,10:00,-1,1,1,0,": (2, "采样人数 / persons", "-1"),
    "LS-1,10:00,1.5,1,1,0,": (2, "采样人数 / persons", "1.5"),
    "LS-1,10:00,1e3,1,1,0,": (2, "采样人数 / persons", "1e3"),
    'LS-1,10:00,"1,200",1,1,0,': (2, "采样人数 / persons", "1,200"),
    "LS-1,10:00,十二,1,1,0,": (2, "采样人数 / persons", "十二"),
    "LS-1,10:00,99999999,1,1,0,": (2, "采样人数 / persons", "99999999"),
    "LS-1,10:00,123456789012345678,1,1,0,": (2, "采样人数 / persons", "123456789012345678"),
    "LS-1,10:00,1,1,1,0,a\u202eb": (2, "原因 / reason", "a\u202eb"),
    "LS-1,10:00,1,1,1,0,13800138000": (2, "原因 / reason", "13800138000"),
    "LS-1,10:00,,,,,": (2, "", "none"),
    "LS-1,10:00,1,1,1,0,,9": (2, "", "more"),
}


@pytest.mark.parametrize("row", BAD)
def test_a_bad_row_is_refused_with_row_column_rule_and_value_and_the_good_ones_stay(small: Campaign, row: str) -> None:
    told = handed(small, row, "LS-2,10:00,95,10,10,1,")
    (found,) = told.refused

    assert (found.row, found.column, found.value) == BAD[row]
    assert found.rule
    assert found.sentence.startswith(f"row 2, {found.column}: expected {found.rule}, got {found.value!r}; ")
    assert shown(told) == ["3 LS-2 95 10 10 1 - 02"]


def test_another_towns_site_is_refused(small: Campaign) -> None:
    told = handed(small, "LS-1,10:00,1,1,1,0,", "LS-5,10:00,1,1,1,0,", own_sites=frozenset({"LS-5"}))

    assert [row.site_id for row in told.inputs] == ["LS-5"]
    assert "LS-1 lies outside what you report for" in told.refused[0].sentence


def test_two_rows_for_one_site_and_hour_are_both_refused(small: Campaign) -> None:
    told = handed(small, "LS-1,10:00,1,1,1,0,", "LS-2,10:00,1,1,1,0,", "东岸学校,10,2,1,1,0,")

    assert [row.site_id for row in told.inputs] == ["LS-2"]
    assert [(found.row, found.rule) for found in told.refused] == [
        (2, "one row for a site and an hour"),
        (4, "one row for a site and an hour"),
    ]


RECORD = {("LS-1", AT_10): OnRecord(3, {"persons": 120, "tubes": 12, "third_copies": None, "special_cases": 0})}


def test_what_is_on_record_already_is_not_entered_again_and_a_correction_needs_a_reason(small: Campaign) -> None:
    same = handed(small, "LS-1,10:00,120,12,,0,", on_record=RECORD)
    assert (same.rows, same.unchanged, same.refused) == (0, 1, [])

    bare = handed(small, "LS-1,10:00,121,12,,0,", on_record=RECORD)
    assert (bare.rows, bare.refused[0].column) == (0, "原因 / reason")
    assert "persons 120" in bare.refused[0].rule

    told = handed(small, "LS-1,10:00,121,12,,0,重新清点", on_record=RECORD)
    assert [(row.persons, row.reason, row.base_version) for row in told.inputs] == [(121, "重新清点", 3)]


def test_columns_left_out_sums_and_impossible_tubes_are_told(small: Campaign) -> None:
    told = handed(
        small, "1,LS-1,10:00,130,12", "2,LS-2,10:00,9,1", "3,合计,,139,13", head="序号,采样点,时点,人数,试管数"
    )

    assert [row.row for row in told.inputs] == [2, 3]
    assert told.notes == [
        "columns left out: 序号",
        "row 2: 130 persons in 12 tubes cannot be; one to ten fill a tube",
        "row 4 holds a sum and was left out",
    ]


def test_numbers_kept_as_texts_are_read_and_formulas_are_not(small: Campaign) -> None:
    rows = [HEADER, ("LS-1", "10:00", "120", "１２", 12.0, 0), ("LS-2", "10:00", "=1+1", 1), ("LS-3", "10:00", 7, 1)]
    for first_row in (0, 4):
        told = preview("x.xlsx", workbook(rows, first_row=first_row), ground(small))
        (found,) = told.refused

        assert [row.persons for row in told.inputs] == [120, 7]
        assert told.inputs[0].tubes == 12
        assert (found.row, found.column, found.rule) == (first_row + 3, "采样人数 / persons", "a value, not a formula")


def test_eighteen_digits_are_kept_as_text_and_refused_as_a_number_that_has_lost_them(small: Campaign) -> None:
    barcode = label("LK1", 400_001)
    rows = [("采样点", "条形码"), ("LS-1", barcode), ("LS-1", 123456789012345678)]
    told = preview("x.xlsx", workbook(rows), ground(small))

    assert [(row.site_id, row.barcode) for row in told.copies] == [("LS-1", barcode)]
    assert [(found.row, found.rule) for found in told.refused] == [(3, "a text")]
    assert "15 digits" in told.refused[0].sentence


def test_a_barcode_is_checked_by_its_check_character_and_stands_once(small: Campaign) -> None:
    one, two = label("LK1", 1), label("LK1", 2)
    told = handed(small, f"LS-1,{one}", f"LS-2,{two}", f"LS-3,{two}", f"LS-1,{one[:-1]}?", head="site,barcode")

    assert told.form is FormKind.THIRD_COPIES
    assert [row.barcode for row in told.copies] == [one]
    assert [found.row for found in told.refused] == [3, 4, 5]


@given(st.binary(max_size=400), st.sampled_from(["x.csv", "x.xlsx", "x"]))
def test_no_bytes_at_all_can_do_harm(data: bytes, name: str) -> None:
    told = preview(name, data, ground(LAKESIDE))

    assert told.trouble
    assert told.rows == 0


@given(st.text(max_size=40), st.integers(0, 6))
def test_no_cell_at_all_can_do_harm(cell: str, column: int) -> None:
    cells = ["LS-1", "10:00", "1", "1", "1", "0", ""]
    cells[column] = cell.replace('"', "").replace("\x00", "")
    quoted = ",".join(f'"{one}"' for one in cells)
    told = handed(LAKESIDE, quoted)

    assert told.trouble == ""
    assert told.rows + len(told.refused) + len(told.notes) >= 1
