"""Text tables in, a real store, text tables out: how the store's tests show their data."""

from atexit import register
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy, rmtree
from tempfile import mkdtemp
from typing import Any

import polars as pl

from pipelines.advice.plan_rows import ADVICE_SET, QUEUE_OUTLOOK, STAFF_LOAN, SWITCH_MOVE, VEHICLE_MOVE
from pipelines.advice.rows import DISTURBANCE, FORECAST, LAB_OUTLOOK, RECOMMENDATION
from pipelines.alerts.memory import EVENT
from pipelines.api import Scope
from pipelines.campaign import Campaign
from pipelines.clock import Clock
from pipelines.columns import DESK_SERVER, SHORT_TUBE, STORED
from pipelines.jobs.keep_answers import ANSWER_GIVEN
from pipelines.jobs.measure_readiness import COUNT
from pipelines.jobs.predict import PREDICTION
from pipelines.jobs.pull_acts import ACT
from pipelines.jobs.speaking import NOTIFICATION
from pipelines.reports.rows import REPORT_VERSION
from pipelines.store import Store
from pipelines.vocabulary import SourceKind

DAY = datetime(2031, 3, 2, tzinfo=UTC)
MOMENT = pl.Datetime("us", "UTC")
PULL = pl.Schema(
    {
        "source_id": pl.String,
        "kind": pl.String,
        "site_id": pl.String,
        "server_id": pl.String,
        "pulled_at": MOMENT,
        "took_ms": pl.Float64,
        "size_bytes": pl.Int64,
        "outcome": pl.String,
        "reason": pl.String,
        "observed_at": MOMENT,
    }
)
RUN = pl.Schema(
    {
        "run_id": pl.String,
        "job": pl.String,
        "started_at": MOMENT,
        "took_ms": pl.Float64,
        "rows_pulled": pl.Int64,
        "rows_stored": pl.Int64,
        "outcome": pl.String,
        "reason": pl.String,
    }
)
SCHEMAS: dict[str, pl.Schema] = {
    "site_counts": STORED[SourceKind.SITE_COUNTS],
    "tube_event": STORED[SourceKind.TUBE_EVENTS],
    "site_queue": STORED[SourceKind.SITE_QUEUES],
    "desk_server": DESK_SERVER,
    "roster": STORED[SourceKind.ROSTER],
    "network_sample": STORED[SourceKind.NETWORK],
    "server_sample": STORED[SourceKind.SERVER_STATUS],
    "lab_counts": STORED[SourceKind.LAB_COUNTS],
    "gate": STORED[SourceKind.GATES],
    "desk": STORED[SourceKind.DESKS],
    "kit": STORED[SourceKind.KIT],
    "vehicle": STORED[SourceKind.VEHICLES],
    "label_stock": STORED[SourceKind.LABELS],
    "site_quality": STORED[SourceKind.QUALITY],
    "short_tube": SHORT_TUBE,
    "site_order": STORED[SourceKind.ORDERS],
    "person": STORED[SourceKind.PEOPLE],
    "thing_event": STORED[SourceKind.STEPS],
    "site_input": STORED[SourceKind.INPUTS],
    "special_case": STORED[SourceKind.SPECIAL_CASES],
    "exception_event": STORED[SourceKind.EXCEPTIONS],
    "source_pull": PULL,
    "job_run": RUN,
    "act": ACT,
    "disturbance": DISTURBANCE,
    "recommendation": RECOMMENDATION,
    "forecast": FORECAST,
    "lab_outlook": LAB_OUTLOOK,
    "queue_outlook": QUEUE_OUTLOOK,
    "advice_set": ADVICE_SET,
    "switch_move": SWITCH_MOVE,
    "staff_loan": STAFF_LOAN,
    "vehicle_move": VEHICLE_MOVE,
    "alert_event": EVENT,
    "notification": NOTIFICATION,
    "report_version": REPORT_VERSION,
    "prediction": PREDICTION,
    "answer_given": ANSWER_GIVEN,
    "readiness_count": COUNT,
}
COMMON: dict[str, Any] = {
    "round_id": "lakeside-r2",
    "lab_id": "lab-1",
    "server_id": "p1",
    "lane_no": 1,
    "persons": 10,
    "outcome": "ok",
    "reason": "",
    "is_up": True,
    "took_ms": 12.0,
    "size_bytes": 300,
}


