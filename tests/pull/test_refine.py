"""A whole cycle's pulls: the bad ones lose their rows, the good ones none, and a dead server is a row."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.refine import refine
from pipelines.sources import Pulled
from pipelines.transform import STORED
from pipelines.vocabulary import Outcome, SourceKind
from tests.pull.test_checks import counts
from tests.pull.words import KNOWN, NOW, SITES


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
