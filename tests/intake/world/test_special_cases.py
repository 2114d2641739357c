"""The register of special cases: every diverted visitor once, with outcome and time, and nobody's identity (Q49)."""

from datetime import timedelta

from pipelines.campaign import Campaign
from pipelines.intake.moments import micros
from pipelines.intake.places import places
from pipelines.intake.world.gate import site_crowd
from pipelines.intake.world.special_cases import CaseBook
from pipelines.vocabulary import CaseOutcome, Diversion


def book_of(campaign: Campaign, seed: int = 1) -> CaseBook:
    return CaseBook([site_crowd(campaign, place, seed) for place in places(campaign)])


def test_every_diverted_visitor_is_one_line_with_the_outcome_the_gate_decided(small: Campaign):
    crowds = [site_crowd(small, place, 1) for place in places(small)]
    cases = CaseBook(crowds).page(0, 5_000, small.round.closes_at + timedelta(days=1)).cases

    assert len(cases) == sum(int((crowd.diversion >= 0).sum()) for crowd in crowds) > 20
    assert [case.sequence for case in cases] == sorted({case.sequence for case in cases})
    assert all(case.outcome is CaseOutcome.TURNED_AWAY for case in cases if case.diversion is Diversion.VACCINATED)
    assert {case.outcome for case in cases if case.diversion is Diversion.RISK_TRAVEL} >= {
        CaseOutcome.TESTED_SEPARATELY
    }


def test_pages_follow_the_cursor_and_tell_nothing_of_the_future(small: Campaign):
    book, now = book_of(small), small.round.opens_at + timedelta(hours=5)
    whole, found, cursor = book.page(0, 5_000, now).cases, [], 0
    while page := book.page(cursor, 3, now).cases:
        found += page
        cursor = page[-1].sequence

    assert found == whole
    assert all(case.happened_at <= now + timedelta(seconds=1) for case in whole)
    assert book.page(cursor, 3, now).last_sequence == cursor
    by_site = [sum(case.site_id == site.site_id for case in whole) for site in small.sites]
    assert [book.count(n, micros(now)) for n in range(len(small.sites))] == by_site


def test_a_restart_gives_the_same_cases(small: Campaign):
    now = small.round.opens_at + timedelta(hours=5)

    assert book_of(small).page(0, 5_000, now) == book_of(small).page(0, 5_000, now)
    assert book_of(small, 1).page(0, 5_000, now) != book_of(small, 2).page(0, 5_000, now)
