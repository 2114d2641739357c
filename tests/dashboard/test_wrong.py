"""What is wrong with a table handed in: each rule, advice and trouble has words in both languages; values stay."""

import re

import pytest

from dashboard.reporting.handing_in import refusals
from dashboard.reporting.wrong import SAYINGS, said, value
from dashboard.words import words
from pipelines.campaign import Campaign
from pipelines.client_workbooks import Refused
from pipelines.config import ROOT
from pipelines.workbooks import Ground, preview, preview_paste
from pipelines.workbooks.forms import FORMS, OnRecord
from tests.store.kit import moment

ZH, EN = words("zh"), words("en")
LITERAL = re.compile(r'(?:BadCell|WorkbookError)\(\s*"([^"]+)"|refuse\(line, "", "([^"]+)", "\w+", "([^"]+)"\)')
TABLE = """site\thour\tpersons\ttubes\treason
LS-2\t09:30\t7\t\t
LS-3\t09:00\tmany\t\t
LS-4\t09:00\t\t\t
LS-5\t09:00\t1,000\t\t
LS-9\t09:00\t3\t\t
nowhere\t09:00\t3\t\t
LS-1\t09:00\t9\t2\t
LS-6\t09:00\t9\t2\t
LS-6\t09:00\t9\t2\t
LS-7\t15:00\t9\t2\t
LS-8\t09:00\t90\t2\t13800138000
total\t\t90\t\t
LS-8\t09:00\t90\t2\t
"""


@pytest.fixture
def ground(small: Campaign) -> Ground:
    own = frozenset(site.site_id for site in small.sites) - {"LS-9"}
    known = {("LS-1", moment("01:00")): OnRecord(1, {"persons": 7, "tubes": 1})}
    return Ground(small, own, moment("02:00"), known)


def test_every_refusal_of_a_table_is_told_in_chinese_with_row_column_rule_and_value(ground: Ground) -> None:
    told = preview_paste(TABLE, ground)
    shown, _ = refusals(told, ZH)
    assert shown.height == len(told.refused) >= 10
    for name in ("rule", "sentence"):
        assert [text for text in shown[name] if not re.search(r"[\u4e00-\u9fff]", text)] == []
    lines = {(row["row"], row["rule"], row["value"], row["sentence"]) for row in shown.iter_rows(named=True)}
    assert (3, "0 至 10000000 的整数，用数字写", "many", "请改正") in lines
    assert (8, "原因：该时点已有记录 人数 7、试管 1", "", "请在“原因”列写明为何更正") in lines
    assert (9, "一点一时一行", "2 行", "留下对的一行，删去其余") in lines
    assert [said(note, ZH) for note in told.notes] == [
        "第 13 行是合计，已略去",
        "第 14 行：2 管不会有 90 人，一管一至十人",
    ]


def test_in_english_the_rule_is_as_the_server_says_it(ground: Ground) -> None:
    told = preview_paste(TABLE, ground)
    shown, _ = refusals(told, EN)
    same = {(one.row, one.rule) for one in told.refused if not one.rule.startswith(("a reason", "a full hour"))}
    assert same <= set(shown.select("row", "rule").rows())


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "表中没有数据行"),
        ("a.csv", b"a,b\n1,2\n", "找不到所需的表头"),
        ("a.csv", b"site,hour,persons\n", "表中没有数据行"),
        ("a.xlsx", b"site,hour,persons\nLS-1,09:00,1\n", "文件内容不是它的名称所说的表格"),
        ("a.csv", b"%PDF-1.4", "文件内容不是它的名称所说的表格"),
        ("a.csv", "采样点,时点,采样人数\nLS-1,09:00,1\n".encode("gbk"), "文字编码是 GBK"),
        ("a.csv", b"site,hour,persons\nLS-1,\x00,1\n", "它不是 UTF-8 文本，或已损坏"),
        ("a.csv", b'site,hour,persons\n"LS-1,09:00,1\n', "CSV 格式有误"),
        ("a.xlsx", b"PK\x03\x04nothing", "它不是完好的工作簿"),
        ("a.csv", b"site,site,hour,persons\nLS-1,LS-1,09:00,1\n", "有两列同名"),
        ("a.csv", b"x" * 20_000_001, "文件有 20 MB，至多收 20 MB"),
    ],
)
def test_a_table_that_cannot_be_read_says_why_in_chinese(name: str, data: bytes, says: str, ground: Ground) -> None:
    assert said(preview(name, data, ground).trouble, ZH).startswith(says)


def test_every_sentence_that_stands_in_the_reading_of_tables_has_words() -> None:
    sources = "".join(file.read_text("utf-8") for file in (ROOT / "pipelines" / "workbooks").glob("*.py"))
    found = {text for groups in LITERAL.findall(sources) for text in groups if text}
    found |= {column.rule for form in FORMS.values() for column in form.values()}
    assert len(found) > 20
    assert [text for text in sorted(found) if said(text, ZH) == text] == []


def test_what_stood_in_a_cell_stays_and_a_strange_sentence_too() -> None:
    cell = Refused(row=2, column="人数 / persons", rule="a text", value="none", sentence="odd")
    assert (value(cell, ZH), said("odd", ZH)) == ("none", "odd")
    assert len(SAYINGS) == len(set(SAYINGS.values()))
