"""Codes at the edge: what a scanner or a keyboard brings in becomes a clean text, and a person's text a keyed token.

A document number is turned into a token where it is typed; neither it nor a name is ever sent or stored.
"""

import hashlib
import hmac
import re
import unicodedata
from datetime import date
from enum import StrEnum
from functools import lru_cache

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TOKEN_BYTES = 16
LONGEST_SCAN = 200
SHOWN = 24
NUMBER_DIGITS = 9
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_PERSON = re.compile(r"TF\*(?P<round>[A-Za-z0-9_.:-]{1,40})\*(?P<number>[0-9]{9})(?P<check>[0-9A-Z])")
_SERVER = re.compile(r"TS\*(?P<server>[A-Za-z0-9_.:-]{1,40})\*(?P<check>[0-9A-Z])")
_BETWEEN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+|\][A-Za-z][0-9]")
_REPEATED = re.compile(r"(.{3,}?)\1+")
_CENTURY_OF_SHORT_IDS = "19"
_LONG_NUMBER = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|[1-9][0-9]{14}|[1-9][0-9]{16}[0-9Xx])(?![0-9])")
_TELEPHONE_DIGITS = 11


class CodeError(ValueError):
    """A code that cannot be taken: ``rule`` names why, the message is the sentence for whoever scanned it."""

    def __init__(self, rule: str, sentence: str) -> None:
        """Keep both."""
        super().__init__(sentence)
        self.rule, self.sentence = rule, sentence


class Document(StrEnum):
    """What a person shows; NONE: nothing, so the special channel's capture station gives a serial (Q51, Q52)."""

    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"
    HK_MACAU_PERMIT = "hk_macau_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    NONE = "none"


@lru_cache(maxsize=16_384)  # a label is made, checked, opened and closed within a moment
def check_character(body: str) -> str:
    """Return the ISO 7064 MOD 37,36 check character of ``body`` (A-Z, 0-9); raises KeyError on any other character."""
    product = 36
    for character in body:
        total = (product + _VALUE[character]) % 36 or 36
        product = total * 2 % 37
    return ALPHABET[(1 - product) % 36]


def has_valid_check(barcode: str) -> bool:
    """Whether the last character of ``barcode`` is the check character of the rest."""
    return len(barcode) > 1 and all(c in ALPHABET for c in barcode) and check_character(barcode[:-1]) == barcode[-1]


def read_label(text: str) -> str:
    """Return the barcode in a scan of a tube's label; raises CodeError (misread_label, those of a scan)."""
    cleaned = clean_scan(text).upper()
    if not has_valid_check(cleaned):
        sentence = f"the check character of {_shown(cleaned)} does not fit; scan the label again or compare its letters"
        raise CodeError("misread_label", sentence)
    return cleaned


def person_code(round_id: str, number: int) -> str:
    """Return the text of a person's QR code in a round, check character included (Q10)."""
    body = f"{number:0{NUMBER_DIGITS}d}"
    return f"TF*{round_id}*{body}{check_character(_checked(round_id, body))}"


def read_person_code(text: str, round_id: str) -> str:
    """Return the person code in a scan; raises CodeError (misread_code, expired_code, those of a scan)."""
    cleaned = clean_scan(text)
    read = _PERSON.fullmatch(cleaned)
    if read is None or check_character(_checked(read["round"], read["number"])) != read["check"]:
        raise CodeError("misread_code", f"{_shown(cleaned)} is no whole person code; scan it again or refresh it")
    if read["round"] != round_id:
        sentence = f"this code is of round {_shown(read['round'])}, today's is {round_id}; have a new code made"
        raise CodeError("expired_code", sentence)
    return cleaned


def server_code(server_id: str) -> str:
    """Return the text of a registration server's QR code, as it stands on the desk's sheet (Q71)."""
    return f"TS*{server_id}*{check_character(_checked(server_id, ''))}"


def read_server_code(text: str) -> str:
    """Return the server id in a scan; raises CodeError (misread_code, those of a scan)."""
    cleaned = clean_scan(text)
    read = _SERVER.fullmatch(cleaned)
    if read is None or server_code(read["server"]) != cleaned:
        raise CodeError("misread_code", f"{_shown(cleaned)} is no server's code; scan one of those on the desk's sheet")
    return read["server"]


def _checked(round_id: str, number: str) -> str:
    return "".join(filter(str.isalnum, round_id)).upper() + number


