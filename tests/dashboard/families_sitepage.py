"""Keys of the site page that the code makes at run time."""

from dashboard.sites import sitefacts
from dashboard.sites.site_parts import PARTS

CARDS = (
    "now",
    "desks",
    "tubes",
    "kit",
    "labels",
    "ready",
    "gate",
    "special",
    "quality",
    "short",
    "orders",
    "timeline",
    "uploads",
)
FACTS = (*sitefacts.KIT, *sitefacts.LABELS, *sitefacts.GATE, *sitefacts.SPECIAL, *sitefacts.QUALITY)
FAMILIES: dict[str, list[str]] = {
    "sitepage.part": list(PARTS),
    "sitepage.cards": [f"card.site_{card}{end}" for card in CARDS for end in ("", ".help")],
    "sitefact": list(FACTS),
    "timeline": list(sitefacts.TOLD),
    "sitepage.known": ["works.unknown", "sitepage.tube", "card.desks", "card.desks.help"],
    "sitepage.networks": ["card.networks", "card.networks.help"],
}
