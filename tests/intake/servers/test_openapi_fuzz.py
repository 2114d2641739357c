"""Whatever is sent to a documented route, the answer is a documented one and never a failure of the server (S9)."""

import http.client
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.config import LOOPBACK
from pipelines.contract import Problem
from tests.intake.registrations import registration, token
from tests.intake.running import Intake, running
from tests.intake.servers.openapi_cases import Case, cases, operations

EXAMPLES_EACH = 40
SLOW_TO_MAKE = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def sanshui_intake(tmp_path_factory: pytest.TempPathFactory, sanshui: Campaign) -> Iterator[Intake]:
    """A front end and the data interface of the big district, whose servers bear many made-up phones."""
    with running(sanshui, tmp_path_factory.mktemp("fuzz"), sanshui.round.demo_starts_at, 0.0) as intake:
        intake.start("p1", "data")
        yield intake


def known_words(campaign: Campaign) -> dict[str, list[Any]]:
    """Return the words of a registration that obeys every rule, and of things: so that rules deep inside are met."""
    tubes = [registration(campaign, group=group) for group in range(3)]
    fields = ("round_id", "site_id", "lane_no", "lab_id", "account_id", "opened_at", "closed_at", "persons")
    words = {name: [msgspec.to_builtins(getattr(tubes[0], name))] for name in fields}
    return words | {
        "barcode": [tube.barcode for tube in tubes],
        "happened_at": words["opened_at"],
        "device_id": ["phone-1", "phone-2"],
        "device_sequence": [1, 2, 3],
        "session_id": ["session-1", "session-2"],
        "person": [token(number) for number in range(12)],
        "thing_id": ["thing-1", "thing-2"],
        "step": ["open", "log_in", "close", "print", "issue", "pack", "seal", "begin", "end"],
        "after": [0, 1],
        "limit": [1, 5_000],
    }


@pytest.mark.parametrize("name", ["p1", "data"])
def test_every_answer_is_a_documented_one(sanshui_intake: Intake, name: str):
    document = sanshui_intake.get(name, "/openapi.json")
    known = known_words(sanshui_intake.campaign)
    wire = http.client.HTTPConnection(LOOPBACK, sanshui_intake.port(name), timeout=10)
    each = [cases(document, method, path, known) for method, path in operations(document)]

    @settings(max_examples=EXAMPLES_EACH * len(each), deadline=None, suppress_health_check=SLOW_TO_MAKE)
    @given(st.one_of(each))
    def is_documented(case: Case) -> None:
        status, told = ask(wire, case)
        assert status in case.statuses, (status, told)
        assert status < 500, told
        if status >= 400:
            assert len(msgspec.json.decode(told, type=Problem).detail) > 10

    is_documented()
    assert "Traceback" not in (sanshui_intake.settings.home / f"{name}.log").read_text()


def ask(wire: http.client.HTTPConnection, case: Case) -> tuple[int, bytes]:
    """Return the status and the body of the answer."""
    wire.request(case.method, case.path, body=case.body)
    reply = wire.getresponse()
    return reply.status, reply.read()
