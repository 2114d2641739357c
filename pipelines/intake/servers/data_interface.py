"""The registration system's data interface: counts, the feed of tube events, lab totals, and custody steps."""

from functools import partial
from pathlib import Path

import msgspec
from fastapi import FastAPI, Request, Response

from pipelines.campaign.model import Campaign
from pipelines.clock import Clock
from pipelines.contract import EVENTS_PER_PAGE, CustodySteps, LabCounts, Problem, SiteCounts, TubePage
from pipelines.intake.ledger.opening import LedgerUnavailable, open_reader
from pipelines.intake.ledger.read import Counters, LabTally, Tally, tube_page
from pipelines.intake.ledger.record import CustodyReceipt, Refused, record_custody
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.intake.servers.web import (
    add_health,
    answer,
    api,
    closing,
    describe,
    documented,
    number,
    read_body,
    refusal,
    unavailable,
)

_STEPS = msgspec.json.Decoder(CustodySteps)


def data_app(campaign: Campaign, ledger_file: Path, clock: Clock) -> FastAPI:
    """Return the HTTP application of the data interface over the ledger; raises LedgerError."""
    writer = LedgerWriter(ledger_file, campaign, clock)
    sites = {site.site_id: Tally() for site in campaign.sites}
    labs = {lab.lab_id: LabTally() for lab in campaign.labs}
    counters = Counters(open_reader(ledger_file), campaign.round.round_id, sites, labs, campaign.round.mode)
    counters.follow()
    app = api("Registration system, data interface", closing(writer.close))
    describe(app, [SiteCounts, TubePage, LabCounts, CustodySteps, CustodyReceipt])
    _add_counts(app, counters, clock)
    _add_events(app, counters)
    _add_custody(app, writer)
    add_health(app, writer)
    return app


def _add_counts(app: FastAPI, counters: Counters, clock: Clock) -> None:
    @app.get("/v1/sites/{site_id}/counts", **documented(200, SiteCounts, refusals=(404,)))
    async def counts(site_id: str) -> Response:
        """Tell a site's cumulative counters; they equal the events up to ``sequence``."""
        if site_id not in counters.sites:
            problem = Problem(rule="unknown_site", detail=f"no site {site_id[:40]!r} in the campaign", field="site_id")
            return answer(problem, 404)
        return answer(counters.site_counts(site_id, clock.now()))

    @app.get("/v1/labs", **documented(200, LabCounts))
    async def labs() -> Response:
        """Tell every lab's cumulative counters."""
        return answer(counters.lab_counts(clock.now()))


def _add_events(app: FastAPI, counters: Counters) -> None:
    @app.get("/v1/tubes", **documented(200, TubePage, refusals=(422,), query=("after", "limit")))
    async def tubes(request: Request) -> Response:
        """List events with ``sequence`` above ``after`` in ascending order, at most ``limit`` (up to 5000)."""
        try:
            after, limit = (
                number(request, "after", 0, 2**62),
                number(request, "limit", EVENTS_PER_PAGE, EVENTS_PER_PAGE),
            )
        except Refused as refused:
            return refusal(refused)
        return answer(tube_page(counters.connection, after, limit))


def _add_custody(app: FastAPI, writer: LedgerWriter) -> None:
    @app.post("/v1/custody", **documented(200, CustodyReceipt, CustodySteps, (409, 413, 422, 503)))
    async def custody(request: Request) -> Response:
        """Record steps together or not at all, in the order of the list; repeats are harmless."""
        try:
            steps = (await read_body(request, _STEPS)).steps
            return answer(await writer.ask(partial(record_custody, steps=steps)))
        except Refused as refused:
            return refusal(refused)
        except LedgerUnavailable as failure:
            return unavailable(failure)
