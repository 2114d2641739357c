"""Keys of the town page, of checks and of next steps that the code makes at run time."""

from dashboard.sites.concerns import CHECKS, URGENCY, WORTH_AN_EYE
from pipelines.vocabulary import Contingency

KINDS = ("act", "late", "every")
OWN = ("order_ignored", "silent", "unheard", "input_missing", "input_late")
FAMILIES: dict[str, list[str]] = {
    "concern": [f"concern.{key}{end}" for key in (*URGENCY, *WORTH_AN_EYE) for end in ("", ".do")],
    "concern.own": [f"concern.{key}.do.own" for key in OWN],
    "works": list(Contingency),
    "check": list(CHECKS),
    "townpage.cards": [f"card.town_{card}{end}" for card in ("now", "sites", "clock") for end in ("", ".help")],
    "townpage.filter": [f"townpage.filter.{kind}{end}" for kind in KINDS for end in ("", ".none")],
}
