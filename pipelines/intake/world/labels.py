"""A site's labels: printed by its lab, cut the day before, issued in portions, used, spoilt, returned (Q64, Q65).

A label has three parts: one on the tube, one on its bag, one kept. They agree but for tubes that are not bagged yet, or
never were because they were voided or lost. What a site spoils is decided before the day, label by label.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.campaign.model import Campaign
from pipelines.contract_desk import ThingStep
from pipelines.contract_sites import LabelStock, LabelStocks
from pipelines.intake.moments import MINUTE, micros, moment
from pipelines.intake.places import Place
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.luck import Luck
from pipelines.intake.world.tally import Tally
from pipelines.machines import LABELLED, MachineName
from pipelines.vocabulary import PERSONS_PER_TUBE

HOUR = 60 * MINUTE
LABELS_PER_ROLL = 200
SPARE_SHARE = 0.15  # printed beyond what the plan needs; assumption
SPOILT_SHARE = 0.004  # torn when peeled, printed unreadably; assumption
PRINTED_BEFORE, CUT_BEFORE, CUTTING = 40 * HOUR, 15 * HOUR, 4 * MINUTE  # before opening; and for each roll
PORTIONS = (-HOUR, HOUR, 3 * HOUR)  # from opening
RETURNED_AFTER = 30 * MINUTE  # the end of the last shift


@dataclass(frozen=True)
class Stock:
    """Grain: one site: its rolls, when each is cut and issued, and which labels are spoilt before the next is used."""

    rolls: int
    cut_at: tuple[int, ...]
    issued_at: tuple[int, ...]
    spoilt: tuple[int, ...]


class LabelBook:
    """All sites' labels; what is used follows the tally of registered tubes, all else the plan."""

    def __init__(self, campaign: Campaign, places: Sequence[Place], tally: Tally, seed: int = SEED) -> None:
        """Plan the rolls of every site."""
        self._places, self._tally = places, tally
        self._is_for_persons = LABELLED[campaign.round.mode] is MachineName.PERSON
        self._opens_at = micros(campaign.round.opens_at)
        self._returned_at = max(micros(shift.ends_at) for shift in campaign.shifts) + RETURNED_AFTER
        luck = Luck(seed, "labels")
        self._stocks = [self._stock(place, luck) for place in places]
        planned = [(at, site, roll, step) for site in range(len(places)) for at, roll, step in self._plan(site)]
        self._planned = sorted(planned, key=lambda plan: plan[:1])
        self._given = 0

    def due(self, now: int) -> list[ThingStep]:
        """Return the rolls' steps that have become due; at first all that are past, repeats being harmless."""
        until = bisect_right(self._planned, now, lo=self._given, key=lambda plan: plan[0])
        due, self._given = self._planned[self._given : until], until
        return [self._step(*plan) for plan in due]

    def stocks(self, now: datetime) -> LabelStocks:
        """Return how every site's labels stand."""
        return LabelStocks(observed_at=now, sites=[self.stock(place, micros(now)) for place in self._places])

    def stock(self, place: Place, now: int) -> LabelStock:
        """Return how a site's labels stand."""
        stock, used = self._stocks[place.index], self._used(place.index, now)
        spoilt = bisect_left(stock.spoilt, used)
        issued = max(self._rolls(stock.issued_at, now), -(-(used + spoilt) // LABELS_PER_ROLL))
        cut = max(self._rolls(stock.cut_at, now), issued)
        back = issued * LABELS_PER_ROLL - used - spoilt if now >= self._returned_at else 0
        return LabelStock(
            site_id=place.site_id,
            rolls=stock.rolls,
            labels_printed=max(stock.rolls, cut) * LABELS_PER_ROLL,
            labels_cut=cut * LABELS_PER_ROLL,
            labels_issued=issued * LABELS_PER_ROLL,
            labels_used=used,
            labels_void=spoilt,
            labels_returned=back,
            tube_parts=used,
            bag_parts=self._tally.bagged(place.index),
            kept_parts=used,
        )

    def _used(self, site: int, now: int) -> int:
        persons, tubes = self._tally.until(site, now)
        return persons if self._is_for_persons else tubes

    def _rolls(self, moments: Sequence[int], now: int) -> int:
        return bisect_right(moments, now)

    def _stock(self, place: Place, luck: Luck) -> Stock:
        labels = place.planned_persons if self._is_for_persons else -(-place.planned_persons // PERSONS_PER_TUBE)
        rolls = -(-int(labels * (1 + SPARE_SHARE)) // LABELS_PER_ROLL)
        portion = -(-rolls // len(PORTIONS))
        return Stock(
            rolls=rolls,
            cut_at=tuple(self._opens_at - CUT_BEFORE + roll * CUTTING for roll in range(rolls)),
            issued_at=tuple(self._opens_at + PORTIONS[roll // portion] for roll in range(rolls)),
            spoilt=tuple(n for n in range(labels) if luck.of(f"{place.site_id}/{n}") < SPOILT_SHARE),
        )

    def _plan(self, site: int) -> Iterator[tuple[int, int, str]]:
        stock = self._stocks[site]
        for roll in range(stock.rolls):
            yield self._opens_at - PRINTED_BEFORE, roll, "print"
            yield stock.cut_at[roll], roll, "cut"
            yield stock.issued_at[roll], roll, "issue"
            yield self._returned_at, roll, "return"

    def _step(self, at: int, site: int, roll: int, step: str) -> ThingStep:
        place = self._places[site]
        facts: dict[str, str | int] = {"labels": LABELS_PER_ROLL, "lab": place.lab_id}
        if step == "return":
            facts["unused"] = self._unused(site, roll, at)
        return ThingStep(
            machine=MachineName.LABEL_ROLL,
            thing_id=f"{place.site_id}-L{roll + 1:03d}",
            step=step,
            site_id=place.site_id,
            by=place.lab_id if step == "print" else place.site_id,
            facts=facts,
            happened_at=moment(at),
        )

    def _unused(self, site: int, roll: int, now: int) -> int:
        used = self._used(site, now)
        gone = used + bisect_left(self._stocks[site].spoilt, used)
        return min(max((roll + 1) * LABELS_PER_ROLL - gone, 0), LABELS_PER_ROLL)
