"""The exchange when all is well: kept connections, honest phases, no proxies, no surprise repeats."""

import pytest

from pipelines.http import Http, HttpFailure
from pipelines.vocabulary import Outcome
from tests.hostile import LoopbackServer, Peer, after, answers, head, sends, sends_gzip


def test_a_connection_is_kept_and_its_phases_say_so():
    with LoopbackServer(lambda _path: after(0.05, answers(b"{}"))) as server:
        http = Http([server.address])
        first, second = (http.ask("GET", server.url("/"), deadline_s=5, cap_bytes=10) for _ in range(2))
    assert server.connections == 1
    assert first.phases.connect_ms is not None and first.phases.dns_ms is not None
    assert (second.phases.dns_ms, second.phases.connect_ms, second.phases.tls_ms) == (None, None, None)
    assert first.phases.tls_ms is None
    assert min(first.phases.first_byte_ms, second.phases.first_byte_ms) >= 50


def test_a_pause_before_the_first_byte_and_one_after_it_are_told_apart():
    def behave(peer: Peer) -> None:
        peer.send(head(2) + b"{")
        peer.pause(0.2)
        peer.send(b"}")

    with LoopbackServer(lambda _path: behave) as server:
        phases = Http([server.address]).ask("GET", server.url("/"), deadline_s=5, cap_bytes=10).phases
    assert phases.transfer_ms >= 200


def test_gzip_is_undone_once():
    import gzip

    with LoopbackServer(lambda _path: sends_gzip(gzip.compress(b'{"a":1}' * 100))) as server:
        reply = Http([server.address]).ask("GET", server.url("/"), deadline_s=5, cap_bytes=1_000)
    assert reply.body == b'{"a":1}' * 100


@pytest.mark.parametrize("status", ["201 Created", "404 Not Found", "409 Conflict", "500 Oops", "304 Not Modified"])
def test_any_status_but_a_redirect_is_a_reply(status: str):
    with LoopbackServer(lambda _path: answers(b"" if status[0] == "3" else b"{}", status, X_Site="SS-1")) as server:
        reply = Http([server.address]).ask("POST", server.url("/"), deadline_s=5, cap_bytes=1_000, body=b"{}")
    assert reply.status == int(status[:3])
    assert reply.headers["x-site"] == "SS-1"


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with LoopbackServer(lambda _path: answers(b"{}")) as server:
        assert Http([server.address]).ask("GET", server.url("/"), deadline_s=5, cap_bytes=9).status == 200


@pytest.mark.parametrize(("method", "asked"), [("GET", 3), ("DELETE", 3), ("POST", 2)])
def test_only_a_repeatable_request_is_sent_again_when_a_kept_connection_was_closed(method: str, asked: int):
    """The second request of each connection is met with a close: a GET goes out again, a POST is reported."""
    seen: list[int] = []

    def behave(peer: Peer) -> None:
        seen.append(1)
        peer.send(head(2) + b"{}" if len(seen) != 2 else b"")
        if len(seen) == 2:
            raise ConnectionAbortedError

    behave.keeps_alive = True
    with LoopbackServer(lambda _path: behave) as server:
        http = Http([server.address])
        http.ask(method, server.url("/"), deadline_s=5, cap_bytes=9)
        if method == "POST":
            with pytest.raises(HttpFailure) as caught:
                http.ask(method, server.url("/"), deadline_s=5, cap_bytes=9)
            assert caught.value.outcome is Outcome.UNREACHABLE
        else:
            assert http.ask(method, server.url("/"), deadline_s=5, cap_bytes=9).status == 200
    assert len(seen) == asked


def test_a_fresh_connection_that_is_closed_is_not_asked_again():
    with LoopbackServer(lambda _path: sends(b"")) as server:
        with pytest.raises(HttpFailure):
            Http([server.address]).ask("GET", server.url("/"), deadline_s=5, cap_bytes=9)
        assert len(server.asked) == 1
