"""The command API's client for what people hand in: a table's preview, and the taking of it."""

from urllib.parse import urlencode

from pipelines.api_workbooks import CopyRow, FormKind, InputRow, Preview, Refused, Taken
from pipelines.client import AskRefused, CommandClient, CommandUnavailable, decoded, said

__all__ = ["CopyRow", "FormKind", "InputRow", "Preview", "Refused", "Taken", "preview", "take"]

DEADLINE_S = 60.0


def preview(client: CommandClient, name: str, data: bytes, session_token: str, *, reason: str = "") -> Preview:
    """Return what a table says before it is taken; ``name`` "" for a paste (UTF-8).

    ``reason``: why what is on record is corrected, for rows that do not say it. Raises CommandUnavailable or
    AskRefused.
    """
    return decoded(_sent(client, {"name": name, "reason": reason}, data, session_token, ""), Preview)


def take(
    client: CommandClient,
    name: str,
    data: bytes,
    session_token: str,
    told: Preview,
    *,
    reason: str = "",
    address: str = "",
) -> Taken:
    """Take the good rows of a table whose preview ``told`` was looked at, all or none; raises as ``preview`` does."""
    query = {"name": name, "reason": reason, "take": told.sha256}
    return decoded(_sent(client, query, data, session_token, address), Taken)


def _sent(client: CommandClient, query: dict[str, str], data: bytes, session_token: str, address: str) -> bytes:
    path = f"/v1/workbooks?{urlencode(query)}"
    headers = {"X-Tenfold-Session": session_token, "Content-Type": "application/octet-stream"}
    headers |= {"X-Tenfold-Address": address} if address else {}
    reply = client.reply("POST", path, data, headers, deadline_s=DEADLINE_S)
    if reply.status in (200, 201):
        return reply.body
    sentence = said(reply.status, path, reply.body)
    raise (CommandUnavailable if reply.status >= 500 else AskRefused)(sentence)
