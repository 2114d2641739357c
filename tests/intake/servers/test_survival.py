"""What is acknowledged survives: servers killed under load, failing and full disks, a rush, a lock that is held."""

import contextlib
import itertools
import resource
import shutil
import socket
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.config import LOOPBACK
from pipelines.intake.servers.admission import WRITES_AT_LEAST, WRITES_AT_MOST
from tests.benchmarks.phones import closed_loop, get
from tests.intake.registrations import registration
from tests.intake.running import Intake, holder_of, running
from tests.intake.servers.siege import PHONES, Record, assert_sound, failing_syncs, killed_under_load, tubes


def test_servers_killed_under_load_lose_nothing_they_acknowledged(sanshui: Campaign, tmp_path: Path):
    """Case 66: two front ends killed together, twice, under 64 phones."""
    record, names = Record(), ["p1", "p2"]
    with running(sanshui, tmp_path, sanshui.round.demo_starts_at, 0.0) as intake:
        intake.start(*names)
        for round_no in range(2):
            killed_under_load(intake, names, record, round_no, seed=6, longest_s=1.0)

        assert len(record.acknowledged) > PHONES
        assert len(record.unanswered) <= 2 * PHONES
        assert_sound(intake, record)


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace to let a sync fail")
def test_a_sync_that_fails_is_never_acknowledged_and_service_goes_on_by_itself(sanshui: Campaign, tmp_path: Path):
    """Case 70: every ninth sync fails; what was refused is not on record, what was acknowledged is."""
    record = Record()
    with running(sanshui, tmp_path, sanshui.round.demo_starts_at, 0.0) as intake:
        intake.start("p1")
        with failing_syncs(intake, "p1", every=9):
            record.add(closed_loop([intake.port("p1")], [tubes(sanshui, phone, most=30) for phone in range(16)]))

        assert len(record.acknowledged) + len(record.refused) == 16 * 30
        assert record.refused
        assert record.without_retry_after == 0
        assert sorted(record.acknowledged) == sorted(row[0] for row in intake.rows("SELECT barcode FROM tube"))
        assert_sound(intake, record)
        assert intake.ask("p1", "POST", "/v1/tubes", registration(sanshui, group=9_999))[0] == 201


def test_uploads_of_an_outage_and_repeats_of_them_are_counted_once(sanshui: Campaign, tmp_path: Path):
    """Cases 48 and 49 in small: 40 phones bring what they registered offline, three times over, in any order."""
    uploads = [list(tubes(sanshui, phone, most=10, is_offline=True)) for phone in range(40)]
    thrice = [itertools.chain(queue, reversed(queue), queue) for queue in uploads]
    with running(sanshui, tmp_path, sanshui.round.demo_starts_at, 0.0) as intake:
        intake.start("p1", "p2")
        tally = closed_loop([intake.port("p1"), intake.port("p2")], thrice)

        assert [len(tally.names(status)) for status in (201, 200)] == [400, 800]
        assert intake.rows("SELECT count(*), sum(persons) FROM tube") == [(400, 4_000)]


def test_a_rush_is_turned_away_at_the_door_and_service_returns_by_itself(sanshui: Campaign, tmp_path: Path):
    """Case 64 and R14: the ledger is held, so writes pile up to the bound; nobody beyond it waits."""
    requests = [next(tubes(sanshui, phone)) for phone in range(WRITES_AT_MOST + 50)]
    with running(sanshui, tmp_path, sanshui.round.demo_starts_at, 0.0) as intake, contextlib.ExitStack() as wires:
        intake.start("p1")
        with holder_of(Path(f"{intake.settings.ledger_file}.lock")):
            phones = [connected(wires, intake) for _ in requests]
            for wire, request in zip(phones, requests, strict=True):
                wire.sendall(request.wire)
            intake.get("p1", "/healthz")
            answers = [whole_answer(wire) for wire in phones]

        rules = [next(rule for rule in (b"server_busy", b"ledger_unavailable") if rule in reply) for reply in answers]
        assert WRITES_AT_LEAST <= rules.count(b"ledger_unavailable") <= WRITES_AT_MOST
        assert all(reply.startswith(b"http/1.1 503") and b"retry-after: 1" in reply for reply in answers)
        assert intake.tubes() == 0
        few = requests[:WRITES_AT_LEAST]
        again = closed_loop([intake.port("p1")], [iter([request]) for request in few])
        assert sorted(again.names(201)) == sorted(request.name for request in few)


