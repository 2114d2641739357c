"""The job that freezes every hour's reports once its tubes are told, and issues them anew when figures change."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from pipelines.api import Edge
from pipelines.campaign.hours import DUE_AFTER, reporting_hours
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
STAY_S = 0.8
GLANCE_S = 0.05
LOOKING_SHARE = 0.05
"""How much of its time the job looks for changes at most: with many sites it looks less often."""


@dataclass
class _Watch:
    """What the job remembers: up to which hour reports are frozen; when it last looked for changes, and how long."""

    until: datetime | None = None
    looked_at: datetime | None = None
    looked_s: float = -inf
    took_s: float = 0.0
    waited_since_s: float | None = None


def freeze_reports(desk: Desk) -> Harvest:
    """Bring home the versions that are due; near a full hour stay and wait for it, so that none is kept waiting."""
    watch = desk.memory.setdefault("reports", _Watch())
    began_s = stopwatch()
    edge = desk.store.moments.edge()
    ready = _ready(desk, watch, edge)
    while ready == watch.until and _is_near(desk, edge) and stopwatch() - began_s < STAY_S:
        time.sleep(GLANCE_S)
        edge = desk.store.moments.edge()
        ready = _ready(desk, watch, edge)
    if ready is None or (ready == watch.until and not _is_time_to_look(watch, ready, edge)):
        return Harvest()
    return _issued(desk, watch, edge, ready)


def _issued(desk: Desk, watch: _Watch, edge: Edge, until: datetime) -> Harvest:
    began_s = stopwatch()
    asked = {"as_of": edge.as_of, "speed": desk.store.moments.pace, "scope_level": "district", "scope_id": None}
    figures, newest = (desk.store.ask(name, asked) for name in ("report_figures", "reports_newest"))
    rows = versions_due(figures, newest, edge.as_of, until)
    watch.until, watch.looked_at, watch.waited_since_s = until, edge.as_of, None
    watch.looked_s = stopwatch()
    watch.took_s = watch.looked_s - began_s
    return Harvest({"report_version": rows}, rows.height, is_urgent=True) if rows.height else Harvest()


def _is_time_to_look(watch: _Watch, until: datetime, edge: Edge) -> bool:
    """Whether the last look is long enough ago, or the newest hour's figures have become due since."""
    due_at = until + DUE_AFTER
    has_become_due = watch.looked_at is None or watch.looked_at < due_at <= edge.as_of
    return has_become_due or stopwatch() - watch.looked_s >= max(LOOK_EVERY_S, watch.took_s / LOOKING_SHARE)


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


def _is_near(desk: Desk, edge: Edge) -> bool:
    """Whether an hour has just passed, or will before the job is called again."""
    pace = max(edge.speed, 0.0)
    first, last = (
        edge.clock_at - timedelta(seconds=PATIENCE_S * pace),
        edge.clock_at + timedelta(seconds=EVERY_S * pace),
    )
    return any(first <= hour_at <= last for hour_at in reporting_hours(desk.campaign))
