"""How every site's line will stand in 15, 30 and 60 minutes (Q93): going on, with registration stopped, and offline.

The same tanks as the forecast. Stopped: nobody leaves the line. Offline (plan one): the desks whose registrars are
trained for it go on, at the pace of the norm, after the minutes an order takes to be heard.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.advice.ahead import AHEAD_MINUTES, STEP_MINUTES, Ahead
from pipelines.advice.fluid import Floats, flow

HEARD_AFTER_MINUTES = 5.0  # an order's way to the desk, and the change of app; assumption
CROWD_MINUTES = 60.0  # a site holds the line of so many minutes of all its lanes before it is a crowd; assumption
CROWD_LEAST = 150


@dataclass(frozen=True)
class Outlook:
    """Grain: one site. Persons in line after 15, 30, 60 minutes by case, and the wait who joins then will have.

    ``crowd_limit`` is the line at which police should close the entrance; ``crowded_in_minutes`` when a stop now would
    bring it to that, 0 when it is there, None beyond an hour.
    """

    site_id: str
    town_code: str
    queue: int
    rate_per_hour: float
    offline_share: float
    going_on: tuple[int, ...]
    stopped: tuple[int, ...]
    offline: tuple[int, ...]
    wait_going_on: tuple[float, ...]
    wait_stopped: tuple[float, ...]
    wait_offline: tuple[float, ...]
    crowd_limit: int
    crowded_in_minutes: float | None
    waited_stopped: float
    waited_offline: float
    """Person-minutes waited within the hour in these cases."""


def outlooks(hour: Ahead) -> list[Outlook]:
    """Return every site's outlook, in the order of their ids."""
    sites, inflow = hour.sites, hour.inflow
    full = np.broadcast_to(hour.rates * STEP_MINUTES / 60, inflow.shape)
    heard = np.arange(len(inflow))[:, None] * STEP_MINUTES >= HEARD_AFTER_MINUTES
    on, _ = flow(sites.queue, inflow, full)
    stopped, _ = flow(sites.queue, inflow, np.zeros_like(inflow))
    offline, _ = flow(sites.queue, inflow, full * hour.offline_share * heard)
    limits = np.maximum(np.ceil(sites.lanes * hour.lane_rate * CROWD_MINUTES / 60), CROWD_LEAST)
    return [
        _outlook(n, hour, on[:, n], stopped[:, n], offline[:, n], int(limits[n])) for n in range(len(sites.site_ids))
    ]


def _outlook(n: int, hour: Ahead, on: Floats, stopped: Floats, offline: Floats, limit: int) -> Outlook:
    sites, rate, share = hour.sites, float(hour.rates[n]), float(hour.offline_share[n])
    at = [round(minutes / STEP_MINUTES) - 1 for minutes in AHEAD_MINUTES]
    return Outlook(
        site_id=sites.site_ids[n],
        town_code=sites.town_codes[n],
        queue=round(sites.queue[n]),
        rate_per_hour=rate,
        offline_share=share,
        going_on=tuple(round(on[step]) for step in at),
        stopped=tuple(round(stopped[step]) for step in at),
        offline=tuple(round(offline[step]) for step in at),
        wait_going_on=tuple(_wait(on[step], rate) for step in at),
        wait_stopped=tuple(_wait(stopped[step], rate) for step in at),
        wait_offline=tuple(_wait(offline[step], rate * share) for step in at),
        crowd_limit=limit,
        crowded_in_minutes=_crowded(sites.queue[n], stopped, limit),
        waited_stopped=float(stopped.sum() * STEP_MINUTES),
        waited_offline=float(offline.sum() * STEP_MINUTES),
    )


def _wait(queue: float, rate: float) -> float:
    return round(float(queue / rate * 60), 1) if rate > 0 else 0.0


def _crowded(queue: float, stopped: Floats, limit: int) -> float | None:
    if queue >= limit:
        return 0.0
    over = np.flatnonzero(stopped >= limit)
    return float((over[0] + 1) * STEP_MINUTES) if len(over) else None
