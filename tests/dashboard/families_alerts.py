"""Keys of the alerts page that the code makes at run time."""

from pipelines.alerts.rules import RULES
from pipelines.vocabulary import AlertState, Severity

CARDS = ("firing", "alert_history", "messages")
COLUMNS = ("at", "severity", "rule", "subject", "state", "cause", "channel", "outcome", "reason", "skew", "text")
OWN_RULES = ("site_stale", "conservation_broken", "wait_long", "staff_short", "tube_missing", "tube_half_filled")
OWN_RULES += ("report_late", "order_not_obeyed")
FAMILIES: dict[str, list[str]] = {
    "alerts.page": ["page.alerts"],
    "alerts.cards": [f"card.{card}{end}" for card in CARDS for end in ("", ".help")],
    "alerts.columns": [f"alerts.{name}{end}" for name in COLUMNS for end in ("", ".help")],
    "severity": list(Severity),
    "alert_state": list(AlertState),
    "alert.borne": ["alert.borne.report"],
    "alert.part": ["alert.part.disk", "alert.part.store"],
    "alert.acts": [f"alert.{act}{end}" for act in ("acknowledge", "silence", "lift") for end in ("", ".help")],
    "alerts.rules": [f"{kind}.{rule.name}" for rule in RULES for kind in ("rule", "value")],
    "alerts.rules.own": [f"rule.{rule}.do.own" for rule in OWN_RULES],
    "alerts.rules.do": [f"rule.{rule.name}.do" for rule in RULES],
    "alerts.rules.help": [f"rule.{rule.name}.help" for rule in RULES],
}
