"""The world's HTTP routes for faults: what can be broken, what is, add, clear."""

import msgspec
from fastapi import FastAPI, Request, Response

from pipelines.clock import Clock
from pipelines.contract import Problem
from pipelines.intake.drill.catalogue import CATALOGUE
from pipelines.intake.drill.desk import FaultDesk
from pipelines.intake.drill.words import FaultKindRow, FaultKinds, FaultList, FaultRefused, FaultWishes
from pipelines.intake.ledger.record import Refused
from pipelines.intake.servers.web import answer, describe, documented, read_body, refusal

_WISHES = msgspec.json.Decoder(FaultWishes)


def add_fault_routes(app: FastAPI, desk: FaultDesk, clock: Clock) -> None:
    """Give ``app`` the documented routes under ``/v1/faults``."""
    describe(app, [FaultWishes, FaultList, FaultKinds])

    @app.get("/v1/faults", **documented(200, FaultList))
    async def listed() -> Response:
        """List the day's faults: those that act, those to come, those that are over."""
        return answer(FaultList(observed_at=clock.now(), faults=list(desk.book.all())))

    @app.get("/v1/faults/kinds", **documented(200, FaultKinds))
    async def kinds() -> Response:
        """Tell what can be broken, and what each kind may be aimed at."""
        return answer(fault_kinds())

    @app.post("/v1/faults", **documented(201, FaultList, FaultWishes, (413, 422)))
    async def add(request: Request) -> Response:
        """Add faults, all or none; they act by themselves when their time comes, and end by themselves."""
        try:
            wishes, now = await read_body(request, _WISHES), clock.now()
            return answer(FaultList(observed_at=now, faults=desk.add(wishes.faults, now)), 201)
        except FaultRefused as refused:
            return _refusal(refused)
        except Refused as refused:
            return refusal(refused)

    _add_clearing(app, desk, clock)


def _add_clearing(app: FastAPI, desk: FaultDesk, clock: Clock) -> None:
    @app.delete("/v1/faults", **documented(200, FaultList))
    async def clear_all() -> Response:
        """End every fault now and forget those to come; what they broke mends."""
        now = clock.now()
        return answer(FaultList(observed_at=now, faults=desk.clear(None, now)))

    @app.delete("/v1/faults/{fault_id}", **documented(200, FaultList, refusals=(404,)))
    async def clear(fault_id: str) -> Response:
        """End one fault now; what it broke mends."""
        now = clock.now()
        try:
            return answer(FaultList(observed_at=now, faults=desk.clear(fault_id, now)))
        except FaultRefused as refused:
            return _refusal(refused, 404)


def fault_kinds() -> FaultKinds:
    """Return the catalogue as it goes over the wire."""
    rows = [
        FaultKindRow(
            kind=kind,
            what=usual.what,
            targets=list(usual.targets),
            minutes=usual.minutes,
            strength=usual.strength,
            is_graded=usual.is_graded,
        )
        for kind, usual in CATALOGUE.items()
    ]
    return FaultKinds(kinds=rows)


def _refusal(refused: FaultRefused, status: int = 422) -> Response:
    return answer(Problem(rule=refused.rule, detail=str(refused), field=refused.field), status)
