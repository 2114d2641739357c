"""Keys that the code makes at run time, by family: those of the base catalogue.

A page's own families stand beside this file as ``families_<page>.py``, under the same name.
"""

import re

from dashboard.practising.sheets import PARTS
from dashboard.practising.training_parts import SHEETS
from pipelines.config import ROOT
from pipelines.machines import MACHINES, Actor, MachineName
from pipelines.vocabulary import Health, Mode, Network, Outcome, Role, ShortReason, SourceKind, SystemKind, WaitClass

REFUSING = (
    *("codes.py", "pictures.py", "practice/*.py"),
    *(f"intake/servers/{name}.py" for name in ("rules", "core", "admission", "web", "tube_routes", "tube_desk")),
    *(f"intake/ledger/{name}.py" for name in ("page", "record_tube", "tube_rows", "record_things")),
)
REFUSAL = re.compile(
    r"(?:(?:Refused|conflict)\(\s*(?:status|\d+),\s*|(?:CodeError|PracticeRefused|ServerLost)\(\s*|rule=)\"([a-z_]+)\""
)
ELSEWHERE = {"serial_missing", "wrong_document", "closed_before_opened", "no_such_route", "not_a_thing", "unknown_step"}
"""Rules that no request of a practice desk can break."""
MET = {
    rule
    for pattern in REFUSING
    for source in (ROOT / "pipelines").glob(pattern)
    for rule in REFUSAL.findall(source.read_text(encoding="utf-8"))
} - ELSEWHERE | {"step_too_old", "moment_out_of_range"}
FAMILIES: dict[str, list[str]] = {
    "role": list(Role),
    "health": list(Health),
    "wait": list(WaitClass),
    "mode": list(Mode),
    "network": list(Network),
    "outcome": list(Outcome),
    "source": list(SourceKind),
    "chart": ["registered", "sampled", "running", "on_shift", "need"],
    "card": ["throughput", "staffing", "network_strip", "sources", "runs"],
    "table": ["card.towns"],
    "machine": list(MACHINES),
    "actor": list(Actor),
    "state": [f"state.{machine.name}.{state}" for machine in MACHINES.values() for state in machine.states],
    "step": [f"step.{machine.name}.{step.name}" for machine in MACHINES.values() for step in machine.steps],
    "process": [f"process.{part}.{mode}" for part in ("title", "lead") for mode in Mode],
    "process.label": [MachineName.PERSON, MachineName.TUBE],
    "sheet.part": list(PARTS),
    "sheets": list(SHEETS),
    "replay": ["play", "pause"],
    "way": ["tap", "type", "camera", "file", "manual"],
    "tap": ["label", "person", "wrong", "server", "next_server"],
    "coach": ["open", "first", "next", "full", "closed", "voided", "network", "server", "switched", "switched_open"],
    "reason": list(ShortReason),
    "wrong": ["old_code", "blurred_code", "other_lab", "misread_label", "scanned_twice"],
    "score": ["tubes", "persons", "pace", "mended", "by_hand", "interruptions"],
    "refusal": ["other", *MET],
    "remedy": ["other", *MET],
    "sheet.server": list(SystemKind),
}
