"""What the watch keeps between its cycles, and what of it is news to the store: told again until the store has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.alerts.cycle import Alerts
from pipelines.alerts.machine import Reading, Standing
from pipelines.alerts.model import Alert, Seen
from pipelines.alerts.rules import BY_NAME
from pipelines.vocabulary import AlertState, Severity

AGAIN_AFTER_S = 6.0  # what was told and is still not in the store is told again
REFRESH_AFTER_S = 30.0  # a number that changes while nothing else does
MOMENT = pl.Datetime("us", "UTC")
EVENT = pl.Schema(
    {
        **dict.fromkeys(("alert_id", "rule", "about", "subject", "severity", "state", "was"), pl.String()),
        **dict.fromkeys(("state_since", "fired_at"), MOMENT),
        **dict.fromkeys(("value", "bound"), pl.Float64()),
        **dict.fromkeys(("site_id", "town_code", "name_zh", "name_en", "muted_by"), pl.String()),
        "seen_at": MOMENT,
    }
)
Row = Mapping[str, Any]
_Place = tuple[str, datetime | None, str]


@dataclass
class Memory:
    """The alerts as they stand, and when each was last told to the store (stopwatch seconds).

    Invariant: whatever the store lost or has not got yet is told again, so that it ends up with what stands.
    """

    alerts: Alerts = field(default_factory=dict[str, Alert])
    told_s: dict[str, tuple[_Place, float]] = field(default_factory=dict[str, tuple[_Place, float]])
    is_recalled: bool = False

    def recall(self, stored: Iterable[Row]) -> None:
        """Begin from what the store holds, once: a restart goes on where the last process stood."""
        if not self.is_recalled:
            self.alerts = {row["alert_id"]: _alert_of(row) for row in stored}
            self.is_recalled = True

    def news(self, stored: Mapping[str, Row], as_of: datetime, now_s: float) -> pl.DataFrame:
        """Return the rows of ``alert_event`` that would make the store say what stands; ``stored`` is what it says."""
        gone = {name: _over(row, as_of) for name, row in stored.items() if name not in self.alerts}
        rows = [
            _event(alert, stored.get(name), as_of)
            for name, alert in (self.alerts | gone).items()
            if self._is_news(name, alert, stored.get(name), now_s)
        ]
        self.told_s = {name: told for name, told in self.told_s.items() if name in self.alerts or name in stored}
        return pl.DataFrame(rows, schema=EVENT)

    def _is_news(self, name: str, alert: Alert, stored: Row | None, now_s: float) -> bool:
        place, told = _place(alert), self.told_s.get(name)
        if stored is None and alert.standing.state is AlertState.OK:
            return False
        is_moved = stored is None or place != _stored_place(stored)
        if not is_moved and (stored is None or stored["value"] == alert.seen.value):
            return False
        patience_s = AGAIN_AFTER_S if is_moved else REFRESH_AFTER_S
        if told is not None and (told[0] == place or not is_moved) and now_s - told[1] < patience_s:
            return False
        self.told_s[name] = (place, now_s)
        return True


def _place(alert: Alert) -> _Place:
    """Return what makes a change of an alert one to be told at once."""
    is_ok = alert.standing.state is AlertState.OK
    return alert.standing.state.value, None if is_ok else alert.standing.since, "" if is_ok else alert.muted_by


def _stored_place(row: Row) -> _Place:
    return row["state"], row["state_since"], row["muted_by"]


def _alert_of(row: Row) -> Alert:
    seen = Seen(
        subject=row["subject"],
        reading=Reading.NO_DATA,
        value=row["value"],
        bound=row["bound"],
        site_id=row["site_id"],
        town_code=row["town_code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
    )
    standing = Standing(AlertState(row["state"]), row["state_since"], row["fired_at"])
    return Alert(row["rule"], Severity(row["severity"]), seen, standing, row["muted_by"])


def _over(row: Row, as_of: datetime) -> Alert:
    alert = _alert_of(row)
    return Alert(alert.rule, alert.severity, alert.seen, Standing(AlertState.OK, as_of))


def _event(alert: Alert, stored: Row | None, as_of: datetime) -> dict[str, object]:
    seen, rule = alert.seen, BY_NAME.get(alert.rule)
    return {
        "alert_id": alert.alert_id,
        "rule": alert.rule,
        "about": (stored or {}).get("about", "") if rule is None else rule.about.value,
        "subject": seen.subject,
        "severity": alert.severity.value,
        "state": alert.standing.state.value,
        "was": AlertState.OK.value if stored is None else stored["state"],
        "state_since": alert.standing.since,
        "fired_at": alert.standing.fired_at,
        "value": seen.value,
        "bound": seen.bound,
        "site_id": seen.site_id,
        "town_code": seen.town_code,
        "name_zh": seen.name_zh,
        "name_en": seen.name_en,
        "muted_by": alert.muted_by,
        "seen_at": as_of,
    }
