"""Labs: boxes come, labels are scanned, tubes tested no faster than they can, results told, late where by hand."""

from dataclasses import replace
from itertools import pairwise

import pytest

from pipelines.campaign import Campaign
from pipelines.intake.moments import MINUTE, SECOND, micros
from pipelines.intake.places import places
from pipelines.intake.world.labs import SCAN, SCANNERS_PER_TUBES, TURNAROUND
from pipelines.vocabulary import FaultKind, Mode
from pipelines.vocabulary import TubeEventKind as Kind
from tests.intake.world.tube_days import DAY, at_labs, fault, whole_day


def test_a_lab_takes_no_tube_before_it_came_nor_more_than_its_capacity(small: Campaign):
    steps = whole_day(small)
    capacity = {lab.lab_id: lab.capacity_tubes_per_day for lab in small.labs}
    received = {step.barcode: step.at for step in steps if step.kind is Kind.RECEIVED}

    assert all(step.at >= received[step.barcode] + TURNAROUND for step in steps if step.kind is Kind.RESULTED)
    for lab_id, resulted in at_labs(small, steps, Kind.RESULTED).items():
        assert min(later - earlier for earlier, later in pairwise(sorted(resulted))) >= DAY // capacity[lab_id]


def test_a_lab_that_stops_for_three_hours_takes_nothing_in_them_and_works_its_backlog_off_after(small: Campaign):
    stop = fault(small, FaultKind.LAB_STOPS, 1.0, hours=3.0, target="lab-1")
    steps, until = whole_day(small, [stop]), micros(stop.ends_at)

    assert min(at_labs(small, steps, Kind.RECEIVED)["lab-1"]) >= until
    assert min(at_labs(small, steps, Kind.RECEIVED)["lab-2"]) < until
    assert sum(step.kind is Kind.RESULTED for step in steps) == 300


def test_a_lab_at_half_its_strength_needs_twice_as_long_for_each_tube(small: Campaign):
    slow = fault(small, FaultKind.LAB_STOPS, 0.5, hours=100.0, target="lab-1")
    capacity = next(lab.capacity_tubes_per_day for lab in small.labs if lab.lab_id == "lab-1")
    resulted = at_labs(small, whole_day(small, [slow], 2_000), Kind.RESULTED)["lab-1"]

    assert min(later - earlier for earlier, later in pairwise(sorted(resulted))) >= 2 * DAY // capacity - SECOND


def test_a_lab_without_interface_tells_its_results_late_in_hourly_batches_typed_by_hand(small: Campaign):
    """Q35: lab-2 of the small district has no interface."""
    by_hand = [
        step for step in whole_day(small) if step.kind is Kind.RESULTED and places(small)[step.site].lab_id == "lab-2"
    ]

    assert all(step.reported_at - step.at >= 15 * MINUTE for step in by_hand)
    assert len({step.reported_at for step in by_hand}) < len(by_hand) / 5


def test_a_line_typed_wrong_comes_with_the_next_batch_and_none_is_missing(small: Campaign):
    steps = [s for s in whole_day(small, count=3_000) if s.kind is Kind.RESULTED]
    by_hand = [s for s in steps if places(small)[s.site].lab_id == "lab-2"]
    late = [s for s in by_hand if s.reported_at - s.at > 75 * MINUTE]

    assert len(steps) == 3_000
    assert 0 < len(late) < 0.03 * len(by_hand)


def test_one_label_a_person_means_ten_times_the_scans_and_a_slower_intake(small: Campaign):
    """Q22-Q26: mode one scans every person, mode two every tube."""
    mode_one = replace(small, round=replace(small.round, mode=Mode.ONE))
    fastest = {
        mode: min(
            later - earlier
            for earlier, later in pairwise(at_labs(campaign, whole_day(campaign), Kind.RECEIVED)["lab-1"])
        )
        for mode, campaign in ((Mode.ONE, mode_one), (Mode.TWO, small))
    }

    assert fastest == {Mode.ONE: 10 * SCAN, Mode.TWO: SCAN}, "a lab of this size has one scanner"
    assert all(lab.capacity_tubes_per_day <= SCANNERS_PER_TUBES for lab in small.labs)


def test_in_a_lab_the_mean_number_of_tubes_is_their_rate_times_their_stay(small: Campaign):
    """Little's law, exact when counted from an empty lab to an empty lab."""
    steps = whole_day(small)
    come = {s.barcode: s.at for s in steps if s.kind is Kind.RECEIVED}
    gone = {s.barcode: s.at for s in steps if s.kind is Kind.RESULTED}
    changes = sorted([(at, 1) for at in come.values()] + [(at, -1) for at in gone.values()])
    span, inside, area = changes[-1][0] - changes[0][0], 0, 0
    for (at, change), (until, _) in pairwise(changes):
        inside += change
        area += inside * (until - at)
    stay = sum(gone[barcode] - at for barcode, at in come.items()) / len(come)

    assert area / span == pytest.approx(len(come) / span * stay)
