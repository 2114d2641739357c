"""Tubes on their way: in order, in boxes by the courier's runs, lost and found, misrouted, taken up again."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, SECOND, micros
from pipelines.intake.places import places
from pipelines.intake.world import couriers
from pipelines.intake.world.couriers import TUBES_PER_BOX, routes
from pipelines.intake.world.custody import BAGGING, Custody, Filled, Step
from pipelines.intake.world.tube_steps import WAY
from pipelines.machines import BOX, TUBE
from pipelines.vocabulary import FaultKind, Mode
from pipelines.vocabulary import TubeEventKind as Kind
from tests.intake.world.tube_days import DAY, LATER, at_labs, custody_of, fault, lives, tubes, whole_day

ON_THE_ROAD = (Kind.DISPATCHED, Kind.MISROUTED, Kind.LOST)
STEP_OF = {Kind(step.after): step.name for step in TUBE.steps if step.after in set(Kind)} | {Kind.LOST: "lose"}


def test_every_tube_takes_every_step_once_and_in_the_order_of_the_machine(small: Campaign):
    steps = whole_day(small)
    taken = lives(steps)

    assert len(taken) == 300
    assert all(
        [step.kind for step in life if step.kind is not Kind.MISROUTED] == list(WAY[1:]) for life in taken.values()
    )
    assert [step.reported_at for step in steps] == sorted(step.reported_at for step in steps)


def test_the_guide_hands_over_then_the_tube_is_sampled_then_bagged(small: Campaign):
    """Q58: tube and labels go to the sampling desk with the group's guide."""
    expected = {tube.barcode: tube for tube in tubes(small)}

    for barcode, (handed, sampled, bagged, *_) in lives(whole_day(small)).items():
        tube = expected[barcode]
        assert (handed.at, sampled.at, bagged.at) == (
            tube.handed_over_at,
            tube.sampled_at,
            tube.sampled_at + BAGGING,
        )


def test_a_courier_takes_what_is_bagged_when_his_run_leaves_in_boxes_of_fifty_at_most(small: Campaign):
    runs, boxes = routes(small, places(small), 7), Counter[str]()

    for step in whole_day(small, count=3_000, each=3 * SECOND):
        if step.kind is Kind.DISPATCHED:
            route = runs[step.site]
            assert (step.at - route.first_run_at) % route.interval == 0
            assert step.box_id
            boxes[step.box_id] += 1

    assert max(boxes.values()) == TUBES_PER_BOX


def test_a_box_is_packed_sealed_dispatched_and_received_in_the_order_of_its_machine(small: Campaign):
    custody = custody_of(small)
    custody.expect_all(tubes(small, 3_000))
    custody.advance(micros(small.round.opens_at) + LATER)
    steps_of: defaultdict[str, list[str]] = defaultdict(list)
    for thing in custody.things():
        steps_of[thing.thing_id].append(thing.step)

    assert len(steps_of) > 60
    assert all(steps == [step.name for step in BOX.steps if not step.is_side] for steps in steps_of.values())


def test_lost_tubes_are_missed_by_the_courier_some_are_found_and_all_are_accounted_for(small: Campaign):
    lost_half = fault(small, FaultKind.TUBE_LOST, 0.5)
    count = Counter(step.kind for step in whole_day(small, [lost_half]))
    missing = 300 - count[Kind.RECEIVED]

    assert 100 < count[Kind.LOST] < 200
    assert 0 < missing < count[Kind.LOST]
    assert count[Kind.RESULTED] == count[Kind.RECEIVED]


def test_tubes_lost_at_one_site_are_that_sites_and_only_while_the_fault_acts(small: Campaign):
    site = small.sites[2].site_id
    an_hour = fault(small, FaultKind.TUBE_LOST, 1.0, hours=1.0, target=site)
    steps = whole_day(small, [an_hour])
    left = {step.barcode: step.at for step in steps if step.kind is Kind.DISPATCHED}
    lost = [step for step in steps if step.kind is Kind.LOST]

    assert lost
    assert {step.site for step in lost} == {2}
    assert all(left[step.barcode] < micros(an_hour.ends_at) for step in lost)


def test_a_run_taken_to_the_wrong_lab_is_misrouted_there_and_received_late_by_its_own(
    small: Campaign, monkeypatch: pytest.MonkeyPatch
):
    """Bad input 45: the other lab sees that the labels are not its own and passes the boxes on."""
    monkeypatch.setattr(couriers, "MISROUTED_SHARE", 0.3)
    own = [place.lab_id for place in places(small)]
    astray = [life for life in lives(whole_day(small)).values() if Kind.MISROUTED in {step.kind for step in life}]

    assert astray
    for life in astray:
        misrouted, received = life[4], life[5]
        assert (misrouted.kind, received.kind) == (Kind.MISROUTED, Kind.RECEIVED)
        assert misrouted.lab_id != own[misrouted.site] == received.lab_id
        assert received.at - misrouted.at >= 30 * MINUTE


