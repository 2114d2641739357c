"""The catalogues: every key that is used exists in every language, every key that exists is used."""

import importlib
import re
from pathlib import Path

import pytest

from dashboard.words import LANGUAGES, catalogue, words
from pipelines.config import ROOT

SOURCES = sorted((ROOT / "dashboard").rglob("*.py"))
LITERAL = re.compile(
    r"(?:words|self)\(\s*[\"']([a-z0-9_]+(?:\.[a-z0-9_]+)*)[\"']|_figure\(\s*\"([a-z_]+)\"|\(\"(panel\.[a-z]+)\""
)
HERE = Path(__file__).parent
FAMILIES: dict[str, list[str]] = {
    family: members
    for file in sorted(HERE.glob("families*.py"))
    for family, members in importlib.import_module(f"tests.dashboard.{file.stem}").FAMILIES.items()
}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


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


def test_a_key_stands_once_in_all_files_of_a_language() -> None:
    for language in LANGUAGES:
        files = sorted((ROOT / "dashboard" / "locale" / language).glob("*.po"))
        keys = [key for file in files for key in re.findall(r'^msgid "(.+)"$', file.read_text("utf-8"), re.M)]
        assert len(keys) == len(set(keys))


def test_an_unknown_language_falls_back_to_chinese() -> None:
    assert words("../../etc").language == "zh"
    assert words(None)("page.district") == "全区"


ONE_OR_MORE = re.compile(r"\{(\w+):([^{}|]+)\|([^{}|]+)\}")


def test_one_thing_has_its_own_word_in_english_beside_its_number() -> None:
    en = words("en")
    assert [en("alert.explains", count=count) for count in ("0", "1", "2")] == [
        "0 alerts come of it",
        "1 alert comes of it",
        "2 alerts come of it",
    ]
    assert en("handed.found", good="1", refused="1", unchanged="1") == (
        "**1** row can be taken, **1** thing is wrong, 1 row says what is on record already."
    )


def test_a_text_that_chooses_a_word_by_a_number_shows_the_number_and_fills_with_any_value() -> None:
    for language in LANGUAGES:
        for key, text in catalogue(language).items():
            chosen = ONE_OR_MORE.findall(text)
            assert {name for name, _, _ in chosen} <= set(PLACEHOLDER.findall(text)), key
            assert ("|" in text) == bool(chosen), key
            filled = words(language)(key, **dict.fromkeys(re.findall(r"\{(\w+)", text), "1")) if chosen else ""
            assert "|" not in filled and "{" not in filled, key


def test_only_the_clock_of_beijing_is_called_beijings() -> None:
    assert [words(language).zone(480) for language in LANGUAGES] == ["北京时间 UTC+8", "Beijing UTC+8"]
    assert [words(language).zone(330) for language in LANGUAGES] == ["UTC+5:30", "UTC+5:30"]


def test_no_text_takes_a_setting_of_the_campaign_for_granted() -> None:
    for language in LANGUAGES:
        texts = [text for key, text in catalogue(language).items() if key != "clock.beijing"]
        assert [text for text in texts if "Beijing" in text or "北京" in text or "三水" in text] == []
        assert not re.search(r"\d", words(language)("card.staffing.help"))


def test_every_character_of_the_chinese_catalogue_and_of_the_places_is_in_the_font() -> None:
    from fontTools.ttLib import TTFont

    places = "".join(file.read_text("utf-8") for file in (ROOT / "data").rglob("*.csv"))
    wanted = {sign for text in (*catalogue("zh").values(), places) for sign in text if sign.isprintable()}
    for file in (ROOT / "dashboard" / "static").glob("*.woff2"):
        known = TTFont(file).getBestCmap() or {}
        assert {sign for sign in wanted if ord(sign) not in known} == set()
