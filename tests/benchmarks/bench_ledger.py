"""What the ledger costs alone: CPU a tube on every path, and the storm that looks for a way to break it."""

import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from pipelines.campaign import Campaign, load_campaign
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.contract import CustodyStep, TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube
from pipelines.intake.ledger import record
from pipelines.intake.ledger.opening import open_ledger
from pipelines.intake.moments import micros
from pipelines.vocabulary import TubeEventKind
from tests.benchmarks.report import Row, show
from tests.intake.ledger.storm import storm
from tests.intake.ledger.storm_ground import Ground
from tests.intake.registrations import registration

SITES, GROUPS, STEP_BY_STEP, AT_ONCE, SERVER = 118, 100, 2_000, 64, "p1"
STORM_STEPS = 50_000
Work = Callable[[record.Page], Any]


def main() -> list[Row]:
    """Measure and return the rows that are also printed when run alone."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    return [*_paths(campaign), _storm()]


def _paths(campaign: Campaign) -> list[Row]:
    groups = [
        registration(campaign, group, site=site, device=f"d{site}-{group % 4}")
        for group in range(GROUPS)
        for site in range(SITES)
    ]
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(Path(folder) / "ledger.sqlite", campaign)
        now = micros(campaign.round.demo_starts_at)
        whole = _spend(ledger, now, (_whole(group) for group in groups))
        custody = _spend(ledger, now, (_custody(group) for group in groups))
        filled = [registration(campaign, 1_000 + n, device=f"e{n}") for n in range(STEP_BY_STEP)]
        steps = _spend(ledger, now, (work for group in filled for work in _step_by_step(group)))
        ledger.close()
    return [
        Row("ledger: CPU a tube, whole group, durable, 64 at once", f"{whole * 1e6 / len(groups):.0f} µs"),
        Row("ledger: CPU a custody step", f"{custody * 1e6 / len(groups) / len(_way()):.0f} µs"),
        Row("ledger: CPU a tube, filled step by step (12 requests)", f"{steps * 1e6 / len(filled):.0f} µs"),
    ]


def _spend(ledger: Any, now: int, works: Iterable[Work]) -> float:
    left, begun = iter(works), time.process_time()
    while some := list(islice(left, AT_ONCE)):
        page = record.Page.begin(ledger, now)
        for work in some:
            outcome = record.attempt(page, work)
            assert not isinstance(outcome, record.Refused), outcome
        ledger.execute("COMMIT")
    return time.process_time() - begun


def _way() -> tuple[TubeEventKind, ...]:
    kinds = TubeEventKind
    return (kinds.HANDED_OVER, kinds.SAMPLED, kinds.BAGGED, kinds.DISPATCHED, kinds.RECEIVED, kinds.RESULTED)


def _whole(group: TubeRegistration) -> Work:
    return lambda page: record.record_registration(page, group, SERVER)


def _custody(group: TubeRegistration) -> Work:
    steps = [CustodyStep(barcode=group.barcode, kind=kind, happened_at=group.closed_at) for kind in _way()]
    return lambda page: record.record_custody(page, steps)


def _step_by_step(group: TubeRegistration) -> list[Work]:
    who = {"device_id": group.device_id, "session_id": f"s-{group.device_id}", "happened_at": group.opened_at}
    where = {name: getattr(group, name) for name in ("round_id", "site_id", "lane_no", "lab_id", "account_id")}
    opening = OpenTube(**who, **where, device_sequence=1, barcode=group.barcode)
    binds = [BindPerson(**who, device_sequence=seat, person=token) for seat, token in enumerate(group.persons, 2)]
    closing = ChangeTube(**who | {"happened_at": group.closed_at + timedelta(seconds=1)}, device_sequence=99)
    return [
        lambda page: record.record_open(page, opening, SERVER),
        *(_bind(group.barcode, bind) for bind in binds),
        lambda page: record.record_change(page, group.barcode, "close", closing, SERVER),
    ]


def _bind(barcode: str, body: BindPerson) -> Work:
    return lambda page: record.record_bind(page, barcode, body, SERVER)


def _storm() -> Row:
    begun, number = time.perf_counter(), 1
    Ground.done = 0
    while Ground.done < STORM_STEPS:
        storm(100, number)
        number += 1
    took = time.perf_counter() - begun
    return Row(f"ledger: {Ground.done:,} steps of a storm against its model", "0 divergences", f"{took:.0f} s")


if __name__ == "__main__":
    show("Ledger", main())
