"""Small districts to ask what-if questions of."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pipelines.planning import Curve, LabPlan, Scenario, ServerPlan, ServiceTime, SitePlan

FLAT = Curve("flat", (1.0,), "test")


def site(number: int = 1, **changes: Any) -> SitePlan:
    """Return a site of three lanes that has just enough to do."""
    plain = SitePlan(f"S{number}", "T1" if number < 3 else "T2", "lab-a", persons=1_500, lanes=3, staff=12)
    return replace(plain, **changes)


def small(**changes: Any) -> Scenario:
    """Return three small sites on a day of four hours, with two servers and a lab."""
    plain = Scenario(
        name="small",
        campaign_id="test",
        opens_at=datetime(2021, 6, 5, 23, 0, tzinfo=UTC),
        open_minutes=240.0,
        sites=(site(1), site(2), site(3)),
        curve=FLAT,
        registration=ServiceTime(120.0, 0.25),
        sampling=ServiceTime(275.0, 0.15),
        absence_share=0.0,
        servers=(ServerPlan("p1", 20), ServerPlan("p2", 20), ServerPlan("city", 20, is_city=True)),
        labs=(LabPlan("lab-a", 5_000),),
    )
    return replace(plain, **changes)
