"""What is acknowledged survives: servers killed under load, a disk that is full, a writer that must wait its turn."""

import http.client
import resource
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.contract import TubeRegistration
from tests.intake.registrations import registration
from tests.intake.running import Intake, holder_of, running

PHONES = 24


class Load:
    """Phones that register one group after another until told to stop, and remember what was acknowledged."""

    def __init__(self, intake: Intake, servers: list[str], first_group: int) -> None:
        self.intake, self.servers, self.first_group = intake, servers, first_group
        self.acknowledged: list[TubeRegistration] = []
        self.unanswered: list[TubeRegistration] = []
        self._stop = threading.Event()

    def run(self, phone: int) -> None:
        for number in range(10_000):
            if self._stop.is_set():
                return
            group = self.first_group + number * PHONES + phone
            tube = registration(self.intake.campaign, group=group, site=phone % 9, device=f"load-{phone}")
            try:
                status, *_ = self.intake.ask(self.servers[phone % len(self.servers)], "POST", "/v1/tubes", tube)
            except (OSError, http.client.HTTPException):
                self.unanswered.append(tube)
                return
            assert status == 201
            self.acknowledged.append(tube)

    def until_killed(self, after_tubes: int) -> None:
        with ThreadPoolExecutor(PHONES) as pool:
            phones = [pool.submit(self.run, phone) for phone in range(PHONES)]
            self.intake.until(lambda: len(self.acknowledged) >= after_tubes)
            for name in self.servers:
                self.intake.kill(name)
            self._stop.set()
            for phone in phones:
                phone.result()


@pytest.mark.slow
def test_servers_killed_under_load_lose_nothing_they_acknowledged(small: Campaign, tmp_path: Path):
    acknowledged: set[str] = set()
    unanswered: list[TubeRegistration] = []
    with running(small, tmp_path, small.round.demo_starts_at, 0.0) as intake:
        for kills in range(3):
            intake.start("p1", "p2")
            load = Load(intake, ["p1", "p2"], first_group=kills * 20_000)
            load.until_killed(after_tubes=150 + 70 * kills)
            acknowledged |= {tube.barcode for tube in load.acknowledged}
            unanswered += load.unanswered

        stored = [barcode for (barcode,) in intake.rows("SELECT barcode FROM tube")]
        assert len(acknowledged) >= 3 * 150
        assert acknowledged <= set(stored) <= acknowledged | {tube.barcode for tube in unanswered}
        assert len(stored) == len(set(stored))
        assert intake.rows("SELECT count(*) FROM tube_person") == [(10 * len(stored),)]
        assert intake.rows("PRAGMA integrity_check") == [("ok",)]
        intake.start("p1")
        for tube in unanswered:
            expected = 200 if tube.barcode in stored else 201
            assert intake.ask("p1", "POST", "/v1/tubes", tube)[0] == expected


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
