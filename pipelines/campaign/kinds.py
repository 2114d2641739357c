"""What one value may be: each kind reads a CSV cell or takes a TOML value, or refuses it by raising ValueError."""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

import msgspec

from pipelines.contract import Identifier

DIGITS = re.compile(r"-?[0-9]{1,18}\Z")
DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?\Z")
PREFIX = re.compile(r"[A-Z0-9]{2,8}\Z")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
NONE = "-"
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,22}[0-9]\Z")
UNSEEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


@dataclass(frozen=True)
class Kind:
    """``rule`` completes "expected ..."; ``of_text`` makes of a cell what TOML holds; ``take`` accepts it or raises."""

    rule: str
    of_text: Callable[[str], object]
    take: Callable[[object], Any]

    def read(self, cell: str) -> Any:
        """Return the value of a CSV cell; raises ValueError."""
        return self.take(self.of_text(cell))


def _same(cell: str) -> str:
    return cell


def _require(is_fit: bool) -> None:
    if not is_fit:
        raise ValueError


def whole(low: int, high: int) -> Kind:
    """Return the kind of whole numbers from ``low`` to ``high``, in ASCII digits without separators."""

    def of_text(cell: str) -> int:
        _require(DIGITS.match(cell) is not None)
        return int(cell)

    def take(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError
        return value

    return Kind(f"a whole number from {low} to {high}", of_text, take)


def number(low: float, high: float) -> Kind:
    """Return the kind of finite decimal numbers from ``low`` to ``high``, in plain notation."""

    def of_text(cell: str) -> float:
        _require(DECIMAL.match(cell) is not None)
        return float(cell)

    def take(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError
        _require(math.isfinite(value) and low <= value <= high)
        return float(value)

    return Kind(f"a number from {low:g} to {high:g}", of_text, take)


def numbers(low: float, high: float, count: int) -> Kind:
    """Return the kind of lists of 1 to ``count`` numbers from ``low`` to ``high``, not all of them 0."""
    one = number(low, high)

    def take(value: object) -> tuple[float, ...]:
        if not isinstance(value, list):
            raise ValueError
        taken = tuple(one.take(item) for item in value)
        _require(0 < len(taken) <= count and any(taken))
        return taken

    return Kind(f"a list of 1 to {count} numbers from {low:g} to {high:g}, not all 0", _same, take)


def text(longest: int) -> Kind:
    """Return the kind of one-line texts of 1 to ``longest`` characters, visible, without blanks around."""

    def take(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError
        _require(0 < len(value) <= longest and value == value.strip())
        _require(all(unicodedata.category(sign) not in UNSEEN for sign in value))
        return value

    return Kind(f"a text of 1 to {longest} visible characters", _same, take)


def pattern(form: re.Pattern[str], rule: str) -> Kind:
    """Return the kind of texts that match ``form`` from beginning to end."""

    def take(value: object) -> str:
        if not isinstance(value, str) or form.match(value) is None:
            raise ValueError
        return value

    return Kind(rule, _same, take)


def one_of(words: type[StrEnum]) -> Kind:
    """Return the kind whose values are the members of an enumeration."""
    known = {word.value: word for word in words}

    def take(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in known:
            raise ValueError
        return known[value]

    return Kind("one of " + ", ".join(known), _same, take)


def choice(*words: str) -> Kind:
    """Return the kind whose values are ``words``."""
    return pattern(re.compile("(?:" + "|".join(words) + r")\Z"), "one of " + ", ".join(words))


def _take_identifier(value: object) -> str:
    return msgspec.convert(value, Identifier)


def _yes_no(cell: str) -> bool:
    _require(cell in ("yes", "no"))
    return cell == "yes"


def _take_truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _take_moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise ValueError
    return value


def _take_path(value: object) -> str:
    path = PurePosixPath(TEXT.take(value))
    _require(not path.is_absolute() and ".." not in path.parts and path.suffix == ".geojson")
    return str(path)


def _read_day(cell: str) -> date:
    _require(DATE.match(cell) is not None)
    return date.fromisoformat(cell)


def _take_day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError
    return value


def _take_town(value: object) -> str | None:
    return None if value == NONE else msgspec.convert(value, Identifier)


TEXT = text(120)
IDENTIFIER = Kind("an identifier of 1 to 40 letters, digits and _ . : -", _same, _take_identifier)
YES_NO = Kind("yes or no", _yes_no, _take_truth)
TRUTH = Kind("true or false", _same, _take_truth)
TOWN_OR_NONE = Kind("a town_code, or - for the whole district", _same, _take_town)
DAY = Kind("a date such as 2021-05-31", _read_day, _take_day)
MOMENT = Kind("a date and time such as 2021-06-06T07:00:00", _same, _take_moment)
GEOJSON_PATH = Kind("a relative path of a .geojson file, without ..", _same, _take_path)
LABEL_PREFIX = pattern(PREFIX, "2 to 8 capital letters and digits")
TELEPHONE = pattern(PHONE, "a phone number of 6 to 24 digits, blanks and hyphens")
