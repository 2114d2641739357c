"""Pages that the sites should never send: refused whole, with the rule in a sentence."""

from typing import Any

import pytest

from pipelines.http import Http
from pipelines.refine import refine
from pipelines.sources import pull
from pipelines.vocabulary import Outcome, SourceKind
from tests.hostile import LoopbackServer, answers
from tests.pull.words import AT, KNOWN, PAGES, json_bytes, spec

ITEMS = {
    SourceKind.GATES: "sites",
    SourceKind.DESKS: "desks",
    SourceKind.KIT: "sites",
    SourceKind.VEHICLES: "vehicles",
    SourceKind.LABELS: "sites",
    SourceKind.QUALITY: "sites",
    SourceKind.ORDERS: "orders",
    SourceKind.PEOPLE: "people",
}
ROWS: dict[str, tuple[SourceKind, dict[str, Any], str]] = {
    "more codes than persons": (SourceKind.GATES, {"codes_prepared": 901}, "codes_prepared ≤ persons_screened"),
    "more screenshots than persons": (SourceKind.GATES, {"screenshots": 901}, "screenshots ≤ persons_screened"),
    "refreshed before unreadable": (SourceKind.GATES, {"codes_refreshed": 13}, "codes_refreshed ≤ codes_unreadable"),
    "captured before joining": (SourceKind.GATES, {"special_captured": 61}, "special_captured ≤ special_persons"),
    "a state no session has": (SourceKind.DESKS, {"session_state": "asleep"}, "a state of a session, or none"),
    "persons bound to no tube": (SourceKind.DESKS, {"open_barcode": None}, "persons bound only to an open tube"),
    "a desk since tomorrow": (SourceKind.DESKS, {"since": "2021-06-07T09:30:00+08:00"}, "10 min ahead"),
    "a server there is not": (SourceKind.DESKS, {"server_id": "p9"}, "got server_id 'p9'"),
    "more networks up than there are": (SourceKind.KIT, {"networks_up": 3}, "networks_up ≤ networks"),
    "more flat phones than desks": (SourceKind.KIT, {"phones_flat": 6}, "phones_flat ≤ desks"),
    "on site nowhere": (SourceKind.VEHICLES, {"site_id": None}, "a site for a vehicle that is on site"),
    "cut before printed": (SourceKind.LABELS, {"labels_cut": 1_001}, "labels_cut ≤ labels_printed"),
    "issued before cut": (SourceKind.LABELS, {"labels_issued": 1_001}, "labels_issued ≤ labels_cut"),
    "used and never issued": (SourceKind.LABELS, {"labels_returned": 71}, "labels_used + labels_void"),
    "unverified before registered": (SourceKind.QUALITY, {"tubes_unverified": 729}, "tubes_unverified ≤"),
    "offline before registered": (SourceKind.QUALITY, {"tubes_offline": 729}, "tubes_offline ≤ tubes_registered"),
    "an order for a town there is not": (SourceKind.ORDERS, {"target": "T9"}, "got order_id 'order-0001'"),
    "an order for a town that is a site": (SourceKind.ORDERS, {"target": "SS-001"}, "a town or a site"),
    "a district with a name": (SourceKind.ORDERS, {"scope": "district"}, "an order for the district"),
    "a shift there is not": (SourceKind.PEOPLE, {"shift_id": "night"}, "a shift of the campaign"),
    "gone and never come": (
        SourceKind.PEOPLE,
        {"signed_in_at": None, "signed_out_at": AT},
        "signed_in_at before signed_out_at",
    ),
    "gone before coming": (
        SourceKind.PEOPLE,
        {"signed_in_at": AT, "signed_out_at": "2021-06-06T09:29:00+08:00"},
        "signed_in_at before signed_out_at",
    ),
    "come tomorrow": (SourceKind.PEOPLE, {"signed_in_at": "2021-06-07T09:30:00+08:00"}, "10 min ahead"),
    "two things in one order": (
        SourceKind.ORDERS,
        {"vehicle_id": "mobile-1"},
        "one of a contingency, a vehicle",
    ),
    "nothing in an order": (
        SourceKind.ORDERS,
        {"contingency": None},
        "one of a contingency, a vehicle",
    ),
    "a server and a contingency in one order": (SourceKind.ORDERS, {"server_id": "p1"}, "one of a contingency, a"),
    "an order for a server there is not": (SourceKind.ORDERS, {"server_id": "p9"}, "got server_id 'p9'"),
    "an order of tomorrow": (SourceKind.ORDERS, {"ordered_at": "2021-06-07T09:30:00+08:00"}, "10 min ahead"),
}
WIRES: dict[str, tuple[SourceKind, dict[str, Any], str]] = {
    "08 minus one person": (SourceKind.GATES, {"persons_screened": -1}, ">= 0"),
    "08 minus one upload": (SourceKind.DESKS, {"queued_uploads": -1}, ">= 0"),
    "08 minus one socket": (SourceKind.KIT, {"sockets": -1}, ">= 0"),
    "08 minus one label": (SourceKind.LABELS, {"labels_used": -1}, ">= 0"),
    "08 minus one tube": (SourceKind.QUALITY, {"tubes_short": {"interrupted": -1}}, ">= 0"),
    "11 persons in a tube": (SourceKind.DESKS, {"persons_bound": 11}, "<= 10"),
    "06 a time without a zone": (SourceKind.DESKS, {"since": "2021-06-06T09:30:00"}, "timezone"),
    "06 an order without a zone": (SourceKind.ORDERS, {"ordered_at": "2021-06-06T09:30:00"}, "timezone"),
    "06 a vehicle without a zone": (SourceKind.VEHICLES, {"since": "2021-06-06T09:30:00"}, "timezone"),
    "06 a sign-in without a zone": (SourceKind.PEOPLE, {"signed_in_at": "2021-06-06T09:30:00"}, "timezone"),
    "a phone there is not": (SourceKind.PEOPLE, {"phone": "fax"}, "Invalid enum value 'fax'"),
    "a name instead of a number": (SourceKind.PEOPLE, {"staff_no": "李明"}, "regex"),
    "a contingency there is not": (SourceKind.DESKS, {"contingency": "paper"}, "Invalid enum value 'paper'"),
    "a reason there is not": (SourceKind.QUALITY, {"tubes_short": {"tired": 1}}, "Invalid enum value 'tired'"),
    "a state no vehicle has": (SourceKind.VEHICLES, {"state": "lost"}, "Invalid enum value 'lost'"),
    "a battery fuller than full": (SourceKind.KIT, {"battery_share": 1.01}, "<= 1.0"),
    "a barcode with markup": (SourceKind.DESKS, {"open_barcode": "<b>SL1</b>"}, "regex"),
}
KEYS = {
    SourceKind.GATES: "each site_id once",
    SourceKind.DESKS: "each device_id once",
    SourceKind.KIT: "each site_id once",
    SourceKind.VEHICLES: "each vehicle_id once",
    SourceKind.LABELS: "each site_id once",
    SourceKind.QUALITY: "each site_id once",
    SourceKind.ORDERS: "each order_id once",
    SourceKind.PEOPLE: "each staff_no once",
}


