"""What the command server refuses, in the viewer's language: every sentence of it has words or is no page's doing."""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.refusals import KNOWN, SAYINGS, told
from dashboard.words import words
from pipelines.config import ROOT

ZH, EN = words("zh"), words("en")
BEIJING = 480
TOLD = """
the command server at http://a:1 did not answer /v1/acts: nothing listens at a:1; is the source running?
    后台没有应答：a:1 无人监听；来源在运行吗？
a town_coordinator may not do day_closed; he may: noted
    您的角色不能做这件事；请找有此权限的同事
the act is about town 440607001, you act for site SS-001
    这超出了您负责的范围
sheet 0007 is destroyed; sheets_returned takes one that is issued or missing
    账号纸 0007 现为“destroyed”，不能这样做；请核对编号
sheet 0007 is printed; sheets_returned takes one that is issued or missing
    账号纸 0007 现为“未发放”，不能这样做；请核对编号
the witness is another than who destroyed the sheets
    见证人须是销毁者以外的人
facts.witness holds the invisible or control character U+202E; write it without
    见证人里有看不见的字符（U+202E），请重新键入
this recommendation was accepted already, by commander at 02:05 UTC; nothing was recorded and so on
    这条建议已于 10:05 由 commander 采纳；没有再记，也没有下命令
the day is closed already, by commander at 16:30 UTC; it is closed once
    当日已于 00:30 由 commander 宣布收尾，只收尾一次
the day cannot be closed: 3 tubes, 2 sheets are open (first tubes A1); settle each or sign an exception
    还不能收尾，尚未了结：试管 3、账号纸 2。请逐一了结，或签字说明例外
ticket 4 is solved; look at it again
    工单 4 已是“已解决”，请再看一眼
persons is a whole number from 0 to 10,000,000; got 1.5
    人数须为 0 至 10,000,000 的整数，现为 1.5
6 what-if questions wait for an answer already; ask again in 5 s
    已有 6 个推演在等，请 5 秒后再试
the check character of A0000001 does not fit; scan the label again or compare its letters
    A0000001 的校验字符不符，请重新扫描或核对
2 exports are being made; ask again in a moment
    正在生成别的文件，请稍候再试
a sentence of tomorrow
    后台没有接受。原话：a sentence of tomorrow
"""
LINES = TOLD.strip().splitlines()
PAIRS = list(zip(LINES[::2], map(str.strip, LINES[1::2]), strict=True))
RAISED = {"Refusal", "ActRefused", "ActConflict", "ActsUnavailable", "PlanError", "StoreFailed", "AskFailed"}
HOLES = {
    "name": ("sheets", "items", "persons"),
    "what": ("numbers of sheets", "open items as kind/id"),
    "how": ("accepted",),
}
PLACES = ("acts", "server", "planning", "store")
# What only a program can bring about that speaks to the command server itself: the pages never send such a thing.
OF_PROGRAMS = {
    "scope.id", "params", "as_of", "body", "ask", "accept", "layer", "language", "act_id", "actor", "fact_name", "by",
    "fact_number", "target", "contingency", "one_thing_at_a_time", "server", "check", "account", "site", "barcodes",
    "report", "recommendation_id", "ticket", "token", "scenarios", "scenario", "plan", "params.barcode",
}  # fmt: skip
PROGRAMS_SAY = re.compile(
    r"the campaign has no .+|moves must be one of .+|the least lanes of an open site .+|account \w+ is of town .+"
    r"|a district's scope .+|a scope's id .+|your account is not of this campaign: .+|the fact \w+ must be a number .+"
    r"|those who are lent are .+|an hour is written like .+|a ticket's \w+ is one of .+"
    r"|\w+ (?:must be|is) one of .+|\w+ must be an id, .+"
)


@pytest.mark.parametrize(("sentence", "shown"), PAIRS)
def test_a_refusal_is_told_in_chinese_and_a_strange_one_is_quoted(sentence: str, shown: str) -> None:
    assert told(sentence, ZH, BEIJING) == shown


def test_each_line_of_several_is_told_and_nothing_stays_nothing() -> None:
    both = "the witness is another than who destroyed the sheets\nan input gives at least one of persons"
    assert told(both, EN).split("\n") == [EN("refused.other_witness"), EN("refused.figures")]
    assert told("", EN) == ""


def test_every_refusal_that_a_page_can_bring_about_has_words() -> None:
    silent = {
        (rule, told_forms[0])
        for rule, told_forms in _raised()
        if rule not in OF_PROGRAMS and not any(_known(form) or PROGRAMS_SAY.match(form) for form in told_forms)
    }
    assert sorted(silent) == [], "give it words in refusals.po, or name its rule in OF_PROGRAMS"


def test_no_words_are_left_over_for_a_sentence_that_nobody_says() -> None:
    elsewhere = {
        "gone",
        "odd",
        "within",
        "staff",
        "version",
        "nobody_comes",
        "nobody_serves",
        "shifts",
        "cancelled",
        "store",
    }
    elsewhere |= {name for name in SAYINGS if name.startswith("export_")}
    forms = [form for _, forms in _raised() for form in forms]
    unsaid = {key for key, known in KNOWN if not any(known.fullmatch(form) for form in forms)}
    assert unsaid <= {f"refused.{name}" for name in elsewhere}


def _known(sentence: str) -> bool:
    return told(sentence, EN) != EN("refused.other", sentence=sentence)


def _raised() -> Iterator[tuple[str, list[str]]]:
    """Yield the rule and the forms of every sentence that stands where something is refused."""
    for place in PLACES:
        for path in sorted((ROOT / "pipelines" / place).rglob("*.py")):
            yield from _of_file(path)


def _of_file(path: Path) -> Iterator[tuple[str, list[str]]]:
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        said = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
        for call in (node.exc for node in ast.walk(function) if isinstance(node, ast.Raise)):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in RAISED:
                yield from _of_call(call, said)


def _of_call(call: ast.Call, said: list[ast.Assign]) -> Iterator[tuple[str, list[str]]]:
    rule = next((a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)), "")
    for argument in call.args:
        named = [a.value for a in said if isinstance(argument, ast.Name) and _name(a.targets[0]) == argument.id]
        for sentence in named or [argument]:
            if forms := [form for form in _forms(sentence) if " " in form]:
                yield (rule if " " not in rule else "", forms)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _forms(node: ast.expr) -> list[str]:
    """Return what a text can read like, its holes filled with a number, a word or a time of day."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if not isinstance(node, ast.JoinedStr):
        return []
    return ["".join(parts) for parts in itertools.product(*map(_fillings, node.values))]


def _fillings(part: ast.expr) -> tuple[str, ...]:
    if isinstance(part, ast.Constant):
        return (str(part.value),)
    assert isinstance(part, ast.FormattedValue)
    if "%H:%M" in ast.dump(part):
        return ("09:30",)
    if isinstance(part.value, ast.Name) and part.value.id in HOLES:
        return HOLES[part.value.id]
    return ("'word'",) if part.conversion == ord("r") else ("7", "word")


def test_the_reading_of_sources_finds_what_it_looks_for() -> None:
    found = list(_raised())
    assert len(found) > 60
    assert any(re.match(r"ticket \w+ is \w+; look", form) for _, forms in found for form in forms)
