"""Keys of the reconciliation page that the code makes at run time."""

from dashboard.reporting.scanning import WORDS
from dashboard.reporting.tube_tables import KINDS, LABELS, LABS, MORE, OFF, TUBES

CARDS = ("tube_scan", "tube_differences", "even_sites", "even_labs", "odd_tubes")
NUMBERS = sorted({*OFF, *LABELS, *TUBES, *MORE, *LABS})
FAMILIES: dict[str, list[str]] = {
    "reconcile.cards": [f"card.{card}{end}" for card in CARDS for end in ("", ".help")],
    "reconcile.tables": ["card.tube_custody"],
    "reconcile.numbers": [f"even.{name}{end}" for name in NUMBERS for end in ("", ".help")],
    "even": ["yes", "no"],
    "tube.kind": [kind or "all" for kind in KINDS],
    "tube.word": ["open", "found", "explained", "copy_read"],
    "tube.odd": ["over", "short", "short_unsaid", "refused"],
    "tube.exception": ["conflict"],
    "reconcile.said": [f"scan.{kind}{end}" for kind in WORDS for end in ("", ".help")],
}