def clean_scan(text: str) -> str:
    """Return what a scanner or a keyboard sent without line ends, spaces, symbology prefixes and full-width forms.

    Raises CodeError: scanned_twice, nothing_scanned, several_codes, misread_code when it is too long for a code.
    """
    if len(text) > LONGEST_SCAN:
        sentence = f"{len(text)} characters came in one scan, at most {LONGEST_SCAN} can be a code; scan one code"
        raise CodeError("misread_code", sentence)
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    pieces = [piece for part in _BETWEEN.split(plain) if (piece := "".join(part.split()))]
    if not pieces:
        raise CodeError("nothing_scanned", "nothing was scanned; hold the code before the camera again")
    first = pieces[0]
    again = _REPEATED.fullmatch(first)
    is_repeated = again is not None and len(set(again[1])) > 1
    if (len(pieces) > 1 and len(set(pieces)) == 1) or is_repeated:
        raise CodeError("scanned_twice", f"{_shown(first)} came twice in one scan; clear the field and scan it once")
    if len(pieces) > 1:
        sentence = f"{len(pieces)} different codes came in one scan; clear the field and scan one code"
        raise CodeError("several_codes", sentence)
    return first


def document_code(kind: Document, number: str, serial: str = "") -> str:
    """Return one text for one person, however the document is written: X or x, 15 or 18 digits, renewed permits.

    Persons without a document differ by the ``serial`` that the capture station gives, so twins with one birthday
    (``number``) stay two persons; ``serial`` is ignored where there is a document. Raises CodeError.
    """
    written = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    if kind is Document.RESIDENT_ID:
        return f"{kind}:{_resident_id(written)}"
    if kind is Document.HK_MACAU_PERMIT:
        return f"{kind}:{_matched(kind, r'[HM][0-9]{8}(?:[0-9]{2})?', written)[:9]}"
    if kind is Document.TAIWAN_PERMIT:
        return f"{kind}:{_matched(kind, r'[0-9]{8}|[0-9]{10}', written)}"
    if kind is Document.PASSPORT:
        return f"{kind}:{_matched(kind, r'(?=.*[0-9])[A-Z0-9]{5,20}', written)}"
    if not re.fullmatch(r"[A-Za-z0-9_.:-]{1,40}", serial):
        raise CodeError("serial_missing", "a person without a document needs the serial of the capture station")
    return f"{kind}:{_matched(kind, r'(?:[0-9]{8})?', written)}:{serial}"


def _resident_id(written: str) -> str:
    if re.fullmatch(r"[1-9][0-9]{14}", written):
        body = written[:6] + _CENTURY_OF_SHORT_IDS + written[6:]
        whole = body + _id_check(body)
    else:
        whole = _matched(Document.RESIDENT_ID, r"[1-9][0-9]{16}[0-9X]", written)
    if whole[17] != _id_check(whole[:17]) or not _is_date(whole[6:14]):
        raise CodeError("wrong_document", "the digits of the identity number do not fit together; type it again")
    return whole


@lru_cache(maxsize=16_384)  # devices and boxes name themselves with every request
def speaks_of_a_person(text: str) -> bool:
    """Return whether a mobile telephone's number, or an identity number that fits together, stands in ``text``."""
    return any(len(found) == _TELEPHONE_DIGITS or _is_resident_id(found) for found in _LONG_NUMBER.findall(text))


def _is_resident_id(written: str) -> bool:
    try:
        return bool(_resident_id(written.upper()))
    except CodeError:
        return False


def _id_check(body: str) -> str:
    """Return the ISO 7064 MOD 11-2 check character of 17 digits."""
    rest = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body)) % 11
    return "10X98765432"[rest]


def _is_date(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= 1850
    except ValueError:
        return False


def _matched(kind: Document, pattern: str, written: str) -> str:
    if re.fullmatch(pattern, written, re.ASCII) is None:
        name = kind.value.replace("_", " ")
        raise CodeError("wrong_document", f"this is no number of kind {name}, it has {len(written)} signs; compare it")
    return written


def person_token(key: bytes, round_id: str, code: str) -> bytes:
    """Return the keyed pseudonym of a person in a round: one code, one token, and no way back without ``key`` (Q76)."""
    return hmac.new(key, f"{round_id}\0{code}".encode(), hashlib.sha256).digest()[:TOKEN_BYTES]


def _shown(text: str) -> str:
    cut = text[:SHOWN] + ("…" if len(text) > SHOWN else "")
    return repr(cut)
