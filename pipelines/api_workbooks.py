"""The command API's words for what people hand in: each row that would be taken, each that is refused and why."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class FormKind(StrEnum):
    """What a table that was handed in is: the sites' figures by the hour (Q82), or third copies read one by one."""

    HOURLY_INPUTS = "hourly_inputs"
    THIRD_COPIES = "third_copies"


class Refused(Struct, frozen=True, kw_only=True):
    """Grain: one thing wrong. ``row`` counts as a spreadsheet does; ``rule`` is what the cell must be.

    ``advice`` says what to do; the sentence says all of it, in English.
    """

    row: int
    column: str
    rule: str
    value: str
    sentence: str
    advice: str = ""


class InputRow(Struct, frozen=True, kw_only=True):
    """Grain: one site and hour. Figures left out are None; ``base_version`` is the version that was looked at."""

    row: int
    site_id: str
    hour_at: datetime
    persons: int | None
    tubes: int | None
    third_copies: int | None
    special_cases: int | None
    reason: str
    base_version: int


class CopyRow(Struct, frozen=True, kw_only=True):
    """Grain: one third copy, by its barcode."""

    row: int
    site_id: str
    barcode: str


class Preview(Struct, frozen=True, kw_only=True):
    """What a table says before it is taken. ``notes``: sentences about what was read in a way worth knowing.

    ``unchanged``: rows that say what is on record already; ``refused_more``: so many refusals beyond those listed.
    ``trouble``: the one sentence when the table as a whole cannot be read; then there are no rows.
    """

    form: FormKind | None = None
    inputs: list[InputRow] = []
    copies: list[CopyRow] = []
    refused: list[Refused] = []
    refused_more: int = 0
    unchanged: int = 0
    notes: list[str] = []
    trouble: str = ""
    sha256: str = ""

    @property
    def rows(self) -> int:
        """How many rows would be taken."""
        return len(self.inputs) + len(self.copies)


class Taken(Struct, frozen=True, kw_only=True):
    """The answer to taking: how many acts were recorded, all in one go, and of how many rows."""

    acts: int
    rows: int
    preview: Preview
