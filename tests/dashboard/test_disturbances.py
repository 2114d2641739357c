"""One cause is one banner: what it hits, since when, and its evidence in words; text from outside stays text."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from dashboard.advising import disturbances
from dashboard.words import words
from pipelines.campaign import Campaign
from pipelines.server.campaign_info import campaign_info

ZH, EN = words("zh"), words("en")


@dataclass(frozen=True)
class Shown:
    """What of a snapshot a headline needs."""

    campaign: Any
    offset: int = 480


def row(**changed: Any) -> dict[str, Any]:
    """Return a row of disturbances_live: server p2 has fallen under load."""
    proof = {"probe_failed": "connect", "how": "overload", "logins_over_capacity": 0.97, "servers_down": 1}
    proof |= {"is_cascade": False, "first_byte_ms": None, "desks_say_server": 0.8, "<b>": 1}
    return {
        **{"cause": "server", "subject_kind": "server", "subject": "p2", "severity": "critical", "desks": 176},
        **{"sites": 30, "since": datetime(2031, 3, 2, 1, 40, tzinfo=UTC)},
        **{"evidence": msgspec.json.encode(proof).decode(), "scores": '{"app": 0.14, "server": 0.86, "power": 0}'},
    } | changed


def test_a_banner_names_cause_subject_moment_and_reach(small: Campaign) -> None:
    shown: Any = Shown(campaign_info(small))
    assert disturbances.headline(row(), shown, ZH) == "省系统2号：原因 服务器 · 自 09:40 · 176 个卡位 · 30 个采样点"
    nobody = row() | {"desks": 0, "sites": 0}
    assert disturbances.headline(nobody, shown, ZH) == "省系统2号：原因 服务器 · 自 09:40 · 眼下没有卡位受影响"
    town = row(cause="power", subject_kind="town", subject="990001002")
    assert disturbances.headline(town, shown, EN).startswith("North Bank: cause power · since 09:40")
    everywhere = row(cause="app", subject_kind="app", subject="")
    assert disturbances.headline(everywhere, shown, EN).startswith("The registration app: cause app")


def test_evidence_is_told_in_words_and_keys_without_a_word_are_left_out() -> None:
    assert disturbances.evidence(row(), EN) == [
        "probe fails at connect",
        "overload",
        "logins before: 97% of capacity",
        "1 server down",
        "judged: server 86%, app 14%",
    ]


def test_evidence_that_is_nil_is_left_out_unless_it_tells_something() -> None:
    proof = {"desks_share": 0.0, "error_share": 0, "latency_ms": 0.3, "power_off": 0, "sites_share_of_carrier": 0.9}
    told = row(evidence=msgspec.json.encode(proof | {"sites_share_of_others": 0.0}).decode(), scores='{"app": 0.004}')
    assert disturbances.evidence(told, EN) == [
        "latency <1 ms",
        "90% of the carrier's sites hit",
        "none of the others'",
    ]
    nobody = {"desks_share": 0.003, "sites_share_of_carrier": 0.0, "sites_share_of_others": 0.0}
    told = row(evidence=msgspec.json.encode(nobody).decode(), scores='{"carrier": 0.996, "app": 0.004}')
    assert disturbances.evidence(told, EN) == ["<1% of all desks", "judged: carrier 100%"]


def test_a_subject_from_outside_never_becomes_markdown(small: Campaign) -> None:
    shown: Any = Shown(campaign_info(small))
    strange = row(subject="[x](http://evil)")
    assert "](http" not in disturbances.headline(strange, shown, EN)
    assert disturbances.headline(strange, shown, EN).startswith("Registration server: cause server")
