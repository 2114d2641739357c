"""Connector of a server's status: asked over a fresh connection, so that connecting is measured every time."""

import polars as pl

from pipelines.contract import ServerStatus
from pipelines.http import Phases
from pipelines.sources.shape import Connector, Request, frame
from pipelines.vocabulary import SourceKind


def _rows(status: ServerStatus, phases: Phases) -> pl.DataFrame:
    return frame(
        SourceKind.SERVER_STATUS,
        [status],
        connect_ms=phases.connect_ms,
        first_byte_ms=phases.first_byte_ms,
        transfer_ms=phases.transfer_ms,
    )


def _objection(status: ServerStatus, request: Request) -> str:
    if request.spec.server_id in (None, status.server_id):
        return ""
    return f"expected the status of server {request.spec.server_id}, got that of {status.server_id}; check its address"


CONNECTOR = Connector(
    answer=ServerStatus,
    rows=_rows,
    keys=lambda _status: len(ServerStatus.__struct_fields__),
    objection=_objection,
)
