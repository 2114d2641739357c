"""The footer of an export: what it is, for whom, who made it when, and the count and hash that prove it whole.

A CSV file ends with it, one line ``# name: value`` each; a workbook has it on the sheet ``about``; a Parquet file keeps
it in its metadata under the same names, each with ``tenfold.`` before it.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct
from msgspec.structs import replace

from pipelines.api import DISTRICT, Scope
from pipelines.exports.errors import ExportError
from pipelines.vocabulary import Audience, ScopeLevel

OPENING = "tenfold export"
VERSION = "1"


class Kind(StrEnum):
    """What a column holds; MOMENT: a date with a time. What is of no kind, a list for example, is a text (JSON)."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    YES = "yes"
    DAY = "day"
    MOMENT = "moment"


class About(Struct, frozen=True, kw_only=True):
    """One export's footer.

    ``as_of`` is the moment asked about, ``made_at`` wall time; ``offset_minutes`` is how far local time, in which
    moments are written, is ahead of UTC. ``sha256`` is over the table as this product writes it in CSV, header
    included, mark and footer left out, so that one table has one hash in every form. ``suppressed`` counts the cells
    left out because they told, or would help to tell, of fewer than five persons, ``replaced`` the texts whose U+FFFE
    or U+FFFF no workbook can hold.
    """

    ask: str
    as_of: datetime
    made_at: datetime
    by: str
    scope: Scope = DISTRICT
    audience: Audience = Audience.INTERNAL
    params: dict[str, str] = {}
    offset_minutes: int = 0
    rows: int = 0
    sha256: str = ""
    suppressed: int = 0
    replaced: int = 0
    columns: dict[str, Kind] = {}

    def pairs(self) -> dict[str, str]:
        """Return the footer as names and values without line breaks."""
        return {
            OPENING: VERSION,
            "ask": self.ask,
            "scope": self.scope.level.value + (f" {self.scope.id}" if self.scope.id else ""),
            "as_of": self.as_of.isoformat(),
            "made_at": self.made_at.isoformat(),
            "by": self.by,
            "audience": self.audience.value,
            "params": urlencode(self.params),
            "offset_minutes": str(self.offset_minutes),
            "rows": str(self.rows),
            "sha256": self.sha256,
            "suppressed": str(self.suppressed),
            "replaced": str(self.replaced),
            "columns": urlencode(self.columns),
        }

    def counted(self, columns: Mapping[str, Kind], rows: int, sha256: str, replaced: int = 0) -> "About":
        """Return the footer of a table that has been written."""
        return replace(self, columns=dict(columns), rows=rows, sha256=sha256, replaced=replaced)


def about_of(pairs: Mapping[str, str]) -> About:
    """Return what a footer's names and values say; raises ExportError with what is wrong."""
    if pairs.get(OPENING) != VERSION:
        raise ExportError(
            f"it has no footer of an export (expected `{OPENING}: {VERSION}`); the file was cut or edited"
        )
    try:
        level, _, scope_id = pairs["scope"].partition(" ")
        return About(
            ask=pairs["ask"],
            as_of=datetime.fromisoformat(pairs["as_of"]),
            made_at=datetime.fromisoformat(pairs["made_at"]),
            by=pairs["by"],
            scope=Scope(ScopeLevel(level), scope_id or None),
            audience=Audience(pairs["audience"]),
            params=dict(parse_qsl(pairs["params"], keep_blank_values=True)),
            offset_minutes=int(pairs["offset_minutes"]),
            rows=int(pairs["rows"]),
            sha256=pairs["sha256"],
            suppressed=int(pairs["suppressed"]),
            replaced=int(pairs["replaced"]),
            columns={name: Kind(kind) for name, kind in parse_qsl(pairs["columns"])},
        )
    except (KeyError, ValueError) as error:
        raise ExportError(f"its footer is damaged ({error}); the file was edited") from error
