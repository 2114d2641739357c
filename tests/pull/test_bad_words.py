"""Bodies no source should send: each is one sentence and one lost pull, never an exception, never a row."""

import json

import pytest

from pipelines.http import Http
from pipelines.refine import refine
from pipelines.sources import pull
from pipelines.vocabulary import Outcome, SourceKind
from tests.hostile import LoopbackServer, answers, routes
from tests.pull.words import COUNTS, EVENT, KNOWN, PAGES, QUEUE, counts, json_bytes, spec

BODIES = {
    "06 a time without a zone": (counts(observed_at="2021-06-06T09:30:00"), "timezone"),
    "07 the epoch's milliseconds": (counts(observed_at=1_622_943_000_000), "Expected datetime, got int"),
    "08 minus one person": (counts(persons_registered=-1), "persons_registered, where -1 came"),
    "09 a thousand million persons": (counts(persons_registered=10**9), "<= 100000000"),
    "09 the same, as 1e9": (json_bytes(COUNTS).replace(b"7263", b"1e9"), "persons_registered"),
    "10 NaN": (json_bytes(COUNTS).replace(b"7263", b"NaN"), "malformed"),
    "10 Infinity": (json_bytes(COUNTS).replace(b"7263", b"Infinity"), "malformed"),
    "10 1e999": (json_bytes(COUNTS).replace(b"7263", b"1e999"), "out of range"),
    "11 a number with a comma, as text": (counts(persons_registered="7,263"), "where '7,263' came"),
    "12 full-width digits": (json_bytes(COUNTS).replace(b"7263", "７２６３".encode()), "malformed"),
    "12 full-width digits, as text": (counts(persons_registered="７２６３"), "got str"),
    "14 another site's counts": (counts(site_id="SS-002"), "expected the counts of SS-001, got those of SS-002"),
    "16 a site id with a trailing space": (counts(site_id="SS-001 "), "where 'SS-001 ' came"),
    "16 a site id with a zero-width space": (counts(site_id="SS-001\u200b"), "site_id"),
    "16 a site id with a newline": (counts(site_id="SS-001\n"), "site_id"),
    "17 a doubled key": (counts().replace(b"{", b'{"persons_registered":1,', 1), "'persons_registered' stands twice"),
    "17 a doubled key, spelt otherwise": (
        counts().replace(b"{", b'{"\\u0070ersons_registered" : 1,', 1),
        "'persons_registered' stands twice",
    ),
    "17 a doubled key, in unknown company": (counts().replace(b"{", b'{"a":1,"a":2,', 1), "'a' stands twice"),
    "18 100,000 nested lists": (b"[" * 100_000, "expected"),
    "18 the same in an unknown field": (counts().replace(b"{", b'{"x":' + b"[" * 90_000, 1), "nested too deeply"),
    "19 an integer of 30 digits": (json_bytes(COUNTS).replace(b"7263", b"9" * 30), "persons_registered"),
    "19 an integer of 5,000 digits": (json_bytes(COUNTS).replace(b"7263", b"9" * 5_000), "persons_registered"),
    "20 a byte-order mark": (b"\xef\xbb\xbf" + counts(), "byte-order mark"),
    "20 UTF-16": (counts().decode().encode("utf-16"), "UTF-16"),
    "21 GBK bytes": (counts().replace(b"{", '{"name":"三水"'.encode("gbk") + b",", 1), "not UTF-8 at byte 9"),
    "22 half a character": (counts().replace(b"SS-001", b"\\ud800"), "lone surrogate"),
    "22 the same in an unknown field": (counts().replace(b"{", b'{"x":"\\ud800",', 1), "lone surrogate"),
    "22 the same as raw bytes": (counts(site_id="\ud800"), "not UTF-8"),
    "23 nothing": (b"", "the body is empty"),
    "23 white space": (b" \r\n\t", "the body is empty"),
    "24 a login page": (b"\n<!DOCTYPE html><html><title>Wi-Fi</title>", "captive portal"),
    "25 half an answer": (counts()[:120], "ends in the middle, after 120 bytes"),
    "25 one answer and a half": (counts() * 2, "malformed"),
    "a list instead of an object": (b"[]", "Expected object, got array"),
    "true for a number": (counts(persons_registered=True), "where True came"),
    "a year that no frame can hold": (counts(observed_at="10000-01-01T00:00:00Z"), "observed_at"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_one_sentence(name: str):
    body, words = BODIES[name]
    with LoopbackServer(lambda _path: answers(body)) as server:
        ended = pull(spec(server, "/"), Http([server.address]), site_id="SS-001")
    assert ended.outcome in (Outcome.MALFORMED, Outcome.REJECTED)
    assert ended.raw is None
    assert words.casefold() in ended.reason.casefold()
    assert "\n" not in ended.reason and len(ended.reason) < 600


@pytest.mark.parametrize("field", COUNTS)
@pytest.mark.parametrize("spoilt", ["null", "missing"])
def test_13_no_field_may_be_null_or_missing(field: str, spoilt: str):
    body = counts(**{field: None}) if spoilt == "null" else json_bytes({k: v for k, v in COUNTS.items() if k != field})
    with LoopbackServer(lambda _path: answers(body)) as server:
        ended = pull(spec(server, "/"), Http([server.address]), site_id="SS-001")
    assert ended.outcome is Outcome.MALFORMED
    assert field in ended.reason


@pytest.mark.parametrize("kind", PAGES)
def test_good_words_of_every_kind_become_rows_to_store(kind: SourceKind):
    with LoopbackServer(lambda _path: answers(json_bytes(PAGES[kind]))) as server:
        ended = pull(spec(server, "/", kind), Http([server.address]))
    refined = refine([ended], KNOWN)
    assert [pulled.reason for pulled in refined.pulls] == [""]
    assert all(frame.height for frame in refined.tables.values())
    assert refined.tables


@pytest.mark.parametrize("kind", PAGES)
def test_words_with_white_space_and_unknown_fields_are_as_good(kind: SourceKind):
    body = json.dumps(PAGES[kind] | {"new_field": {"kind": "events"}}, indent=2).encode()
    with LoopbackServer(lambda _path: answers(body)) as server:
        assert pull(spec(server, "/", kind), Http([server.address])).outcome is Outcome.OK


WRONG_ANSWERS = {
    "an event at or below the cursor": (SourceKind.TUBE_EVENTS, PAGES[SourceKind.TUBE_EVENTS], 11, "events after 11"),
    "events out of order": (
        SourceKind.TUBE_EVENTS,
        {"events": [EVENT | {"sequence": 12}, EVENT], "last_sequence": 12},
        0,
        "got sequence 11 after 12",
    ),
    "a last sequence below the last event": (
        SourceKind.TUBE_EVENTS,
        {"events": [EVENT], "last_sequence": 3},
        0,
        "last_sequence is 3",
    ),
    "another server's status": (
        SourceKind.SERVER_STATUS,
        PAGES[SourceKind.SERVER_STATUS] | {"server_id": "p2"},
        None,
        "expected the status of server p1",
    ),
}


@pytest.mark.parametrize("name", WRONG_ANSWERS)
def test_an_answer_to_another_question_is_rejected(name: str):
    kind, page, after, words = WRONG_ANSWERS[name]
    with LoopbackServer(lambda _path: answers(json_bytes(page))) as server:
        ended = pull(spec(server, "/", kind, server_id="p1"), Http([server.address]), after=after)
    assert ended.outcome is Outcome.REJECTED
    assert words in ended.reason


REFUSED_PAGES = {
    "05 a day ahead": (SourceKind.ROSTER, {"observed_at": "2021-06-07T09:30:00+08:00"}, "10 min ahead"),
    "05 at the end of the calendar": (SourceKind.ROSTER, {"observed_at": "9999-12-31T23:59:59-08:00"}, "10 min ahead"),
    "a clock in 1970": (SourceKind.ROSTER, {"observed_at": "1970-01-01T00:00:07Z"}, "never set"),
    "a clock before the calendar": (SourceKind.ROSTER, {"observed_at": "0001-01-01T00:00:00+14:00"}, "never set"),
    "14 an unknown site": (SourceKind.SITE_QUEUES, {"sites": [QUEUE | {"site_id": "SS-999"}]}, "got site_id 'SS-999'"),
    "14 an unknown server": (
        SourceKind.SITE_QUEUES,
        {"sites": [QUEUE | {"desks_by_server": {"p9": 1}}]},
        "servers of the campaign",
    ),
    "15 one site twice": (SourceKind.SITE_QUEUES, {"sites": [QUEUE, QUEUE]}, "each site_id once"),
}


@pytest.mark.parametrize("name", REFUSED_PAGES)
def test_a_page_that_cannot_be_true_is_refused_whole(name: str):
    kind, changes, words = REFUSED_PAGES[name]
    with LoopbackServer(lambda _path: answers(json_bytes(PAGES[kind] | changes))) as server:
        refined = refine([pull(spec(server, "/", kind), Http([server.address]))], KNOWN)
    assert refined.tables == {}
    assert [pulled.outcome for pulled in refined.pulls] == [Outcome.REJECTED]
    assert words in refined.pulls[0].reason


def test_14_an_event_of_an_unknown_lab_is_left_out_and_named_with_its_rule():
    page = PAGES[SourceKind.TUBE_EVENTS] | {"events": [EVENT | {"lab_id": "LAB-9"}]}
    with LoopbackServer(lambda _path: answers(json_bytes(page))) as server:
        refined = refine([pull(spec(server, "/", SourceKind.TUBE_EVENTS), Http([server.address]))], KNOWN)
    assert refined.tables["tube_event"].is_empty()
    assert refined.tables["check_failure"]["rule"].to_list() == ["lab_known"]
    assert "got lab_id 'LAB-9'" in refined.tables["check_failure"]["sentence"][0]


def test_each_source_is_asked_where_its_address_says():
    by_path = {"/v1/sites/SS-001/counts": answers(counts()), "/v1/tubes?after=7&limit=5000": answers(b"{}")}
    with LoopbackServer(routes(by_path)) as server:
        http = Http([server.address])
        pull(spec(server, "/v1/sites/{site_id}/counts"), http, site_id="SS-001")
        pull(spec(server, "/v1/tubes?after={after}&limit={limit}", SourceKind.TUBE_EVENTS), http, after=7)
        pull(spec(server, "/v1/sites/{site_id}/counts"), http, site_id="../../x?y")
        assert server.asked == [*by_path, "/v1/sites/..%2F..%2Fx%3Fy/counts"]