days = st.builds(
    lambda seed, lost, stop, mode: (seed, lost, stop, mode),
    st.integers(0, 10_000),
    st.sampled_from((0.0, 0.1, 1.0)),
    st.sampled_from((0.0, 0.4, 1.0)),
    st.sampled_from(list(Mode)),
)


@given(day=days, asked_each=st.integers(3, 400))
def test_whatever_happens_lives_are_ways_through_the_machine_and_nothing_vanishes(
    small: Campaign, day: tuple[int, float, float, Mode], asked_each: int
):
    seed, lost, stop, mode = day
    campaign = replace(small, round=replace(small.round, mode=mode))
    opens_at = micros(small.round.opens_at)
    faults = [fault(small, FaultKind.TUBE_LOST, lost, 2.0), fault(small, FaultKind.LAB_STOPS, stop, 5.0)]
    custody = custody_of(campaign, faults, seed)
    custody.expect_all(tubes(small, 90, MINUTE))
    steps = [
        step
        for at in [*range(opens_at, opens_at + DAY, asked_each * MINUTE), opens_at + LATER]
        for step in custody.advance(at)
    ]

    assert len(lives(steps)) == 90
    for life in lives(steps).values():
        assert is_way(life)
    for at in (opens_at + 2 * 60 * MINUTE, opens_at + 7 * 60 * MINUTE, opens_at + LATER):
        assert_conserved(custody_of(campaign, faults, seed), tubes(small, 90, MINUTE), at)
    for lab_id, resulted in at_labs(small, steps, Kind.RESULTED).items():
        interval = DAY // next(lab.capacity_tubes_per_day for lab in small.labs if lab.lab_id == lab_id)
        assert all(later - earlier >= interval for earlier, later in pairwise(sorted(resulted)))


def is_way(life: list[Step]) -> bool:
    """Whether each step may follow the one before, later in time."""
    state: str | None = "registered"
    for step in life:
        state = TUBE.after(state or "", STEP_OF[step.kind])
    in_time = all(earlier.at <= later.at for earlier, later in pairwise(life))
    return state in ("resulted", "lost") and in_time


def assert_conserved(custody: Custody, filled: list[Filled], at: int) -> None:
    """Every dispatched tube is received, or on the road, or lost."""
    custody.expect_all(filled)
    steps = custody.advance(at)
    stands = Counter(life[-1].kind for life in lives(steps).values())
    count = Counter(step.kind for step in steps)

    assert count[Kind.DISPATCHED] == count[Kind.RECEIVED] + sum(stands[kind] for kind in ON_THE_ROAD)
    assert count[Kind.RECEIVED] == count[Kind.RESULTED] + stands[Kind.RECEIVED]


@pytest.mark.parametrize("minutes", [40, 100, 130, 230, 300])
@pytest.mark.parametrize("lost", [0.0, 0.3])
def test_taken_up_again_from_the_ledger_the_rest_of_the_day_is_the_same(
    small: Campaign, minutes: int, lost: float, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(couriers, "MISROUTED_SHARE", 0.2)
    opens_at, faults = micros(small.round.opens_at), [fault(small, FaultKind.TUBE_LOST, lost)]
    first = custody_of(small, faults)
    first.expect_all(tubes(small))
    before, after = first.advance(opens_at + minutes * MINUTE), first.advance(opens_at + LATER)

    assert Counter(resumed(small, faults, before).advance(opens_at + LATER)) == Counter(after)


def resumed(campaign: Campaign, faults: list[Fault], before: list[Step]) -> Custody:
    """Take the day up from the steps on record, as the world does from the ledger."""
    custody = custody_of(campaign, faults)
    latest = {step.barcode: step for step in before}
    box = {step.barcode: step.box_id or "" for step in before if step.kind is Kind.DISPATCHED}
    known = {tube.barcode: tube for tube in tubes(campaign)}
    resulted = [step for step in before if step.kind is Kind.RESULTED]
    for step in sorted(resulted, key=lambda step: step.at):
        custody.resume_lab(places(campaign)[step.site].lab_id, step.at)
    for step in sorted(latest.values(), key=lambda step: step.at):
        if step.kind is not Kind.RESULTED:
            custody.resume(step.kind, step.at, known[step.barcode], box.get(step.barcode, ""))
    for tube in known.values():
        if tube.barcode not in latest:
            custody.expect(tube)
    return custody
