"""Compiles the kernels in a process of its own, once an installation: it keeps a thread from the others for long.

``python -m pipelines.planning.warming`` is that process.
"""

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime

from pipelines.planning.compiled import code_folder
from pipelines.planning.preview import preview
from pipelines.planning.scenario import Curve, LabPlan, Scenario, ServerPlan, ServiceTime, SitePlan
from pipelines.planning.simulation import FEWEST, simulate

NICE = 10
DONE = "whole"


def is_warm() -> bool:
    """Whether a simulation begins at once: its machine code is there, or there is no place to keep any."""
    folder = code_folder()
    return folder is None or (folder / DONE).exists()


def main() -> int:
    """Simulate a day of one small site, which compiles every kernel; returns an exit code."""
    os.nice(NICE)
    if is_warm():
        return 0
    day = Scenario(
        name="warming",
        campaign_id="warming",
        opens_at=datetime(2021, 6, 5, 23, 0, tzinfo=UTC),
        open_minutes=60.0,
        sites=(SitePlan("site", "town", "lab", persons=100, lanes=2, staff=8),),
        curve=Curve("flat", (1.0,), "warming"),
        registration=ServiceTime(120.0, 0.25),
        sampling=ServiceTime(275.0, 0.15),
        servers=(ServerPlan("server", 10),),
        labs=(LabPlan("lab", 1_000),),
    )
    for scenario in (day, replace(day, guides_per_lane=1)):
        simulate(scenario, FEWEST)
        preview(scenario)
    if folder := code_folder():
        (folder / DONE).touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
