"""The servers and the data interface over HTTP, as real processes: what they answer to right and wrong requests."""

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.config import LOOPBACK
from pipelines.contract import SiteCounts, TubePage, TubeReceipt
from pipelines.vocabulary import TubeEventKind as Kind
from tests.intake.registrations import registration, token
from tests.intake.running import Intake

change = msgspec.structs.replace
TUBES = "/v1/tubes"
UNSET = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-12)))
STEP = {"kind": "sampled", "happened_at": "2031-03-02T01:00:00Z"}


def test_a_registration_is_answered_with_its_receipt_and_a_repeat_elsewhere_with_the_same(intake: Intake):
    tube = registration(intake.campaign, group=0, device="http-1")
    status, first, _ = intake.ask("p1", "POST", TUBES, tube)
    again_status, again, _ = intake.ask("p2", "POST", TUBES, tube)

    assert (status, again_status) == (201, 200)
    receipt = msgspec.convert(first, TubeReceipt, strict=False)
    assert (receipt.barcode, receipt.persons, receipt.is_replay) == (tube.barcode, 10, False)
    assert again == first | {"is_replay": True}


def test_the_same_number_with_another_content_is_a_conflict(intake: Intake):
    tube = registration(intake.campaign, group=10, device="http-2")
    assert intake.ask("p1", "POST", TUBES, tube)[0] == 201

    status, problem, _ = intake.ask("p2", "POST", TUBES, change(tube, lane_no=2))

    assert (status, problem["rule"], problem["field"]) == (409, "device_sequence_reused", "device_sequence")
    assert problem["detail"].endswith("send a changed request under the next sequence")


@pytest.mark.parametrize(
    ("changed", "status", "rule"),
    [
        ({"site_id": "LS-77"}, 422, "unknown_site"),
        ({"barcode": "LK10000000000A"}, 422, "misread_label"),
        ({"persons": [token(n) for n in range(11)]}, 422, "malformed_body"),
        ({"opened_at": UNSET, "closed_at": UNSET}, 422, "opened_before_round"),
        ({"opened_at": FIRST, "closed_at": FIRST}, 422, "opened_before_round"),
        ({"closed_at": LAST}, 422, "closed_in_the_future"),
        ({"persons": []}, 422, "malformed_body"),
        ({"barcode": "LK1\r\nX-Evil: 1"}, 422, "malformed_body"),
        ({"device_sequence": 2**63}, 422, "malformed_body"),
        ({"site_id": "LS-1' OR 1=1--"}, 422, "malformed_body"),
    ],
)
def test_a_broken_rule_is_answered_with_its_sentence(intake: Intake, changed: dict[str, Any], status: int, rule: str):
    tube = change(registration(intake.campaign, group=20, device="http-3"), **changed)

    answered, problem, _ = intake.ask("p1", "POST", TUBES, tube)

    assert (answered, problem["rule"]) == (status, rule)
    assert len(problem["detail"]) > 20


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"<html>sign in</html>",
        b"[" * 100_000,
        b'{"device_id": "\xff\xfe"}',
        b"\xef\xbb\xbf{}",
        b'{"device_sequence": 1e999}',
        b'{"device_sequence": ' + b"9" * 3_000 + b"}",
        b'{"device_id": "\\ud800"}',
    ],
)
@pytest.mark.parametrize(("name", "path"), [("p1", TUBES), ("p1", "/v1/logins"), ("data", "/v1/custody")])
def test_a_body_that_makes_no_sense_is_refused_with_a_sentence(intake: Intake, name: str, path: str, body: bytes):
    status, problem, _ = intake.ask(name, "POST", path, body)

    assert (status, problem["rule"]) == (422, "malformed_body")
    assert problem["detail"].startswith("the body is not what the OpenAPI document asks for: ")


def test_a_body_beyond_the_cap_is_refused(intake: Intake):
    status, problem, _ = intake.ask("p1", "POST", TUBES, b" " * 1_000_001)

    assert (status, problem["rule"]) == (413, "body_too_large")


