"""One cycle of all rules: what stood and what is seen now become what stands; a rule that fails says so itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import polars as pl

from pipelines.alerts.grouping import mute
from pipelines.alerts.looking import look
from pipelines.alerts.machine import Reading, Standing, step
from pipelines.alerts.model import ALL, Alert, Limits, Rule, Seen
from pipelines.vocabulary import AlertState, Severity

Frames = Mapping[str, pl.DataFrame | str]
"""What each ask answered: its frame, or in a sentence why there is none."""
Alerts = dict[str, Alert]
READING_ERRORS = (pl.exceptions.PolarsError, ArithmeticError, LookupError, TypeError, ValueError)


def cycle(before: Alerts, frames: Frames, as_of: datetime, rules: Iterable[Rule], limits: Limits) -> Alerts:
    """Return the alerts by their ids; those that are ok again stay for this one cycle, so that it can be told."""
    table = {rule.name: rule for rule in rules}
    stands = [alert for alert in before.values() if alert.standing.state is not AlertState.OK and alert.rule in table]
    after: list[Alert] = []
    for rule in table.values():
        own = {alert.seen.subject: alert for alert in stands if alert.rule == rule.name}
        after += _judged(rule, own, _sights(rule, own, frames, limits), as_of)
    return {alert.alert_id: alert for alert in mute(after, table)}


def _sights(rule: Rule, own: Mapping[str, Alert], frames: Frames, limits: Limits) -> dict[str, Seen]:
    """Return what is seen of each subject that is not good; when the rule fails, ERROR of all and of the rule."""
    frame = frames.get(rule.ask, f"the ask {rule.ask!r} was not asked")
    if isinstance(frame, pl.DataFrame):
        try:
            return {seen.subject: seen for seen in look(rule, frame, limits)}
        except READING_ERRORS as error:
            frame = f"{rule.name} cannot read {rule.ask}: {error}"
    failed = {subject: Seen(subject, Reading.ERROR) for subject in own}
    return failed | {ALL: Seen(ALL, Reading.ERROR, name_zh=frame, name_en=frame)}


def _judged(rule: Rule, own: Mapping[str, Alert], sights: Mapping[str, Seen], as_of: datetime) -> list[Alert]:
    subjects = dict.fromkeys([*own, *sights])
    return [alert for subject in subjects if (alert := _one(rule, subject, own, sights, as_of)) is not None]


def _one(
    rule: Rule, subject: str, own: Mapping[str, Alert], sights: Mapping[str, Seen], as_of: datetime
) -> Alert | None:
    was, seen = own.get(subject), sights.get(subject)
    standing = Standing(AlertState.OK, as_of) if was is None else was.standing
    now = step(standing, Reading.GOOD if seen is None else seen.reading, as_of, rule.patience)
    if was is None and now.state is AlertState.OK:
        return None
    if was is not None and (seen is None or seen.reading is Reading.ERROR):
        seen = was.seen
    if seen is None:
        return None
    return Alert(rule.name, Severity(seen.grave) if seen.grave else rule.severity, seen, now)
