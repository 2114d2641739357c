"""The command API as its client and a stranger see it: named asks only, cut to their scope, refusals in sentences."""

import io

import msgspec
import polars as pl
import pytest

from pipelines.client import AskRefused, CommandClient, CommandUnavailable, Scope
from pipelines.contract import Problem
from pipelines.intake.barcodes import label
from pipelines.server.answers import Kept
from pipelines.store import asks
from tests.store.kit import moment, shown

AS_OF = moment("01:00")
LABEL = label("LK1", 7)


def _problem(reply) -> Problem:
    return msgspec.json.decode(reply.body, type=Problem)


def _asked(as_of="2031-03-02T01:00:00Z", **more) -> bytes:
    return msgspec.json.encode({"as_of": as_of} | more)


def test_the_client_asks_for_the_edge_the_campaign_and_a_layer(api):
    edge = api.client.edge()
    assert (edge.speed, edge.tick) == (60.0, 1) and AS_OF <= edge.as_of <= edge.clock_at
    info = api.client.campaign()
    assert info.campaign_id == "lakeside-2031-03-02" and len(info.sites) == 9
    assert info.district_name.zh == "湖畔区" and info.map.layers == ["district"] and info.map.credit == "made up"
    assert [server.server_id for server in info.servers] == ["p1", "p2", "city"]
    assert b"coordinates" in api.client.map_layer("district")


@pytest.mark.parametrize("name", sorted(asks()))
def test_every_ask_comes_back_as_a_frame(api, name):
    own = {"site_id": "LS-1", "lab_id": "", "begun": "2031-03-02T00:00:00Z", "since": "2031-03-02T00:00:00Z"}
    own |= {"hour": "2031-03-02T01:00Z", "version": "", "kind": "", "barcode": LABEL}
    frame = api.client.ask(name, AS_OF, **{key: own[key] for key in asks()[name].params})
    assert isinstance(frame, pl.DataFrame) and frame.width > 1


def test_a_scanner_may_add_its_prefix_and_line_end_to_a_label(api):
    for scan in (LABEL, f"]C1{LABEL}\r\n", f" {LABEL.lower()} "):
        assert api.client.ask("tube_lookup", AS_OF, barcode=scan).is_empty()


def test_an_answer_is_cut_to_its_scope(api):
    assert shown(api.client.ask("district_totals", AS_OF), "persons_registered", "sites_total") == ["27 | 9"]
    town = Scope.town("990001002")
    assert shown(api.client.ask("district_totals", AS_OF, town), "persons_registered", "sites_total") == ["7 | 4"]
    assert api.client.ask("sites_live", AS_OF, town)["site_id"].to_list() == ["LS-5", "LS-6", "LS-7", "LS-8"]
    assert api.client.ask("sites_live", AS_OF, Scope.site("LS-1"))["site_id"].to_list() == ["LS-1"]


@pytest.mark.parametrize(
    ("name", "scope", "params", "sentence"),
    [
        (
            "site_detail",
            Scope.town("990001002"),
            {"site_id": "LS-1"},
            "site LS-1 lies outside the scope town 990001002",
        ),
        ("site_trend", Scope.site("LS-2"), {"site_id": "LS-1"}, "site LS-1 lies outside the scope site LS-2"),
        ("sites_live", Scope.town("440607"), {}, "the campaign has no town '440607'; it has 990001001, 990001002"),
        ("sites_live", Scope.site("LS-99"), {}, "the campaign has no site 'LS-99'; it has LS-1, LS-2"),
        ("job_runs", Scope.town("990001002"), {}, "the ask 'job_runs' is about the whole district"),
        ("site_detail", Scope(), {}, "the ask 'site_detail' needs site_id, got none"),
        ("site_detail", Scope(), {"site_id": "LS-99"}, "the campaign has no site 'LS-99'"),
        ("site_detail", Scope(), {"site_id": 7}, "the campaign has no site 7"),
        ("freshness", Scope(), {"limit": 5}, "the ask 'freshness' needs no parameters, got limit"),
        (
            "freshness",
            Scope(),
            {"limit": [5]},
            "the parameter limit must be a text, a number or a truth value, got list",
        ),
        ("tube_lookup", Scope(), {"barcode": LABEL[:-1] + "z"}, "the check character of "),
        ("tube_lookup", Scope(), {"barcode": LABEL * 2}, f"'{(LABEL * 2)[:24]}…' came twice in one scan"),
        ("everything", Scope(), {}, "there is no ask named 'everything'; there are: account_breaches, "),
    ],
)
def test_a_wrong_question_is_refused_with_a_sentence(api, name, scope, params, sentence):
    with pytest.raises(AskRefused) as refused:
        api.client.ask(name, AS_OF, scope, **params)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("own", ["as_of", "speed", "scope_level", "scope_id"])
def test_a_parameter_cannot_replace_the_moment_or_the_scope(api, own):
    reply = api.send(
        "POST", "/v1/ask/freshness", _asked(params={own: "district"}, scope={"level": "site", "id": "LS-1"})
    )
    assert reply.status == 422 and own in _problem(reply).detail


