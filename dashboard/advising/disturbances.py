"""What disturbs the day, in words: one banner a cause, with whom it hits, since when and on what evidence (Q61)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
import polars as pl
import streamlit as st

from dashboard.formats import count, number, percent, plain, time_of_day
from dashboard.live import Row, Snapshot
from dashboard.once import KEPT, once
from dashboard.words import Words
from pipelines.vocabulary import Severity

SHARES = frozenset(
    {"logins_over_capacity", "desks_share", "sites_share_of_carrier", "sites_share_of_others", "error_share"}
)
COUNTS = frozenset(
    {"logins_before", "logins", "logins_from_elsewhere", "desks_left", "sites", "servers_down", "both_networks_down"}
    | {"power_off", "phones_flat", "servers_with_errors", "first_byte_ms", "connect_ms", "latency_ms"}
)
NAMED = {"what": "slip", "probe_failed": "phase", "how": "fall", "carrier": "carrier"}
TOLD = ("only_volunteer_network", "is_cascade")
LEAST_SHARE = 0.005  # below it a share would be told as nil
SHOWN_CAUSES = 3
BANNERS = 3
BANNER = {Severity.CRITICAL: st.error, Severity.WARNING: st.warning, Severity.INFO: st.info}
ICON = {Severity.CRITICAL: ":material/error:", Severity.WARNING: ":material/warning:", Severity.INFO: ":material/info:"}


class Told(NamedTuple):
    """One disturbance in words, all of it Markdown: how grave it is, its headline, the evidence."""

    severity: Severity
    head: str
    proof: str


def foremost(frame: pl.DataFrame, snapshot: Snapshot, words: Words, *, is_wall: bool = False) -> None:
    """Draw the gravest disturbance as one banner; its evidence and the others behind a button, or on a wall below it.

    Its place is always there, so that a banner that comes or goes leaves what is below as it stands.
    """
    with st.container(key="cause", horizontal=True, vertical_alignment="center", gap="xsmall"):
        if frame.is_empty():
            return
        (severity, head, proof), *rest = told(frame, snapshot, words)
        others = [other.head for other in rest]
        if is_wall:
            lines = [f"## {head}", proof, *others[: BANNERS - 1]]
            BANNER[severity]("  \n".join(lines), icon=ICON[severity])
            return
        BANNER[severity](f"**{head}**", icon=ICON[severity])
        unfold = words("disturbed.unfold", others=count(len(others))) if others else words("disturbed.unfold.alone")
        with st.popover(unfold, key="cause-evidence", type="tertiary"):
            st.markdown("  \n".join([proof, *(f":small[{other}]" for other in others)]))


def banners(frame: pl.DataFrame, snapshot: Snapshot, words: Words) -> None:
    """Draw one banner a disturbance, the gravest first, those beyond the third as lines; their place is always there.

    ``frame`` is disturbances_live.
    """
    with st.container(key="disturbances", gap="xsmall"):
        every = told(frame, snapshot, words)
        for severity, head, proof in every[:BANNERS]:
            BANNER[severity](f"**{head}**  \n:small[{proof}]", icon=ICON[severity])
        if rest := every[BANNERS:]:
            with st.expander(words("disturbed.more", more=count(len(rest))), icon=":material/more_horiz:"):
                st.markdown("\n".join(f"- {one.head}" for one in rest))


@once(KEPT)
def told(frame: pl.DataFrame, snapshot: Snapshot, words: Words) -> tuple[Told, ...]:
    """Return the disturbances of disturbances_live in words, in its order."""
    return tuple(
        Told(Severity(row["severity"]), headline(row, snapshot, words), " · ".join(evidence(row, words)))
        for row in frame.iter_rows(named=True)
    )


def headline(row: Row, snapshot: Snapshot, words: Words) -> str:
    """Return what a wall screen says of one disturbance, as Markdown: cause, subject, since when, desks and sites."""
    since = time_of_day(row["since"], snapshot.offset)
    said = words("disturbed.head", subject=plain(subject(row, snapshot, words)), cause=words(f"cause.{row['cause']}"))
    if not row["desks"]:
        return f"{said} · {words('disturbed.reach.none', since=since)}"
    reach = words("disturbed.reach", since=since, desks=count(row["desks"]), sites=count(row["sites"]))
    return f"{said} · {reach}"


def subject(row: Row, snapshot: Snapshot, words: Words) -> str:
    """Return the name of what bears the cause: a server, a carrier, a town, a site, or the whole of them."""
    campaign, wanted = snapshot.campaign, row["subject"]
    names = {
        "server": {server.server_id: words.either(server.name) for server in campaign.servers},
        "town": {town.town_code: words.town(town.name) for town in campaign.towns},
        "site": {site.site_id: words.either(site.name) for site in campaign.sites},
        "carrier": {carrier: words(f"carrier.{carrier}") for carrier in ("mobile", "telecom", "unicom")},
    }
    return names.get(row["subject_kind"], {}).get(wanted) or words(f"disturbed.{row['subject_kind']}")


def evidence(row: Row, words: Words) -> list[str]:
    """Return the evidence as Markdown phrases, what the causes weigh last; nil and keys without a word are left out."""
    found: dict[str, Any] = msgspec.json.decode(row["evidence"] or "{}")
    if not found.get("sites_share_of_carrier"):
        found.pop("sites_share_of_others", None)
    phrases = [phrase for key, value in found.items() if (phrase := _phrase(key, value, words))]
    return [*phrases, *_weights(msgspec.json.decode(row["scores"] or "{}"), words)]


def _phrase(key: str, value: Any, words: Words) -> str:
    if value is None or value is False:
        return ""
    if key == "sites_share_of_others" and not value:
        return words("evidence.sites_share_of_others.none")
    if key in NAMED:
        return words(f"evidence.{key}", value=plain(words(f"{NAMED[key]}.{value}")))
    if key in TOLD:
        return words(f"evidence.{key}")
    if not value:
        return ""
    if key in SHARES:
        return words(f"evidence.{key}", value=_share(value))
    return words(f"evidence.{key}", value=number(value) if round(value) else "<1") if key in COUNTS else ""


def _share(value: float) -> str:
    """Return a share above nil; one that rounds to nil as less than one per cent."""
    return percent(value) if value >= LEAST_SHARE else "<1%"


def _weights(scores: Mapping[str, float], words: Words) -> list[str]:
    ranked = sorted(scores.items(), key=lambda item: -item[1])[:SHOWN_CAUSES]
    parts = [f"{words(f'cause.{cause}')} {percent(share)}" for cause, share in ranked if share >= LEAST_SHARE]
    return [words("evidence.scores", causes=words.list(parts))] if parts else []
