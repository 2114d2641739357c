"""How long a CSV or a workbook of 118 sites × 14 hours takes to be checked, and to be checked and stored as acts."""

import io
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import xlsxwriter

from pipelines.acts import ActLedger
from pipelines.campaign import Campaign, load_campaign
from pipelines.campaign.hours import reporting_hours
from pipelines.clock import cpu_seconds, stopwatch
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.workbooks import Ground, acts_of, preview
from tests.benchmarks.report import Row, percentile, show

HOURS, REPEATS = 14, 10
HEADER = ("采样点", "时点", "采样人数", "试管数", "第三联数", "特殊情况数")


def main() -> list[Row]:
    """Measure and return the rows that are also printed when run alone."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    hours = reporting_hours(campaign)[:HOURS]
    sites = frozenset(site.site_id for site in campaign.sites)
    ground = Ground(campaign, sites, hours[-1] + timedelta(minutes=5))
    table = _table(campaign)
    csv = "\n".join(",".join(str(cell) for cell in row) for row in table).encode()
    size = f"{len(table) - 1:,} rows × {len(HEADER)} columns"
    return [
        _measured(f"{name}: {size}", name, data, ground) for name, data in (("x.csv", csv), ("x.xlsx", _book(table)))
    ]


def _table(campaign: Campaign) -> list[tuple[object, ...]]:
    offset, hours = timedelta(minutes=campaign.timezone_offset_minutes), reporting_hours(campaign)[:HOURS]
    rows: list[tuple[object, ...]] = [HEADER]
    for at, hour in enumerate(hours, 1):
        rows += [(site.site_id, f"{hour + offset:%H:%M}", 500 * at, 50 * at, 50 * at, 2) for site in campaign.sites]
    return rows


def _book(table: list[tuple[object, ...]]) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(table):
            sheet.write_row(row, 0, cells)
    return sink.getvalue()


def _measured(what: str, name: str, data: bytes, ground: Ground) -> Row:
    checked, whole, cpu = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        ledger = ActLedger(Path(folder) / "acts.sqlite")
        for number in range(REPEATS):
            began, used = stopwatch(), cpu_seconds()
            told = preview(name, data, ground)
            checked.append((stopwatch() - began) * 1e3)
            acts = acts_of(told, f"bench{number}")
            ledger.append_all(acts, f"bench{number}", "", ground.now, ground.now)
            whole.append((stopwatch() - began) * 1e3)
            cpu.append((cpu_seconds() - used) * 1e3)
            assert (told.refused, told.trouble, len(acts)) == ([], "", len(ground.campaign.sites) * HOURS)
        ledger.close()
    spread = f"checked {percentile(checked, 0.5):.0f} ms, checked and stored {percentile(whole, 0.5):.0f} ms p50"
    return Row(what, f"{spread}, {max(whole):.0f} ms at most, CPU {sum(cpu) / REPEATS:.0f} ms", "≤ 1 s")


if __name__ == "__main__":
    show("Workbooks", main())
    sys.exit(0)
