"""The staff by number: roles, tasks, training, phones, presence under faults (Q2-Q5, Q36-Q40, Q57)."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import places
from pipelines.intake.world.attendance import attendance, counted, lanes_open_changes
from pipelines.intake.world.people import LANE_ROLES, Member, lane_holders, staff
from pipelines.vocabulary import FaultKind, PhoneKind, Role, Task

HOUR = timedelta(hours=1)
BEFORE_THE_DAY = -timedelta(hours=1)


def fault(campaign: Campaign, kind: FaultKind, target: str = "", strength: float = 1.0, begins=HOUR, ends=3 * HOUR):
    """A fault from the second opening hour to the end of the third, unless told otherwise."""
    opens_at = campaign.round.opens_at
    return Fault(
        fault_id="f-1",
        kind=kind,
        target=target,
        strength=strength,
        starts_at=opens_at + begins,
        ends_at=opens_at + ends,
    )


def at(campaign: Campaign, hours: float) -> int:
    return micros(campaign.round.opens_at) + int(hours * 60 * MINUTE)


def test_6520_persons_fill_the_four_roles_exactly_and_have_a_number_each(sanshui: Campaign):
    people = staff(sanshui)

    assert Counter(member.role for member in people) == {
        Role.MEDIC: 2247,
        Role.CADRE: 1428,
        Role.VOLUNTEER: 1374,
        Role.POLICE: 1471,
    }
    assert len({member.staff_no for member in people}) == 6520


def test_every_site_has_its_collector_officer_keeper_and_gate_medic_and_a_registrar_a_lane(sanshui: Campaign):
    people = staff(sanshui)
    of_task = Counter((member.site_id, member.task) for member in people)

    for site in sanshui.sites:
        for once in (Task.COLLECTOR, Task.SITE_OFFICER, Task.KEEPER, Task.GATE_MEDIC):
            assert of_task[site.site_id, once] == 1
        assert of_task[site.site_id, Task.REGISTRAR] >= site.lanes
    of_volunteers = {member.task for member in people if member.role is Role.VOLUNTEER}
    assert of_volunteers == {Task.GUIDE, Task.COLLECTOR, Task.REGISTRAR}


def test_nearly_all_of_the_lanes_staff_are_trained_and_a_few_are_not(sanshui: Campaign):
    lanes_staff = [member for member in staff(sanshui) if member.role in LANE_ROLES]
    online, offline, city = (
        sum(marks) / len(lanes_staff)
        for marks in (
            [member.is_trained_online for member in lanes_staff],
            [member.is_trained_offline for member in lanes_staff],
            [member.is_trained_city for member in lanes_staff],
        )
    )

    assert 1 > online > offline > city > 0.8
    assert 0.02 < sum(member.phone is PhoneKind.APPLE for member in lanes_staff) / len(lanes_staff) < 0.12
    assert not any(member.may_register for member in lanes_staff if member.phone is not PhoneKind.ANDROID)


kinds = st.sampled_from([FaultKind.STAFF_ABSENT, FaultKind.STAFF_LATE])
targets = st.sampled_from(["", "LS-1", "990001001", "volunteer", "nowhere"])
faults = st.lists(
    st.tuples(kinds, targets, st.floats(0, 1), st.integers(-90, 300), st.integers(1, 300)).map(
        lambda drawn: (*drawn[:3], timedelta(minutes=drawn[3]), timedelta(minutes=drawn[3] + drawn[4]))
    ),
    max_size=3,
)


@given(faults, st.integers(-120, 700))
def test_who_is_on_shift_is_who_is_signed_in(small: Campaign, broken, minute):
    people = staff(small, 7, [fault(small, *one) for one in broken])
    register, now = counted(small, people), at(small, minute / 60)

    for (site_id, role), presence in register.items():
        here = [member for member in people if (member.site_id, member.role) == (site_id, role)]
        assert presence.on_shift(now) == sum(member.is_present(now) for member in here)
        assert presence.able(now) == sum(member.is_present(now) and member.may_register for member in here)


@given(faults)
def test_nobody_is_present_twice_or_before_coming(small: Campaign, broken):
    for member in staff(small, 7, [fault(small, *one) for one in broken]):
        moments = [moment for span in member.present for moment in span]
        assert moments == sorted(set(moments))


@given(faults, st.integers(0, 200))
def test_after_the_faults_and_before_them_everybody_is_as_without_them(small: Campaign, broken, minutes):
    applied = [fault(small, *one) for one in broken]
    plain, troubled = attendance(small, 7), attendance(small, 7, applied)
    begins = min((micros(f.starts_at) for f in applied), default=at(small, 0))
    ends = max((micros(f.ends_at) for f in applied), default=at(small, 0))

    for now in (begins - 1 - minutes * MINUTE, ends + minutes * MINUTE):
        assert {key: p.on_shift(now) for key, p in troubled.items()} == {
            key: p.on_shift(now) for key, p in plain.items()
        }


def test_half_the_volunteers_stay_away_while_the_fault_acts(sanshui: Campaign):
    away = fault(sanshui, FaultKind.STAFF_ABSENT, "volunteer", 0.5)
    plain, troubled = attendance(sanshui), attendance(sanshui, faults=[away])

    def present(register, role: Role, hours: float) -> int:
        return sum(p.on_shift(at(sanshui, hours)) for (_, of), p in register.items() if of is role)

    assert 0.45 < present(troubled, Role.VOLUNTEER, 2) / present(plain, Role.VOLUNTEER, 2) < 0.55
    assert present(troubled, Role.CADRE, 2) == present(plain, Role.CADRE, 2)
    assert present(troubled, Role.VOLUNTEER, 3) == present(plain, Role.VOLUNTEER, 3)


def test_a_stronger_absence_takes_the_same_people_and_more(sanshui: Campaign):
    def absent(strength: float) -> set[str]:
        people = staff(sanshui, faults=[fault(sanshui, FaultKind.STAFF_ABSENT, "", strength)])
        return {member.staff_no for member in people if not member.is_present(at(sanshui, 2))}

    assert absent(0.2) < absent(0.5) < absent(0.9)


def test_who_is_late_comes_before_the_fault_ends(sanshui: Campaign):
    late = fault(sanshui, FaultKind.STAFF_LATE, "", 1.0, begins=BEFORE_THE_DAY, ends=2 * HOUR)
    plain, troubled = staff(sanshui), staff(sanshui, faults=[late])
    at_opening = sum(m.is_present(at(sanshui, 0)) for m in troubled) / sum(m.is_present(at(sanshui, 0)) for m in plain)

    assert at_opening < 0.6
    assert sum(m.is_present(at(sanshui, 2)) for m in troubled) == sum(m.is_present(at(sanshui, 2)) for m in plain)


def _set_of_four(campaign: Campaign, able: int) -> list[Member]:
    """The first site's first four of the lanes' staff, ``able`` of whom may register, all there all day."""
    day = ((at(campaign, -1), at(campaign, 10)),)
    people = [m for m in staff(campaign) if m.site_id == "LS-1" and m.role is Role.VOLUNTEER][:4]
    return [
        Member(m.staff_no, m.site_id, m.role, m.task, m.shift, n < able, False, False, PhoneKind.ANDROID, day)
        for n, m in enumerate(people)
    ]


@pytest.mark.parametrize(("able", "lanes"), [(0, 0), (1, 1), (4, 1)])
def test_three_guides_and_one_who_may_register_make_a_lane(small: Campaign, able: int, lanes: int):
    register = counted(small, _set_of_four(small, able))

    changes = lanes_open_changes(small, register, "LS-1", 3)
    assert max(count for _, count in changes) == lanes


def test_the_same_seed_and_faults_give_the_same_people_and_another_seed_others(small: Campaign):
    absent = [fault(small, FaultKind.STAFF_ABSENT, "", 0.4)]

    assert staff(small, 3, absent) == staff(small, 3, absent)
    assert staff(small, 3, absent) != staff(small, 4, absent)


def test_everybody_is_in_one_shift_and_each_shift_has_its_planned_share(sanshui: Campaign):
    people = staff(sanshui)
    of_shift = Counter((member.site_id, member.role, member.shift) for member in people)

    for (site_id, role), presence in attendance(sanshui).items():
        assert [of_shift[site_id, role, shift] for shift in range(len(sanshui.shifts))] == [
            persons for *_, persons in presence.planned
        ]
    last_of_early = max(left for member in people if member.shift == 1 for _, left in member.present)
    assert last_of_early == micros(sanshui.shifts[1].ends_at)


def test_every_lane_s_phone_is_held_by_a_trained_person_with_an_android_phone_and_nobody_holds_two(sanshui: Campaign):
    holders = lane_holders(places(sanshui), staff(sanshui))

    assert len(holders) == sum(site.lanes for site in sanshui.sites)
    assert len({member.staff_no for member in holders.values()}) == len(holders)
    assert all(member.may_register and member.site_id == site_id for (site_id, _), member in holders.items())
    assert sum(member.task is Task.REGISTRAR for member in holders.values()) > 0.9 * len(holders)
    assert 0.9 < sum(member.is_trained_offline for member in holders.values()) / len(holders) < 1
