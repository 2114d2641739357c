"""The sites' own HTTP feeds: one route for every view of the sites that it is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from fastapi import FastAPI, Request, Response
from msgspec import Struct

from pipelines.contract_sites import ROWS_PER_PAGE
from pipelines.intake.ledger.record import Refused
from pipelines.intake.servers.web import JSON, add_health, answer, api, describe, documented, number, refusal

HIGHEST_SEQUENCE = 2**62


@dataclass(frozen=True)
class Feed:
    """A view of all sites as they are now, asked anew at every request.

    ``tell`` returns the structure, or its JSON when that was kept ready.
    """

    path: str
    structure: type[Struct]
    tell: Callable[[], Struct | bytes]
    summary: str


@dataclass(frozen=True)
class PagedFeed:
    """What sites have entered, in order: ``tell(after, limit)`` returns the page that follows a cursor."""

    path: str
    structure: type[Struct]
    tell: Callable[[int, int], Struct]
    summary: str


def feeds_app(feeds: Sequence[Feed | PagedFeed]) -> FastAPI:
    """Return the HTTP application over views of the sites."""
    app = api("Sites")
    describe(app, [feed.structure for feed in feeds])
    for feed in feeds:
        if isinstance(feed, PagedFeed):
            _add_pages(app, feed)
        else:
            _add_view(app, feed)
    add_health(app)
    return app


def _add_view(app: FastAPI, feed: Feed) -> None:
    @app.get(feed.path, summary=feed.summary, name=feed.path, **documented(200, feed.structure))
    async def view() -> Response:
        told = feed.tell()
        return Response(told, media_type=JSON) if isinstance(told, bytes) else answer(told)


def _add_pages(app: FastAPI, feed: PagedFeed) -> None:
    arguments = documented(200, feed.structure, refusals=(422,), query=("after", "limit"))

    @app.get(feed.path, summary=feed.summary, name=feed.path, **arguments)
    async def page(request: Request) -> Response:
        try:
            after = number(request, "after", 0, HIGHEST_SEQUENCE)
            limit = number(request, "limit", ROWS_PER_PAGE, ROWS_PER_PAGE)
        except Refused as refused:
            return refusal(refused)
        return answer(feed.tell(after, limit))


class ToldRows:
    """A feed's rows kept as JSON: only those that have changed are written anew."""

    def __init__(self, rows: int) -> None:
        """Keep ``rows`` rows, none of them written yet."""
        self._rows: list[bytes] = [b"null"] * rows
        self._whole: msgspec.Raw | None = None

    def change(self, place: int, row: Struct) -> None:
        """Write one row anew."""
        self._rows[place] = msgspec.json.encode(row)
        self._whole = None

    def whole(self) -> msgspec.Raw:
        """Return all rows as a JSON list."""
        if self._whole is None:
            self._whole = msgspec.Raw(b"[" + b",".join(self._rows) + b"]")
        return self._whole
