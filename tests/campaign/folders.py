"""A campaign folder one may spoil: a copy of the small district, and the ways to change it."""

import csv
import shutil
from pathlib import Path

from pipelines.campaign import Fault, check_campaign


class Folder:
    """A private copy of a campaign folder. Rows count as in a spreadsheet: the header is 1."""

    def __init__(self, source: Path, target: Path) -> None:
        shutil.copytree(source, target)
        self.path = target

    def faults(self) -> list[Fault]:
        return check_campaign(self.path)

    def only_fault(self) -> Fault:
        (fault,) = self.faults()
        return fault

    def set_cell(self, file: str, row: int, column: str, value: str) -> None:
        rows = self.rows(file)
        rows[row - 1][rows[0].index(column)] = value
        self.write_rows(file, rows)

    def set_setting(self, old: str, new: str) -> None:
        """Replace the one line ``old`` of campaign.toml."""
        body = self.text("campaign.toml")
        assert body.count(f"\n{old}\n") == 1, f"campaign.toml holds {body.count(old)} lines {old!r}"
        self.write("campaign.toml", body.replace(f"\n{old}\n", f"\n{new}\n"))

    def rows(self, file: str) -> list[list[str]]:
        return list(csv.reader(self.text(file).splitlines()))

    def write_rows(self, file: str, rows: list[list[str]]) -> None:
        with (self.path / file).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)

    def text(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str, encoding: str = "utf-8") -> None:
        (self.path / file).write_bytes(text.encode(encoding))


def told(fault: Fault) -> tuple[str, int | None, str | None]:
    """Where a fault is."""
    return fault.file, fault.row, fault.column