def test_statuses_tell_kinds_of_refusal_apart(api):
    assert api.send("POST", "/v1/ask/everything", _asked()).status == 404
    assert api.send("POST", "/v1/ask/site_detail", _asked()).status == 422
    outside = _asked(params={"site_id": "LS-1"}, scope={"level": "site", "id": "LS-2"})
    assert api.send("POST", "/v1/ask/site_detail", outside).status == 403
    assert api.send("GET", "/v1/map/moon").status == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"\xff"',
        b"[" * 60_000,
        b'{"as_of": "yesterday"}',
        b'{"as_of": "2031-03-02T01:00:00Z", "sql": "DROP TABLE site"}',
        b'{"as_of": "2031-03-02T01:00:00Z", "scope": {"level": "planet"}}',
    ],
)
def test_a_malformed_question_is_refused(api, body):
    reply = api.send("POST", "/v1/ask/freshness", body)
    assert reply.status == 422 and _problem(reply).detail.startswith("the question must be JSON like")


def test_a_moment_without_offset_or_yet_to_come_is_refused(api):
    naive = api.send("POST", "/v1/ask/freshness", _asked("2031-03-02T01:00:00"))
    assert naive.status == 422 and "has no offset" in _problem(naive).detail
    later = api.send("POST", "/v1/ask/freshness", _asked("2031-03-02T09:00:00Z"))
    assert later.status == 422 and "yet to come" in _problem(later).detail


def test_a_question_too_long_is_refused(api):
    assert api.send("POST", "/v1/ask/freshness", b" " * 70_000).status == 413


@pytest.mark.parametrize("path", ["/v1/edge", "/v1/campaign", "/v1/map/district", "/v1/ask/freshness"])
def test_without_the_token_nothing_is_told(api, path):
    method = "POST" if "ask" in path else "GET"
    reply = api.send(method, path, _asked() if method == "POST" else None, token="f" * 64)
    assert reply.status == 401 and b"district" not in reply.body
    with pytest.raises(AskRefused, match="Authorization"):
        CommandClient(api.url, "guess").edge()


def test_health_and_readiness_are_open_and_readiness_says_why_not(api):
    assert api.send("GET", "/healthz", token="").status == 200
    assert api.send("GET", "/readyz", token="").status == 200
    api.why_not.append("pull_cycle has not ended for 30 s")
    reply = api.send("GET", "/readyz", token="")
    api.why_not.clear()
    assert reply.status == 503 and _problem(reply).detail == "pull_cycle has not ended for 30 s"


def test_an_answer_comes_as_arrow_json_or_csv(api):
    path, body = "/v1/ask/freshness", _asked()
    arrow = api.send("POST", path, body, Accept="*/*")
    assert pl.read_ipc_stream(io.BytesIO(arrow.body))["sites_total"].item() == 9
    rows = msgspec.json.decode(api.send("POST", path, body, Accept="application/json").body)
    assert rows[0]["sites_fresh"] == 2 and rows[0]["stale_site_ids"][0] == "LS-2"
    csv = api.send("POST", path, body, Accept="text/csv")
    frame = pl.read_csv(io.BytesIO(csv.body))
    assert frame["stale_site_ids"].item() == "LS-2 LS-3 LS-4 LS-6 LS-7 LS-8 LS-9"
    assert api.send("POST", path, body, Accept="image/png").status == 406


def test_a_csv_has_no_cell_that_a_spreadsheet_would_run(api):
    csv = api.send("POST", "/v1/ask/sources_live", _asked(), Accept="text/csv")
    assert pl.read_csv(io.BytesIO(csv.body))["last_reason"].to_list() == ["'=HYPERLINK(1)"]
    assert api.client.ask("sources_live", AS_OF)["last_reason"].to_list() == ["=HYPERLINK(1)"]


def test_the_same_question_gets_the_same_bytes_again(api):
    first = api.send("POST", "/v1/ask/sites_live", _asked()).body
    assert api.send("POST", "/v1/ask/sites_live", _asked()).body == first
    assert api.send("POST", "/v1/ask/sites_live", _asked(scope={"level": "site", "id": "LS-1"})).body != first


def test_a_server_that_is_gone_is_unavailable_in_a_sentence(api):
    with pytest.raises(
        CommandUnavailable, match=r"the command server at http://127\.0\.0\.1:9 did not answer /v1/edge"
    ):
        CommandClient("http://127.0.0.1:9", "x", deadline_s=1).edge()


def test_kept_answers_are_bounded_in_bytes_and_number_and_the_oldest_go_first():
    kept = Kept(limit_bytes=10, limit_count=3)
    for key in "abc":
        kept.put(key, b"xxx")
    assert kept.get("a") == b"xxx"
    kept.put("d", b"xxx")
    assert [kept.get(key) for key in "abcd"] == [b"xxx", None, b"xxx", b"xxx"]
    kept.put("big", b"x" * 11)
    assert [kept.get(key) for key in "acd"] == [None, None, None] and kept.get("big") is None
