"""Keys of the tubes page that the code makes at run time, by family."""

from dashboard.panels.tube_quality import SHARES

FAMILIES: dict[str, list[str]] = {
    "missing": ["lost", "misrouted", "overdue", "voided"],
    "filter": ["town", "lab"],
    "entries": [text for name in SHARES for text in (f"entries.{name}", f"entries.{name}.help")],
    "tubes.quality": [
        text for name in ("short_tubes", "entries", "uploads") for text in (f"card.{name}", f"card.{name}.help")
    ],
    "tubes.card": ["card.labs", "card.missing"],
}
