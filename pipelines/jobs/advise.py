"""The job that asks what is known, lets the advice look at it, and brings home what is wrong, to come and to do."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from pipelines.advice.attribution import disturbances
from pipelines.advice.candidates import candidates
from pipelines.advice.finish import forecasts
from pipelines.advice.following import followed
from pipelines.advice.labs import lab_forecasts
from pipelines.advice.measures import measures
from pipelines.advice.plan_rows import plan_tables
from pipelines.advice.rows import (
    disturbance_rows,
    disturbances_of,
    forecast_rows,
    lab_rows,
    recommendation_rows,
    recommendations_of,
)
from pipelines.advice.situation import Situation
from pipelines.advice.words import Disturbance
from pipelines.clock import stopwatch
from pipelines.jobs.work import Desk, Harvest
from pipelines.store import asks
from pipelines.vocabulary import Health

EVERY_S = 2.0
FORECAST_EVERY_S = 10.0  # wall: it moves slowly
PLANS_EVERY_S = 6.0  # wall, and at once when something else is disturbed
FED = {
    "kit": "kit_live",
    "contingency": "contingency_live",
    "vehicles": "vehicles_live",
    "skills": "skills_live",
    "interruptions": "interruptions_live",
}
"""Parts of the situation whose feeds a district may not have."""
LOOKED_BACK_S = 4.0  # wall, before a probe first failed: then the desks were still where they had been


class _Asked:
    """Asks as of one moment, for the whole district."""

    def __init__(self, desk: Desk, as_of: datetime, speed: float) -> None:
        self.desk, self.as_of, self.speed = desk, as_of, speed

    def __call__(self, name: str, as_of: datetime | None = None) -> pl.DataFrame:
        """Return the answer of a named ask, at another moment when one is given."""
        common: Mapping[str, Any] = {"scope_level": "district", "scope_id": None, "speed": self.speed}
        return self.desk.store.ask(name, {"as_of": as_of or self.as_of, **common})

    def before(self, server_id: str, down_since: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the server and the desks on it as they were before it failed; asked once, then remembered."""
        key, memory = f"{server_id} {down_since}", self.desk.memory
        if key not in memory:
            then = down_since - timedelta(seconds=LOOKED_BACK_S * max(self.speed, 1.0))
            of = pl.col("server_id") == server_id
            memory[key] = self("servers_live", then).filter(of), self("site_server_desks", then).filter(of)
        return memory[key]


def advise(desk: Desk) -> Harvest:
    """Attribute what is disturbed now, reckon what could be done, and now and then forecast; nothing before the first
    tick.
    """
    edge = desk.store.moments.edge()
    if edge.tick == 0:
        return Harvest()
    asked = _Asked(desk, edge.as_of, edge.speed)
    situation = _situation(asked)
    found = disturbances(situation, desk.campaign, edge.as_of, disturbances_of(asked("disturbances_known")))
    frames = {"disturbance": disturbance_rows(found)}
    if situation.sites["observed_at"].is_null().all():
        return Harvest(frames)
    if _is_due(desk, "plans", PLANS_EVERY_S) or _has_news(desk, found):
        frames |= _plans(asked, situation, found)
    if _is_due(desk, "forecast", FORECAST_EVERY_S):
        frames |= _forecast(desk, situation)
    return Harvest(frames)


def _plans(asked: _Asked, situation: Situation, found: Sequence[Disturbance]) -> dict[str, pl.DataFrame]:
    """Return the plans and outlooks as of now, and the recommendations that follow from them."""
    campaign, as_of = asked.desk.campaign, asked.as_of
    reckoned = measures(situation, campaign, found)
    decided = asked("decisions").select("recommendation_id", "decision").rows()
    earlier = recommendations_of(asked("recommendations_known"))
    kept = followed(candidates(campaign, reckoned), earlier, dict(reversed(decided)), as_of)
    changed = [one for one in kept if one not in earlier]
    return plan_tables(reckoned, as_of) | {"recommendation": recommendation_rows(changed)}


def _has_news(desk: Desk, found: Sequence[Disturbance]) -> bool:
    """Whether other disturbances go on than at the last look: then advice should not wait for its turn."""
    now = sorted(one.disturbance_id for one in found if one.ended_at is None)
    before, desk.memory["disturbances"] = desk.memory.get("disturbances", []), now
    return now != before


def _situation(asked: _Asked) -> Situation:
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
        labs=asked("lab_rates"),
        staff=asked("staff_by_site"),
        crowd=asked("crowd_index"),
        **{part: asked(name) for part, name in FED.items() if name in asks()},
    )


def _forecast(desk: Desk, situation: Situation) -> dict[str, pl.DataFrame]:
    return {
        "forecast": forecast_rows(forecasts(situation, desk.campaign), situation.as_of),
        "lab_outlook": lab_rows(lab_forecasts(situation, desk.campaign), situation.as_of),
    }


def _is_due(desk: Desk, name: str, every_s: float) -> bool:
    """Whether a part of the job is due by the stopwatch; then it counts as done."""
    now_s = stopwatch()
    if now_s - desk.asked_s.get(name, -every_s) < every_s:
        return False
    desk.asked_s[name] = now_s
    return True
