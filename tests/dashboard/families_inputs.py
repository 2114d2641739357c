"""Keys of the inputs page that the code makes at run time."""

from dashboard.reporting.entering import FIGURES
from dashboard.reporting.input_tables import STEPS
from dashboard.reporting.wrong import SAYINGS

HOURS = ("hours_due", "hours_missing", "hours_late", "hours_corrected", "hours_in_conflict", "delay_minutes")
CARDS = ("entry", "conflicts", "completeness", "hour", "versions", "table")
FAMILIES: dict[str, list[str]] = {
    "inputs.cards": [f"card.input_{card}{end}" for card in CARDS for end in ("", ".help")],
    "inputs.figures": [f"input.{name}{end}" for name in (*FIGURES, *HOURS) for end in ("", ".help")],
    "inputs.steps": [f"input.step.{step}" for step in STEPS],
    "inputs.sources": [f"input.source.{source}" for source in ("feed", "manual", "file")],
    "inputs.filters": ["filter.hour", "filter.site"],
    "inputs.states": [f"input.state.{state}" for state in ("conflict", "missing", "late")],
    "inputs.taps": ["input.confirmed", "input.confirm", "input.reason.needed", "input.same"],
    "handed.columns": [
        f"handed.{name}{end}" for name in ("column", "rule", "value", "sentence") for end in ("", ".help")
    ],
    "handed.says": list(SAYINGS),
    "handed.tables": ["card.handed_refused", "card.handed_good"],
}
