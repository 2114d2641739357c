"""Whatever is lost, repeated, late or restarted: each report's versions are once each, without a gap, and add up."""

import random
from datetime import timedelta

import polars as pl
import pytest

from tests.reports.freezing import due
from tests.store.kit import DAY, Bench, rows

SITES = [f"LS-{n}" for n in range(1, 10)]
STEP = timedelta(minutes=41)


class Day:
    """A day of tubes that come late and out of order, and a server that is killed, doubled and restarted."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench, self.luck = bench, random.Random(seed)
        self.told: list[tuple[str, int, object]] = []

    def play(self) -> None:
        """Go through the day; at its end let everything come and be frozen."""
        self.bench.clock.at = DAY
        while self.bench.clock.at < DAY + timedelta(hours=8):
            self.bench.clock.at += STEP
            self.bring(self.luck.randrange(4))
            self.luck.choice((self.freeze, self.lose, self.double, self.restart))()
        self.bench.clock.at += timedelta(hours=1)
        self.freeze()

    def bring(self, count: int) -> None:
        lines = ["sequence | site_id | persons | happened_at"]
        for _ in range(count):
            site, persons = self.luck.choice(SITES), self.luck.randrange(1, 11)
            at = DAY + (self.bench.clock.at - DAY) * self.luck.random()
            self.told.append((site, persons, at))
            lines.append(f"{len(self.told)} | {site} | {persons} | {at:%H:%M:%S}")
        self.store(tube_event=rows("tube_event", "\n".join(lines)))

    def store(self, **frames: pl.DataFrame) -> None:
        self.bench.clock.at = self.bench.store.commit("test", frames).tick.stored_at

    def freeze(self) -> None:
        self.store(report_version=due(self.bench))

    def lose(self) -> None:
        """Freeze, and be killed before it is stored."""
        due(self.bench)

    def double(self) -> None:
        """Let two runs freeze the same, and both store it."""
        both = due(self.bench), due(self.bench)
        for frozen in both:
            self.store(report_version=frozen)

    def restart(self) -> None:
        self.bench.reopen()
        self.freeze()


@pytest.fixture(params=range(2))
def played(request, bench) -> Day:
    day = Day(bench, request.param)
    day.play()
    return day


def test_each_version_is_there_once_without_a_gap_and_adds_up_to_what_happened(played):
    bench = played.bench
    newest = bench.ask("reports_newest")
    assert newest.height == newest["report_id"].n_unique() == 13 * 8
    with_all = bench.store._database.run(lambda c: c.execute("FROM report_version").pl(), is_repeatable=True)
    versions = pl.col("version")
    counted = with_all.group_by("report_id").agg(pl.len(), versions.n_unique().alias("n"), versions.max())
    assert counted.filter((pl.col("len") != pl.col("n")) | (pl.col("len") != pl.col("version"))).is_empty()
    for hour_at, level, scope_id, persons in newest.select("hour_at", "scope_level", "scope_id", "persons").rows():
        towns = {site.site_id: site.town_code for site in bench.campaign.sites}
        happened = sum(
            count
            for site, count, at in played.told
            if at < hour_at and scope_id in {"district": ("",), "town": (towns[site],), "site": (site,)}[level]
        )
        assert persons == happened, (hour_at, level, scope_id)
