"""Whether a day is on record: an empty or half-filled ledger is not a day, a filled or live one is."""

import signal
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.clock import FileClock
from pipelines.config import Settings, environment_for_children, settings
from pipelines.intake.day.prefill import prefill, virtual_day
from pipelines.intake.day.standing import day_is_laid, last_recorded_at
from pipelines.intake.ledger.opening import LedgerError, open_ledger
from pipelines.intake.ledger.record import record_registration
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.intake.moments import micros
from tests.intake.registrations import registration
from tests.intake.running import running

HALF_A_PREFILL = """
import os, signal, sys
from pathlib import Path
from pipelines.campaign import load_campaign
from pipelines.config import settings
from pipelines.intake.day.prefill import prefill, virtual_day

campaign = load_campaign(Path(sys.argv[2]))
def die_half_way(share):
    if share >= 0.85:
        os.kill(os.getpid(), signal.SIGKILL)
prefill(campaign, settings(home=Path(sys.argv[1])), campaign.round.demo_starts_at, die_half_way)
"""


@pytest.fixture
def chosen(tmp_path: Path, small: Campaign) -> Settings:
    return settings(home=tmp_path, campaign=small.folder)


def test_without_a_ledger_or_with_an_empty_one_no_day_is_laid(small: Campaign, chosen: Settings):
    assert (day_is_laid(chosen, small), last_recorded_at(chosen)) == (False, None)

    open_ledger(chosen.ledger_file, small).close()
    assert (day_is_laid(chosen, small), last_recorded_at(chosen)) == (False, None)


def test_an_interrupted_prefill_is_no_day_and_the_next_one_lays_it(small: Campaign, chosen: Settings):
    command = [sys.executable, "-c", HALF_A_PREFILL, str(chosen.home), str(small.folder)]
    killed = subprocess.run(command, env=environment_for_children(chosen), check=False)

    assert killed.returncode == -signal.SIGKILL
    assert chosen.ledger_file.exists()
    assert not day_is_laid(chosen, small)
    assert prefill(small, chosen, small.round.demo_starts_at, lambda share: None).is_new
    assert day_is_laid(chosen, small)


def test_a_prefilled_day_reaches_up_to_the_moment_asked_for(small: Campaign, chosen: Settings):
    until = small.round.demo_starts_at
    prefill(small, chosen, until, lambda share: None)

    newest = last_recorded_at(chosen)
    assert newest is not None
    assert until - timedelta(minutes=1) < newest <= until


def test_live_registrations_are_a_day_too(small: Campaign, chosen: Settings, clock: FileClock):
    writer = LedgerWriter(chosen.ledger_file, small, clock)
    writer.submit(partial(record_registration, tube=registration(small), server_id="p1")).result()
    writer.close()

    assert day_is_laid(chosen, small)
    assert last_recorded_at(chosen) == clock.now()


def test_the_ledger_of_another_campaign_is_refused(small: Campaign, sanshui: Campaign, chosen: Settings):
    open_ledger(chosen.ledger_file, sanshui).close()

    with pytest.raises(LedgerError, match="belongs to campaign and round"):
        day_is_laid(chosen, small)


def test_a_file_that_is_no_ledger_is_refused_with_a_sentence(small: Campaign, chosen: Settings):
    chosen.ledger_file.parent.mkdir(parents=True, exist_ok=True)
    chosen.ledger_file.write_bytes(b"not a database, though long enough to be asked" * 100)

    with pytest.raises(LedgerError, match="cannot read the ledger"):
        day_is_laid(chosen, small)


def test_a_world_that_finds_no_day_on_record_lays_it_up_to_the_clock(small: Campaign, tmp_path: Path):
    now = small.round.demo_starts_at
    with running(small, tmp_path, now, 0.0) as intake:
        open_ledger(intake.settings.ledger_file, small).close()
        intake.start("world")

        assert intake.tubes() == len(virtual_day(small, micros(now))[0]) > 0


def test_a_world_that_starts_before_the_opening_lays_nothing(small: Campaign, tmp_path: Path):
    with running(small, tmp_path, small.round.opens_at - timedelta(minutes=30), 0.0) as intake:
        intake.start("world")

        assert intake.tubes() == 0
