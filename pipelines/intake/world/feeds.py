"""The sites' own HTTP feeds: queues, roster, Wi-Fi."""

from collections.abc import Callable

from fastapi import FastAPI, Response

from pipelines.contract import NetworkSamples, Roster, SiteQueues
from pipelines.intake.servers.web import add_health, answer, api, describe, documented


def feeds_app(
    queues: Callable[[], SiteQueues], roster: Callable[[], Roster], network: Callable[[], NetworkSamples]
) -> FastAPI:
    """Return the HTTP application over three views of the sites, each asked anew at every request."""
    app = api("Sites")
    describe(app, [SiteQueues, Roster, NetworkSamples])

    @app.get("/v1/queues", **documented(200, SiteQueues))
    async def get_queues() -> Response:
        """Tell every site's queue, wait, open lanes and the servers its desks use."""
        return answer(queues())

    @app.get("/v1/roster", **documented(200, Roster))
    async def get_roster() -> Response:
        """Tell who is on shift and what the shift plans, by site and role."""
        return answer(roster())

    @app.get("/v1/network", **documented(200, NetworkSamples))
    async def get_network() -> Response:
        """Tell the state of both Wi-Fi networks of every site."""
        return answer(network())

    add_health(app)
    return app
