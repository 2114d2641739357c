"""What is wrong with a campaign folder, as values: one fault a place, and the error that carries them all."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 80
THOUSANDS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?\Z")


@dataclass(frozen=True)
class Fault:
    """Grain: one fault. ``row`` counts as a spreadsheet does (the header is 1); None means a whole file or key."""

    file: str
    row: int | None
    column: str | None
    rule: str
    value: str
    message: str


@dataclass(frozen=True)
class Place:
    """Where a fault is: a file, and in it a row or a column (in campaign.toml: a dotted key), or both."""

    file: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file, f"row {self.row}" if self.row else None, self.column]
        return ", ".join(part for part in parts if part)


class CampaignError(Exception):
    """The folder cannot be loaded; nothing of it was. The text lists every fault on a line of its own."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Carry ``faults``; there is at least one."""
        self.faults = tuple(faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        lines = "\n".join(f"  {fault.message}" for fault in self.faults)
        super().__init__(f"the campaign was not loaded, it has {count}:\n{lines}")


def fault(place: Place, rule: str, value: object, advice: str, came: str | None = None) -> Fault:
    """Return a fault whose sentence says where, what was expected, what came (else the value), and what to do."""
    text = cut(str(value))
    message = f"{place}: expected {rule}, got {came or repr(text)}; {advice}"
    return Fault(place.file, place.row, place.column, rule, text, message)


def cut(text: str) -> str:
    """Return ``text`` short enough for a sentence."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def advice_for(value: object) -> str:
    """Return what to do about a value that does not fit its kind: the telltale signs of typing and copying first."""
    if not isinstance(value, str):
        return "correct the value"
    if not value.strip():
        return "fill it in"
    if any(unicodedata.category(sign) in ("Cf", "Cc", "Co", "Cs") for sign in value):
        return "it holds invisible characters: type it again instead of pasting it"
    if value != value.strip():
        return "remove the blanks around it"
    if any(unicodedata.east_asian_width(sign) == "F" for sign in value):
        return "it holds full-width characters: type it again with half-width ones"
    if THOUSANDS.match(value):
        return "write it without separators"
    return "correct the value"
