"""The hourly site inputs: delayed, late, wrong, corrected, forgotten; the same after a restart (Q82, Q86, Q88)."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.campaign.hours import reporting_hours
from pipelines.contract_sites import SiteInput
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import places
from pipelines.intake.world.inputs import InputBook, SiteTruth, swapped
from pipelines.intake.world.tally import Tally
from pipelines.vocabulary import FaultKind


def steady_tally(campaign: Campaign) -> Tally:
    """A tube of ten a minute at every site from opening to closing."""
    tally = Tally(len(campaign.sites))
    for site in range(len(campaign.sites)):
        for at in range(micros(campaign.round.opens_at), micros(campaign.round.closes_at), MINUTE):
            tally.add(site, at, 10)
    return tally


def truth_of(campaign: Campaign, tally: Tally) -> Callable[[int, int], SiteTruth]:
    """The tally's truth, every tube with its third copy, and a special case every begun hour."""

    def truth(site: int, until: int) -> SiteTruth:
        persons, tubes = tally.until(site, until)
        hours = (min(until, micros(campaign.round.closes_at)) - micros(campaign.round.opens_at)) // (60 * MINUTE)
        return SiteTruth(persons, tubes, tubes, max(hours, 0))

    return truth


def book_of(campaign: Campaign, *faults: Fault, seed: int = 1, path: Path | None = None) -> InputBook:
    book = InputBook(campaign, places(campaign), truth_of(campaign, steady_tally(campaign)), seed, path)
    book.change_faults(faults)
    return book


def entered(campaign: Campaign, book: InputBook, hours: float = 20, after: int = 0) -> list[SiteInput]:
    """What is entered so many hours after opening."""
    book.enter(micros(campaign.round.opens_at + timedelta(hours=hours)))
    return book.page(after, 5_000).inputs


def by_hour(inputs: list[SiteInput]) -> dict[tuple[str, object], list[SiteInput]]:
    found: defaultdict[tuple[str, object], list[SiteInput]] = defaultdict(list)
    for one in inputs:
        found[one.site_id, one.hour_at].append(one)
    return found


def forgotten(campaign: Campaign, target: str = "", strength: float = 1.0, begins_h: float = 2.5, ends_h: float = 4.5):
    opens_at = campaign.round.opens_at
    return Fault(
        fault_id="f-1",
        kind=FaultKind.REPORT_FORGOTTEN,
        target=target,
        strength=strength,
        starts_at=opens_at + timedelta(hours=begins_h),
        ends_at=opens_at + timedelta(hours=ends_h),
    )


def test_every_site_enters_every_full_hour_and_the_last_version_is_the_truth(sanshui: Campaign):
    truth = truth_of(sanshui, steady_tally(sanshui))
    index = {site.site_id: n for n, site in enumerate(sanshui.sites)}
    entries = by_hour(entered(sanshui, book_of(sanshui)))

    assert len(entries) == 118 * len(reporting_hours(sanshui)) == 118 * 16
    for (site_id, hour_at), versions in entries.items():
        assert [one.version for one in versions] == list(range(1, len(versions) + 1))
        last = versions[-1]
        told = SiteTruth(last.persons, last.tubes, last.third_copies, last.special_cases)
        assert told == truth(index[site_id], micros(hour_at))
        assert all(one.entered_at > hour_at for one in versions)


def test_some_are_late_and_some_are_wrong_and_a_wrong_one_is_corrected_later(sanshui: Campaign):
    inputs = entered(sanshui, book_of(sanshui))
    first = [one for one in inputs if one.version == 1]
    corrected = [versions for versions in by_hour(inputs).values() if len(versions) > 1]

    late_share = sum(one.entered_at - one.hour_at > timedelta(minutes=15) for one in first) / len(first)
    assert 0.03 < late_share < 0.1
    assert 0.02 < len(corrected) / len(first) < 0.09
    for wrong, right in corrected:
        assert right.entered_at > wrong.entered_at
        assert (wrong.persons, wrong.tubes, wrong.third_copies) != (right.persons, right.tubes, right.third_copies)


