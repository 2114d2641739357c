"""Keys of what the command server refuses or fails at, which the code makes at run time."""

from dashboard.refusals import SAYINGS

FIELDS = ("reason", "target", "facts.witness", "facts.sheets", "facts.name")
FAMILIES: dict[str, list[str]] = {
    "refused": [*SAYINGS, "other"],
    "refused.was": ["accepted", "rejected"],
    "refused.ticket": ["open", "solved"],
    "refused.field": [f"refused.field.{name}" for name in FIELDS],
}
