"""What-if: a scenario in, replications on the same luck, an answer with its band out; pure, without store or clock."""

from pipelines.planning.answers import Answer, Curves, LabAnswer, ScopeAnswer, answer, curves
from pipelines.planning.assumptions import Assumption, assumptions
from pipelines.planning.bands import Band, BandCurve
from pipelines.planning.differences import Difference, ScopeDifference, beside, difference
from pipelines.planning.presets import base_case, volunteers_as_registered, volunteers_only, with_cadres, with_lanes
from pipelines.planning.preview import Preview, ScopePreview, preview
from pipelines.planning.runs import Runs
from pipelines.planning.saving import from_plain, from_toml, to_toml
from pipelines.planning.scenario import (
    VERSION,
    Curve,
    Desk,
    Hit,
    LabPlan,
    Method,
    Outage,
    Scenario,
    ServerPlan,
    ServiceTime,
    ShiftPlan,
    SitePlan,
    TownTimes,
)
from pipelines.planning.simulation import Cancelled, extend, simulate
from pipelines.planning.validation import ScenarioError, beyond, faults

__all__ = [
    "VERSION",
    "Answer",
    "Assumption",
    "Band",
    "BandCurve",
    "Cancelled",
    "Curve",
    "Curves",
    "Desk",
    "Difference",
    "Hit",
    "LabAnswer",
    "LabPlan",
    "Method",
    "Outage",
    "Preview",
    "Runs",
    "Scenario",
    "ScenarioError",
    "ScopeAnswer",
    "ScopeDifference",
    "ScopePreview",
    "ServerPlan",
    "ServiceTime",
    "ShiftPlan",
    "SitePlan",
    "TownTimes",
    "answer",
    "assumptions",
    "base_case",
    "beside",
    "beyond",
    "curves",
    "difference",
    "extend",
    "faults",
    "from_plain",
    "from_toml",
    "preview",
    "simulate",
    "to_toml",
    "volunteers_as_registered",
    "volunteers_only",
    "with_cadres",
    "with_lanes",
]
