"""How the alerts' tests show a cycle: the small district's store asked for real, its alerts as lines."""

import polars as pl

from pipelines.alerts.cycle import Alerts, cycle
from pipelines.alerts.model import Limits
from pipelines.alerts.rules import ASKS, PARAMS, RULES

WELL = pl.DataFrame({"part": ["disk", "store"], "trouble": [0.1, 0.0], "shown": [900.0, 0.0]})


def frames(bench, as_of=None, machine: pl.DataFrame = WELL) -> dict[str, pl.DataFrame | str]:
    """Return what every ask of the rules answers."""
    own = {"machine_now": machine}
    return own | {name: bench.ask(name, as_of=as_of, **PARAMS.get(name, {})) for name in ASKS if name not in own}


def watched(bench, before: Alerts | None = None, **changed: pl.DataFrame | str) -> Alerts:
    """Return the alerts of one cycle now."""
    limits = Limits.of(bench.campaign)
    return cycle(before or {}, frames(bench) | changed, bench.clock.now(), RULES, limits)


def said(alerts: Alerts) -> list[str]:
    """Return alerts as lines ``id | state | value | muted by``."""
    return sorted(
        f"{alert.alert_id} | {alert.standing.state} | {_number(alert.seen.value)} | {alert.muted_by or '-'}"
        for alert in alerts.values()
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
