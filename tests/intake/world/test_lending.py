"""Staff lent on order: they leave one site, are on their way, and open lanes at the other; nobody is there twice."""

import pytest

from pipelines.campaign import Campaign
from pipelines.contract_orders import Loan
from pipelines.intake.ledger.resume import Standing
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.world.attendance import attendance
from pipelines.intake.world.lending import TRAVEL, lent
from pipelines.intake.world.live_day import LiveDay
from pipelines.intake.world.people import LANE_ROLES, Member, staff
from pipelines.vocabulary import LentRole, Role


def loan(persons: int, role: LentRole = LentRole.REGISTRAR) -> Loan:
    return Loan(from_site="LS-1", to_site="LS-5", role=role, persons=persons)


def present(people: list[Member], site_id: str, now: int, *roles: Role) -> int:
    return sum(member.site_id == site_id and member.role in roles and member.is_present(now) for member in people)


@pytest.fixture(scope="module")
def at(small: Campaign) -> int:
    return micros(small.round.demo_starts_at)


def test_those_who_are_lent_leave_travel_and_arrive_and_nobody_is_in_two_places(small: Campaign, at: int):
    before = staff(small)
    after = lent(before, [(at, loan(2))])
    moments = {at - 1: (0, 0), at: (-2, 0), at + TRAVEL - 1: (-2, 0), at + TRAVEL: (-2, 2)}
    for now, changes in moments.items():
        assert changes == tuple(
            present(after, site, now, *LANE_ROLES) - present(before, site, now, *LANE_ROLES)
            for site in ("LS-1", "LS-5")
        )
    numbers = [member.staff_no for member in after]
    assert len(numbers) == len(set(numbers)) == len(before) + 2
    ends = max(left for member in before for _, left in member.present)
    for now in range(at, ends, 10 * MINUTE):
        there = [member.staff_no.split(".")[0] for member in after if member.is_present(now)]
        assert len(there) == len(set(there))


def test_registrars_are_able_to_register_and_medics_are_medics(small: Campaign, at: int):
    for role, roles in ((LentRole.REGISTRAR, LANE_ROLES), (LentRole.MEDIC, (Role.MEDIC,))):
        after = lent(staff(small), [(at, loan(1, role))])
        moved = after[-1]
        assert moved.site_id == "LS-5" and moved.role in roles
        assert moved.may_register or role is LentRole.MEDIC


def test_of_more_than_are_there_as_many_go_as_there_are_and_they_can_be_lent_back(small: Campaign, at: int):
    before = staff(small)
    all_gone = lent(before, [(at, loan(999, LentRole.MEDIC))])
    assert present(all_gone, "LS-1", at, Role.MEDIC) == 0
    count = present(before, "LS-1", at, Role.MEDIC)
    later = at + TRAVEL + MINUTE
    back = Loan(from_site="LS-5", to_site="LS-1", role=LentRole.MEDIC, persons=999)
    again = lent(all_gone, [(later, back)])
    assert present(again, "LS-1", later + TRAVEL, Role.MEDIC) >= count
    assert present(again, "LS-5", later, Role.MEDIC) == 0


def test_lanes_close_at_the_one_site_and_the_register_of_both_follows(small: Campaign, at: int):
    day = LiveDay(small, Standing((), {}, {}, {}), at)
    lanes = {place.site_id: day.lanes[place.index] for place in day.places}
    day.registrations(at)
    open_before = lanes["LS-1"].lanes_open
    assert open_before > 0
    day.change_loans(((at, loan(999)),), at)
    day.registrations(at + MINUTE)
    assert lanes["LS-1"].lanes_open == 0
    arrived = attendance(small, loans=[(at, loan(999))])["LS-5", Role.VOLUNTEER].on_shift(at + TRAVEL)
    assert day.register["LS-5", Role.VOLUNTEER].on_shift(at + TRAVEL) == arrived
    day.change_loans((), at + MINUTE)
    day.registrations(at + 2 * MINUTE)
    assert lanes["LS-1"].lanes_open == open_before
