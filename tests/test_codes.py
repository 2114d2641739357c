"""Codes at the edge: scans cleaned, person codes read, documents in one form, tokens that tell nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.codes import (
    CodeError,
    Document,
    check_character,
    clean_scan,
    document_code,
    person_code,
    person_token,
    read_label,
    read_person_code,
)

ROUND = "lakeside-1"
LABEL = "LK1000000001Z"
CODE = person_code(ROUND, 7)
KEY = bytes(range(32))


@pytest.mark.parametrize(
    ("scanned", "read"),
    [
        (f"{LABEL}\r\n", LABEL),
        (f"]C1{LABEL}", LABEL),
        (f"]Q3{CODE}\n", CODE),
        (f" {LABEL[:3]} {LABEL[3:]}\t", LABEL),
        (f"\ufeff{LABEL}\u200b", LABEL),
        ("ＬＫ１００００００００１Ｚ", LABEL),
        ("000000", "000000"),
    ],
)
def test_what_a_scanner_adds_is_taken_off(scanned: str, read: str):
    """Case 47."""
    assert clean_scan(scanned) == read


@pytest.mark.parametrize(
    "scanned", ["ABCABC", LABEL * 2, LABEL * 3, f"{LABEL}\r\n{LABEL}\r\n", f"]C1{LABEL}]C1{LABEL}"]
)
def test_a_code_that_came_twice_is_refused(scanned: str):
    """Case 46."""
    with pytest.raises(CodeError, match="came twice in one scan; clear the field and scan it once") as found:
        clean_scan(scanned)
    assert found.value.rule == "scanned_twice"


@pytest.mark.parametrize(
    ("scanned", "rule", "sentence"),
    [
        ("", "nothing_scanned", "nothing was scanned"),
        (" \r\n\u200b", "nothing_scanned", "nothing was scanned"),
        (f"{LABEL}\r\nLK1000000002X", "several_codes", "2 different codes came in one scan"),
        ("A" * 201, "misread_code", "201 characters came in one scan"),
    ],
)
def test_no_code_and_two_codes_are_refused(scanned: str, rule: str, sentence: str):
    with pytest.raises(CodeError, match=sentence) as found:
        clean_scan(scanned)
    assert found.value.rule == rule


def test_a_person_code_is_read_back_whatever_the_scanner_adds():
    assert read_person_code(f"]Q3{CODE}\r\n", ROUND) == CODE == "TF*lakeside-1*000000007D"


@given(st.integers(0, 999_999_999), st.integers(0, 9), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_wrong_character_in_a_person_code_is_always_noticed(number: int, place: int, wrong: str):
    """Case 46: O for 0 is one of them."""
    code = person_code(ROUND, number)
    at = len(code) - 10 + place
    misread = code[:at] + wrong + code[at + 1 :]
    if misread == code:
        assert read_person_code(misread, ROUND) == code
        return
    with pytest.raises(CodeError) as found:
        read_person_code(misread, ROUND)
    assert found.value.rule == "misread_code"


def test_a_screenshot_of_another_round_is_refused_as_expired():
    """Case 52."""
    with pytest.raises(CodeError, match="this code is of round 'lakeside-0', today's is lakeside-1") as found:
        read_person_code(person_code("lakeside-0", 7), ROUND)
    assert found.value.rule == "expired_code"


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_sentence(text: str):
    try:
        assert clean_scan(text)
        read_person_code(text, ROUND)
    except CodeError as refused:
        assert refused.rule in {"misread_code", "scanned_twice", "expired_code", "nothing_scanned", "several_codes"}
        assert len(refused.sentence) > 20


@pytest.mark.parametrize(
    ("kind", "one", "same"),
    [
        (Document.RESIDENT_ID, "11010519491231002X", "11010519491231002x"),
        (Document.RESIDENT_ID, "11010519491231002X", "110105491231002"),
        (Document.RESIDENT_ID, "11010519491231002X", "１１０１０５ １９４９１２３１ ００２ｘ"),
        (Document.PASSPORT, "E12345678", "e12345678"),
        (Document.HK_MACAU_PERMIT, "H12345678", "h1234567801"),
        (Document.TAIWAN_PERMIT, "12345678", "1234 5678"),
    ],
)
def test_one_person_is_one_code_however_the_document_is_written(kind: Document, one: str, same: str):
    """Case 53: X and x, 15 and 18 digits, passport, the permits of Hong Kong, Macau and Taiwan."""
    assert document_code(kind, one) == document_code(kind, same, serial="LS-1-4")


def test_twins_without_a_document_stay_two_persons_by_their_serial():
    """Case 53."""
    first, second = (document_code(Document.NONE, "20190501", serial) for serial in ("LS-1-17", "LS-1-18"))
    assert first != second
    assert document_code(Document.NONE, "", "LS-1-17") not in {first, second}


@pytest.mark.parametrize(
    ("kind", "number", "rule"),
    [
        (Document.RESIDENT_ID, "110105194912310021", "wrong_document"),
        (Document.RESIDENT_ID, "110105194902310028", "wrong_document"),
        (Document.RESIDENT_ID, "11010519491231OO2X", "wrong_document"),
        (Document.RESIDENT_ID, "", "wrong_document"),
        (Document.PASSPORT, "PASSPORT", "wrong_document"),
        (Document.HK_MACAU_PERMIT, "X12345678", "wrong_document"),
        (Document.TAIWAN_PERMIT, "123", "wrong_document"),
        (Document.NONE, "20190501", "serial_missing"),
        (Document.NONE, "'; DROP", "serial_missing"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_without_repeating_it(kind: Document, number: str, rule: str):
    with pytest.raises(CodeError) as found:
        document_code(kind, number)
    assert found.value.rule == rule
    assert not number or number not in found.value.sentence


def test_a_token_tells_nothing_and_changes_with_key_round_and_person():
    code = document_code(Document.RESIDENT_ID, "11010519491231002X")
    tokens = {
        person_token(key, round_id, text)
        for key in (KEY, KEY[::-1])
        for round_id in (ROUND, "lakeside-2")
        for text in (code, CODE)
    }
    assert len(tokens) == 8
    assert {len(token) for token in tokens} == {16}
    assert person_token(KEY, ROUND, code) == person_token(KEY, ROUND, code)


@pytest.mark.parametrize("scan", ["{}", "]C1{}\r\n", " {}\t"])
def test_a_label_is_read_as_it_is_printed_whatever_the_scanner_adds(scan: str):
    """Case 47."""
    label = "LK10000000001" + check_character("LK10000000001")
    assert read_label(scan.format(label)) == read_label(scan.format(label.lower())) == label


@pytest.mark.parametrize("place", range(14))
def test_a_label_with_one_wrong_sign_is_refused(place: int):
    """Case 46."""
    label = "LK10000000001" + check_character("LK10000000001")
    wrong = "O" if label[place] != "O" else "0"
    with pytest.raises(CodeError, match="does not fit"):
        read_label(label[:place] + wrong + label[place + 1 :])
