"""The faults of a running day, asked over the world's HTTP API."""

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from pipelines.config import ConfigError, Settings
from pipelines.contract import Problem
from pipelines.http import Http, HttpFailure
from pipelines.intake.drill.words import FaultList, FaultWish, FaultWishes

DEADLINE_S = 5.0
CAP_BYTES = 2_000_000


class FaultClient:
    """Asks the world of one runtime folder; every refusal and silence is a ConfigError with a sentence."""

    def __init__(self, settings: Settings) -> None:
        """Know the world's address."""
        self._address = f"{settings.host}:{settings.world_port}"
        self._http = Http([self._address])

    def add(self, wishes: Sequence[FaultWish]) -> FaultList:
        """Add faults, all or none."""
        return self._ask("POST", "/v1/faults", msgspec.json.encode(FaultWishes(faults=list(wishes))))

    def list(self) -> FaultList:
        """Return the day's faults and its clock."""
        return self._ask("GET", "/v1/faults")

    def clear(self, fault_id: str | None) -> FaultList:
        """End one fault, or all."""
        return self._ask("DELETE", "/v1/faults" if fault_id is None else f"/v1/faults/{quote(fault_id, safe='')}")

    def _ask(self, method: str, path: str, body: bytes | None = None) -> FaultList:
        try:
            reply = self._http.ask(
                method, f"http://{self._address}{path}", deadline_s=DEADLINE_S, cap_bytes=CAP_BYTES, body=body
            )
            if reply.status < 400:
                return msgspec.json.decode(reply.body, type=FaultList)
            problem = msgspec.json.decode(reply.body, type=Problem)
        except HttpFailure as failure:
            raise ConfigError(
                f"no simulated day runs at {self._address} ({failure.sentence}); start one with `tenfold up`, "
                f"or name its folder and port with --home and --port"
            ) from failure
        except msgspec.MsgspecError as error:
            raise ConfigError(f"what answers at {self._address} is not the simulated world: {error}") from error
        raise ConfigError(problem.detail)