def test_a_body_that_is_cut_off_is_dropped_quietly(intake: Intake):
    with socket.create_connection((LOOPBACK, intake.port("p1"))) as wire:
        wire.sendall(b"POST /v1/tubes HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + b'{"device_id"')
    intake.get("p1", "/healthz")

    assert "Traceback" not in (intake.settings.home / "p1.log").read_text()


def test_counts_equal_the_ledger_at_their_sequence_while_registrations_go_on(intake: Intake):
    tubes = [registration(intake.campaign, group=100 + n, site=1, device=f"rush-{n % 8}") for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(intake.ask, f"p{n % 2 + 1}", "POST", TUBES, tube) for n, tube in enumerate(tubes)]
        seen = [msgspec.convert(intake.get("data", "/v1/sites/LS-2/counts"), SiteCounts) for _ in range(50)]
        assert {future.result()[0] for future in sent} == {201}

    sql = "SELECT coalesce(sum(persons), 0), count(*) FROM tube_event WHERE site_id = 'LS-2' AND sequence <= ?"
    for counts in seen:
        assert intake.rows(sql, counts.sequence) == [(counts.persons_registered, counts.tubes_registered)]
    assert intake.get("data", "/v1/sites/LS-2/counts")["persons_registered"] == 2_000


def test_pages_of_events_are_complete_and_in_order(intake: Intake):
    for group in range(300, 305):
        intake.ask("p1", "POST", TUBES, registration(intake.campaign, group=group, site=2, device="pages"))
    after, seen = 0, []
    while page := msgspec.convert(intake.get("data", f"/v1/tubes?after={after}&limit=7"), TubePage).events:
        assert len(page) <= 7
        seen += [event.sequence for event in page]
        after = page[-1].sequence

    assert seen == list(range(1, intake.rows("SELECT max(sequence) FROM tube_event")[0][0] + 1))
    assert intake.get("data", f"/v1/tubes?after={after}") == {"events": [], "last_sequence": after}


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=5001", "limit=1e3", "after=" + "9" * 40, "limit=５"])
def test_a_query_out_of_bounds_is_refused(intake: Intake, query: str):
    path = "/v1/tubes?" + query.replace("５", "%EF%BC%95")

    assert intake.ask("data", "GET", path)[0] == 422


def test_custody_steps_move_the_labs_counters(intake: Intake):
    tube = registration(intake.campaign, group=400, site=3, device="custody")
    intake.ask("p1", "POST", TUBES, tube)
    kinds = (Kind.HANDED_OVER, Kind.SAMPLED, Kind.BAGGED, Kind.DISPATCHED, Kind.RECEIVED)
    way = [STEP | {"barcode": tube.barcode, "kind": kind} for kind in kinds]
    before = lab(intake, tube.lab_id)

    assert intake.ask("data", "POST", "/v1/custody", {"steps": way})[:2] == (200, {"recorded": 5, "repeated": 0})
    assert intake.ask("data", "POST", "/v1/custody", {"steps": way})[:2] == (200, {"recorded": 0, "repeated": 5})
    after = lab(intake, tube.lab_id)
    assert (after["tubes_dispatched"], after["tubes_received"]) == (
        before["tubes_dispatched"] + 1,
        before["tubes_received"] + 1,
    )
    assert intake.get("data", "/v1/sites/LS-4/counts")["tubes_sampled"] == 1


def lab(intake: Intake, lab_id: str) -> dict[str, Any]:
    return next(row for row in intake.get("data", "/v1/labs")["labs"] if row["lab_id"] == lab_id)


@pytest.mark.parametrize(
    ("step", "status", "rule"),
    [
        (STEP | {"barcode": "LK10000999999"}, 422, "unknown_barcode"),
        (STEP | {"barcode": "LK10000999999", "kind": "burnt"}, 422, "malformed_body"),
        (STEP | {"barcode": "LK10000999999", "happened_at": "2031-03-02T01:00:00"}, 422, "malformed_body"),
    ],
)
def test_a_step_that_cannot_be_is_refused(intake: Intake, step: dict[str, Any], status: int, rule: str):
    answered, problem, _ = intake.ask("data", "POST", "/v1/custody", {"steps": [step]})

    assert (answered, problem["rule"]) == (status, rule)


def test_unknown_sites_and_paths_are_not_found(intake: Intake):
    assert intake.ask("data", "GET", "/v1/sites/LS-99/counts")[0] == 404
    assert intake.ask("data", "GET", "/v1/sites/..%2f..%2fetc%2fpasswd/counts")[0] == 404
    assert intake.ask("p1", "GET", "/v1/nothing")[0] == 404
    status, problem, headers = intake.ask("p1", "GET", TUBES)
    assert (status, problem["rule"], headers["allow"]) == (405, "no_such_route", "POST")


def test_a_server_counts_what_it_did(intake: Intake):
    before = intake.get("p1", "/v1/status")
    tube = registration(intake.campaign, group=500, site=4, device="status")
    for body in (tube, tube, b"nonsense"):
        intake.ask("p1", "POST", TUBES, body)
    after = intake.get("p1", "/v1/status")

    assert after["requests"] - before["requests"] == 3
    assert after["persons_registered"] - before["persons_registered"] == 10
    assert after["errors"] == before["errors"]
    assert (after["server_id"], after["system"], after["capacity_logins"]) == ("p1", "province", 16)


@pytest.mark.parametrize("name", ["p1", "data"])
def test_the_openapi_document_describes_every_body_with_the_contract_s_words(intake: Intake, name: str):
    document = intake.get(name, "/openapi.json")
    used = {ref.split("/")[-1] for ref in references(document)}

    assert used <= set(document["components"]["schemas"])
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert (
                "schema"
                in operation["responses"]["201" if path == TUBES and method == "post" else "200"]["content"][
                    "application/json"
                ]
            )
            assert method != "post" or "requestBody" in operation


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [ref for item in node for ref in references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if "$ref" in node else []
    return own + [ref for item in node.values() for ref in references(item)]


@pytest.mark.parametrize(
    ("spoilt", "kept"),
    [
        ({"short_reason": "张三 110101199003078515"}, "short_reason"),
        ({"张三 13812345678": 1}, "unknown field"),
        ({"name": "张三"}, "unknown field `name`"),
        ({"barcode": "张三'13812345678"}, "barcode"),
    ],
    ids=["in a value", "as a field", "in a field called name", "with a quote"],
)
def test_a_refusal_never_repeats_what_was_sent(
    intake: Intake, small: Campaign, spoilt: dict[str, Any], kept: str
) -> None:
    body = msgspec.to_builtins(registration(small, 900)) | spoilt
    status, problem, _ = intake.ask("p1", "POST", "/v1/tubes", body)
    assert (status, problem["rule"]) == (422, "malformed_body")
    assert kept in problem["detail"]
    assert not {"张三", "13812345678", "110101199003078515"} & set(re.findall(r"[一-龥]+|\d+", problem["detail"]))
