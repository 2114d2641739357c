"""The forecast held against virtual days that it never saw the end of, and the lines it foresees."""

import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.advice.ahead import ahead
from pipelines.advice.finish import Forecast, forecasts
from pipelines.advice.fluid import came, flow
from pipelines.advice.outlook import outlooks
from pipelines.advice.situation import Situation
from pipelines.campaign import Campaign
from pipelines.clock import cpu_seconds
from pipelines.vocabulary import ScopeLevel
from tests.advice.asked import Asked
from tests.advice.recorded import Told, recorded

EVERY = timedelta(minutes=10)


@dataclass
class BackTest:
    """Forecasts at many moments of a day, and what the day came to."""

    asked: Asked
    made: list[tuple[datetime, list[Forecast]]] = field(default_factory=list)
    cpu_s: float = 0.0

    def hear(self, now: datetime, told: Told) -> None:
        situation = Situation(now, self.asked.sites(now, told), pl.DataFrame(), pl.DataFrame())
        began = cpu_seconds()
        self.made.append((now, forecasts(situation, self.asked.campaign)))
        self.cpu_s += cpu_seconds() - began

    @property
    def finished_at(self) -> datetime:
        """When the last person was registered, to the step of the looks."""
        totals = [(at, sum(counts.values())) for at, counts in self.asked.counts]
        return next(at for at, total in totals if total == totals[-1][1])

    def at_close(self) -> float:
        """Persons registered at closing, between two looks in proportion."""
        times = [at.timestamp() for at, _ in self.asked.counts]
        totals = [sum(counts.values()) for _, counts in self.asked.counts]
        return float(np.interp(self.asked.campaign.round.closes_at.timestamp(), times, totals))

    def finish_hits(self) -> list[bool]:
        """Whether the band of each moment before the finish holds it; it lies in the step before ``finished_at``."""
        end = self.finished_at
        found = [(now, of[0]) for now, of in self.made if now < end - EVERY]
        return [
            one.finish_low_at is not None
            and one.finish_high_at is not None
            and one.finish_low_at <= end
            and one.finish_high_at >= end - EVERY
            for _, one in found
        ]

    def close_hits(self) -> list[bool]:
        """Whether the band of each moment before closing holds what was registered then."""
        truth, closes_at = self.at_close(), self.asked.campaign.round.closes_at
        return [
            one.persons_at_close_low <= truth <= one.persons_at_close_high
            for now, (one, *_) in self.made
            if now < closes_at and one.persons_at_close_low is not None and one.persons_at_close_high is not None
        ]


@pytest.fixture(scope="module", params=[7, 8])
def day(request: pytest.FixtureRequest, small: Campaign, tmp_path_factory: pytest.TempPathFactory) -> BackTest:
    test = BackTest(Asked(small))
    recorded(small, tmp_path_factory.mktemp("day"), test.hear, every=EVERY, seed=request.param)
    return test


def test_the_band_holds_what_came_to_pass_in_about_nine_cases_of_ten(day: BackTest, capsys: pytest.CaptureFixture[str]):
    finish, close = day.finish_hits(), day.close_hits()
    cost = day.cpu_s / len(day.made) * 1e3
    with capsys.disabled():
        sys.stdout.write(
            f"\nfinish in the band {sum(finish)} of {len(finish)}, persons at close {sum(close)} of {len(close)}; "
            f"{cost:.1f} ms CPU a forecast of {len(day.made[0][1])} scopes\n"
        )
    assert len(finish) >= 20
    assert sum(finish) / len(finish) >= 0.85
    assert sum(close) / len(close) >= 0.8


def test_the_band_narrows_and_every_scope_has_its_own(day: BackTest, small: Campaign):
    first, late = day.made[3][1], next(of for now, of in day.made if now >= small.round.closes_at)
    assert [one.level for one in first].count(ScopeLevel.SITE) == len(small.sites)
    assert [one.level for one in first].count(ScopeLevel.TOWN) == len(small.towns)
    wide, narrow = ((one.finish_high_at - one.finish_low_at) for one in (first[0], late[0]))  # type: ignore[operator]
    assert narrow < wide
    assert late[0].persons_at_close is None


def sites_of(campaign: Campaign, **columns: int) -> pl.DataFrame:
    """All sites alike: the figures given, nothing else told."""
    told = {"persons_registered": 0, "queue_persons": 0, "persons_last_hour": 0, "wait_minutes": 0.0}
    plain = told | {"lanes_open": 2} | columns
    rows = [
        {"site_id": site.site_id, "town_code": site.town_code, "planned_persons": site.planned_persons} | plain
        for site in campaign.sites
    ]
    return pl.DataFrame(rows)


def test_without_a_lane_the_day_is_never_done(small: Campaign):
    now = small.round.opens_at + timedelta(hours=2)
    situation = Situation(now, sites_of(small, queue_persons=50, lanes_open=0), pl.DataFrame(), pl.DataFrame())
    assert forecasts(situation, small)[0].finish_at is None


def test_the_arrival_curve_begins_and_ends_with_the_day(small: Campaign):
    opens, closes = small.round.opens_at, small.round.closes_at
    assert [came(small, at) for at in (opens - timedelta(hours=1), opens, closes)] == [0.0, 0.0, 1.0]
    assert came(small, opens + timedelta(hours=1)) == pytest.approx(1.5 / 6.0)


def test_nobody_is_lost_in_the_flow():
    queue, inflow, capacity = np.asarray([5.0, 0.0]), np.full((4, 2), 3.0), np.full((4, 2), 2.5)
    queues, served = flow(queue, inflow, capacity)
    assert (queues[-1] + served.sum(axis=0) == queue + inflow.sum(axis=0)).all()


def test_a_stop_lets_every_line_grow_and_going_offline_takes_a_part_of_that_back(small: Campaign):
    now = small.round.opens_at + timedelta(hours=2)
    situation = Situation(
        now, sites_of(small, queue_persons=120, persons_registered=300), pl.DataFrame(), pl.DataFrame()
    )
    for one in outlooks(ahead(situation, small)):
        assert one.stopped[-1] >= one.offline[-1] >= one.going_on[-1]
        assert one.stopped[-1] > one.stopped[0] >= one.queue
        assert one.crowded_in_minutes is None or one.stopped[-1] >= one.crowd_limit
        assert one.waited_stopped > one.waited_offline
