"""Keys of the town page, of checks and of next steps that the code makes at run time."""

from dashboard.sites.concerns import CHECKS, URGENCY, WORTH_AN_EYE
from pipelines.vocabulary import Contingency

KINDS = ("act", "late", "every")
FAMILIES: dict[str, list[str]] = {
    "concern": [f"concern.{key}{end}" for key in (*URGENCY, *WORTH_AN_EYE) for end in ("", ".do")],
    "works": list(Contingency),
    "check": list(CHECKS),
    "townpage.cards": [f"card.town_{card}{end}" for card in ("now", "sites", "clock") for end in ("", ".help")],
    "townpage.filter": [f"townpage.filter.{kind}{end}" for kind in KINDS for end in ("", ".none")],
}
