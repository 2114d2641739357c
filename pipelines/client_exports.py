"""The command API's client for exports: how the dashboard and the commands fetch a table as a file."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from pipelines.api import DISTRICT, Scope
from pipelines.client import AskRefused, CommandClient, CommandUnavailable, said
from pipelines.http import Reply
from pipelines.vocabulary import Audience, ExportForm, ReportForm

__all__ = ["Exported", "export", "report_file"]

DEADLINE_S = 300.0
CAP_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Exported:
    """An export as it came: its name and bytes, and what its footer tells of rows, hash and cells left out."""

    name: str
    data: bytes
    rows: int
    sha256: str
    suppressed: int = 0


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
    query = {"scope": _written(scope), "audience": audience.value}
    query |= {"as_of": as_of.isoformat()} if as_of else {}
    path = f"/v1/exports/{quote(ask, safe='')}.{form}?{urlencode(query | (params or {}))}"
    name, reply = _fetched(client, path, session_token, address, by)
    rows, hidden = (int(reply.headers[f"X-Tenfold-{name}"]) for name in ("Rows", "Suppressed"))
    return Exported(name, reply.body, rows, reply.headers["X-Tenfold-SHA256"], hidden)


def report_file(
    client: CommandClient,
    hour: str,
    form: ReportForm,
    *,
    scope: Scope = DISTRICT,
    version: str = "",
    language: str = "zh",
    session_token: str = "",
    address: str = "",
    by: str = "",
) -> tuple[str, bytes]:
    """Return the name and the bytes of an hour's report (``2021-06-06T02:00Z``); who it is for is said as above.

    ``version`` "" for the newest. Raises CommandUnavailable or AskRefused.
    """
    query = {"scope": _written(scope), "version": version, "language": language}
    path = f"/v1/reports/{quote(hour, safe='')}.{form}?{urlencode(query)}"
    name, reply = _fetched(client, path, session_token, address, by)
    return name, reply.body


def _written(scope: Scope) -> str:
    return f"{scope.level}:{scope.id}" if scope.id else scope.level.value


def _fetched(client: CommandClient, path: str, session_token: str, address: str, by: str) -> tuple[str, Reply]:
    told = {"X-Tenfold-Session": session_token, "X-Tenfold-Address": address, "X-Tenfold-By": by}
    headers = {name: value for name, value in told.items() if value} | {"Accept": "*/*"}
    reply = client.reply("GET", path, None, headers, deadline_s=DEADLINE_S, cap_bytes=CAP_BYTES)
    if reply.status != 200:
        sentence = said(reply.status, path, reply.body)
        raise (CommandUnavailable if reply.status >= 500 else AskRefused)(sentence)
    return reply.headers.get("Content-Disposition", "").partition('filename="')[2].rstrip('"'), reply
