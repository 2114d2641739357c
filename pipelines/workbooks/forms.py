"""The forms that are taken: their columns by their names in both languages, and how each cell is read."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.api_workbooks import FormKind
from pipelines.campaign.hours import reporting_hours
from pipelines.campaign.model import Campaign
from pipelines.workbooks.cells import (
    MOST_COUNTED,
    read_barcode,
    read_hour,
    read_reason,
    read_site,
    read_whole,
)

_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")


@dataclass(frozen=True)
class OnRecord:
    """What holds for a site and hour: its version, and the figures by their names."""

    version: int
    figures: Mapping[str, int | None]


@dataclass(frozen=True)
class Ground:
    """What a table is read against: the campaign, the sites it may speak of, now, and what is on record."""

    campaign: Campaign
    own_sites: frozenset[str]
    now: datetime
    on_record: Mapping[tuple[str, datetime], OnRecord] = field(default_factory=dict[tuple[str, datetime], OnRecord])
    reason: str = ""
    """Why what is on record is corrected, for rows that do not say it themselves."""
    hours: tuple[datetime, ...] = field(init=False)
    sites: Mapping[str, str] = field(init=False)
    """Every way to name a site, lower case, to its id; a name that two sites share names none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "hours", tuple(reporting_hours(self.campaign)))
        object.__setattr__(self, "sites", _names(self.campaign))


def _names(campaign: Campaign) -> dict[str, str]:
    names: dict[str, set[str]] = {}
    for site in campaign.sites:
        for name in (site.site_id, site.name.zh, site.name.en):
            names.setdefault(name.lower(), set()).add(site.site_id)
    return {name: next(iter(ids)) for name, ids in names.items() if len(ids) == 1}


Read = Callable[[str, Ground], Any]


@dataclass(frozen=True)
class Column:
    """One column: what it may be called, its rule as completes "expected ...", and how its cells are read."""

    called: tuple[str, ...]
    rule: str
    read: Read
    is_needed: bool = True

    @property
    def shown(self) -> str:
        """Its Chinese and its English name."""
        return f"{self.called[0]} / {self.called[1]}"


_COUNT = f"a whole number from 0 to {MOST_COUNTED}, in digits"
_SITE = Column(
    ("采样点", "site", "site_id", "采样点编号", "采样点名称", "站点", "点位", "sampling site"),
    "the id or the whole name of a site that you report for",
    read_site,
)
FORMS: dict[FormKind, dict[str, Column]] = {
    FormKind.HOURLY_INPUTS: {
        "site_id": _SITE,
        "hour_at": Column(
            ("时点", "hour", "hour_at", "整点", "小时", "截至时间", "时间", "time"),
            "a full hour that is over and is reported, such as 10:00 or 2021-06-06 10:00, local time",
            read_hour,
        ),
        "persons": Column(("采样人数", "persons", "人数", "采样人份", "人份"), _COUNT, read_whole, False),
        "tubes": Column(("试管数", "tubes", "试管", "管数"), _COUNT, read_whole, False),
        "third_copies": Column(
            ("第三联数", "third_copies", "第三联", "第三联条形码", "third copies"), _COUNT, read_whole, False
        ),
        "special_cases": Column(
            ("特殊情况数", "special_cases", "特殊情况", "特殊情况登记", "special cases"), _COUNT, read_whole, False
        ),
        "reason": Column(
            ("原因", "reason", "更正原因", "说明"), "a text of at most 200 visible characters", read_reason, False
        ),
    },
    FormKind.THIRD_COPIES: {
        "site_id": _SITE,
        "barcode": Column(
            ("条形码", "barcode", "第三联条形码", "条码", "试管条码", "third copy"),
            "a label's barcode, its check character included",
            read_barcode,
        ),
    },
}
FIGURES = ("persons", "tubes", "third_copies", "special_cases")


def on_record(site_inputs: pl.DataFrame) -> dict[tuple[str, datetime], OnRecord]:
    """Return what holds for every site and hour; ``site_inputs`` is the ask of that name."""
    return {
        (row["site_id"], row["hour_at"]): OnRecord(row["version"], {name: row[name] for name in FIGURES})
        for row in site_inputs.select("site_id", "hour_at", "version", *FIGURES).iter_rows(named=True)
        if row["version"]
    }


def title(cell: str) -> str:
    """Return a header's cell as names are compared: half-width, lower case, without blanks and bracketed units."""
    return re.sub(r"\s+", "", _BRACKETS.sub("", unicodedata.normalize("NFKC", cell).lower())).strip("*:\ufeff")


def columns_of(form: FormKind) -> dict[str, str]:
    """Return the name of the column by each title that it may have."""
    return {title(name): column for column, spec in FORMS[form].items() for name in spec.called}
