"""The command API's client for what-if questions: scenarios and answers as plain values, as JSON has them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from pipelines.client import AskRefused, CommandClient, CommandUnavailable, decoded, said

__all__ = ["WhatIfClient"]

Plain = dict[str, Any]


class WhatIfClient:
    """Asks what-if questions through ``client``, for whom ``session_token`` is ("" for the machine itself).

    A simulation may take seconds: give ``client`` a deadline to match. Everything raises CommandUnavailable or
    AskRefused (what to change in a scenario, or that it was cancelled).
    """

    def __init__(self, client: CommandClient, session_token: str = "") -> None:
        """Ask through ``client``."""
        self._client = client
        self._headers = {"X-Tenfold-Session": session_token} if session_token else {}

    def presets(self) -> Plain:
        """Return ``scenarios`` by name, ``curves`` and ``service_times`` with their sources.

        Scenarios: ``base`` first; ``measured_today`` and ``from_now`` once the day has told something. Curves:
        ``yesterday`` and ``today_so_far`` where they are known, else ``no_curves`` says why not by name.
        """
        return decoded(self._good("GET", "/v1/whatif/presets"), Plain)

    def preview(self, scenarios: Sequence[Mapping[str, Any]]) -> list[Plain]:
        """Return each scenario's answer in the mean, at once: scopes, and sites × steps of queue and wait_minutes."""
        return decoded(self._ask({"scenarios": scenarios, "is_preview": True}), Plain)["previews"]

    def ask(self, scenarios: Sequence[Mapping[str, Any]], replications: int = 30, ticket: str = "") -> Plain:
        """Return ``answers`` (``planning.answers.Answer``, one a scenario) and ``differences`` from the first."""
        return decoded(
            self._ask({"scenarios": scenarios, "replications": replications, "ticket": ticket}),
            Plain,
        )

    def plan(self, scenario: Mapping[str, Any], goal: Mapping[str, Any], ticket: str = "") -> Plain:
        """Return ``plan``, ``answer`` (played), ``over_cap``, ``worth`` by town and ``moves`` before each hour.

        ``goal``: wait_cap_minutes, deadline_minute (None: closing), moves, is_exact.
        """
        body = msgspec.json.encode({"scenario": scenario, **goal, "ticket": ticket})
        return decoded(self._good("POST", "/v1/plans", body), Plain)

    def file(
        self, scenarios: Sequence[Mapping[str, Any]], replications: int, form: str, table: str = "answer"
    ) -> bytes:
        """Return an answer's ``table`` (answer, curves, assumptions) as csv or xlsx, or the first scenario as toml."""
        body = {"scenarios": scenarios, "replications": replications, "form": form, "table": table}
        return self._good("POST", "/v1/whatif/files", msgspec.json.encode(body))

    def how_far(self, ticket: str) -> tuple[int, int]:
        """Return how many replications of a question are done, of how many."""
        told = decoded(self._good("GET", f"/v1/whatif/tickets/{quote(ticket, safe='')}"), Plain)
        return told["done"], told["of"]

    def cancel(self, ticket: str) -> None:
        """Stop a question."""
        self._good("DELETE", f"/v1/whatif/tickets/{quote(ticket, safe='')}")

    def _ask(self, body: Plain) -> bytes:
        return self._good("POST", "/v1/whatif", msgspec.json.encode(body))

    def _good(self, method: str, path: str, body: bytes | None = None) -> bytes:
        reply = self._client.reply(method, path, body, self._headers)
        if 200 <= reply.status < 300:
            return reply.body
        raise (CommandUnavailable if reply.status >= 500 else AskRefused)(said(reply.status, path, reply.body))
