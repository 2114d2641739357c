"""The catalogues: every key that is used exists in every language, every key that exists is used."""

import re
from pathlib import Path

import pytest

from dashboard.sheets import PARTS
from dashboard.training_parts import SHEETS
from dashboard.words import LANGUAGES, catalogue, words
from pipelines.config import ROOT
from pipelines.machines import MACHINES, Actor, MachineName
from pipelines.vocabulary import Health, Mode, Network, Outcome, Role, ShortReason, SourceKind, SystemKind, WaitClass

SOURCES = sorted((ROOT / "dashboard").rglob("*.py"))
LITERAL = re.compile(
    r"(?:words|self)\(\s*[\"']([a-z0-9_]+(?:\.[a-z0-9_]+)*)[\"']|_figure\(\s*\"([a-z_]+)\"|\(\"(panel\.[a-z]+)\""
)
REFUSING = (
    *("codes.py", "pictures.py", "practice/*.py"),
    *(f"intake/servers/{name}.py" for name in ("rules", "core", "admission", "web", "tube_routes", "tube_desk")),
    *(f"intake/ledger/{name}.py" for name in ("page", "record_tube", "tube_rows", "record_things")),
)
REFUSAL = re.compile(
    r"(?:(?:Refused|conflict)\(\s*(?:status|\d+),\s*|(?:CodeError|PracticeRefused|ServerLost)\(\s*|rule=)\"([a-z_]+)\""
)
ELSEWHERE = {"serial_missing", "wrong_document", "closed_before_opened", "no_such_route", "not_a_thing", "unknown_step"}
"""Rules that no request of a practice desk can break."""
MET = {
    rule
    for pattern in REFUSING
    for source in (ROOT / "pipelines").glob(pattern)
    for rule in REFUSAL.findall(source.read_text(encoding="utf-8"))
} - ELSEWHERE | {"step_too_old", "moment_out_of_range"}
PLACEHOLDER = re.compile(r"\{(\w+)\}")
FAMILIES: dict[str, list[str]] = {
    "role": list(Role),
    "health": list(Health),
    "wait": list(WaitClass),
    "mode": list(Mode),
    "network": list(Network),
    "outcome": list(Outcome),
    "source": list(SourceKind),
    "legend": ["short", "medium", "long", "closed", "stale"],
    "chart": ["registered", "sampled", "running", "on_shift", "need", "tubes_registered", "tubes_sampled"],
    "chart.tubes": ["chart.tubes_at_lab", "chart.tubes_resulted"],
    "card": ["throughput", "staffing", "network_strip", "sources", "runs"],
    "table": ["card.towns"],
    "machine": list(MACHINES),
    "actor": list(Actor),
    "state": [f"state.{machine.name}.{state}" for machine in MACHINES.values() for state in machine.states],
    "step": [f"step.{machine.name}.{step.name}" for machine in MACHINES.values() for step in machine.steps],
    "process": [f"process.{part}.{mode}" for part in ("title", "lead") for mode in Mode],
    "process.label": [MachineName.PERSON, MachineName.TUBE],
    "sheet.part": list(PARTS),
    "sheets": list(SHEETS),
    "way": ["tap", "type", "camera", "file", "manual"],
    "tap": ["label", "person", "wrong", "server", "next_server"],
    "coach": ["open", "first", "next", "full", "closed", "voided", "network", "server", "switched", "switched_open"],
    "reason": list(ShortReason),
    "wrong": ["old_code", "blurred_code", "other_lab", "misread_label", "scanned_twice"],
    "score": ["tubes", "persons", "pace", "mended", "by_hand", "interruptions"],
    "refusal": ["other", *MET],
    "remedy": ["other", *MET],
    "sheet.server": list(SystemKind),
}


def used() -> set[str]:
    """Return every key the code names, those of the families made at run time included."""
    keys = {
        member if "." in member else f"{family}.{member}" for family, members in FAMILIES.items() for member in members
    }
    keys |= {f"card.{card}.help" for card in FAMILIES["card"]}
    for source in SOURCES:
        for plain, figure, panel in LITERAL.findall(source.read_text(encoding="utf-8")):
            keys |= {plain, panel} | ({f"kpi.{figure}", f"kpi.{figure}.help"} if figure else set())
    return keys - {""}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_missing_and_none_is_left_over(language: str) -> None:
    assert used() - set(catalogue(language)) == set()
    assert set(catalogue(language)) - used() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert [key for key, text in catalogue(language).items() if not text.strip()] == []


def test_both_languages_fill_the_same_places() -> None:
    differing = [
        key
        for key in catalogue("zh")
        if set(PLACEHOLDER.findall(catalogue("zh")[key])) != set(PLACEHOLDER.findall(catalogue("en")[key]))
    ]
    assert differing == []


def test_a_key_stands_once_in_each_catalogue() -> None:
    for language in LANGUAGES:
        keys = re.findall(
            r'^msgid "(.+)"$', Path(ROOT / "dashboard/locale" / f"{language}.po").read_text("utf-8"), re.M
        )
        assert len(keys) == len(set(keys))


def test_an_unknown_language_falls_back_to_chinese() -> None:
    assert words("../../etc").language == "zh"
    assert words(None)("page.district") == "全区"


def test_only_the_clock_of_beijing_is_called_beijings() -> None:
    assert [words(language).zone(480) for language in LANGUAGES] == ["北京时间 UTC+8", "Beijing UTC+8"]
    assert [words(language).zone(330) for language in LANGUAGES] == ["UTC+5:30", "UTC+5:30"]


def test_no_text_takes_a_setting_of_the_campaign_for_granted() -> None:
    for language in LANGUAGES:
        texts = [text for key, text in catalogue(language).items() if key != "clock.beijing"]
        assert [text for text in texts if "Beijing" in text or "北京" in text or "三水" in text] == []
        assert not re.search(r"\d", words(language)("card.staffing.help"))


def test_every_character_of_the_chinese_catalogue_is_in_the_font() -> None:
    from fontTools.ttLib import TTFont

    for file in (ROOT / "dashboard" / "static").glob("*.woff2"):
        known = TTFont(file).getBestCmap() or {}
        assert {sign for text in catalogue("zh").values() for sign in text if ord(sign) not in known} == set()
