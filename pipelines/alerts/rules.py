"""The table of rules: what is watched, from when on it is an alarm, and which alarms explain it."""

from pipelines.alerts.model import Rule
from pipelines.alerts.rules_field import FIELD
from pipelines.alerts.rules_keeping import KEEPING
from pipelines.alerts.rules_systems import SYSTEMS

RULES: tuple[Rule, ...] = (*SYSTEMS, *FIELD, *KEEPING)
BY_NAME: dict[str, Rule] = {rule.name: rule for rule in RULES}
ASKS: tuple[str, ...] = tuple(dict.fromkeys(rule.ask for rule in RULES))
PARAMS: dict[str, dict[str, str]] = {"missing_tubes": {"lab_id": ""}}
"""What an ask needs beside moment and scope."""
