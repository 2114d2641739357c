"""What is read back: quality per site as it grows, and all that a restart takes up."""

import msgspec

from pipelines.intake.ledger.quality import QualityCounters
from pipelines.intake.ledger.resume import HalfFilled, standing
from pipelines.intake.moments import micros
from pipelines.machines import MachineName
from pipelines.vocabulary import Entry, ShortReason
from pipelines.vocabulary import TubeEventKind as Kind
from tests.intake.ledger.book import Book
from tests.intake.registrations import registration

change = msgspec.structs.replace


def test_quality_is_added_up_from_what_is_new_and_equals_a_count_from_the_beginning(book: Book):
    grown = QualityCounters(book.connection, [site.site_id for site in book.campaign.sites])
    book.register(change(registration(book.campaign, 0, device="phone-2"), rescans=2, manual_entries=1))
    first = grown.tell(book.now).sites[0]
    book.register(change(registration(book.campaign, 1, persons=4, device="phone-2"), rescans=1, is_verified=False))
    book.register(change(registration(book.campaign, 1, persons=4, device="app-1"), is_offline=True))
    barcode = book.open_with(range(200, 203), group=2)
    book.bind(barcode, book.binding(203, entry=Entry.MANUAL, again=203))
    book.change(barcode, "close", book.changing(reason=ShortReason.INTERRUPTED, is_verified=False))
    book.custody(book.step(barcode, Kind.LOST))
    voided = book.register(registration(book.campaign, 5, device="phone-5")).barcode
    book.custody(book.step(voided, Kind.VOIDED))
    book.refusal(lambda: book.register(registration(book.campaign, 5, device="phone-6")))

    now = grown.tell(book.now)
    fresh = QualityCounters(book.connection, [site.site_id for site in book.campaign.sites]).tell(book.now)
    site = now.sites[0]
    assert (first.tubes_registered, first.rescans, first.manual_entries, first.tubes_short) == (1, 2, 1, {})
    assert now == fresh
    assert (site.tubes_registered, site.rescans, site.manual_entries, site.tubes_unverified) == (4, 3, 2, 2)
    assert site.tubes_short == {ShortReason.SITE_CLOSING: 1, ShortReason.INTERRUPTED: 1}
    assert (site.tubes_voided, site.persons_voided, site.tubes_lost, site.tubes_twice) == (1, 10, 1, 1)
    assert (now.conflicts, now.sequence) == (1, 7)
    assert all(other.tubes_registered == 0 for other in now.sites[1:])


def test_a_restart_finds_registered_and_half_filled_tubes_things_and_every_device_s_last_number(book: Book):
    whole = book.register(registration(book.campaign, 7, persons=6, device="phone-7")).barcode
    book.custody(*(book.step(whole, kind) for kind in (Kind.HANDED_OVER, Kind.SAMPLED)))
    half = book.open_with(range(300, 304), group=8)
    book.change(half, "suspend", book.changing())
    gone = book.open_with(range(400, 402), group=9)
    book.change(gone, "void", book.changing())
    book.things(book.thing(MachineName.BOX, "box-1", "pack", courier="c-3"))
    found = standing(book.connection)

    (tube,) = found.tubes
    assert (tube.barcode, tube.persons, tube.seats, tube.state) == (whole, 6, 6, Kind.SAMPLED)
    assert tube.since == micros(book.step(whole, Kind.SAMPLED).happened_at)
    suspended_at = micros(book.changing().happened_at)
    opened_at = micros(book.campaign.round.opens_at)
    assert found.half_filled == [
        HalfFilled(half, "s-1", "phone-1", "LS-1", 1, 4, opened_at, "suspended", suspended_at),
    ]
    assert [(thing.machine, thing.thing_id, thing.state, thing.facts) for thing in found.things] == [
        (MachineName.BOX, "box-1", "packed", {"courier": "c-3"})
    ]
    assert found.device_sequences == {"phone-7": 8, "phone-1": 10}
