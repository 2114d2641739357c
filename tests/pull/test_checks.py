"""The hard checks: what cannot be true is refused with a sentence, what can be true passes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.checks import COUNTERS, Known, check_raw, check_tidy, counts_before
from pipelines.columns import STORED, WIRE
from pipelines.contract import SiteCounts
from pipelines.sources.shape import frame
from pipelines.transform import server_down, tidy
from pipelines.vocabulary import Outcome, SourceKind
from tests.pull.words import KNOWN, NOW

KIND = SourceKind.SITE_COUNTS


def counts(site_id: str = "SS-001", **changes: Any) -> pl.DataFrame:
    """One site's counts: 728 tubes of 7,263 persons registered, 712 of 7,100 sampled, three short."""
    good: dict[str, Any] = {
        "round_id": "round-1",
        "sequence": 4_120,
        "observed_at": NOW,
        "persons_registered": 7_263,
        "tubes_registered": 728,
        "persons_sampled": 7_100,
        "tubes_sampled": 712,
        "tubes_short": 3,
    }
    return frame(KIND, [SiteCounts(**({"site_id": site_id} | good | changes))])


def having_seen(*seen: pl.DataFrame) -> Known:
    return replace(KNOWN, previous=counts_before(pl.concat(seen)))


def rules(kind: SourceKind, rows: pl.DataFrame, known: Known = KNOWN) -> list[str]:
    return [refusal.rule for refusal in check_raw(kind, rows, known) or check_tidy(kind, rows, known)]


def test_good_counts_pass():
    assert rules(KIND, counts()) == []
    assert rules(KIND, counts(), having_seen(counts(sequence=4_000, persons_registered=7_100))) == []


