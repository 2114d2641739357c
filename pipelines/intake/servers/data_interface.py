"""The registration system's data interface: counts, feeds of what was recorded, quality; custody and things come in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from fastapi import Request, Response

from pipelines.campaign.model import Campaign
from pipelines.clock import Clock
from pipelines.contract import EVENTS_PER_PAGE, CustodySteps, LabCounts, SiteCounts, TubePage
from pipelines.contract_desk import ITEMS_PER_PAGE, ExceptionPage, Quality, ThingPage, ThingSteps
from pipelines.intake.ledger.opening import open_reader
from pipelines.intake.ledger.quality import QualityCounters
from pipelines.intake.ledger.read import Counters, LabTally, Tally, tube_page
from pipelines.intake.ledger.read_desk import exception_page, thing_page
from pipelines.intake.ledger.record import CustodyReceipt, Refused, record_custody, record_things
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.intake.servers.core import ActiveFaults
from pipelines.intake.servers.site_faults import SiteFaults
from pipelines.intake.servers.web import (
    Api,
    add_health,
    answer,
    api,
    closing,
    describe,
    documented,
    number,
    read_body,
)

_CUSTODY = msgspec.json.Decoder(CustodySteps)
_THINGS = msgspec.json.Decoder(ThingSteps)
_STRUCTURES = [SiteCounts, TubePage, LabCounts, CustodySteps, CustodyReceipt, ThingSteps, ThingPage]
HIGHEST_SEQUENCE = 2**62


@dataclass(frozen=True)
class Feed:
    """An append-only list that is read on from a cursor: ``page(connection, after, limit)``."""

    path: str
    structure: type[msgspec.Struct]
    page: Callable[[Any, int, int], msgspec.Struct]
    most: int
    says: str


FEEDS = (
    Feed("/v1/tubes", TubePage, tube_page, EVENTS_PER_PAGE, "List the steps of tubes"),
    Feed("/v1/steps", ThingPage, thing_page, ITEMS_PER_PAGE, "List the steps of sessions, accounts, sheets, boxes"),
    Feed("/v1/exceptions", ExceptionPage, exception_page, ITEMS_PER_PAGE, "List late duplicates and conflicts"),
)


def data_app(campaign: Campaign, ledger_file: Path, clock: Clock, faults: ActiveFaults | None = None) -> Api:
    """Return the HTTP application of the data interface over the ledger; raises LedgerError."""
    writer = LedgerWriter(ledger_file, campaign, clock)
    reader = open_reader(ledger_file)
    sites = {site.site_id: Tally() for site in campaign.sites}
    labs = {lab.lab_id: LabTally() for lab in campaign.labs}
    counters = Counters(reader, campaign.round.round_id, sites, labs, campaign.round.mode)
    counters.follow()
    app = api("Registration system, data interface", closing(writer.close))
    describe(app, [*_STRUCTURES, ExceptionPage, Quality])
    site_faults = SiteFaults(faults, {site.site_id: site.town_code for site in campaign.sites})
    _add_counts(app, counters, site_faults, clock)
    _add_labs(app, counters, QualityCounters(reader, sites), clock)
    for feed in FEEDS:
        _add_feed(app, feed, reader)
    _add_custody(app, writer)
    _add_things(app, writer)
    add_health(app, writer)
    return app


def _add_counts(app: Api, counters: Counters, faults: SiteFaults, clock: Clock) -> None:
    @app.get("/v1/sites/{site_id}/counts", **documented(200, SiteCounts, refusals=(404,)))
    async def counts(site_id: str, request: Request) -> Response:
        """Tell a site's cumulative counters; they equal the events up to ``sequence``."""
        if site_id not in counters.sites:
            raise Refused(404, "unknown_site", f"no site {site_id[:40]!r} in the campaign", "site_id")
        await faults.silence(site_id, clock.now(), request.receive)
        now = clock.now()
        return answer(faults.as_told(counters.site_counts(site_id, now), now))


def _add_labs(app: Api, counters: Counters, quality: QualityCounters, clock: Clock) -> None:
    @app.get("/v1/labs", **documented(200, LabCounts))
    async def labs() -> Response:
        """Tell every lab's cumulative counters."""
        return answer(counters.lab_counts(clock.now()))

    @app.get("/v1/quality", **documented(200, Quality))
    async def told_quality() -> Response:
        """Tell how each site's tubes were filled, and what was kept beside its count."""
        return answer(quality.tell(clock.now()))


def _add_feed(app: Api, feed: Feed, reader: Any) -> None:
    says = f"{feed.says} with ``sequence`` above ``after`` in ascending order, at most ``limit`` (up to {feed.most})."
    arguments = documented(200, feed.structure, refusals=(422,), query=("after", "limit"))

    @app.get(feed.path, description=says, name=feed.path, **arguments)
    async def page(request: Request) -> Response:
        after = number(request, "after", 0, HIGHEST_SEQUENCE)
        return answer(feed.page(reader, after, number(request, "limit", feed.most, feed.most)))


def _add_custody(app: Api, writer: LedgerWriter) -> None:
    @app.post("/v1/custody", **documented(200, CustodyReceipt, CustodySteps, (409, 413, 422)))
    async def custody(request: Request) -> Response:
        """Record steps of tubes together or not at all, in the order of the list; repeats are harmless."""
        return await _recorded(writer, record_custody, (await read_body(request, _CUSTODY)).steps)


def _add_things(app: Api, writer: LedgerWriter) -> None:
    @app.post("/v1/steps", **documented(200, CustodyReceipt, ThingSteps, (409, 413, 422)))
    async def things(request: Request) -> Response:
        """Record steps of sessions, accounts, sheets, rolls, boxes and interruptions together or not at all."""
        return await _recorded(writer, record_things, (await read_body(request, _THINGS)).steps)


async def _recorded(writer: LedgerWriter, record: Callable[..., CustodyReceipt], steps: Sequence[Any]) -> Response:
    return answer(await writer.ask(partial(record, steps=steps)))
