"""The job that finds what disturbs the day, and why, every other second."""

from pipelines.advice.attribution import disturbances
from pipelines.advice.rows import disturbance_rows, disturbances_of
from pipelines.jobs.asking import Asked, situation_of
from pipelines.jobs.work import Desk, Harvest

EVERY_S = 3.0


def attribute(desk: Desk) -> Harvest:
    """Bring home the disturbances that go on or have just ended; nothing is asked before the first tick."""
    edge = desk.inquiry.edge()
    if edge.tick == 0:
        return Harvest()
    asked = Asked(desk, edge)
    earlier = disturbances_of(asked("disturbances_known"))
    found = disturbances(situation_of(asked), desk.campaign, edge.as_of, earlier)
    return Harvest({"disturbance": disturbance_rows(found)})
