"""What is wrong with a campaign folder, as values: one fault a place, and the error that carries them all."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 80


@dataclass(frozen=True)
class Fault:
    """Grain: one fault. ``row`` counts as a spreadsheet does (the header is 1); None where a whole file or key is meant."""

    file: str
    row: int | None
    column: str | None
    rule: str
    value: str
    message: str


class CampaignError(Exception):
    """The folder cannot be loaded; nothing of it was. The text lists every fault on a line of its own."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Carry ``faults``; there is at least one."""
        self.faults = tuple(faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        lines = "\n".join(f"  {fault.message}" for fault in self.faults)
        super().__init__(f"the campaign was not loaded, it has {count}:\n{lines}")


def fault(
    file: str, row: int | None, column: str | None, *, rule: str, value: object, advice: str, shown: str | None = None
) -> Fault:
    """Return a fault whose sentence says where, what was expected, what came (``shown``, else the value) and what to do."""
    place = file + (f", row {row}" if row else "") + (f", {column}" if column else "")
    text = cut(value if isinstance(value, str) else str(value))
    came = shown or repr(text)
    return Fault(file, row, column, rule, text, f"{place}: expected {rule}, got {came}; {advice}")


def cut(text: str) -> str:
    """Return ``text`` short enough for a sentence."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def advice_for(value: object, otherwise: str) -> str:
    """Return what to do about a value that does not fit: the telltale signs of typing and copying first."""
    if not isinstance(value, str):
        return otherwise
    if not value.strip():
        return "fill it in"
    if any(unicodedata.category(sign) in ("Cf", "Cc", "Co", "Cs") for sign in value):
        return "it holds invisible characters: type it again instead of pasting it"
    if value != value.strip():
        return "remove the blanks around it"
    if any(unicodedata.east_asian_width(sign) == "F" for sign in value):
        return "it holds full-width characters: switch the input method to half-width and type it again"
    return otherwise
