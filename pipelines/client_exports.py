"""The command API's client for exports: how the dashboard and the commands fetch a table as a file."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from pipelines.api import DISTRICT, Scope
from pipelines.client import AskRefused, CommandClient, CommandUnavailable, said
from pipelines.vocabulary import Audience, ExportForm

__all__ = ["Exported", "export"]

DEADLINE_S = 300.0
CAP_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Exported:
    """An export as it came: the name to save it under, its bytes, how many rows and which hash its footer tells."""

    name: str
    data: bytes
    rows: int
    sha256: str


def export(
    client: CommandClient,
    ask: str,
    form: ExportForm,
    *,
    as_of: datetime | None = None,
    scope: Scope = DISTRICT,
    audience: Audience = Audience.INTERNAL,
    params: dict[str, str] | None = None,
    session_token: str = "",
    address: str = "",
    by: str = "",
) -> Exported:
    """Return the export of a named ask, made for the owner of ``session_token`` (its act is on record by then).

    Without one it is made for the machine itself, in whose stead ``by`` may be named. Raises CommandUnavailable or
    AskRefused.
    """
    query = {"scope": f"{scope.level}:{scope.id}" if scope.id else scope.level.value, "audience": audience.value}
    query |= {"as_of": as_of.isoformat()} if as_of else {}
    told = {"X-Tenfold-Session": session_token, "X-Tenfold-Address": address, "X-Tenfold-By": by}
    path = f"/v1/exports/{quote(ask, safe='')}.{form}?{urlencode(query | (params or {}))}"
    headers = {name: value for name, value in told.items() if value} | {"Accept": "*/*"}
    reply = client.reply("GET", path, None, headers, deadline_s=DEADLINE_S, cap_bytes=CAP_BYTES)
    if reply.status != 200:
        sentence = said(reply.status, path, reply.body)
        raise (CommandUnavailable if reply.status >= 500 else AskRefused)(sentence)
    name = reply.headers.get("Content-Disposition", "").partition('filename="')[2].rstrip('"') or f"{ask}.{form}"
    return Exported(name, reply.body, int(reply.headers["X-Tenfold-Rows"]), reply.headers["X-Tenfold-SHA256"])