@given(st.integers(1, 60), st.integers(1, 400))
def test_pages_after_a_cursor_give_every_entry_once_in_ascending_order(small: Campaign, limit: int, minutes: int):
    book, now = book_of(small), small.round.opens_at + timedelta(minutes=minutes)
    for minute in range(minutes + 1):  # what is due comes in minute by minute
        book.enter(micros(small.round.opens_at) + minute * MINUTE)
    whole, cursor, found = entered(small, book_of(small), minutes / 60), 0, []
    while page := book.page(cursor, limit).inputs:
        found += page
        cursor = page[-1].sequence

    assert found == whole
    assert [one.sequence for one in found] == sorted({one.sequence for one in found})
    assert book.page(cursor, limit).last_sequence == cursor
    assert all(one.entered_at <= now + timedelta(milliseconds=1) for one in whole)


def test_a_forgotten_report_leaves_its_hours_out_and_the_next_hour_is_there_again(small: Campaign):
    hours = {one.hour_at for one in entered(small, book_of(small, forgotten(small, "LS-1"))) if one.site_id == "LS-1"}
    left_out = {one.hour_at for one in entered(small, book_of(small)) if one.site_id == "LS-1"} - hours

    assert left_out == {small.round.opens_at + timedelta(hours=hour) for hour in (3, 4)}


@given(st.sampled_from(["", "LS-2", "990001001", "nowhere"]), st.floats(0, 1), st.integers(0, 8), st.integers(1, 5))
def test_entries_outside_a_fault_are_as_without_it(small: Campaign, target, strength, begins_h, hours):
    fault = forgotten(small, target, strength, begins_h, begins_h + hours)
    kept, plain = entered(small, book_of(small, fault)), entered(small, book_of(small))

    outside = [one for one in plain if not fault.starts_at <= one.hour_at < fault.ends_at]
    assert [one for one in kept if not fault.starts_at <= one.hour_at < fault.ends_at] == outside
    assert set(kept) <= set(plain)


def test_an_entry_stays_as_it_was_entered_when_a_tube_is_uploaded_late(small: Campaign):
    tally = steady_tally(small)
    book = InputBook(small, places(small), truth_of(small, tally), 1)
    before = entered(small, book, hours=2)
    tally.add(0, micros(small.round.opens_at) + 30 * MINUTE, 10)

    assert entered(small, book, hours=2) == before
    assert tally.until(0, micros(small.round.opens_at) + 60 * MINUTE) == (620, 62)


@pytest.mark.parametrize(("number", "written"), [(0, 0), (7, 7), (11, 11), (1523, 5123), (1123, 1213), (100, 10)])
def test_a_digit_is_swapped(number: int, written: int):
    assert swapped(number) == written


def test_what_was_entered_outlives_the_process_even_when_it_was_killed_while_writing(small: Campaign, tmp_path: Path):
    path, fault = tmp_path / "inputs.jsonl", forgotten(small, "LS-2", 1.0, 0.5, 1.5)
    before = entered(small, book_of(small, fault, path=path), hours=3)
    with path.open("ab") as file:
        file.write(b'{"sequence":')
    again = book_of(small, path=path)

    assert again.page(0, 5_000).inputs == before
    whole = entered(small, again)
    assert whole[: len(before)] == before
    assert whole == entered(small, book_of(small, fault))
    assert book_of(small, path=path).page(0, 5_000).inputs == whole


def test_a_restart_gives_the_same_entries_and_another_seed_others(small: Campaign):
    fault = forgotten(small, "", 0.5)

    assert entered(small, book_of(small, fault, seed=3)) == entered(small, book_of(small, fault, seed=3))
    assert entered(small, book_of(small, seed=3)) != entered(small, book_of(small, seed=4))
    assert Counter(one.site_id for one in entered(small, book_of(small), hours=0)) == {}
