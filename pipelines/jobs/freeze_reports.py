"""The job that freezes every hour's reports once its tubes are told, and issues them anew when figures change."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.api import Edge
from pipelines.campaign.hours import reporting_hours
from pipelines.clock import stopwatch
from pipelines.jobs.work import Desk, Harvest
from pipelines.reports.freezing import versions_due

EVERY_S = 1.0
LOOK_EVERY_S = 15.0
PATIENCE_S = 2.5
"""Wall seconds after an hour for which its last tubes are waited for; then it is frozen with what is known."""
BACKLOG_PATIENCE_S = 60.0
"""The same while the feed still brings what was recorded before, as after a start in the middle of the day."""
SETTLE_S = 0.3
"""Wall seconds that a pull takes at most, as a rule: one that ended later was begun after the hour."""
STAY_S = 0.9
GLANCE_S = 0.05


@dataclass
class _Watch:
    """What the job remembers: up to which hour reports are frozen, when it last looked for changes."""

    until: datetime | None = None
    looked_s: float = float("-inf")
    waited_since_s: float | None = None


def freeze_reports(desk: Desk) -> Harvest:
    """Bring home the versions that are due; near a full hour stay and wait for it, so that none is kept waiting."""
    watch = desk.memory.setdefault("reports", _Watch())
    began_s = stopwatch()
    edge = desk.store.moments.edge()
    ready = _ready(desk, watch, edge)
    while ready == watch.until and _is_near(desk, watch, edge) and stopwatch() - began_s < STAY_S:
        time.sleep(GLANCE_S)
        edge = desk.store.moments.edge()
        ready = _ready(desk, watch, edge)
    if ready is None or (ready == watch.until and began_s - watch.looked_s < LOOK_EVERY_S):
        return Harvest()
    return _issued(desk, watch, edge, ready)


def _issued(desk: Desk, watch: _Watch, edge: Edge, until: datetime) -> Harvest:
    asked = {"as_of": edge.as_of, "speed": desk.store.moments.pace, "scope_level": "district", "scope_id": None}
    figures, newest = (desk.store.ask(name, asked) for name in ("report_figures", "reports_newest"))
    rows = versions_due(figures, newest, edge.as_of, until)
    watch.looked_s, watch.waited_since_s = stopwatch(), None
    watch.until = until
    return Harvest({"report_version": rows}, rows.height, is_urgent=True) if rows.height else Harvest()


def _ready(desk: Desk, watch: _Watch, edge: Edge) -> datetime | None:
    """Return the newest hour whose tubes are all told, or whose tubes were waited for long enough; None before any."""
    past = [hour_at for hour_at in reporting_hours(desk.campaign) if hour_at <= edge.as_of]
    if not past or past[-1] == watch.until:
        return watch.until
    heard_at, *behind = desk.store.ask("report_clock", {"as_of": edge.as_of}).row(0)
    told_by = past[-1] + timedelta(seconds=SETTLE_S * max(edge.speed, 0.0))
    if heard_at is not None and heard_at >= told_by and not any(behind):
        return past[-1]
    now_s = stopwatch()
    watch.waited_since_s = now_s if watch.waited_since_s is None else watch.waited_since_s
    if now_s - watch.waited_since_s >= (BACKLOG_PATIENCE_S if any(behind) else PATIENCE_S):
        return past[-1]
    return watch.until


def _is_near(desk: Desk, watch: _Watch, edge: Edge) -> bool:
    """Whether the next hour to freeze is over, or will be before the job is called again."""
    soon = edge.clock_at + timedelta(seconds=EVERY_S * max(edge.speed, 0.0))
    hours = reporting_hours(desk.campaign)
    return any(hour_at <= soon for hour_at in hours if watch.until is None or hour_at > watch.until)
