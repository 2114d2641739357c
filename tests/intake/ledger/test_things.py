"""Sessions, accounts, sheets, rolls, boxes, interruptions: each takes its machine's steps, once, and is read back."""

import pytest

from pipelines.intake.ledger.making import NOT_THINGS
from pipelines.intake.ledger.read_desk import thing_page
from pipelines.intake.ledger.resume import standing
from pipelines.machines import MACHINES, MachineName
from tests.intake.ledger.book import Book

SESSION, SHEET, BOX = MachineName.SESSION, MachineName.SHEET, MachineName.BOX


def test_a_thing_s_life_is_told_step_by_step_and_its_facts_are_gathered(book: Book):
    book.things(book.thing(SESSION, "s-1", "open", device="phone-1", lane=2))
    book.things(
        book.thing(SESSION, "s-1", "log_in", minute=1, server="p1"),
        book.thing(SESSION, "s-1", "fail_over", site=None, minute=2, server="p3"),
    )
    events = thing_page(book.connection, 0, 10).events

    assert [(e.sequence, e.step, e.state, e.site_id) for e in events] == [
        (1, "open", "opened", "LS-1"),
        (2, "log_in", "online", "LS-1"),
        (3, "fail_over", "failed_over", "LS-1"),
    ]
    assert events[1].facts == {"server": "p1"}
    (known,) = standing(book.connection).things
    assert (known.state, known.facts) == ("failed_over", {"device": "phone-1", "lane": 2, "server": "p3"})


def test_repeats_are_harmless_in_any_mixture(book: Book):
    steps = [book.thing(BOX, "box-1", "pack"), book.thing(BOX, "box-1", "seal", minute=1)]

    assert book.things(steps[0]) == (1, 0)
    assert book.things(*steps) == (1, 1)
    assert book.things(steps[1], steps[0]) == (0, 2)


@pytest.mark.parametrize(
    ("machine", "steps", "rule"),
    [
        (SHEET, ["issue"], "step_out_of_order"),
        (SHEET, ["print", "destroy"], "step_out_of_order"),
        (BOX, ["pack", "pack"], "step_out_of_order"),
        (SHEET, ["burn"], "unknown_step"),
        (MachineName.TUBE, ["open"], "not_a_thing"),
        (MachineName.PERSON, ["expect"], "not_a_thing"),
    ],
)
def test_a_step_that_its_machine_does_not_have_is_refused_with_all_sent_beside_it(
    book: Book, machine: MachineName, steps: list[str], rule: str
):
    sent = [book.thing(machine, "x-1", step, minute=minute) for minute, step in enumerate(steps)]

    assert book.refusal(lambda: book.things(*sent))[1] == rule


@pytest.mark.parametrize("name", [name for name in MachineName if name not in NOT_THINGS])
def test_every_thing_lives_its_good_day_to_the_end(book: Book, name: MachineName):
    steps = [step.name for step in MACHINES[name].steps if not step.is_side]
    taken = [book.things(book.thing(name, "x-1", step, minute=minute)) for minute, step in enumerate(steps)]

    assert taken == [(1, 0)] * len(steps)


def test_a_session_with_open_tubes_is_not_closed_and_they_are_named(book: Book):
    """Case 58: a site closes while four tubes are open."""
    book.things(book.thing(SESSION, "s-1", "open"))
    barcodes = [book.open_with(range(10 * group, 10 * group + 3), group) for group in range(4)]
    book.change(barcodes[1], "suspend", book.changing())
    closing = book.thing(SESSION, "s-1", "close", minute=30)

    assert book.refusal(lambda: book.things(closing)) == (409, "session_has_open_tubes", "steps[0]")
    for barcode in barcodes:
        book.change(barcode, "void", book.changing())
    assert book.things(closing) == (1, 0)


def test_pages_of_steps_are_complete_and_in_order(book: Book):
    for number in range(7):
        book.things(book.thing(SHEET, f"sheet-{number}", "print", minute=number))
    first = thing_page(book.connection, 0, 5)
    second = thing_page(book.connection, first.last_sequence, 5)

    assert [e.thing_id for e in (*first.events, *second.events)] == [f"sheet-{number}" for number in range(7)]
    assert thing_page(book.connection, 7, 5).last_sequence == 7
