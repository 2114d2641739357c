"""What the asks answer of tubes against labels, third copies and labs: sets of barcodes, every difference named."""

import pytest

from pipelines.api import Scope
from pipelines.intake.barcodes import label
from tests.store.kit import lines, shown
from tests.store.test_input_asks import WHO

ONE, TWO, THREE, FOUR, FIVE = (label("LK1", number) for number in range(1, 6))
OTHER = label("LK2", 1)
EVENTS = f"""
sequence | barcode | kind        | site_id | lab_id | persons | happened_at
1        | {ONE}   | registered  | LS-1    | lab-1  | 10      | 00:10
2        | {TWO}   | registered  | LS-1    | lab-1  | 10      | 00:11
3        | {THREE} | registered  | LS-1    | lab-1  | 10      | 00:12
4        | {FOUR}  | registered  | LS-2    | lab-1  | 7       | 00:13
5        | {ONE}   | bagged      | LS-1    | lab-1  | 10      | 00:20
6        | {TWO}   | bagged      | LS-1    | lab-1  | 10      | 00:21
7        | {ONE}   | dispatched  | LS-1    | lab-1  | 10      | 00:30
8        | {ONE}   | received    | LS-1    | lab-1  | 10      | 00:50
"""
_LOST = f"9 | {TWO} | lost | LS-1 | lab-1 | 10 | 00:55"
LOST = f"sequence | barcode | kind | site_id | lab_id | persons | happened_at\n{_LOST}"
WITH_LOST = f"{EVENTS}{_LOST}\n"
REFUSED = f"sequence | kind | barcode | device_id | rule | recorded_at\n1 | conflict | {TWO} | lab-1 | late | 01:01"
STOCK = """
site_id | labels_issued | labels_used | labels_void | labels_returned | tube_parts | kept_parts
LS-1    | 200           | 3           | 1           | 0               | 3          | 3
"""
EVEN = ("tubes_registered", "tubes_in_hand", "tubes_bagged", "tubes_received", "tubes_in_transit", "tubes_lost")
NAMED = ("barcode", "kind", "site_id", "last_kind", "age_minutes", "word")


def said(number, kind, barcode, at, scope="site | LS-1", facts="{}", reason="in the box"):
    return f"{WHO}{number} | w{number} | {kind} | xu | {scope} | {barcode} | {facts} | {reason} | {at}"


def copies(number, at, *barcodes):
    listed = ",".join(f'"{barcode}"' for barcode in barcodes)
    return said(number, "third_copies_read", "", at, facts=f'{{"barcodes":[{listed}]}}', reason="")


def test_registered_is_in_hand_and_bagged_and_bagged_is_received_and_on_the_way_and_lost(bench):
    bench.tick("01:00", tube_event=EVENTS, label_stock=STOCK)
    assert shown(bench.ask("reconciliation").head(2), "site_id", "lab_id", *EVEN, "is_even") == lines(
        """
        LS-1 | lab-1 | 3 | 1 | 2 | 1 | 1 | 0 | yes
        LS-2 | lab-1 | 1 | 1 | 0 | 0 | 0 | 0 | yes
        """
    )
    bench.tick("01:05", tube_event=LOST)
    row = bench.ask("reconciliation").row(0, named=True)
    assert row["tubes_bagged"] == row["tubes_received"] + row["tubes_in_transit"] + row["tubes_lost"] == 2
    assert (row["tubes_to_find"], row["is_even"]) == (1, False)
    assert row["labels_issued"] == sum(row[f"labels_{part}"] for part in ("used", "void", "returned", "unused"))
    assert row["labels_off"] == 0


def test_labels_are_off_only_by_tubes_that_their_page_could_have_told_of(bench):
    pulled = "source_id | kind | pulled_at\nlabels | labels | {}"
    later = "sequence | barcode | kind | site_id | lab_id | persons | happened_at\n"
    bench.tick("01:00", tube_event=EVENTS, label_stock=STOCK, source_pull=pulled.format("01:00"))
    bench.tick("01:01", tube_event=f"{later}9 | {FIVE} | registered | LS-1 | lab-1 | 10 | 01:01")
    row = bench.ask("reconciliation").row(0, named=True)
    assert (row["tubes_registered"], row["labels_used"], row["labels_off"], row["is_even"]) == (4, 3, 0, True)
    bench.tick("01:10", source_pull=pulled.format("01:10"))
    row = bench.ask("reconciliation").row(0, named=True)
    assert (row["labels_off"], row["is_even"]) == (-1, False)


