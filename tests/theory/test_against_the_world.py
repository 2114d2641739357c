"""The engine against the simulated world, another program: the day as planned, and predictions in its course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest

from pipelines.campaign import load_campaign
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import places
from pipelines.intake.world.attendance import attendance, lanes_open_changes
from pipelines.intake.world.gate import site_crowd
from pipelines.intake.world.groups import plan_site
from pipelines.intake.world.lanes import SiteLanes
from pipelines.planning import answer, base_case, simulate
from pipelines.planning.prediction import predictions
from pipelines.planning.today import SiteNow, from_now

CAMPAIGN = load_campaign(DEFAULT_CAMPAIGN)
OPENED, REGISTERED, SAMPLED, PERSONS, IS_NORMAL = range(5)


@dataclass(frozen=True)
class Lived:
    """What became of a site in the world, in minutes after opening: groups, who joined the line when, lanes open."""

    groups: np.ndarray
    joined: np.ndarray
    lanes: Sequence[tuple[float, int]]

    def persons(self, column: int, until: float) -> int:
        return int(self.groups[self.groups[:, column] <= until, PERSONS].sum())

    def now(self, minute: float) -> SiteNow:
        begun = self.groups[(self.groups[:, OPENED] <= minute) & (self.groups[:, IS_NORMAL] > 0), PERSONS].sum()
        waiting = max(int((self.joined <= minute).sum() - begun), 0)
        lanes = next((count for at, count in reversed(self.lanes) if at <= minute), 0)
        return SiteNow(self.persons(REGISTERED, minute), self.persons(SAMPLED, minute), waiting, lanes)


@pytest.fixture(scope="module")
def world() -> dict[str, Lived]:
    """The whole built-in day, site by site."""
    register, opens = attendance(CAMPAIGN), micros(CAMPAIGN.round.opens_at)

    def minutes(moment: int) -> float:
        return (moment - opens) / MINUTE

    lived: dict[str, Lived] = {}
    for place in places(CAMPAIGN):
        staff = lanes_open_changes(CAMPAIGN, register, place.site_id, place.lanes)
        day = plan_site(CAMPAIGN, site_crowd(CAMPAIGN, place), staff)
        rows = [
            (minutes(group.opened_at), minutes(group.closed_at), minutes(at), group.persons, not group.stream)
            for group, at in SiteLanes(day).run(1 << 60)
        ]
        joined = (np.asarray(day.lines[0].ready) - opens) / MINUTE
        lived[place.site_id] = Lived(np.asarray(rows, float), joined, [(minutes(at), n) for at, n in staff])
    return lived


def test_the_base_case_is_the_day_that_the_world_lives(world: dict[str, Lived]) -> None:
    bands = answer(simulate(base_case(CAMPAIGN), 10)).district.bands
    normal = [site.groups[site.groups[:, IS_NORMAL] > 0] for site in world.values()]
    begun = sum(float((groups[:, OPENED] * groups[:, PERSONS]).sum()) for groups in normal)
    joined = sum(float(site.joined.sum()) for site in world.values())
    by_closing = sum(site.persons(SAMPLED, 840.0) for site in world.values())
    last = max(float(site.groups[:, SAMPLED].max()) for site in world.values())

    assert 857_000 - bands["not_by_closing"].mean == pytest.approx(by_closing, rel=0.01)
    assert bands["finish_minute"].mean == pytest.approx(last, abs=20)
    assert bands["wait_minutes"].mean == pytest.approx(
        (begun - joined) / sum(len(site.joined) for site in world.values()), rel=0.10
    )


def test_bands_of_predictions_hold_what_came(world: dict[str, Lived]) -> None:
    day, inside, ends_inside, count = base_case(CAMPAIGN), 0, 0, 0
    for minute in range(90, 840, 120):
        now = {site_id: site.now(minute) for site_id, site in world.items()}
        rest = from_now(day, CAMPAIGN.round.opens_at + timedelta(minutes=minute), now)
        for told in predictions(simulate(rest, 12), now, 60.0):
            own = [world[site.site_id] for site in rest.sites if told.scope_id in ("", site.town_code)]
            came = sum(site.persons(SAMPLED, minute + 60.0) for site in own)
            last = max(float(site.groups[:, SAMPLED].max()) for site in own)
            inside += told.persons.day_low <= came <= told.persons.day_high
            ends_inside += told.finish_minute.day_low <= last <= told.finish_minute.day_high
            count += 1

    assert count == 7 * 8
    assert inside / count >= 0.85
    assert ends_inside / count >= 0.85
