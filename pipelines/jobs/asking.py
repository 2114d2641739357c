"""What the jobs of the advice ask: all as of one moment, for the whole district."""

from datetime import datetime, timedelta

import polars as pl

from pipelines.advice.situation import Situation
from pipelines.api import Edge
from pipelines.clock import stopwatch
from pipelines.jobs.work import Desk
from pipelines.vocabulary import Health

GATES_EVERY_S = 10.0
GATES_BACK = timedelta(minutes=10)
LOOKED_BACK_S = 4.0  # wall, before a probe first failed: then the desks were still where they had been


class Asked:
    """Asks as of one moment, for the whole district, with what a job remembers of earlier ones."""

    def __init__(self, desk: Desk, edge: Edge) -> None:
        """Ask as of ``edge``."""
        self.desk, self.as_of = desk, edge.as_of

    def __call__(self, name: str) -> pl.DataFrame:
        """Return the answer of a named ask."""
        return self.desk.inquiry.answer(name, self.as_of)

    def gates_before(self) -> pl.DataFrame:
        """Return the gates as they were some minutes ago; looked up now and then."""
        if is_due(self.desk, "gates", GATES_EVERY_S):
            self.desk.memory["gates"] = self.desk.inquiry.past("gates_live", self.as_of - GATES_BACK)
        return self.desk.memory.get("gates", pl.DataFrame())

    def before(self, server_id: str, down_since: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the server and the desks on it as they were before it failed; asked once, then remembered."""
        key, memory, past = f"{server_id} {down_since}", self.desk.memory, self.desk.inquiry.past
        if key not in memory:
            pace = self.desk.store.moments.pace
            then = down_since - timedelta(seconds=LOOKED_BACK_S * max(pace, 1.0))
            of = pl.col("server_id") == server_id
            memory[key] = past("servers_live", then).filter(of), past("site_server_desks", then).filter(of)
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