def test_while_reads_are_turned_away_writes_are_recorded(sanshui: Campaign, tmp_path: Path):
    """R14: half of what writes may fill is in hand, so a status waits and a tube does not."""
    with running(sanshui, tmp_path, sanshui.round.demo_starts_at, 0.0) as intake, contextlib.ExitStack() as wires:
        intake.start("p1")
        requests = [next(tubes(sanshui, phone)) for phone in range(WRITES_AT_MOST // 2 + 5)]
        phones = [connected(wires, intake) for _ in requests]
        reader = connected(wires, intake)
        with holder_of(Path(f"{intake.settings.ledger_file}.lock")):
            for wire, request in zip(phones, requests, strict=True):
                wire.sendall(request.wire)
            intake.get("p1", "/healthz")
            reader.sendall(get("/v1/status").wire)
            told = whole_answer(reader)
        answers = [whole_answer(wire) for wire in phones]

        assert told.startswith(b"http/1.1 503") and b"retry-after: 1" in told and b"server_busy" in told
        recorded = [reply for reply in answers if reply.startswith(b"http/1.1 201")]
        assert intake.tubes() == len(recorded) >= WRITES_AT_LEAST
        assert all(b"server_busy" in reply for reply in answers if reply not in recorded)
        reader.sendall(get("/v1/status").wire)
        assert whole_answer(reader).startswith(b"http/1.1 200")


def connected(wires: contextlib.ExitStack, intake: Intake) -> socket.socket:
    return wires.enter_context(socket.create_connection((LOOPBACK, intake.port("p1")), timeout=20))


def whole_answer(wire: socket.socket) -> bytes:
    reply = b""
    while not reply.endswith(b"}"):
        reply += wire.recv(2_000).lower()
    return reply


def test_a_full_disk_is_answered_with_503_and_service_returns_by_itself(small: Campaign, tmp_path: Path):
    with running(small, tmp_path, small.round.demo_starts_at, 0.0) as intake:
        intake.start("p1")
        process = intake.processes["p1"].pid
        good = [registration(small, group=group) for group in range(3)]
        assert intake.ask("p1", "POST", "/v1/tubes", good[0])[0] == 201

        resource.prlimit(process, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        for _ in range(3):
            status, problem, headers = intake.ask("p1", "POST", "/v1/tubes", good[1])
            assert (status, problem["rule"]) == (503, "ledger_unavailable")
            assert headers["retry-after"] == "1"
        assert intake.get("p1", "/v1/status")["errors"] == 3

        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert [intake.ask("p1", "POST", "/v1/tubes", tube)[0] for tube in good] == [200, 201, 201]
        assert intake.tubes() == 3


def test_while_a_stopped_process_holds_the_lock_desks_get_503_and_are_told_when_to_try_again(
    small: Campaign, tmp_path: Path
):
    with running(small, tmp_path, small.round.demo_starts_at, 0.0) as intake:
        intake.start("p1", "data")
        with holder_of(Path(f"{intake.settings.ledger_file}.lock")):
            status, problem, headers = intake.ask("p1", "POST", "/v1/tubes", registration(small))
            assert (status, problem["rule"], headers["retry-after"]) == (503, "ledger_unavailable", "1")
            step = {"barcode": "LK1000", "kind": "sampled", "happened_at": small.round.opens_at}
            assert intake.ask("data", "POST", "/v1/custody", {"steps": [step]})[0] == 503
            assert intake.get("data", "/v1/tubes")["events"] == []

        assert intake.ask("p1", "POST", "/v1/tubes", registration(small))[0] == 201


@pytest.mark.parametrize("name", ["p1", "data", "world"])
def test_a_ledger_that_cannot_be_opened_stops_a_process_with_a_sentence(small: Campaign, tmp_path: Path, name: str):
    with running(small, tmp_path, small.round.demo_starts_at) as intake:
        intake.settings.ledger_file.parent.mkdir(parents=True)
        intake.settings.ledger_file.write_bytes(b"no database at all, but long enough" * 200)
        with pytest.raises(AssertionError, match=r"^tenfold: cannot open the ledger .*file is not a database"):
            intake.start(name)


@pytest.mark.parametrize("name", ["p1", "data", "world"])
def test_a_home_without_a_clock_stops_a_process_with_a_sentence(small: Campaign, tmp_path: Path, name: str):
    with running(small, tmp_path, small.round.demo_starts_at) as intake:
        intake.settings.clock_file.unlink()
        with pytest.raises(AssertionError, match=r"^tenfold: no clock at .*`tenfold up` sets one"):
            intake.start(name)


def test_sigterm_ends_everything_quietly(small: Campaign, tmp_path: Path):
    with running(small, tmp_path, small.round.demo_starts_at) as intake:
        intake.start("p1", "data", "world")
        intake.stop()
        for name in ("p1", "data", "world"):
            assert "Traceback" not in (tmp_path / f"{name}.log").read_text()