def told(kind: SourceKind, page: dict[str, Any]) -> tuple[dict[str, Any], Outcome, str]:
    with LoopbackServer(lambda _path: answers(json_bytes(page))) as server:
        refined = refine([pull(spec(server, "/", kind), Http([server.address]))], KNOWN)
    (ended,) = refined.pulls
    return refined.tables, ended.outcome, ended.reason


def spoilt(kind: SourceKind, changes: dict[str, Any]) -> dict[str, Any]:
    first, *others = PAGES[kind][ITEMS[kind]]
    return PAGES[kind] | {ITEMS[kind]: [first | changes, *others]}


@pytest.mark.parametrize("name", ROWS)
def test_a_page_with_a_row_that_cannot_be_true_is_refused_whole(name: str):
    kind, changes, words = ROWS[name]
    tables, outcome, reason = told(kind, spoilt(kind, changes))
    assert (tables, outcome) == ({}, Outcome.REJECTED)
    assert words in reason


@pytest.mark.parametrize("name", WIRES)
def test_a_page_in_other_words_than_the_contract_s_is_no_page(name: str):
    kind, changes, words = WIRES[name]
    tables, outcome, reason = told(kind, spoilt(kind, changes))
    assert (tables, outcome) == ({}, Outcome.MALFORMED)
    assert words in reason


@pytest.mark.parametrize("kind", KEYS)
def test_15_what_is_told_twice_is_refused(kind: SourceKind):
    first = PAGES[kind][ITEMS[kind]][0]
    _, outcome, reason = told(kind, PAGES[kind] | {ITEMS[kind]: [first, first]})
    assert outcome is Outcome.REJECTED
    assert KEYS[kind] in reason


@pytest.mark.parametrize("kind", [kind for kind in KEYS if kind is not SourceKind.ORDERS])
def test_14_a_site_there_is_not_is_refused(kind: SourceKind):
    _, outcome, reason = told(kind, spoilt(kind, {"site_id": "SS-999"}))
    assert outcome is Outcome.REJECTED
    assert "got site_id 'SS-999'" in reason


def test_two_phones_at_one_lane_are_refused():
    kind = SourceKind.DESKS
    first = PAGES[kind]["desks"][0]
    twice = [first, first | {"device_id": "SS-001-99"}]
    assert "each site_id × lane_no once" in told(kind, PAGES[kind] | {"desks": twice})[2]


def test_a_desk_that_has_not_opened_has_its_state_since_no_moment():
    tables, *_ = told(SourceKind.DESKS, PAGES[SourceKind.DESKS])
    assert [since is None for since in tables["desk"]["since"]] == [False, True]


def test_short_tubes_are_told_apart_by_their_reason():
    tables, *_ = told(SourceKind.QUALITY, PAGES[SourceKind.QUALITY])
    assert tables["short_tube"].rows() == [("SS-001", "site_closing", 1), ("SS-001", "interrupted", 2)]
