"""Whole days in virtual time: the same seed is the same day, and nothing is lost or counted twice whatever breaks."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.config import ROOT
from pipelines.intake.day.invariants import DayBroken
from pipelines.intake.day.virtual import virtual_day
from pipelines.intake.drill.wishes import wished
from pipelines.intake.drill.words import FaultWish
from pipelines.intake.faults import Fault
from pipelines.vocabulary import FaultKind
from tests.intake.day.drills import drawn_plan

SEEDS = range(int(os.getenv("TENFOLD_ROUNDS", "8")))


def plan(campaign: Campaign, *wishes: FaultWish) -> list[Fault]:
    """Return faults whose minutes count from opening."""
    return wished(campaign, wishes, campaign.round.opens_at, [])


def test_a_good_day_samples_everybody_who_was_planned_and_every_tube_has_its_result(small: Campaign) -> None:
    day = virtual_day(small, seed=1)
    assert day.held.persons == day.held.sampled_persons == sum(site.planned_persons for site in small.sites)
    assert day.not_served == 0
    assert set(day.tubes_by_state) == {"resulted"}
    assert day.held.duplicates == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_breaks_nothing_is_lost_or_counted_twice_and_the_day_can_be_lived_again(
    seed: int, small: Campaign
) -> None:
    faults = drawn_plan(small, seed)
    assert {fault.kind for fault in faults} == set(FaultKind)
    first = virtual_day(small, seed, faults)
    again = virtual_day(small, seed, faults)
    assert first.event_log_hash == again.event_log_hash
    assert first.held.persons == first.held.sampled_persons


def test_another_seed_and_another_fault_are_another_day(small: Campaign) -> None:
    until = small.round.opens_at + timedelta(hours=1)
    slow = plan(small, FaultWish(kind=FaultKind.WIFI_SLOW, strength=0.9, minutes=60.0))
    days = [virtual_day(small, seed, faults, until=until) for seed, faults in ((1, []), (2, []), (1, slow))]
    assert len({day.event_log_hash for day in days}) == 3


def test_a_day_is_the_same_in_another_process_with_another_hash_seed(small: Campaign, tmp_path: Path) -> None:
    drill = tmp_path / "drill.toml"
    drill.write_text('[[fault]]\nkind = "server_down"\ntarget = "p1"\nin = 30\nfor = 20\n')
    command = [sys.executable, "-m", "pipelines.cli", "day", "--seed", "3", "--until", "10:00"]
    words = [*command, "--faults", str(drill), "--campaign", str(small.folder)]
    shown = [
        subprocess.run(
            words, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": hash_seed}, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for hash_seed in ("1", "2")
    ]
    assert shown[0][-1].split() == shown[1][-1].split()
    assert shown[0][-1].startswith("event log")
    faults = plan(small, FaultWish(kind=FaultKind.SERVER_DOWN, target="p1", in_minutes=30.0, minutes=20.0))
    here = virtual_day(small, 3, faults, until=small.round.opens_at + timedelta(hours=2))
    assert shown[0][-1].split()[-1] == here.event_log_hash


def test_a_kept_day_is_a_ledger_that_anybody_can_read_and_no_day_is_added_to_it(
    small: Campaign, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "day", "--until", "08:30", "--keep", str(tmp_path)]
    words = [*command, "--campaign", str(small.folder)]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False).returncode == 0
    assert (tmp_path / "ledger.sqlite").exists()
    refused = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (refused.returncode, "name a new folder" in refused.stderr) == (2, True)


def test_a_server_that_is_down_sends_its_desks_to_the_others_and_nobody_is_counted_twice(small: Campaign) -> None:
    faults = plan(small, FaultWish(kind=FaultKind.SERVER_DOWN, target="p1", in_minutes=60.0, minutes=30.0))
    day = virtual_day(small, 1, faults, until=small.round.opens_at + timedelta(hours=3))
    assert day.sessions["fail_over"] > 0
    assert day.unanswered > 0
    assert day.held.duplicates == 0


def test_a_province_that_is_down_is_worked_offline_and_uploaded_when_it_is_back(small: Campaign) -> None:
    faults = plan(small, FaultWish(kind=FaultKind.PROVINCE_DOWN, in_minutes=60.0, minutes=150.0))
    day = virtual_day(small, 1, faults)
    assert day.held.offline_tubes > 50
    assert day.late_uploads > 0
    assert day.held.persons == sum(site.planned_persons for site in small.sites)


def test_two_servers_above_three_quarters_fall_one_after_the_other(small: Campaign) -> None:
    """Each of the two holds 9 of 16 desks; elsewhere's logins take 40 % of both, so one that falls takes the other."""
    rush = FaultWish(kind=FaultKind.LOGIN_OVERLOAD, strength=0.4, in_minutes=30.0, minutes=90.0)
    down = FaultWish(kind=FaultKind.SERVER_DOWN, target="p1", in_minutes=60.0, minutes=10.0)
    until = small.round.opens_at + timedelta(hours=3)
    calm = virtual_day(small, 1, plan(small, rush), until=until)
    cascade = virtual_day(small, 1, plan(small, rush, down), until=until)
    assert calm.falls == 0
    assert cascade.falls > 0
    assert cascade.sessions["fail_over"] > 9


def test_a_lost_answer_makes_the_phone_send_again_and_the_ledger_answer_from_the_record(small: Campaign) -> None:
    lost = FaultWish(kind=FaultKind.ANSWER_LOST, strength=0.5, minutes=120.0)
    day = virtual_day(small, 1, plan(small, lost), until=small.round.opens_at + timedelta(hours=3))
    good = virtual_day(small, 1, until=small.round.opens_at + timedelta(hours=3))
    assert day.requests > good.requests + 50
    assert day.held.duplicates == 0


def test_a_broken_invariant_is_named(small: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.intake.world.live_day.LiveDay.members", lambda *_: [1])
    with pytest.raises(DayBroken, match=r"every group is taken by a server|has the persons"):
        virtual_day(small, 1, until=small.round.opens_at + timedelta(hours=2))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--until", "25:00"], "HH:MM"),
        (["--faults", "nowhere.toml"], "cannot be read"),
        (["--campaign", "nowhere"], "nowhere"),
    ],
)
def test_what_the_command_cannot_do_is_said_in_a_sentence(words: list[str], said: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "day", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (shown.returncode, said in shown.stderr, "Traceback" in shown.stderr) == (2, True, False)
