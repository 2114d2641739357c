"""What the feeds beside the tubes' should never bring: the event is left out with its rule, the others are stored."""

from typing import Any

import pytest

from pipelines.http import Http
from pipelines.refine import Refined, refine
from pipelines.sources import pull
from pipelines.vocabulary import Outcome, SourceKind
from tests.hostile import LoopbackServer, answers
from tests.pull.words import KNOWN, json_bytes, spec
from tests.pull.words_feeds import CASE, CONFLICT, DUPLICATE, FEEDS, INPUT, STEP

TOMORROW = "2021-06-07T09:30:00+08:00"
ITEMS = {
    SourceKind.STEPS: ("events", STEP, "thing_event"),
    SourceKind.INPUTS: ("inputs", INPUT, "site_input"),
    SourceKind.SPECIAL_CASES: ("cases", CASE, "special_case"),
    SourceKind.EXCEPTIONS: ("duplicates", DUPLICATE, "exception_event"),
}
LEFT_OUT: dict[str, tuple[SourceKind, dict[str, Any], str, str]] = {
    "a step the machine has not": (SourceKind.STEPS, {"step": "pause"}, "step_known", "a step of the thing's machine"),
    "a state the step leads not to": (SourceKind.STEPS, {"state": "begun"}, "step_known", "got machine"),
    "no cause": (SourceKind.STEPS, {"facts": {}}, "cause_known", "a cause of the interruption"),
    "a cause there is not": (SourceKind.STEPS, {"facts": {"cause": "fate"}}, "cause_known", "got thing_id"),
    "less than no time": (SourceKind.STEPS, {"facts": {"cause": "app", "seconds": -1}}, "seconds_within", "seconds"),
    "a step of tomorrow": (SourceKind.STEPS, {"happened_at": TOMORROW}, "happened_at_ahead", "10 min ahead"),
    "figures for an hour to come": (SourceKind.INPUTS, {"hour_at": TOMORROW}, "hour_at_ahead", "10 min ahead"),
    "figures before their hour": (
        SourceKind.INPUTS,
        {"entered_at": "2021-06-06T08:59:00+08:00"},
        "entered_after_the_hour",
        "entered after the hour",
    ),
    "a case of tomorrow": (SourceKind.SPECIAL_CASES, {"happened_at": TOMORROW}, "happened_at_ahead", "10 min ahead"),
    "a duplicate of tomorrow": (SourceKind.EXCEPTIONS, {"recorded_at": TOMORROW}, "recorded_at_ahead", "10 min"),
}
WIRES: dict[str, tuple[SourceKind, dict[str, Any], str]] = {
    "a machine there is not": (SourceKind.STEPS, {"machine": "robot"}, "Invalid enum value 'robot'"),
    "06 a step without a zone": (SourceKind.STEPS, {"happened_at": "2021-06-06T09:30:00"}, "timezone"),
    "06 an hour without a zone": (SourceKind.INPUTS, {"hour_at": "2021-06-06T09:00:00"}, "timezone"),
    "08 minus one tube": (SourceKind.INPUTS, {"tubes": -1}, ">= 0"),
    "version nought": (SourceKind.INPUTS, {"version": 0}, ">= 1"),
    "a reason there is not": (SourceKind.SPECIAL_CASES, {"diversion": "tired"}, "Invalid enum value 'tired'"),
    "an eleventh seat": (SourceKind.EXCEPTIONS, {"seat": 11}, "<= 10"),
    "17 facts with markup": (SourceKind.STEPS, {"facts": {"cause": "<b>"}}, "facts"),
}


def told(kind: SourceKind, page: dict[str, Any], after: int = 0) -> Refined:
    with LoopbackServer(lambda _path: answers(json_bytes(page))) as server:
        return refine([pull(spec(server, "/", kind), Http([server.address]), after=after)], KNOWN)


def spoilt(kind: SourceKind, changes: dict[str, Any]) -> dict[str, Any]:
    """The kind's page with a second event that is spoilt."""
    items, event, _ = ITEMS[kind]
    number = event["sequence"] + 1
    return FEEDS[kind] | {items: [event, event | {"sequence": number} | changes], "last_sequence": number}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_an_event_that_cannot_be_true_is_left_out_and_no_other(name: str):
    kind, changes, rule, words = LEFT_OUT[name]
    refined = told(kind, spoilt(kind, changes))
    assert refined.pulls[0].outcome is Outcome.PARTIAL
    assert words in refined.pulls[0].reason
    assert ITEMS[kind][1]["sequence"] in refined.tables[ITEMS[kind][2]]["sequence"].to_list()
    left_out = refined.tables["check_failure"].select("rule", "kind", "sequence").rows()
    assert (rule, kind, ITEMS[kind][1]["sequence"] + 1) in left_out


@pytest.mark.parametrize("kind", FEEDS)
def test_14_an_event_of_a_site_there_is_not_is_left_out(kind: SourceKind):
    refined = told(kind, spoilt(kind, {"site_id": "SS-999"}))
    assert refined.tables["check_failure"]["rule"].to_list() == ["site_known"]


@pytest.mark.parametrize("name", WIRES)
def test_a_page_in_other_words_than_the_contract_s_is_no_page(name: str):
    kind, changes, words = WIRES[name]
    (ended,) = told(kind, spoilt(kind, changes)).pulls
    assert ended.outcome is Outcome.MALFORMED
    assert words in ended.reason


@pytest.mark.parametrize("kind", FEEDS)
def test_15_an_event_told_twice_or_told_before_is_no_answer(kind: SourceKind):
    items, event, _ = ITEMS[kind]
    twice = told(kind, FEEDS[kind] | {items: [event, event]}).pulls[0]
    assert (twice.outcome, "in rising order" in twice.reason) == (Outcome.REJECTED, True)
    before = told(kind, FEEDS[kind], after=event["sequence"]).pulls[0]
    assert (before.outcome, f"events after {event['sequence']}" in before.reason) == (Outcome.REJECTED, True)


def test_a_page_that_ends_before_its_own_last_event_is_no_answer():
    page = FEEDS[SourceKind.STEPS] | {"last_sequence": 3}
    assert "last_sequence is 3" in told(SourceKind.STEPS, page).pulls[0].reason


def test_duplicates_and_conflicts_come_in_their_one_order_with_what_each_knows():
    rows = told(SourceKind.EXCEPTIONS, FEEDS[SourceKind.EXCEPTIONS]).tables["exception_event"]
    columns = ("sequence", "kind", "barcode", "other_barcode", "seat", "site_id", "rule", "device_sequence")
    assert rows.select(columns).rows() == [
        (6, "conflict", "SL00000001", None, None, None, CONFLICT["rule"], 91),
        (7, "person_twice", "SL00000002", "SL00000001", 3, "SS-001", None, None),
    ]


def test_the_facts_that_are_asked_for_are_columns_and_all_are_kept():
    (step,) = told(SourceKind.STEPS, FEEDS[SourceKind.STEPS]).tables["thing_event"].to_dicts()
    assert (step["cause"], step["seconds"], step["lane_no"]) == ("server", 190, None)
    assert step["facts"] == '{"cause":"server","minutes":3,"persons_bound":6,"seconds":190}'
