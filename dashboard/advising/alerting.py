"""Alerts in words: one entry a cause with what it explains folded beneath, and one banner a cause for any page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard import access, names, reasons
from dashboard.formats import NOTHING, count, number, plain, time_of_day
from dashboard.live import Row, Snapshot
from dashboard.once import KEPT, once
from dashboard.tables.shaping import Table
from dashboard.words import Words
from pipelines.vocabulary import AlertState, Cause, Severity, SourceKind

COLOUR = {Severity.CRITICAL: "red", Severity.WARNING: "orange", Severity.INFO: "blue"}
ICON = {Severity.CRITICAL: ":material/error:", Severity.WARNING: ":material/warning:", Severity.INFO: ":material/info:"}
ORDER = [Severity.CRITICAL.value, Severity.WARNING.value, Severity.INFO.value]
NAMES_SHOWN = 6
CHILDREN_SHOWN = 60


@dataclass(frozen=True)
class Group:
    """Alarms that nothing else explains, of one rule and severity, and those that they explain."""

    rows: tuple[Row, ...]
    children: tuple[Row, ...]

    @property
    def first(self) -> Row:
        """The alarm that began first."""
        return self.rows[0]

    @property
    def key(self) -> str:
        """What the group is known by: its rule and severity."""
        return f"{self.first['rule']}-{self.first['severity']}"


@once(KEPT)
def groups(alerts: pl.DataFrame) -> list[Group]:
    """Return the alarms by cause, the gravest first, those of one rule together; ``alerts`` is alerts_live."""
    alarms = [row for row in alerts.iter_rows(named=True) if row["is_alarm"]]
    there = {row["alert_id"] for row in alarms}
    roots = [row for row in alarms if row["muted_by"] not in there]
    kinds: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(roots, key=lambda row: (ORDER.index(row["severity"]), row["since"], row["alert_id"])):
        kinds.setdefault((row["rule"], row["severity"]), []).append(row)
    return [Group(tuple(rows), _explained(alarms, rows)) for rows in kinds.values()]


def _explained(alarms: Iterable[Row], rows: Iterable[Row]) -> tuple[Row, ...]:
    ids = {row["alert_id"] for row in rows}
    return tuple(row for row in alarms if row["muted_by"] in ids)


def name(row: Row, snapshot: Snapshot, words: Words) -> str:
    """Return whom or what an alert is about, as plain text: a site, a server, a feed, a tube."""
    subject, named = str(row["subject"]), words.name(row)
    detail = subject.partition("/")[2]
    if subject == "*":
        return words("alert.rule_failed")
    if row["rule"] == "disturbance":
        return _disturbance(subject, snapshot, words)
    if row["about"] == "network":
        return f"{named} · {words(f'network.{detail}')}"
    if row["about"] == "staff":
        return f"{named} · {words(f'role.{detail}')}"
    if row["about"] == "feed" and subject in set(SourceKind):
        return words(f"source.{subject}")
    if row["about"] == "job":
        return words.known(f"job.{subject}", subject)
    if row["about"] == "machine":
        return words(f"alert.part.{subject}")
    return named or names.sites(snapshot.campaign, words).get(row["site_id"]) or subject


def _disturbance(subject: str, snapshot: Snapshot, words: Words) -> str:
    cause, _, rest = subject.partition(":")
    borne = rest.rpartition(":")[0]
    campaign = snapshot.campaign
    known = names.servers(campaign, words) | names.sites(campaign, words) | names.towns(campaign, words)
    what = known.get(borne) or words.known(f"carrier.{borne}", words.known(f"alert.borne.{borne}", borne))
    return f"{what} · {words(f'cause.{cause}')}" if cause in set(Cause) else what


def headline(group: Group, snapshot: Snapshot, words: Words) -> str:
    """Return a group in one line of Markdown: severity, rule, how many, of what, since when, the number judged."""
    first = group.first
    severity = Severity(first["severity"])
    badge = f":{COLOUR[severity]}-badge[{ICON[severity]} {words(f'severity.{severity}')}]"
    rule = words(f"rule.{first['rule']}") + (f" ×{count(len(group.rows))}" if len(group.rows) > 1 else "")
    each = _each(group.rows, snapshot, words)
    named = words.list(each[:NAMES_SHOWN])
    more = words("alert.more", more=count(len(each) - NAMES_SHOWN)) if len(each) > NAMES_SHOWN else ""
    since = words("alert.since", at=time_of_day(first["since"], snapshot.offset))
    line = f"{badge} **{rule}** {named}{more} · {since}"
    if len(group.rows) > 1 or first["value"] is None:
        return line
    kind = f"value.{first['rule']}"
    digits = 2 if abs(first["value"]) < 5 and first["value"] % 1 else 0
    return f"{line} · {words(kind, value=number(first['value'], digits))}"


def _each(rows: Sequence[Row], snapshot: Snapshot, words: Words) -> list[str]:
    """Return what alerts are about, as Markdown, each named once: ×49 for the tubes of one site."""
    found = Counter(plain(name(row, snapshot, words)) for row in rows)
    return [f"{one} ×{count(times)}" if times > 1 else one for one, times in found.items()]


def remarks(row: Row, snapshot: Snapshot, words: Words) -> list[str]:
    """Return what else there is to say of an alarm, as Markdown phrases: what to do next, its state, who saw it."""
    say = words.yours if access.is_own_site() else words
    said = [":material/arrow_forward: " + say(f"rule.{row['rule']}.do")]
    if row["state"] != AlertState.FIRING:
        said.append(words(f"alert_state.{row['state']}"))
    if row["acknowledged_by"]:
        at = time_of_day(row["acknowledged_at"], snapshot.offset)
        note = f" “{plain(row['note'])}”" if row["note"] else ""
        said.append(
            f":material/visibility: {words('alert.acknowledged', by=plain(row['acknowledged_by']), at=at)}{note}"
        )
    if row["silenced_until"] is not None:
        until = time_of_day(row["silenced_until"], snapshot.offset)
        said.append(f":material/notifications_off: {words('alert.silenced', until=until)}")
    return said


def children(group: Group, snapshot: Snapshot, words: Words) -> list[str]:
    """Return what a group explains, as lines of Markdown, a line a rule."""
    kinds: dict[str, list[Row]] = {}
    for row in group.children:
        kinds.setdefault(row["rule"], []).append(row)
    lines: list[str] = []
    for rule, rows in kinds.items():
        named = words.list(_each(rows, snapshot, words)[:CHILDREN_SHOWN])
        lines.append(f"{words(f'rule.{rule}')} ×{count(len(rows))}: {named}")
    return lines


@once(KEPT)
def history(frame: pl.DataFrame, snapshot: Snapshot, words: Words) -> Table:
    """What happened to alerts, the latest first; ``frame`` is alert_history."""
    rows = [
        {
            "at": time_of_day(row["at"], snapshot.offset, seconds=True),
            "severity": words(f"severity.{row['severity']}"),
            "rule": words(f"rule.{row['rule']}"),
            "subject": name(row, snapshot, words),
            "state": _change(row, words),
            "cause": words(f"rule.{row['muted_by'].partition(':')[0]}") if row["muted_by"] else NOTHING,
        }
        for row in frame.iter_rows(named=True)
    ]
    return _table(rows, ("at", "severity", "rule", "subject", "state", "cause"), words)


def _change(row: Row, words: Words) -> str:
    was, now = (words(f"alert_state.{row[key]}") for key in ("was", "state"))
    return f"{was} → {now}"


@once(KEPT)
def messages(frame: pl.DataFrame, snapshot: Snapshot, words: Words) -> Table:
    """What was sent to the channels, the latest first; ``frame`` is notifications_log."""
    rows = [
        {
            "at": time_of_day(row["sent_at"], snapshot.offset, seconds=True),
            "channel": row["channel"],
            "outcome": words(f"outcome.{row['outcome']}"),
            "reason": reasons.said(row["reason"], words),
            "skew": NOTHING if row["clock_skew_s"] is None else f"{row['clock_skew_s']:+.0f}",
            "text": row["text"],
        }
        for row in frame.iter_rows(named=True)
    ]
    return _table(rows, ("at", "channel", "outcome", "reason", "skew", "text"), words)


def _table(rows: list[dict[str, str]], columns: Iterable[str], words: Words) -> Table:
    text = st.column_config.TextColumn
    held = list(columns)
    shown = {one: text(words(f"alerts.{one}"), help=words(f"alerts.{one}.help")) for one in held}
    return pl.DataFrame(rows, schema=dict.fromkeys(held, pl.String)), shown
