"""The world's HTTP routes for orders: give one, and read all that were given."""

from collections.abc import Callable

import msgspec
from fastapi import FastAPI, Request, Response

from pipelines.contract import Problem
from pipelines.contract_orders import NewOrder, Order, Orders
from pipelines.intake.ledger.record import Refused
from pipelines.intake.servers.web import answer, describe, documented, read_body, refusal
from pipelines.intake.world.orders import OrderRefused

_NEW = msgspec.json.Decoder(NewOrder)


def add_order_routes(app: FastAPI, give: Callable[[NewOrder], Order], listed: Callable[[], Orders]) -> None:
    """Give ``app`` the documented routes of ``/v1/orders``."""
    describe(app, [NewOrder, Order, Orders])

    @app.get("/v1/orders", **documented(200, Orders))
    async def orders() -> Response:
        """Tell all orders of the round: what, for whom, by whom, why and when."""
        return answer(listed())

    @app.post("/v1/orders", **documented(201, Order, NewOrder, (413, 422)))
    async def order(request: Request) -> Response:
        """Order a contingency or a server for a scope, a vehicle to a site, or a loan of staff between sites."""
        try:
            return answer(give(await read_body(request, _NEW)), 201)
        except OrderRefused as refused:
            return answer(Problem(rule=refused.rule, detail=refused.sentence, field=refused.field), 422)
        except Refused as refused:
            return refusal(refused)
