"""Virtual days that tell, while they go on, what the feeds of the live world would tell, as rows of the store."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from pipelines.campaign import Campaign
from pipelines.columns import DESK_SERVER, STORED
from pipelines.intake.day.virtual import VirtualDay
from pipelines.intake.day.virtual_books import Books
from pipelines.intake.faults import Fault
from pipelines.intake.ledger.opening import open_ledger
from pipelines.intake.ledger.read import Counters, LabTally, Tally, tube_page
from pipelines.intake.ledger.solo import solo
from pipelines.intake.moments import micros, moment
from pipelines.intake.world.desk_views import desks_view
from pipelines.intake.world.site_views import network_view, queues_view
from pipelines.vocabulary import SourceKind

Told = dict[str, pl.DataFrame]
_BEGUN = """
SELECT site_id, facts FROM thing_event WHERE machine = 'interruption' AND step = 'begin' AND happened_at > ?
"""


class TellingDay(VirtualDay):
    """A virtual day that hands over what it would tell, every so often."""

    every: timedelta
    tell: Callable[[datetime, Told], None]
    counters: Counters
    next_at: int = 0
    last_sequence: int = 0

    def _tell(self) -> None:
        super()._tell()
        if self._now >= self.next_at and self._now > micros(self._campaign.round.opens_at):
            self.next_at = self._now + int(self.every.total_seconds() * 1e6)
            self._sites.tend(self._now, [each.queue_persons(self._now) for each in self._day.lanes])
            self.tell(moment(self._now), self.told())

    def told(self) -> Told:
        now = moment(self._now)
        systems = [server.system for server in self._campaign.servers]
        queues = queues_view(self._campaign, self._day, self._crew.desks, now)
        counts = [self.counters.site_counts(site.site_id, now) for site in self._campaign.sites]
        events = tube_page(self._books.connection, self.last_sequence, 1_000_000)
        self.last_sequence = events.last_sequence
        desks = [
            {"site_id": row.site_id, "server_id": server_id, "observed_at": now, "desks": count}
            for row in queues.sites
            for server_id, count in row.desks_by_server.items()
        ]
        return {
            "site_counts": _frame(SourceKind.SITE_COUNTS, counts),
            "tube_event": _frame(SourceKind.TUBE_EVENTS, events.events),
            "site_queue": _frame(SourceKind.SITE_QUEUES, queues.sites, observed_at=now),
            "desk_server": pl.DataFrame(desks, schema=DESK_SERVER),
            "network_sample": _frame(
                SourceKind.NETWORK, network_view(self._day, self._sites.nets, now).samples, observed_at=now
            ),
            "server_sample": self._probes(now),
            "lab_counts": _frame(SourceKind.LAB_COUNTS, self.counters.lab_counts(now).labs, observed_at=now),
            "roster": _frame(SourceKind.ROSTER, self._sites.roster(now).rows, observed_at=now),
            "kit": _frame(SourceKind.KIT, self._sites.kit(now).sites),
            "desk": _frame(SourceKind.DESKS, desks_view(self._crew.phones, systems, now).desks),
            "interruptions": self._interruptions(),
            "lately": self._lately(),
            "gates": pl.DataFrame([_fields(row) for row in self._day.gate_counts(self._now)]),
        }

    def _lately(self) -> pl.DataFrame:
        """The interruptions begun in the last quarter of an hour, by site and the desks' word."""
        since = self._now - 15 * 60 * 1_000_000
        rows = [
            (site_id, json.loads(facts)["cause"], 1)
            for site_id, facts in self._books.connection.execute(_BEGUN, (since,))
        ]
        schema = {"site_id": pl.String, "cause": pl.String, "interruptions": pl.Int64}
        found = pl.DataFrame(rows, schema=schema, orient="row")
        return found.group_by("site_id", "cause").agg(pl.col("interruptions").sum())

    def _interruptions(self) -> pl.DataFrame:
        """The open interruptions, as the desks themselves say."""
        rows = [
            (phone.desk.place.site_id, phone.desk.lane_no, phone.stopped.cause.value, moment(phone.stopped.since))
            for at_site in self._crew.phones
            for phone in at_site
            if phone.stopped
        ]
        schema = {"site_id": pl.String, "lane_no": pl.Int64, "cause": pl.String, "since": pl.Datetime("us", "UTC")}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _probes(self, now: datetime) -> pl.DataFrame:
        schema = STORED[SourceKind.SERVER_STATUS]
        rows: list[dict[str, object]] = []
        for core in self._door.cores:
            is_gone, has_fallen = core.server.server_id in self._door._down, core.has_fallen(now)
            row: dict[str, object] = dict.fromkeys(schema)
            row |= {"server_id": core.server.server_id, "observed_at": now, "is_up": not (is_gone or has_fallen)}
            if row["is_up"]:
                row |= _fields(core.status(now)) | {"outcome": "ok", "reason": ""}
                late_ms = core.delay_s(now) * 1e3
                row |= {"connect_ms": 1.0, "first_byte_ms": 3.0 + late_ms, "transfer_ms": 0.1}
            else:
                row |= {"outcome": "unreachable" if is_gone else "http_error", "reason": "no answer"}
            rows.append({name: row[name] for name in schema})
        return pl.DataFrame(rows, schema=schema)


def recorded(
    campaign: Campaign,
    folder: Path,
    tell: Callable[[datetime, Told], None],
    faults: Sequence[Fault] = (),
    every: timedelta = timedelta(minutes=5),
    until: datetime | None = None,
    seed: int = 7,
) -> None:
    """Live a day and tell ``tell`` every so often what the world's feeds would say."""
    ledger = open_ledger(folder / "ledger.sqlite", campaign, is_durable=False)
    with closing(ledger) as connection, solo(connection):
        day = TellingDay(campaign, seed, faults, Books(connection))
        day.every, day.tell = every, tell
        day.counters = Counters(
            connection,
            campaign.round.round_id,
            {site.site_id: Tally() for site in campaign.sites},
            {lab.lab_id: LabTally() for lab in campaign.labs},
        )
        day.run(None if until is None else micros(until), lambda _share: None)


def _frame(kind: SourceKind, rows: Sequence[object], **more: object) -> pl.DataFrame:
    schema = STORED[kind]
    found = [_fields(row) | more for row in rows]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in found], schema=schema)


def _fields(row: object) -> dict[str, object]:
    names: Sequence[str] = row.__struct_fields__  # type: ignore[attr-defined]
    return {name: getattr(row, name) for name in names}
