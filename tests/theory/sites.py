"""Random sites to compare engines on: closed hours, outages, slow-downs, a special channel, few guides."""

from dataclasses import replace

import numpy as np

from pipelines.planning import Curve, Desk, Hit, Outage, Scenario, ServiceTime
from tests.planning.kit import site, small


def random_site(number: int) -> Scenario:
    """Return the number-th random scenario: one site of 1 to 8 lanes on a day of four hours."""
    chance = np.random.default_rng([20210606, number])
    lanes = int(chance.integers(1, 9))
    schedule = tuple(int(n) for n in chance.integers(0, lanes + 1, int(chance.integers(1, 6))))
    starts = float(chance.choice([0.0, 0.0, 37.5]))
    return small(
        seed=number,
        sites=(
            site(
                persons=int(chance.integers(1, 75 * lanes + 2)),
                lanes=lanes,
                waiting=int(chance.choice([0, 0, 23])),
                schedule=schedule if any(schedule) else (lanes,),
            ),
        ),
        curve=Curve("any", (*(float(w) for w in chance.integers(0, 4, 4)), 1.0), "test"),
        registration=ServiceTime(float(chance.uniform(60, 400)), float(chance.uniform(0, 1))),
        sampling=ServiceTime(float(chance.uniform(60, 400)), float(chance.uniform(0, 1))),
        special_share=float(chance.choice([0.0, 0.07, 0.3, 1.0])),
        prepared_share=float(chance.uniform(0, 1)),
        guides_per_lane=int(chance.integers(0, 4)),
        outages=tuple(_outage(chance) for _ in range(int(chance.integers(0, 4)))),
        starts_minute=starts,
        overtime_minutes=float(chance.choice([0.0, 60.0, 240.0])),
    )


def _outage(chance: np.random.Generator) -> Outage:
    hits = (Hit.DISTRICT, Hit.SERVER, Hit.PROVINCE, Hit.SITE)[int(chance.integers(0, 4))]
    return Outage(
        hits=hits,
        from_minute=float(chance.uniform(0, 200)),
        minutes=float(chance.uniform(1, 60)),
        target={Hit.SERVER: "p1", Hit.SITE: "S1"}.get(hits, ""),
        strength=float(chance.choice([1.0, 1.0, 0.5, 0.2])),
        desk=Desk.SAMPLING if chance.random() < 0.3 else Desk.REGISTRATION,
    )


def busy_site(persons: int, lanes: int, **changes: object) -> Scenario:
    """Return a site to measure engines on."""
    return replace(small(sites=(site(persons=persons, lanes=lanes, staff=lanes * 4),)), **changes)  # type: ignore[arg-type]
