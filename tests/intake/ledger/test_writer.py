"""The writer thread outlives what its callers do: a request that was given up, work that fails, a lock that is held."""

import asyncio
import signal
import threading
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from pipelines.campaign import Campaign
from pipelines.clock import FileClock
from pipelines.contract import TubeReceipt
from pipelines.intake.ledger.opening import LedgerUnavailable, open_ledger
from pipelines.intake.ledger.record import Page, record_registration
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.intake.servers.data_interface import data_app
from pipelines.intake.servers.front_end import front_end_app
from tests.intake.registrations import registration
from tests.intake.running import holder_of


def register(writer: LedgerWriter, small: Campaign, group: int = 0) -> "Future[TubeReceipt]":
    return writer.submit(partial(record_registration, tube=registration(small, group=group), server_id="p1"))


class Held:
    """Work that keeps the writer busy until it is let go."""

    def __init__(self) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()

    def __call__(self, page: Page) -> str:
        self.begun.set()
        assert self.let_go.wait(20)
        return "done"


def test_a_request_given_up_while_it_waits_is_not_recorded_and_the_next_one_is(writer: LedgerWriter, small: Campaign):
    held = Held()
    busy = writer.submit(held)
    assert held.begun.wait(20)
    given_up, next_one = register(writer, small, group=0), register(writer, small, group=1)
    assert given_up.cancel()
    held.let_go.set()

    assert busy.result(20) == "done"
    assert next_one.result(20).sequence == 1
    assert writer.is_alive()


def test_a_request_given_up_while_it_is_written_ends_nothing(writer: LedgerWriter, small: Campaign):
    async def give_up(held: Held) -> None:
        waiting = asyncio.wrap_future(writer.submit(held))
        await asyncio.to_thread(held.begun.wait, 20)
        waiting.cancel()
        held.let_go.set()

    asyncio.run(give_up(Held()))

    assert register(writer, small).result(20).sequence == 1


@pytest.mark.parametrize("error", [RuntimeError("unforeseen"), AssertionError(), RecursionError(), MemoryError()])
def test_whatever_fails_a_group_its_callers_are_told_and_the_writer_goes_on(
    writer: LedgerWriter, small: Campaign, error: Exception
):
    def fail(page: Page) -> Any:
        raise error

    with pytest.raises(LedgerUnavailable, match="nothing was recorded, try again"):
        writer.submit(fail).result(20)

    assert register(writer, small).result(20).sequence == 1


def test_while_a_stopped_process_holds_the_lock_requests_are_answered_and_nothing_of_them_is_recorded_later(
    writer: LedgerWriter, small: Campaign, tmp_path: Path
):
    async def ask(*groups: int) -> list[Any]:
        tubes = [registration(small, group=group) for group in groups]
        asked = [writer.ask(partial(record_registration, tube=tube, server_id="p1")) for tube in tubes]
        return await asyncio.gather(*asked, return_exceptions=True)

    with holder_of(tmp_path / "ledger.sqlite.lock") as holder:
        holder.send_signal(signal.SIGSTOP)
        for answer in asyncio.run(ask(0, 1, 2)):
            assert isinstance(answer, LedgerUnavailable)
            assert "turn did not come within 1.5 s; nothing was recorded" in str(answer)

    (receipt,) = asyncio.run(ask(3))
    assert (receipt.sequence, receipt.barcode) == (1, registration(small, group=3).barcode)


def test_a_start_gives_up_its_place_in_the_queue_and_does_not_keep_the_turn_when_it_comes(
    small: Campaign, tmp_path: Path
):
    path = tmp_path / "ledger.sqlite"
    is_refused = pytest.raises(LedgerUnavailable, match=r"another process has held its lock for 0\.2 s")
    with holder_of(tmp_path / "ledger.sqlite.lock"), is_refused:
        open_ledger(path, small, within_s=0.2)

    open_ledger(path, small, within_s=20).close()


def test_one_wait_serves_many_requests_and_a_refusal_among_them_undoes_only_itself(
    writer: LedgerWriter, small: Campaign
):
    async def together() -> list[Any]:
        tubes = [registration(small, group=group) for group in (0, 1, 2)]
        tubes.insert(1, registration(small, group=0, device="phone-2"))
        asked = [writer.ask(partial(record_registration, tube=tube, server_id="p1")) for tube in tubes]
        return await asyncio.gather(*asked, return_exceptions=True)

    first, refused, second, third = asyncio.run(together())

    assert [receipt.sequence for receipt in (first, second, third)] == [1, 2, 3]
    assert (refused.status, refused.problem.rule) == (409, "barcode_used")


def test_after_its_writer_has_ended_a_server_says_that_it_is_not_well(
    small: Campaign, clock: FileClock, tmp_path: Path
):
    path = tmp_path / "ledger.sqlite"
    for app in (front_end_app(small, small.servers[0], path, clock), data_app(small, path, clock)):
        assert asyncio.run(health_before_and_after_closing(app)) == (200, 503)


async def health_before_and_after_closing(app: FastAPI) -> tuple[int, int]:
    (route,) = (route for route in app.routes if isinstance(route, APIRoute) and route.path == "/healthz")
    async with app.router.lifespan_context(app):
        before = await route.endpoint()
    return before.status_code, (await route.endpoint()).status_code


def test_a_writer_that_has_ended_says_so_at_once(small: Campaign, clock: FileClock, tmp_path: Path):
    writer = LedgerWriter(tmp_path / "ledger.sqlite", small, clock)
    writer.close()

    with pytest.raises(LedgerUnavailable, match="writer has ended"):
        register(writer, small).result(20)
