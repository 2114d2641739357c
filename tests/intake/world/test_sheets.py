"""Account sheets and password changes: every sheet issued comes back and is destroyed before a witness (Q69-Q75)."""

from collections import Counter, defaultdict
from functools import partial
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.clock import FileClock, set_clock
from pipelines.contract_desk import ThingStep
from pipelines.intake.ledger.record_things import record_things
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import places
from pipelines.intake.world.people import staff
from pipelines.intake.world.sheets import Schedule, sheet_steps
from pipelines.machines import MACHINES, MachineName


def steps_of(campaign: Campaign, seed: int = 1) -> list[ThingStep]:
    return sheet_steps(campaign, places(campaign), staff(campaign, seed), seed)


def lives(steps: list[ThingStep]) -> dict[tuple[MachineName, str], list[ThingStep]]:
    found: defaultdict[tuple[MachineName, str], list[ThingStep]] = defaultdict(list)
    for step in steps:
        found[step.machine, step.thing_id].append(step)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_every_account_and_sheet_takes_only_steps_that_its_machine_allows_to_its_end(sanshui: Campaign, seed: int):
    for (machine, thing_id), steps in lives(steps_of(sanshui, seed)).items():
        state = ""
        for step in steps:
            after = MACHINES[machine].after(state, step.step)
            assert after is not None, f"{thing_id} {step.step} from {state!r}"
            state = after
        assert state in MACHINES[machine].finals


def test_a_sheet_a_desk_is_issued_returned_and_destroyed_and_each_destruction_has_a_witness_s_number(sanshui: Campaign):
    steps = [step for step in steps_of(sanshui) if step.machine is MachineName.SHEET]
    count = Counter(step.step for step in steps)
    numbers = {member.staff_no for member in staff(sanshui, 1)}

    assert count["print"] == count["issue"] == count["return"] == count["destroy"] == 595
    assert 1 <= count["miss"] <= 12
    assert all(step.facts["codes"] == 4 for step in steps if step.step == "print")
    for step in steps:
        if step.step == "destroy":
            assert step.facts["witness"] in numbers
            assert step.facts["witness"] != step.by


def test_sheets_are_out_before_opening_and_come_back_after_the_last_shift(sanshui: Campaign):
    opens_at, ends_at = sanshui.round.opens_at, max(shift.ends_at for shift in sanshui.shifts)

    for step in steps_of(sanshui):
        assert step.step not in ("print", "issue") or step.happened_at < opens_at
        assert step.step not in ("return", "destroy", "miss", "recall", "rotate") or step.happened_at >= ends_at


def test_each_town_s_account_is_issued_recalled_with_a_deadline_and_its_password_changed(sanshui: Campaign):
    accounts = [steps for (machine, _), steps in lives(steps_of(sanshui)).items() if machine is MachineName.ACCOUNT]

    assert len(accounts) == 7
    for steps in accounts:
        assert [step.step for step in steps] == ["assign", "issue_sheets", "recall", "rotate"]
        assert steps[2].facts["deadline"] == "2021-06-06T16:30:00Z"
    assert sum(steps[1].facts["sheets"] for steps in accounts) == 595


def test_the_schedule_hands_out_every_step_once_when_it_is_due_and_all_of_the_past_after_a_restart(small: Campaign):
    steps = steps_of(small)
    first, last = micros(steps[0].happened_at), micros(steps[-1].happened_at)
    schedule = Schedule(steps)
    handed = [step for at in range(first - MINUTE, last + MINUTE, MINUTE) for step in schedule.due(at)]

    assert handed == steps
    assert Schedule(steps).due(last - 1) == [step for step in steps if micros(step.happened_at) < last]


def test_the_same_seed_gives_the_same_steps_and_another_seed_others(small: Campaign):
    assert steps_of(small, 3) == steps_of(small, 3)
    assert steps_of(small, 3) != steps_of(small, 4)


def test_the_ledger_takes_the_whole_schedule_and_a_repeat_of_it_is_harmless(small: Campaign, tmp_path: Path):
    steps = steps_of(small)
    set_clock(tmp_path / "clock.json", steps[-1].happened_at, 0.0)
    writer = LedgerWriter(tmp_path / "ledger.sqlite", small, FileClock(tmp_path / "clock.json"))
    first, again = (writer.submit(partial(record_things, steps=steps)).result() for _ in range(2))
    writer.close()

    assert (first.recorded, first.repeated) == (len(steps), 0)
    assert (again.recorded, again.repeated) == (0, len(steps))
