"""Keys of the way out for a page's tables that the code makes at run time: the asks that pages offer, and for whom."""

from dashboard.reporting.offers import OFFERS
from pipelines.vocabulary import Audience

FAMILIES: dict[str, list[str]] = {
    "export.ask": sorted({ask for asks in OFFERS.values() for ask in asks}),
    "audience": list(Audience),
}
