"""Sheets as a printer would print them: every code on the rendered page is read back."""

from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from dashboard.practising import sheets
from dashboard.words import LANGUAGES, words
from pipelines.campaign import Campaign
from pipelines.codes import has_valid_check, read_person_code, read_server_code
from pipelines.config import settings
from pipelines.practice import DeskPlace, practice_places, practice_servers

DOTS_PER_POINT = 3  # 216 dots an inch: less than any office printer


@pytest.fixture
def place(small: Campaign) -> DeskPlace:
    """The practice desk of the first site."""
    return practice_places(small)["LS-1"]


def printed(pdf: bytes) -> Image.Image:
    """Return the only page as a printer prints it."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0].render(scale=DOTS_PER_POINT).to_pil()


def read(pdf: bytes) -> list[str]:
    """Return the texts of all codes on the page."""
    return [barcode.text for barcode in zxingcpp.read_barcodes(printed(pdf))]


def said(pdf: bytes) -> str:
    """Return the page's words."""
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_sheet_bears_twenty_codes_of_the_round(place: DeskPlace, language: str) -> None:
    found = read(sheets.person_sheet(place, 7, words(language)))

    assert sorted(found) == sorted(place.persons(7))
    assert {read_person_code(text, place.round_id) for text in found} == set(found)
    assert len(set(found)) == 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_sheet_bears_ten_labels_three_times(place: DeskPlace, language: str) -> None:
    """Q65: tube, bag and kept copy."""
    pdf = sheets.label_sheet(place, 7, words(language))
    found = Counter(read(pdf))

    assert found == dict.fromkeys(place.labels(7), 3)
    assert all(has_valid_check(barcode) for barcode in found)
    assert all(words(language)(f"sheet.part.{part}") in said(pdf) for part in sheets.PARTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_server_sheet_bears_every_server_in_order_and_no_secret(
    small: Campaign, place: DeskPlace, tmp_path: Path, language: str
) -> None:
    """Q70, Q71."""
    servers = practice_servers(small, settings(home=tmp_path, port=22240))
    pdf = sheets.server_sheet(place, servers.values(), words(language))

    assert {read_server_code(text) for text in read(pdf)} == set(servers)
    assert list(servers) == ["p1", "p2", "city"]
    assert all(words(language).either(server.name) in said(pdf) for server in servers.values())
    assert place.account_id not in said(pdf)


def test_sheets_of_all_sites_have_no_code_in_common(small: Campaign) -> None:
    places = practice_places(small).values()
    texts = [text for place in places for sheet in (1, 2, 999) for text in place.persons(sheet) + place.labels(sheet)]

    assert len(texts) == len(set(texts))
