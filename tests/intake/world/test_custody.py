"""Tubes on their way: in order, by the courier's runs, no faster than the lab can."""

from collections import Counter, defaultdict
from itertools import pairwise

from pipelines.campaign import Campaign
from pipelines.intake.moments import MINUTE, SECOND, micros
from pipelines.intake.places import places
from pipelines.intake.states import TUBE_STEPS
from pipelines.intake.world.custody import TURNAROUND, Custody, Step, routes
from pipelines.vocabulary import TubeEventKind as Kind

DAY = 24 * 60 * MINUTE


def tubes(campaign: Campaign) -> list[tuple[str, int, int]]:
    """Three hundred tubes, one sampled each half minute from opening, site by site in turn."""
    opens_at, sites = micros(campaign.round.opens_at), len(campaign.sites)
    return [(f"T{number:05d}", number % sites, opens_at + number * 30 * SECOND) for number in range(300)]


def whole_day(campaign: Campaign) -> list[Step]:
    custody = Custody(campaign, places(campaign))
    custody.expect_all(tubes(campaign))
    return custody.advance(micros(campaign.round.opens_at) + DAY)


def test_every_tube_takes_every_step_once_and_in_order(small: Campaign):
    steps = whole_day(small)
    taken: defaultdict[str, list[Kind]] = defaultdict(list)
    for step in steps:
        taken[step.barcode].append(step.kind)

    assert len(taken) == 300
    assert all(kinds == [step.kind for step in TUBE_STEPS[1:]] for kinds in taken.values())
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_a_courier_takes_what_is_bagged_when_his_run_leaves(small: Campaign):
    runs = routes(small, places(small))

    for step in whole_day(small):
        if step.kind is Kind.DISPATCHED:
            route = runs[step.site]
            assert (step.at - route.first_run_at) % route.interval == 0


def test_a_lab_takes_no_tube_before_it_came_nor_more_than_its_capacity(small: Campaign):
    steps, sites = whole_day(small), places(small)
    capacity = {lab.lab_id: lab.capacity_tubes_per_day for lab in small.labs}
    received = {step.barcode: step.at for step in steps if step.kind is Kind.RECEIVED}
    by_lab: defaultdict[str, list[int]] = defaultdict(list)
    for step in steps:
        if step.kind is Kind.RESULTED:
            assert step.at >= received[step.barcode] + TURNAROUND
            by_lab[sites[step.site].lab_id].append(step.at)

    for lab_id, resulted in by_lab.items():
        assert min(later - earlier for earlier, later in pairwise(resulted)) >= DAY // capacity[lab_id]


def test_taken_up_again_from_the_ledger_the_rest_of_the_day_is_the_same(small: Campaign):
    opens_at = micros(small.round.opens_at)
    for stop in (opens_at + 40 * MINUTE, opens_at + 100 * MINUTE, opens_at + 230 * MINUTE):
        first = Custody(small, places(small))
        first.expect_all(tubes(small))
        before, after = first.advance(stop), first.advance(opens_at + DAY)

        assert Counter(resumed(small, before).advance(opens_at + DAY)) == Counter(after)


def resumed(campaign: Campaign, before: list[Step]) -> Custody:
    """Take the day up from the steps on record, as the world does from the ledger."""
    custody = Custody(campaign, places(campaign))
    latest = {step.barcode: step for step in before}
    for step in (step for step in before if step.kind is Kind.RESULTED):
        custody.resume_lab(places(campaign)[step.site].lab_id, step.at)
    for step in sorted(latest.values()):
        custody.resume(step.barcode, step.site, step.kind, step.at)
    for barcode, site, sampled_at in tubes(campaign):
        if barcode not in latest:
            custody.expect(barcode, site, sampled_at)
    return custody
