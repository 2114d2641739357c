"""Who is on shift, and how far the lanes open with them."""

from dataclasses import replace

from pipelines.campaign import Campaign
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.world.attendance import attendance, lanes_open_changes
from pipelines.vocabulary import Role

MEDICS, CADRES, VOLUNTEERS, POLICE = 2247, 1428, 1374, 1471


def test_the_shifts_share_out_everyone_once(sanshui: Campaign):
    register = attendance(sanshui)
    planned = {
        role: sum(persons for (_, of), presence in register.items() if of == role for *_, persons in presence.planned)
        for role in Role
    }

    assert planned == {
        Role.MEDIC: MEDICS,
        Role.CADRE: CADRES,
        Role.VOLUNTEER: VOLUNTEERS,
        Role.POLICE: POLICE,
    }


def test_nobody_is_there_in_the_night_and_nearly_all_of_the_plan_at_noon(sanshui: Campaign):
    register = attendance(sanshui)
    night, noon = micros(sanshui.round.opens_at) - 300 * MINUTE, micros(sanshui.round.opens_at) + 300 * MINUTE

    assert sum(presence.on_shift(night) for presence in register.values()) == 0
    planned = sum(presence.planned_at(noon) for presence in register.values())
    assert 0.97 * planned < sum(presence.on_shift(noon) for presence in register.values()) <= planned


def test_a_lane_opens_for_three_guides_and_a_registrar(sanshui: Campaign):
    register, site = attendance(sanshui), sanshui.sites[0]

    for moment, lanes in lanes_open_changes(sanshui, register, site.site_id, site.lanes):
        staff = sum(register[site.site_id, role].on_shift(moment) for role in (Role.VOLUNTEER, Role.CADRE))
        assert lanes == min(site.lanes, staff // (3 + 1))


def test_a_site_without_guides_opens_no_lane(small: Campaign):
    bare = replace(small, staff=tuple(plan for plan in small.staff if plan.role == Role.MEDIC))

    assert lanes_open_changes(bare, attendance(bare), "LS-1", 3) == []
