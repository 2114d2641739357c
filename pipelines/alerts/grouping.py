"""A cause mutes its consequences: pure functions from alerts to the one alert that explains each of them."""

from collections.abc import Iterable, Mapping

from pipelines.alerts.model import Alert, Rule


def mute(alerts: Iterable[Alert], rules: Mapping[str, Rule]) -> list[Alert]:
    """Return the alerts, each told which alarm explains it: the root where an explanation is explained in turn.

    Only an alarm that is not over explains anything. Of several the first in the order of ``muted_by`` is taken, then
    the first by its id, so that the same alerts are always grouped the same.
    """
    found = list(alerts)
    covering = _covering(found)
    parents = {alert.alert_id: _parent(alert, covering, rules) for alert in found}
    return [alert.muted(_root(alert.alert_id, parents)) for alert in found]


def _covering(alerts: Iterable[Alert]) -> dict[str, list[Alert]]:
    """Return the alarms by each key that they cover."""
    covering: dict[str, list[Alert]] = {}
    for alert in alerts:
        if alert.is_alarm:
            for key in alert.seen.covers:
                covering.setdefault(key, []).append(alert)
    return covering


def _parent(alert: Alert, covering: Mapping[str, list[Alert]], rules: Mapping[str, Rule]) -> str:
    by = rules[alert.rule].muted_by if alert.rule in rules else ()
    explaining = (parent for key in alert.seen.links for parent in covering.get(key, []) if parent.rule in by)
    ranked = sorted(explaining, key=lambda parent: (by.index(parent.rule), parent.alert_id))
    return ranked[0].alert_id if ranked else ""


def _root(alert_id: str, parents: Mapping[str, str]) -> str:
    parent = parents[alert_id]
    while parent and parents[parent]:
        parent = parents[parent]
    return parent
