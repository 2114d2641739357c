"""Servers that misbehave below the words: each ends as a named outcome within its own deadline."""

import gzip
import subprocess
import sys

import pytest

from pipelines.http import Http, HttpFailure
from pipelines.sources import Puller, pull, pull_all
from pipelines.vocabulary import Outcome
from tests import hostile
from tests.hostile import Behaviour, LoopbackServer, answers
from tests.pull.words import counts, request, spec

WIRES: dict[str, tuple[Behaviour, Outcome, str]] = {
    "26 says more than it sends": (hostile.says_more_than_it_sends(counts()), Outcome.MALFORMED, "ended before"),
    "26 says less than it sends": (hostile.says_less_than_it_sends(counts()), Outcome.MALFORMED, "ends in the middle"),
    "26 a length that is no number": (
        hostile.sends(b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n{}"),
        Outcome.MALFORMED,
        "",
    ),
    "27 a chunk cut off": (hostile.cuts_a_chunk(counts()), Outcome.MALFORMED, "ended before"),
    "27 a chunk of no size": (
        hostile.sends(hostile.head(None, Transfer_Encoding="chunked") + b"zz\r\n"),
        Outcome.MALFORMED,
        "",
    ),
    "28 a gzip bomb": (hostile.sends_gzip(hostile.bomb()), Outcome.TOO_LARGE, "more than the 2000000 bytes allowed"),
    "28 a body over the cap": (answers(b"[" + b" " * 2_000_000), Outcome.TOO_LARGE, "cap_bytes"),
    "28 gzip that is none": (hostile.sends_gzip(counts()), Outcome.MALFORMED, "says gzip but is not"),
    "28 gzip cut off": (hostile.sends_gzip(gzip.compress(counts())[:-9]), Outcome.MALFORMED, "cut off"),
    "29 gzip in gzip": (hostile.sends_gzip_twice(counts()), Outcome.MALFORMED, "still packed"),
    "29 gzip in gzip, and saying so": (hostile.sends_gzip_twice(counts(), "gzip, gzip"), Outcome.MALFORMED, "one gzip"),
    "30 a byte every half second": (hostile.drips_in_body, Outcome.TIMEOUT, "the reply had begun"),
    "31 the same in the headers": (hostile.drips_in_headers, Outcome.TIMEOUT, "did not end within 1 s"),
    "32 headers without end": (hostile.sends_headers_without_end, Outcome.MALFORMED, "more than 100 headers"),
    "32 interim replies without end": (hostile.continues_without_end, Outcome.TIMEOUT, "did not end within 1 s"),
    "33 a redirect to itself": (hostile.redirects_to("/"), Outcome.REFUSED, "redirects are not followed"),
    "34 a redirect to the metadata address": (
        hostile.redirects_to("http://169.254.169.254/latest/"),
        Outcome.REFUSED,
        "points to 'http://169.254.169.254/latest/'",
    ),
    "34 a redirect to a file": (hostile.redirects_to("file:///etc/passwd"), Outcome.REFUSED, "points to"),
    "37 accepted, never answered": (hostile.never_answers, Outcome.TIMEOUT, "nothing had come back"),
    "38 a reset in the body": (hostile.resets_in_body, Outcome.UNREACHABLE, "broke the connection"),
    "38 closed without a word": (hostile.sends(b""), Outcome.UNREACHABLE, "broke the connection"),
    "39 503 with a day's patience": (
        answers(b'{"rule":"busy","detail":"try later"}', "503 Service Unavailable", Retry_After="86400"),
        Outcome.HTTP_ERROR,
        "answered 503 instead of 200 ('try later'), Retry-After '86400'; it is asked again in the next cycle",
    ),
    "39 429": (answers(b"no", "429 Too Many Requests", Retry_After="86400"), Outcome.HTTP_ERROR, "answered 429"),
    "204 and nothing": (hostile.sends(b"HTTP/1.1 204 No Content\r\n\r\n"), Outcome.HTTP_ERROR, "answered 204"),
    "not HTTP at all": (hostile.sends(b"SSH-2.0-OpenSSH_9.6\r\n"), Outcome.MALFORMED, "was not answered in HTTP"),
}


@pytest.mark.parametrize("name", WIRES)
def test_a_bad_wire_is_one_named_outcome(name: str):
    behaviour, outcome, words = WIRES[name]
    with LoopbackServer(lambda _path: behaviour) as server:
        asked = spec(server, "/", cap_bytes=2_000_000, deadline_s=1.0 if outcome is Outcome.TIMEOUT else 10.0)
        ended = pull(asked, Http([server.address]), site_id="SS-001")
    assert (ended.outcome, ended.raw) == (outcome, None), ended.reason
    assert words in ended.reason
    assert "\n" not in ended.reason and "\r" not in ended.reason


def test_a_drip_is_cut_off_at_the_deadline_not_at_its_end():
    with LoopbackServer(lambda path: hostile.drips_in_body if path == "/body" else hostile.drips_in_headers) as server:
        pull_all([request(server, path, deadline_s=1.0) for path in ("/body", "/head")], Http([server.address]))
        assert server.asked.count("/body") == server.asked.count("/head") == 1
    # The deadline is 1 s and a byte comes every 0.5 s: had it been let run, 200 bytes and a whole head would have come.
    assert server.bytes_sent.get("/body", 0) < len(hostile.head(200)) + 10
    assert server.bytes_sent.get("/head", 0) < 10


def test_a_source_that_is_down_is_unreachable():
    with LoopbackServer(lambda _path: answers(counts())) as server:
        asked = spec(server, "/")
    ended = pull(asked, Http([server.address]), site_id="SS-001")
    assert ended.outcome is Outcome.UNREACHABLE
    assert f"nothing listens at {server.address}" in ended.reason


def test_a_source_that_is_not_on_the_list_is_not_asked():
    with LoopbackServer(lambda _path: answers(counts())) as server:
        ended = pull(spec(server, "/"), Http(["127.0.0.1:1"]), site_id="SS-001")
    assert ended.outcome is Outcome.REFUSED
    assert "not among the allowed addresses" in ended.reason
    assert server.connections == 0


PEAK_OF_A_BOMB = """
import resource, sys
from pipelines.http import Http, HttpFailure
http, url = Http([sys.argv[1]]), f"http://{sys.argv[1]}/"
def ask(path):
    try:
        http.ask("GET", url + path, deadline_s=20, cap_bytes=4_000_000)
    except HttpFailure as failure:
        return failure.outcome
ask("calm")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
outcomes = {ask("bomb") for _ in range(3)}
print(*outcomes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_28_a_gigabyte_in_a_megabyte_costs_the_puller_a_few_megabytes():
    bomb = hostile.sends_gzip(hostile.bomb())
    with LoopbackServer(lambda path: bomb if path == "/bomb" else answers(b"{}")) as server:
        done = subprocess.run(
            [sys.executable, "-c", PEAK_OF_A_BOMB, server.address],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    outcome, peak_kib = done.stdout.split()
    assert outcome == Outcome.TOO_LARGE
    assert int(peak_kib) < 30 * 1024


def test_a_bad_answer_does_not_spoil_the_next_one():
    """What a short Content-Length leaves on the connection is never read as the next reply."""
    smuggled = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
    body = b"{}"

    def smuggles(peer: hostile.Peer) -> None:
        peer.send(hostile.head(len(body)) + body + smuggled)

    smuggles.keeps_alive = True
    with LoopbackServer(lambda path: smuggles if path == "/first" else answers(b'{"good":1}')) as server:
        http = Http([server.address])
        bodies = [
            http.ask("GET", server.url(path), deadline_s=2, cap_bytes=1_000).body
            for path in ("/first", "/next", "/next")
        ]
    assert bodies == [b"{}", b'{"good":1}', b'{"good":1}']


def test_40_half_of_the_sites_hang_and_the_others_do_not_notice():
    """With patience for a cycle, 59 sites answer in every cycle; each of the hanging 59 is asked once a deadline."""
    requests_by_site = {}
    hanging = {f"/SS-{number:03d}" for number in range(1, 119, 2)}

    def behaviour_of(path: str) -> Behaviour:
        return hostile.never_answers if path in hanging else answers(counts(site_id=path[1:]))

    with LoopbackServer(behaviour_of) as server:
        for number in range(1, 119):
            site_id = f"SS-{number:03d}"
            one = request(server, f"/{site_id}", source_id="counts", deadline_s=4.0)
            requests_by_site[site_id] = type(one)(one.spec, site_id)
        puller = Puller(Http([server.address]))
        cycles = [puller.collect(requests_by_site.values(), patience_s=1.5) for _ in range(3)]
        last = puller.collect([])
        puller.close()
    calm = set(requests_by_site) - {path[1:] for path in hanging}
    for cycle in cycles:
        assert {ended.site_id for ended in cycle if ended.outcome is Outcome.OK} == calm
    late = [ended for cycle in [*cycles, last] for ended in cycle if ended.outcome is not Outcome.OK]
    assert {ended.outcome for ended in late} == {Outcome.TIMEOUT}
    assert {f"/{ended.site_id}" for ended in late} == hanging
    assert len(late) == len([path for path in server.asked if path in hanging])


def test_40_waiting_for_all_costs_one_deadline_not_fifty_nine():
    """Each hanging pull ran its own deadline at the same time as the others: all were asked before any had ended."""
    hanging = {f"/{number}" for number in range(59)}
    with LoopbackServer(lambda path: hostile.never_answers if path in hanging else answers(counts())) as server:
        ended = pull_all(
            [request(server, f"/{number}", deadline_s=3.0) for number in range(118)], Http([server.address])
        )
    assert [pulled.outcome for pulled in ended] == [Outcome.TIMEOUT] * 59 + [Outcome.OK] * 59
    assert len(server.asked) == 118
    assert sum(pulled.took_ms for pulled in ended[:59]) > 59 * 3_000


def test_http_says_what_is_wrong_with_an_address():
    http = Http(["127.0.0.1:1"])
    for url in (
        "ftp://127.0.0.1:1/",
        "http://user@127.0.0.1:1/",
        "http://127.0.0.1:1/三",
        "http://[::1/",
        "http://",
        "x",
    ):
        with pytest.raises(HttpFailure, match="expected http") as caught:
            http.ask("GET", url, deadline_s=1, cap_bytes=1)
        assert caught.value.outcome is Outcome.REFUSED
