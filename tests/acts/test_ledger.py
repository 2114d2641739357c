"""The act ledger: what is appended stays as it is, a repeat is answered from the record, nothing hidden gets in."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import msgspec
import pytest

from pipelines.acts import ActConflict, ActLedger, ActRefused, ActsError, ActsUnavailable, verify
from pipelines.api import Scope
from pipelines.vocabulary import ActKind, UserRole
from tests.acts.kit import COMMANDER, HAPPENED, RECORDED, append, note


def test_an_act_comes_back_as_it_was_said_with_who_when_and_where(ledger):
    order = note("p1 is down", kind=ActKind.ORDERED, scope=Scope.town("990001002"), facts={"contingency": "offline"})
    told = append(ledger, order)
    assert (told.sequence, told.by, told.role, told.address) == (1, "liang.wei", UserRole.COMMANDER, "10.1.2.3")
    assert (told.happened_at, told.recorded_at) == (HAPPENED, RECORDED)
    assert (told.kind, told.scope, told.facts, told.reason) == (order.kind, order.scope, order.facts, order.reason)
    (entry,) = ledger.feed()
    assert entry.act == told and ledger.head() == (1, entry.hash)


def test_a_station_acts_without_a_role(ledger):
    told = append(ledger, note(kind=ActKind.ORDER_DELIVERED), "command")
    assert (told.by, told.role) == ("command", None)


def test_the_feed_goes_on_after_a_sequence_and_each_row_ties_to_the_one_before(ledger):
    for number in range(5):
        append(ledger, note(f"note {number}"))
    feed = ledger.feed(after=2, limit=2)
    assert [entry.act.reason for entry in feed] == ["note 2", "note 3"]
    whole = ledger.feed()
    assert [entry.prev_hash for entry in whole] == ["0" * 64, *(entry.hash for entry in whole[:-1])]
    assert ledger.feed(after=5) == []


def test_a_repeat_gets_the_recorded_answer_whenever_it_comes(ledger):
    new = note(facts={"b": 1, "a": [1.5, "x"][1:]})
    first = append(ledger, new)
    append(ledger, note("another"))
    again = ledger.append(new, COMMANDER, "10.9.9.9", RECORDED, RECORDED)
    assert again == first and len(ledger.feed()) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "something else"},
        {"kind": ActKind.ORDERED},
        {"scope": Scope.site("LS-1")},
        {"target": "p1"},
        {"facts": {"a": 1.0}},
        {"facts": {"a": True}},
        {"facts": {}},
    ],
)
def test_the_same_id_with_another_content_is_refused(ledger, change):
    new = note(facts={"a": 1})
    append(ledger, new)
    with pytest.raises(ActConflict, match=f"another act is recorded under act_id {new.act_id}; nothing was recorded"):
        append(ledger, msgspec.structs.replace(new, **change))
    assert len(ledger.feed()) == 1


def test_the_same_id_from_another_person_is_refused(ledger):
    new = note()
    append(ledger, new)
    with pytest.raises(ActConflict):
        append(ledger, new, msgspec.structs.replace(COMMANDER, user_id="somebody.else"))


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE act SET reason = 'x' WHERE sequence = 1",
        "DELETE FROM act",
        "INSERT OR REPLACE INTO act SELECT * FROM act WHERE sequence = 1",
        "INSERT OR REPLACE INTO act SELECT 9, act_id, kind, by, role, scope_level, scope_id, target, facts, 'x', "
        "address, happened_us, recorded_us, prev_hash, hash FROM act WHERE sequence = 1",
    ],
)
def test_the_file_itself_refuses_to_change_or_forget_a_row(ledger, deed):
    append(ledger, note())
    with closing(sqlite3.connect(ledger.path)) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(deed)
    assert verify(ledger.path).findings == ()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"act_id": "short"}, "act_id"),
        ({"act_id": "G" * 32}, "act_id"),
        ({"act_id": "a" * 32 + "\n"}, "act_id"),
        ({"reason": "x" * 2_001}, "too_long"),
        ({"target": "x" * 121}, "too_long"),
        ({"facts": {"a": "x" * 1_001}}, "too_long"),
        ({"facts": {"a": ["x"] * 501}}, "facts_size"),
        ({"facts": {f"f{n}": n for n in range(41)}}, "facts_size"),
        ({"facts": {f"f{n}": "好" * 900 for n in range(10)}}, "facts_size"),
        ({"facts": {"Not a name": 1}}, "fact_name"),
        ({"facts": {"a": 2**53 + 1}}, "fact_number"),
        ({"facts": {"a": float("nan")}}, "fact_number"),
        ({"scope": Scope(Scope.town("x").level, None)}, "scope"),
        ({"scope": Scope(Scope().level, "x")}, "scope"),
        ({"reason": "a\x00b"}, "hidden_character"),
        ({"reason": "a\rb"}, "hidden_character"),
        ({"reason": "a\x1b[31mb"}, "hidden_character"),
        ({"reason": "a\u202eb"}, "hidden_character"),
        ({"facts": {"a": "x\u2066y"}}, "hidden_character"),
        ({"facts": {"a": ["fine", "zero\u200bwidth"]}}, "hidden_character"),
        ({"target": "\ufeffp1"}, "hidden_character"),
        ({"reason": "lone \ud800 half"}, "hidden_character"),
        ({"reason": "call 13912345678"}, "personal_number"),
        ({"facts": {"a": "110101199003074477"}}, "personal_number"),
    ],
)
def test_what_the_ledger_does_not_keep_is_refused_and_nothing_recorded(ledger, change, rule):
    with pytest.raises(ActRefused) as refused:
        append(ledger, note(**change))
    assert refused.value.rule == rule and refused.value.field
    assert "13912345678" not in str(refused.value) and ledger.feed() == []


def test_a_reason_of_several_lines_and_a_random_id_are_fine(ledger):
    told = append(ledger, note("first\nsecond", target="a13912345678bcdef0013912345678ab"))
    assert told.reason == "first\nsecond"


def test_threads_and_two_openings_of_the_file_make_one_unbroken_chain(ledger):
    with closing(ActLedger(ledger.path)) as second, ThreadPoolExecutor(8) as threads:
        ledgers = [ledger, second] * 60
        told = list(threads.map(lambda pair: append(pair[1], note(f"note {pair[0]}")), enumerate(ledgers)))
    assert sorted(act.sequence for act in told) == list(range(1, 121))
    found = verify(ledger.path)
    assert (found.entries, found.findings) == (120, ())


def test_two_that_repeat_the_same_act_at_once_record_it_once(ledger):
    new = note()
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda _: append(ledger, new), range(20)))
    assert len(ledger.feed()) == 1 and len({act.sequence for act in told}) == 1


def test_a_file_that_is_something_else_is_refused_in_a_sentence(tmp_path):
    odd = tmp_path / "acts.sqlite"
    odd.write_text("not a database, by far not one of ours" * 40)
    with pytest.raises(ActsUnavailable, match="cannot open the act ledger"):
        ActLedger(odd)
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE a (b)")
    with pytest.raises(ActsError, match="no act ledger of version 1"):
        ActLedger(other)
