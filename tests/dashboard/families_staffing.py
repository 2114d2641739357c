"""Keys of the staffing page that the code makes at run time."""

from dashboard.advising.loans import ROLES
from dashboard.sites.shifts import MARKS

CARDS = ("shifts", "training", "loans", "short", "roles", "town_gaps", "norms")
TEXTS = ("role", "gap", "lacking", "have")
COLUMNS = ("registered", "planned", "on_shift", "need")
FAMILIES: dict[str, list[str]] = {
    "staffing.cards": [f"card.{card}{end}" for card in CARDS for end in ("", ".help")],
    "staffing.columns": [f"table.{name}{end}" for name in (*TEXTS, *COLUMNS) for end in ("", ".help")],
    "shift.trained": list(MARKS),
    "shift": ["begins", "ends"],
    "loan.role": list(ROLES),
    "staffing.norm": ["site", "desk"],
    "staffing.text": ["table.site.help"],
}
