"""The machines: whole, reachable, and of one mind with the feed's words."""

import pytest

from pipelines.machines import MACHINES, TUBE, Machine, MachineName
from pipelines.vocabulary import TubeEventKind

EVERY = pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda machine: machine.name)
NOT_A_STATE = {"opened": "open", "resumed": "open", "suspended": "suspended"}


@EVERY
def test_every_state_is_reached_from_the_beginning(machine: Machine):
    reached = {""}
    while more := {machine.after(state, step.name) for state in reached for step in machine.steps} - reached - {None}:
        reached |= {state for state in more if state}

    assert reached - {""} == set(machine.states)


@EVERY
def test_a_step_is_taken_only_from_where_the_table_says(machine: Machine):
    for step in machine.steps:
        for state in ("", *machine.states):
            allowed = state in step.before if step.before else state == ""
            assert (
                (machine.after(state, step.name) == step.after) if allowed else machine.after(state, step.name) is None
            )


@EVERY
def test_every_state_but_a_last_one_is_left_by_a_step_to_another(machine: Machine):
    left = {state for step in machine.steps for state in step.before if state != step.after}

    assert machine.finals == set(machine.states) - left
    assert machine.finals


def test_a_step_leads_to_one_state_whatever_it_comes_from():
    for machine in MACHINES.values():
        names = [step.name for step in machine.steps]
        assert len(names) == len(set(names)), machine.name


def test_a_good_day_of_a_tube_is_its_main_steps_in_their_order():
    state = ""
    for step in TUBE.steps:
        if not step.is_side:
            state = TUBE.after(state, step.name) or f"{step.name} is refused"

    assert state == "resulted"


def test_each_kind_of_event_is_a_state_of_the_tube():
    assert {NOT_A_STATE.get(kind, kind.value) for kind in TubeEventKind} == set(TUBE.states) - {"issued"}


def test_an_unknown_step_is_no_step():
    assert TUBE.after("open", "burn") is None
    with pytest.raises(KeyError, match="burn"):
        TUBE.step("burn")
    assert set(MACHINES) == set(MachineName)