IMPOSSIBLE = {
    "eleven in a tube": ({"persons_registered": 7_281}, "persons_registered_at_most_tubes_registered"),
    "sampled before registered": (
        {"persons_sampled": 7_264, "tubes_sampled": 727},
        "persons_sampled_at_most_persons_registered",
    ),
    "tubes sampled before registered": ({"tubes_sampled": 729}, "tubes_sampled_at_most_tubes_registered"),
    "more short tubes than tubes": ({"tubes_short": 729}, "tubes_short_at_most_tubes_registered"),
    "less than nothing": ({"tubes_short": -1}, "tubes_short_within"),
    "a day ahead": ({"observed_at": NOW + timedelta(days=1)}, "observed_at_ahead"),
    "a clock never set": ({"observed_at": NOW - timedelta(days=18_000)}, "observed_at_unset"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_impossible_counts_are_refused(name: str):
    changes, rule = IMPOSSIBLE[name]
    assert rule in rules(KIND, counts(**changes))


FALLEN = {
    "01 a counter goes backwards": (
        {"sequence": 4_121, "persons_sampled": 7_099},
        "counters_rise",
        "from 7100 to 7099",
    ),
    "03 the sequence repeats while counts move": ({"persons_registered": 7_270}, "sequence_moves", "stayed 4120"),
    "the sequence falls": ({"sequence": 4_119}, "sequence_rises", "from 4120 to 4119"),
    "the source's clock is set back": (
        {"sequence": 4_121, "observed_at": NOW - timedelta(hours=1)},
        "time_rises",
        "2021-06-06T00:30:00+00:00",
    ),
}


@pytest.mark.parametrize("name", FALLEN)
def test_counts_that_contradict_the_last_accepted_ones_are_refused(name: str):
    changes, rule, words = FALLEN[name]
    refusals = check_tidy(KIND, counts(**changes), having_seen(counts()))
    assert [refusal.rule for refusal in refusals] == [rule]
    assert "SS-001" in refusals[0].sentence and words in refusals[0].sentence


def test_what_a_quiet_or_hardly_reached_site_says_passes():
    later = NOW + timedelta(minutes=5)
    seen = having_seen(counts())
    assert rules(KIND, counts(observed_at=later), seen) == [], "02 nothing registered for a while is no fault"
    assert rules(KIND, counts(sequence=9_999_999), seen) == [], "04 lost polls are no fault"
    assert rules(KIND, counts(sequence=5_000, observed_at=NOW - timedelta(minutes=9)), seen) == [], (
        "clocks differ a little"
    )
    assert rules(KIND, counts(observed_at=NOW + timedelta(minutes=10)), seen) == []


def test_tubes_whose_persons_are_all_counted_elsewhere_already_pass():
    """An upload brings a tube a second system has the persons of: the tube counts, its persons do not again (Q95)."""
    assert rules(KIND, counts(persons_registered=700, persons_sampled=700)) == []


def test_a_new_round_starts_from_nothing():
    fresh = {name: 0 for name in COUNTERS}
    assert rules(KIND, counts(round_id="round-2", sequence=1, **fresh), having_seen(counts())) == []


def test_each_site_is_compared_with_itself():
    seen = having_seen(counts("SS-001", sequence=9_000), counts("SS-002"))
    assert rules(KIND, counts("SS-002"), seen) == []
    both = pl.concat([counts("SS-001"), counts("SS-002")])
    assert [refusal.sentence.split(" fell")[0] for refusal in check_tidy(KIND, both, seen)] == ["sequence of SS-001"]


def test_frames_of_another_form_are_refused_before_anything_looks_at_them():
    good = counts()
    assert rules(KIND, good.drop("sequence")) == ["columns"]
    assert rules(KIND, good.with_columns(pl.col("sequence").cast(pl.String))) == ["columns"]
    assert rules(KIND, good.with_columns(pl.col("observed_at").dt.replace_time_zone(None))) == ["times_aware"]
    assert rules(KIND, good.with_columns(sequence=pl.lit(None, pl.Int64))) == ["complete"]
    assert rules(KIND, good.clear()) == []


def test_numbers_that_are_none_are_refused():
    sample = {"site_id": "SS-001", "network": "public", "observed_at": NOW, "is_up": True, "clients": 3}
    for latency_ms, loss_share in (
        (float("nan"), 0.0),
        (1.0, float("nan")),
        (float("inf"), 0.0),
        (1.0, 1.01),
        (-1.0, 0.0),
    ):
        row = sample | {"latency_ms": latency_ms, "loss_share": loss_share}
        rows = pl.DataFrame([row], schema=STORED[SourceKind.NETWORK])
        assert len(check_tidy(SourceKind.NETWORK, rows, KNOWN)) == 1


def test_a_server_that_is_down_is_a_row_that_passes():
    rows = server_down("p1", NOW, Outcome.TIMEOUT, "p1 did not answer").collect()
    assert check_tidy(SourceKind.SERVER_STATUS, rows, KNOWN) == []
    assert rows.schema == STORED[SourceKind.SERVER_STATUS]


def test_a_refusal_names_the_rule_the_rows_and_what_came():
    rows = pl.concat([counts("SS-001"), counts("SS-900"), counts("SS-901")])
    (refusal,) = check_raw(KIND, rows, KNOWN)
    assert (refusal.rule, refusal.rows) == ("site_known", 2)
    assert refusal.sentence == (
        "expected a site of the campaign (see sites.csv); got site_id 'SS-900' (the first of 2 rows)"
    )


@st.composite
def days(draw: st.DrawFn) -> list[pl.DataFrame]:
    """The counts of one site at rising moments of a possible day."""
    tubes = draw(st.lists(st.integers(1, 10), min_size=1, max_size=30))
    seen: list[pl.DataFrame] = []
    sampled = 0
    for upto in range(1, len(tubes) + 1):
        sampled = draw(st.integers(sampled, upto))
        figures = {
            "persons_registered": sum(tubes[:upto]),
            "tubes_registered": upto,
            "persons_sampled": sum(tubes[:sampled]),
            "tubes_sampled": sampled,
            "tubes_short": sum(size < 10 for size in tubes[:upto]),
        }
        seen.append(counts(sequence=upto, observed_at=NOW + timedelta(seconds=upto), **figures))
    return seen


@given(days())
def test_no_possible_day_is_ever_refused(day: list[pl.DataFrame]):
    known = KNOWN
    for rows in day:
        assert rules(KIND, rows, known) == []
        known = having_seen(rows)


@given(days().filter(lambda day: len(day) > 1), st.data())
def test_every_day_told_backwards_is_refused(day: list[pl.DataFrame], data: st.DataObject):
    later = data.draw(st.integers(1, len(day) - 1))
    earlier = data.draw(st.integers(0, later - 1))
    assert "sequence_rises" in rules(KIND, day[earlier], having_seen(day[later]))


@given(st.fixed_dictionaries({name: st.integers(-3, 40) for name in COUNTERS}))
def test_whatever_passes_satisfies_every_inequality(figures: dict[str, int]):
    verdict = rules(KIND, counts(**figures))
    possible = (
        min(figures.values()) >= 0
        and figures["persons_registered"] <= 10 * figures["tubes_registered"]
        and figures["persons_sampled"] <= 10 * figures["tubes_sampled"]
        and figures["persons_sampled"] <= figures["persons_registered"]
        and figures["tubes_sampled"] <= figures["tubes_registered"]
        and figures["tubes_short"] <= figures["tubes_registered"]
    )
    assert (verdict == []) is possible


@given(st.lists(st.integers(1, 50), max_size=12))
def test_events_pass_exactly_when_their_sequence_rises(sequences: list[int]):
    row = {"barcode": "SL00000001", "kind": "sampled", "site_id": "SS-001", "lab_id": "LAB-1", "server_id": "p1"}
    row |= {"lane_no": 1, "persons": 10, "short_reason": None, "happened_at": NOW, "recorded_at": NOW}
    events = pl.DataFrame([row | {"sequence": n} for n in sequences], schema=WIRE[SourceKind.TUBE_EVENTS])
    rises = sequences == sorted(set(sequences))
    assert (rules(SourceKind.TUBE_EVENTS, events) == []) is rises
    assert (
        check_tidy(SourceKind.TUBE_EVENTS, tidy(SourceKind.TUBE_EVENTS, events.lazy()).collect(), KNOWN) == []
    ) is rises


def test_counts_of_another_round_are_refused_when_the_round_is_known():
    known = replace(KNOWN, round_id="round-1")
    assert rules(KIND, counts(), known) == []
    assert rules(KIND, counts(round_id="round-2"), known) == ["round_known"]
    (refusal,) = check_raw(KIND, counts(round_id="round-2"), known)
    assert "got site_id 'SS-001', round_id 'round-2'" in refusal.sentence
