"""Names and addresses: what a name stood for first it keeps, and special addresses need naming themselves (35)."""

import threading

import pytest

from pipelines.addresses import Addresses
from pipelines.http import Http, HttpFailure
from pipelines.vocabulary import Outcome
from tests.hostile import LoopbackServer, answers


class ChangingName:
    """A resolver whose answer changes from one asking to the next."""

    def __init__(self, *answers_in_turn: list[str]) -> None:
        self._answers = list(answers_in_turn)

    def __call__(self, _name: str) -> list[str]:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def test_a_name_keeps_the_address_it_had_first():
    addresses = Addresses(["intake.example:80"], ChangingName(["93.184.215.14"], ["127.0.0.1"]))
    assert addresses.of("intake.example", 1.0) == addresses.of("intake.example", 1.0) == ["93.184.215.14"]


@pytest.mark.parametrize(
    "moved_to", ["127.0.0.1", "169.254.169.254", "10.0.0.5", "::1", "0.0.0.0", "224.0.0.1", "fe80::1"]
)
def test_35_a_public_name_cannot_move_into_the_inside(moved_to: str):
    addresses = Addresses(["intake.example:80"], ChangingName(["93.184.215.14"], [moved_to]))
    addresses.of("intake.example", 1.0)
    with pytest.raises(HttpFailure, match=f"intake.example now stands for {moved_to}") as caught:
        addresses.renew("intake.example", 1.0)
    assert caught.value.outcome is Outcome.REFUSED
    assert addresses.of("intake.example", 1.0) == ["93.184.215.14"]


def test_a_private_name_may_move_within_the_inside():
    addresses = Addresses(["intake.lan:80"], ChangingName(["10.0.0.5"], ["10.0.0.6"]))
    assert addresses.of("intake.lan", 1.0) == ["10.0.0.5"]
    assert addresses.renew("intake.lan", 1.0) == ["10.0.0.6"]


def test_a_name_for_this_machine_is_refused_and_nothing_is_asked():
    with LoopbackServer(lambda _path: answers(b"{}")) as server:
        http = Http([f"evil.example:{server.port}"], resolver=ChangingName(["127.0.0.1"]))
        with pytest.raises(HttpFailure, match="of a special kind") as caught:
            http.ask("GET", f"http://evil.example:{server.port}/", deadline_s=1, cap_bytes=9)
    assert caught.value.outcome is Outcome.REFUSED
    assert server.connections == 0


def test_localhost_may_be_this_machine():
    with LoopbackServer(lambda _path: answers(b"{}")) as server:
        http = Http([f"localhost:{server.port}"], resolver=ChangingName(["::1", "127.0.0.1"]))
        reply = http.ask("GET", f"http://localhost:{server.port}/", deadline_s=1, cap_bytes=9)
    assert reply.status == 200


def test_a_name_that_nobody_resolves_in_time_ends_at_the_deadline():
    over = threading.Event()

    def never(_name: str) -> list[str]:
        over.wait(30)
        return []

    with pytest.raises(HttpFailure, match="was not resolved within") as caught:
        Http(["slow.example:80"], resolver=never).ask("GET", "http://slow.example/", deadline_s=0.2, cap_bytes=9)
    over.set()
    assert caught.value.outcome is Outcome.TIMEOUT


def test_an_unknown_name_is_unreachable():
    def unknown(_name: str) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(HttpFailure, match=r"no\.example cannot be resolved") as caught:
        Http(["no.example:80"], resolver=unknown).ask("GET", "http://no.example/", deadline_s=1, cap_bytes=9)
    assert caught.value.outcome is Outcome.UNREACHABLE
