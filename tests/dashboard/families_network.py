"""Keys of the network page that the code makes at run time, by family."""

from dashboard.advising.ordering import CHOICES
from dashboard.tables.network import CLASSES
from pipelines.vocabulary import VehicleState

FAMILIES: dict[str, list[str]] = {
    "phase": ["connect_ms", "first_byte_ms", "transfer_ms"],
    "air": list(CLASSES),
    "vehicle": list(VehicleState),
    "order": [name for choice in CHOICES for name in (f"order.{choice}", f"order.{choice}.help")],
    "given": ["waiting", "delivered", "failed"],
    "switch": [f"switch.{case}{which}" for case in ("", "feared.") for which in ("without", "with")],
    "net.last": ["net.server.last.up", "net.server.last.down"],
    "net.alt": ["net.load.alt", "net.phases.alt"],
    "network.card": [
        text
        for name in ("air", "systems", "server_desks", "vehicles", "interruptions", "orders", "given", "switch")
        for text in (f"card.{name}", f"card.{name}.help")
    ],
}