@dataclass
class HandClock(Clock):
    """A clock that stands where it was put."""

    at: datetime
    pace: float = 60.0

    def now(self) -> datetime:
        return self.at

    @property
    def speed(self) -> float:
        return self.pace

    def put(self, text: str) -> None:
        self.at = moment(text)


def moment(text: str) -> datetime:
    """Return ``HH:MM`` or ``HH:MM:SS`` (UTC) of the small district's day; it opens at 00:00."""
    hours, minutes, seconds = (int(part) for part in f"{text}:00".split(":")[:3])
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def rows(table: str, text: str) -> pl.DataFrame:
    """Return the rows of a store's table written as a text table; ``-`` is null, columns left out get a plain value."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    header, body = lines[0], lines[1:]
    schema = SCHEMAS[table]
    shown = [{name: _value(schema[name], cell) for name, cell in zip(header, line, strict=True)} for line in body]
    full = [{name: row.get(name, _plain(table, name, row)) for name in schema} for row in shown]
    return pl.DataFrame(full, schema=schema)


def _plain(table: str, name: str, row: dict[str, Any]) -> Any:
    if table == "tube_event" and name == "barcode":
        return f"LK1{row['sequence']:09d}"
    if table == "tube_event" and name == "recorded_at":
        return row["happened_at"]
    if table == "tube_event" and name == "kind":
        return "registered"
    if table == "source_pull" and name == "server_id":
        return None
    return COMMON.get(name, 0 if SCHEMAS[table][name] == pl.Int64 else None)


def _value(dtype: pl.DataType, cell: str) -> Any:
    if cell == "-":
        return None
    if dtype == MOMENT:
        return moment(cell)
    if dtype == pl.Boolean:
        return cell == "yes"
    if dtype == pl.Int64:
        return int(cell)
    return float(cell) if dtype == pl.Float64 else cell


def shown(frame: pl.DataFrame, *columns: str) -> list[str]:
    """Return a frame's chosen columns as lines ``a | b | c``, times as HH:MM:SS, floats with up to three decimals."""
    return [" | ".join(_cell(value) for value in row) for row in frame.select(columns).iter_rows()]


def lines(text: str) -> list[str]:
    """Return the lines of a text table, blanks made even."""
    return [" | ".join(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%H:%M:%S")
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


_BLANKS: dict[str, Path] = {}


def blank(campaign: Campaign) -> Path:
    """Return the file of a campaign's store in which nothing has happened yet: a copy of it is sooner there."""
    if campaign.campaign_id not in _BLANKS:
        folder = Path(mkdtemp(prefix="tenfold-blank-"))
        register(rmtree, folder, ignore_errors=True)
        Store(folder / "command.duckdb", HandClock(moment("01:00")), campaign).close()
        _BLANKS[campaign.campaign_id] = folder / "command.duckdb"
    return _BLANKS[campaign.campaign_id]


class Bench:
    """A store on a file of its own, a clock moved by hand, and short ways to write and to ask."""

    def __init__(self, path: Path, campaign: Campaign, start: str = "01:00") -> None:
        self.path = path
        self.campaign = campaign
        self.clock = HandClock(moment(start))
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            copy(blank(campaign), path)
        self.store = Store(path, self.clock, campaign)

    def tick(self, at: str | None = None, **tables: str | pl.DataFrame) -> datetime:
        """Commit one tick at ``at`` and return its stored_at."""
        if at is not None:
            self.clock.put(at)
        frames = {name: rows(name, text) if isinstance(text, str) else text for name, text in tables.items()}
        return self.store.commit("test", frames).tick.stored_at

    def ask(self, name: str, as_of: datetime | None = None, scope: Scope | None = None, **params: Any) -> pl.DataFrame:
        """Ask as the command API would; at the edge when no moment is given."""
        within = scope or Scope()
        bound = {"as_of": as_of or self.clock.now(), "speed": 60.0}
        return self.store.ask(name, bound | {"scope_level": within.level.value, "scope_id": within.id} | params)

    def reopen(self) -> None:
        """Close the file and open it again, as a restart does."""
        self.store.close()
        self.store = Store(self.path, self.clock, self.campaign)
