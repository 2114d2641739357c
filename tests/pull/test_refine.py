"""A whole cycle's pulls: the bad ones lose their rows, the good ones none, and a dead server is a row."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.columns import STORED, WIRE
from pipelines.refine import refine
from pipelines.sources import Pulled
from pipelines.vocabulary import Outcome, SourceKind
from tests.pull.test_checks import counts
from tests.pull.words import EVENT, KNOWN, NOW, SITES


def pulled(site_id: str, rows: pl.DataFrame | None, outcome: Outcome = Outcome.OK, reason: str = "") -> Pulled:
    kind = SourceKind.SITE_COUNTS
    return Pulled(f"counts:{site_id}", kind, site_id, None, 1.0, 200, outcome, reason, rows, None)


def status(server_id: str, outcome: Outcome, reason: str) -> Pulled:
    return Pulled(server_id, SourceKind.SERVER_STATUS, None, server_id, 1.0, 0, outcome, reason, None, None)


@given(st.sets(st.sampled_from(SITES[:40])), st.sets(st.sampled_from(SITES[:40])))
@settings(max_examples=25, deadline=None)
def test_exactly_the_good_sites_are_stored(lying: set[str], silent: set[str]):
    pulls = [
        pulled(site, None, Outcome.TIMEOUT, "late")
        if site in silent
        else pulled(site, counts(site, **({"persons_registered": 9_999} if site in lying else {})))
        for site in SITES[:40]
    ]
    refined = refine(pulls, KNOWN)
    good = set(SITES[:40]) - lying - silent
    stored = refined.tables.get("site_counts", pl.DataFrame({"site_id": []}))["site_id"].to_list()
    assert sorted(stored) == sorted(good)
    ended = {pull.site_id: pull.outcome for pull in refined.pulls}
    assert ended == {site: Outcome.OK for site in good} | {site: Outcome.REJECTED for site in lying} | {
        site: Outcome.TIMEOUT for site in silent
    }


def test_a_server_that_does_not_answer_is_a_row_with_the_reason():
    (row,) = (
        refine([status("p2", Outcome.UNREACHABLE, "nothing listens there")], KNOWN).tables["server_sample"].to_dicts()
    )
    assert (row["server_id"], row["is_up"], row["outcome"], row["reason"]) == (
        "p2",
        False,
        "unreachable",
        "nothing listens there",
    )
    assert row["observed_at"] == NOW and row["logins"] is None


def test_nothing_pulled_is_nothing_stored():
    assert refine([], KNOWN).tables == {}
    assert refine([pulled("SS-001", None, Outcome.TIMEOUT, "late")], KNOWN).tables == {}


def test_a_refused_pull_says_every_rule_it_broke():
    lie = pulled("SS-001", counts(persons_registered=9_999, tubes_short=999))
    (ended,) = refine([lie], KNOWN).pulls
    assert ended == replace(lie, outcome=Outcome.REJECTED, reason=ended.reason, raw=None)
    assert ended.reason.startswith(
        "counts:SS-001 was refused whole: expected persons_registered ≤ 10 × tubes_registered"
    )
    assert "tubes_short ≤ tubes_registered" in ended.reason


@pytest.mark.parametrize("kind", STORED)
def test_every_kind_has_a_table(kind: SourceKind):
    from pipelines.refine import TABLES

    assert TABLES[kind]


def page(first: int, outcome: Outcome = Outcome.OK, **changes: object) -> Pulled:
    """A page of two tube events, ``first`` and the next; ``changes`` spoil the second."""
    good = EVENT | {"happened_at": NOW, "recorded_at": NOW}
    events = [good | {"sequence": first}, good | {"sequence": first + 1} | changes]
    rows = pl.DataFrame(events, schema=WIRE[SourceKind.TUBE_EVENTS]) if outcome is Outcome.OK else None
    return Pulled("tubes", SourceKind.TUBE_EVENTS, None, None, 1.0, 200, outcome, "", rows, None)


def test_an_impossible_event_is_left_out_with_its_rule_and_the_rest_of_its_page_is_stored():
    refined = refine([page(1), page(3, persons=11), page(5)], KNOWN)
    assert refined.tables["tube_event"]["sequence"].to_list() == [1, 2, 3, 5, 6]
    (left_out,) = refined.tables["check_failure"].to_dicts()
    assert (left_out["rule"], left_out["sequence"], left_out["site_id"]) == ("persons_within", 4, "SS-001")
    assert [pull.outcome for pull in refined.pulls] == [Outcome.OK, Outcome.PARTIAL, Outcome.OK]
    assert "tube event 4 was left out: expected persons from 0 to 10" in refined.pulls[1].reason


def test_an_event_with_a_hole_is_left_out_too():
    refined = refine([page(1, site_id=None)], KNOWN)
    assert refined.tables["tube_event"]["sequence"].to_list() == [1]
    assert refined.tables["check_failure"]["rule"].to_list() == ["complete"]


def test_nothing_behind_a_page_that_cannot_be_used_is_stored():
    refined = refine([page(1), page(3, Outcome.MALFORMED), page(5)], KNOWN)
    assert refined.tables["tube_event"]["sequence"].to_list() == [1, 2]
    assert [pull.outcome for pull in refined.pulls] == [Outcome.OK, Outcome.MALFORMED, Outcome.REJECTED]
