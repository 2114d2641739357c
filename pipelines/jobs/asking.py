"""What the jobs of the advice ask: all as of one moment, for the whole district."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from pipelines.advice.situation import Situation
from pipelines.clock import stopwatch
from pipelines.jobs.work import Desk
from pipelines.vocabulary import Health

GATES_EVERY_S = 10.0
GATES_BACK = timedelta(minutes=10)
LOOKED_BACK_S = 4.0  # wall, before a probe first failed: then the desks were still where they had been


class Asked:
    """Asks as of one moment, for the whole district."""

    def __init__(self, desk: Desk, as_of: datetime, speed: float) -> None:
        self.desk, self.as_of, self.speed = desk, as_of, speed

    def __call__(self, name: str, as_of: datetime | None = None) -> pl.DataFrame:
        """Return the answer of a named ask, at another moment when one is given."""
        common: Mapping[str, Any] = {"scope_level": "district", "scope_id": None, "speed": self.speed}
        return self.desk.store.ask(name, {"as_of": as_of or self.as_of, **common})

    def gates_before(self) -> pl.DataFrame:
        """Return the gates as they were some minutes ago; looked up now and then."""
        if is_due(self.desk, "gates", GATES_EVERY_S):
            self.desk.memory["gates"] = self("gates_live", self.as_of - GATES_BACK)
        return self.desk.memory.get("gates", pl.DataFrame())

    def before(self, server_id: str, down_since: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the server and the desks on it as they were before it failed; asked once, then remembered."""
        key, memory = f"{server_id} {down_since}", self.desk.memory
        if key not in memory:
            then = down_since - timedelta(seconds=LOOKED_BACK_S * max(self.speed, 1.0))
            of = pl.col("server_id") == server_id
            memory[key] = self("servers_live", then).filter(of), self("site_server_desks", then).filter(of)
        return memory[key]


def situation_of(asked: Asked) -> Situation:
    """Return what the asks say of this moment."""
    servers = asked("servers_live")
    down = servers.filter(pl.col("health") == Health.DOWN).select("server_id", "down_since").drop_nulls()
    earlier = [asked.before(server_id, since) for server_id, since in down.rows()]
    return Situation(
        as_of=asked.as_of,
        sites=asked("sites_live"),
        servers=servers,
        networks=asked("network_strip"),
        before=pl.concat([before for before, _ in earlier]) if earlier else pl.DataFrame(),
        left=pl.concat([left for _, left in earlier]) if earlier else pl.DataFrame(),
        on_servers=asked("site_server_desks"),
        gates=asked("gates_live"),
        gates_before=asked.gates_before(),
        labs=asked("lab_rates"),
        staff=asked("staff_by_site"),
        crowd=asked("crowd_index"),
        kit=asked("kit_live"),
        contingency=asked("contingency_live"),
        vehicles=asked("vehicles_live"),
        interruptions=asked("interruptions_live"),
        lately=asked("interruptions_lately"),
        inputs=asked("inputs_live"),
        skills=asked("skills_live"),
    )


def is_due(desk: Desk, name: str, every_s: float) -> bool:
    """Whether a part of the job is due by the stopwatch; then it counts as done."""
    now_s = stopwatch()
    if now_s - desk.asked_s.get(name, -every_s) < every_s:
        return False
    desk.asked_s[name] = now_s
    return True
