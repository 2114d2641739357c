"""Labels of a site: printed, cut, issued, used, spoilt, returned; three parts that agree (Q64, Q65)."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.contract_sites import LabelStock
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import places
from pipelines.intake.world.labels import LABELS_PER_ROLL, PORTIONS, LabelBook
from pipelines.intake.world.tally import Tally
from pipelines.machines import LABEL_ROLL
from pipelines.vocabulary import Mode

HOUR = 60 * MINUTE


def book(campaign: Campaign, tubes: int = 0, bagged: int = 0) -> LabelBook:
    """The labels of a day on which the first site has registered a tube of ten each minute."""
    tally, opens_at = Tally(len(campaign.sites)), micros(campaign.round.opens_at)
    for number in range(tubes):
        tally.add(0, opens_at + number * MINUTE, 10)
    tally.bag(0, bagged)
    return LabelBook(campaign, places(campaign), tally)


def stock(campaign: Campaign, hours: float, tubes: int = 0, bagged: int = 0) -> LabelStock:
    at = micros(campaign.round.opens_at) + int(hours * HOUR)
    return book(campaign, tubes, bagged).stock(places(campaign)[0], at)


def test_the_day_before_labels_are_cut_and_in_the_morning_the_first_portion_is_issued(small: Campaign):
    days_before, evening, morning = stock(small, -30), stock(small, -12), stock(small, -0.5)

    assert days_before.labels_cut == 0 < days_before.labels_printed
    assert evening.labels_cut == evening.labels_printed
    assert evening.labels_issued == 0 < morning.labels_issued <= morning.labels_cut


def test_printed_is_enough_for_the_plan_and_some_more(small: Campaign):
    planned = places(small)[0].planned_persons / 10

    assert planned < stock(small, 0).labels_printed < planned * 1.15 + LABELS_PER_ROLL


def test_the_part_on_the_tube_and_the_kept_one_agree_and_that_on_the_bag_follows(small: Campaign):
    found = stock(small, 1, tubes=40, bagged=37)

    assert (found.tube_parts, found.bag_parts, found.kept_parts) == (40, 37, 40)


def test_what_is_issued_is_used_spoilt_or_returned_in_the_evening(small: Campaign):
    found = stock(small, 12, tubes=90)

    assert found.labels_used == 90
    assert found.labels_issued == found.labels_used + found.labels_void + found.labels_returned


def test_some_labels_are_spoilt_at_every_large_site(sanshui: Campaign):
    tally = Tally(len(sanshui.sites))
    for number in range(1_000):
        tally.add(0, micros(sanshui.round.opens_at) + number, 10)
    found = LabelBook(sanshui, places(sanshui), tally).stock(places(sanshui)[0], micros(sanshui.round.closes_at))

    assert 0 < found.labels_void < 20


def test_every_roll_goes_its_machine_s_way_once(small: Campaign):
    steps: defaultdict[str, list[str]] = defaultdict(list)
    for step in book(small).due(micros(small.round.closes_at) + 6 * HOUR):
        steps[step.thing_id].append(step.step)

    assert len(steps) >= len(small.sites)
    assert all(way == [step.name for step in LABEL_ROLL.steps] for way in steps.values())


def test_a_roll_s_step_is_due_once_and_those_of_the_past_at_first(small: Campaign):
    labels, opens_at = book(small), micros(small.round.opens_at)

    assert {step.step for step in labels.due(opens_at)} == {"print", "cut", "issue"}
    assert labels.due(opens_at) == []


def test_in_mode_one_every_person_takes_a_label(small: Campaign):
    mode_one = replace(small, round=replace(small.round, mode=Mode.ONE))

    assert stock(mode_one, 1, tubes=40).labels_used == 400
    assert stock(mode_one, 0).labels_printed > 8 * stock(small, 0).labels_printed


@given(
    tubes=st.lists(st.tuples(st.integers(-60, 700), st.integers(0, 10)), max_size=60),
    moments=st.lists(st.integers(-2_400, 1_200), min_size=2, max_size=5).map(sorted),
)
def test_labels_never_come_back_or_out_of_nothing(small: Campaign, tubes: list[tuple[int, int]], moments: list[int]):
    tally, opens_at = Tally(len(small.sites)), micros(small.round.opens_at)
    for minute, persons in tubes:
        tally.add(0, opens_at + minute * MINUTE, persons)
    labels = LabelBook(small, places(small), tally)
    found = [labels.stock(places(small)[0], opens_at + minute * MINUTE) for minute in moments]

    for one in found:
        assert one.labels_printed >= one.labels_cut >= one.labels_issued
        assert one.labels_issued >= one.labels_used + one.labels_void + one.labels_returned
    for name in ("labels_cut", "labels_issued", "labels_used", "labels_void"):
        counts = [getattr(one, name) for one in found]
        assert counts == sorted(counts)


@pytest.mark.parametrize("hours", [hours / HOUR for hours in PORTIONS])
def test_labels_are_issued_in_portions(small: Campaign, hours: float):
    many = replace(small, sites=tuple(replace(site, planned_persons=20_000) for site in small.sites))

    assert stock(many, hours - 0.01).labels_issued < stock(many, hours + 0.01).labels_issued