def test_every_tube_between_two_counts_is_named_with_its_last_step_and_age(bench):
    bench.tick("01:00", tube_event=EVENTS)
    assert bench.ask("reconciliation_differences", kind="").is_empty(), "an hour in hand is a good day's"
    assert shown(bench.ask("reconciliation_differences", kind="in_hand"), *NAMED) == lines(
        f"""
        {THREE} | in_hand | LS-1 | registered | 48 |
        {FOUR}  | in_hand | LS-2 | registered | 47 |
        """.replace("|\n", "| \n")
    )
    bench.tick("01:05", tube_event=LOST)
    found = bench.ask("reconciliation_differences", kind="", scope=Scope.site("LS-1"))
    assert shown(found, "barcode", "kind", "last_kind", "age_minutes") == [f"{TWO} | lost | lost | 10"]


def test_what_stands_still_for_two_hours_while_others_move_is_to_be_found(bench):
    later = f"sequence | barcode | kind | site_id | persons | happened_at\n10 | {FIVE} | registered | LS-3 | 10 | 02:30"
    bench.tick("02:30", tube_event=EVENTS)
    assert bench.ask("reconciliation")["tubes_to_find"].sum() == 0, "nothing at all was told since"
    bench.tick("02:31", tube_event=later)
    assert bench.ask("reconciliation_differences", kind="")["barcode"].to_list() == [TWO, THREE, FOUR]
    assert bench.ask("reconciliation")["tubes_to_find"].to_list()[:3] == [2, 1, 0]


@pytest.mark.parametrize(
    ("kind", "word", "scope"),
    [
        ("tube_found", "found", "site | LS-1"),
        ("tube_explained", "explained", "town | 990001001"),
        ("tube_explained", "explained", "district | -"),
    ],
)
def test_a_missing_tube_that_was_found_or_explained_is_named_but_no_longer_to_find(bench, kind, word, scope):
    bench.tick("01:05", tube_event=WITH_LOST)
    bench.tick("01:10", act=said(1, kind, TWO, "01:10", scope))
    found = bench.ask("reconciliation_differences", kind="")
    assert shown(found, "barcode", "word", "said_by", "said") == [f"{TWO} | {word} | xu | in the box"]
    assert bench.ask("reconciliation")["tubes_to_find"][0] == 0


def test_a_word_from_another_site_is_no_word_on_this_tube(bench):
    bench.tick("01:05", tube_event=WITH_LOST)
    bench.tick("01:10", act=said(1, "tube_found", TWO, "01:10", "site | LS-2"))
    assert bench.ask("reconciliation_differences", kind="")["word"].to_list() == [""]
    assert bench.ask("reconciliation")["tubes_to_find"][0] == 1


def test_third_copies_read_by_hand_are_compared_with_the_tubes_barcode_by_barcode(bench):
    bench.tick("01:00", tube_event=EVENTS)
    bench.tick("01:10", act=copies(1, "01:10", ONE, TWO))
    bench.tick("01:12", act=copies(2, "01:12", TWO, FIVE))
    row = bench.ask("reconciliation").row(0, named=True)
    assert (row["copies_read"], row["copies_missing"], row["copies_alone"], row["is_even"]) == (3, 1, 1, False)
    assert shown(bench.ask("reconciliation_differences", kind=""), "barcode", "kind", "site_id") == lines(
        f"""
        {THREE} | copy_missing | LS-1
        {FIVE}  | copy_alone   | LS-1
        """
    )


