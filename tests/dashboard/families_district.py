"""Keys of the district page that the code makes at run time, by family."""

from dashboard.advising import advised
from dashboard.charts.strips import STEPS
from dashboard.choices import PER
from dashboard.maps.layers import KINDS, LayerName
from pipelines.vocabulary import AdviceKind, Contingency

FAMILIES: dict[str, list[str]] = {
    "layer": [str(name) for name in LayerName],
    "layer.kind.help": [f"layer.{name}.help" for name in LayerName],
    "layer.kind": [f"layer.{name}.{kind}" for name, kinds in KINDS.items() for kind in kinds],
    "system": list(Contingency),
    "layer.sign": [f"layer.sign.{system}" for system in Contingency if system is not Contingency.PROVINCE],
    "per": list(PER),
    "tubes.way": [f"way.{step}{part}" for step in STEPS for part in ("", ".help")],
    "tubes.way.to": [f"way.to.{step}" for step in STEPS[1:]],
    "coverage": ["note", "over"],
    "table.site": ["card.sites", "card.outlook", "card.cumulated", "card.cumulated.help"],
    "advice": list(AdviceKind),
    "proof": [*advised.SHARES, *advised.COUNTS, *advised.TENTHS],
    "effect": ["persons_not_registered", "persons_if_it_falls", "server_load_percent", "wait_minutes", "queue_persons"],
    "measured": ["queue_persons", "wait_minutes", "registered_per_hour", "server_load_percent"],
    "decide": ["accept", "reject"],
    "decide.head": ["decide.accept.head", "decide.reject.head"],
    "outlook": ["queue_persons", "queue_30", "stopped_30", "offline_30"],
    "outlook.help": [f"outlook.{name}.help" for name in ("queue_persons", "queue_30", "stopped_30", "offline_30")],
}