def test_a_label_of_one_lab_under_another_s_account_and_a_tube_that_nobody_registered_are_named(bench):
    """Cases 45, 55, 56."""
    strange = f"""
    sequence | barcode | kind       | site_id | lab_id | persons | happened_at
    1        | {OTHER} | registered | LS-1    | lab-1  | 10      | 00:10
    2        | {ONE}   | received   | LS-1    | lab-1  | 10      | 00:20
    """
    bench.tick("01:00", tube_event=strange)
    found = bench.ask("reconciliation_differences", kind="")
    assert shown(found, "barcode", "kind", "lab_id", "label_lab_id") == lines(
        f"""
        {OTHER} | wrong_lab | lab-1 | lab-2
        {ONE}   | foreign   | lab-1 | lab-1
        """
    )


def test_a_tube_voided_after_its_registration_and_one_still_open_are_neither_lost_nor_to_find(bench):
    """Cases 57, 58."""
    odd = f"""
    sequence | barcode | kind       | site_id | persons | happened_at
    9        | {THREE} | voided     | LS-1    | 10      | 00:40
    10       | {FIVE}  | opened     | LS-1    | 3       | 00:41
    """
    bench.tick("01:00", tube_event=EVENTS)
    bench.tick("01:01", tube_event=odd)
    row = bench.ask("reconciliation").row(0, named=True)
    assert (row["tubes_registered"], row["tubes_voided"], row["tubes_in_hand"], row["is_even"]) == (3, 1, 0, True)
    assert bench.ask("reconciliation_differences", kind="voided")["barcode"].to_list() == [THREE]
    assert bench.ask("reconciliation_differences", kind="").is_empty()


def test_a_lab_s_own_count_stands_beside_the_barcodes_for_the_district_alone(bench):
    told = "lab_id | observed_at | tubes_dispatched | tubes_received | tubes_resulted\nlab-1 | 01:00 | 1 | 3 | 0"
    bench.tick("01:00", tube_event=EVENTS, lab_counts=told)
    columns = ("lab_id", "tubes_registered", "tubes_received", "tubes_received_told", "received_off")
    assert shown(bench.ask("reconciliation_labs"), *columns) == ["lab-1 | 4 | 1 | 3 | 2", "lab-2 | 0 | 0 | - | -"]
    town = bench.ask("reconciliation_labs", scope=Scope.town("990001001"))
    assert shown(town, *columns) == ["lab-1 | 4 | 1 | - | -"]


def test_one_tube_s_custody_is_told_whole_with_what_was_said_and_refused_and_only_in_its_scope(bench):
    bench.tick(
        "01:05",
        tube_event=WITH_LOST,
        exception_event=REFUSED,
    )
    bench.tick("01:10", act=said(1, "tube_found", TWO, "01:10"))
    told = bench.ask("tube_lookup", barcode=TWO)
    assert shown(told, "source", "kind", "at", "detail", "by") == lines(
        """
        custody   | registered | 00:11:00 |            |
        custody   | bagged     | 00:21:00 |            |
        custody   | lost       | 00:55:00 |            |
        exception | conflict   | 01:01:00 | late       | lab-1
        act       | found      | 01:10:00 | in the box | xu
        """.replace("|\n", "| \n")
    )
    assert bench.ask("tube_lookup", barcode=TWO, scope=Scope.site("LS-1")).height == 5
    assert bench.ask("tube_lookup", barcode=TWO, scope=Scope.site("LS-2")).is_empty()
    assert bench.ask("tube_lookup", barcode="nothing").is_empty()


def test_tubes_that_do_not_hold_ten_are_listed_with_the_reason_or_that_none_was_given(bench):
    odd = f"""
    sequence | barcode | site_id | persons | short_reason    | happened_at
    1        | {ONE}   | LS-1    | 4       | no_more_persons | 00:10
    2        | {TWO}   | LS-1    | 9       | -               | 00:11
    3        | {THREE} | LS-1    | 11      | -               | 00:12
    4        | {FOUR}  | LS-1    | 10      | -               | 00:13
    """
    bench.tick("01:00", tube_event=odd)
    assert shown(bench.ask("odd_tubes"), "barcode", "kind", "reason", "persons") == lines(
        f"""
        {THREE} | over         | -               | 11
        {TWO}   | short_unsaid | -               | 9
        {ONE}   | short        | no_more_persons | 4
        """
    )
