"""The built-in campaign says what the sources say, and its files are what its script makes."""

import importlib.util
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from pipelines.campaign import Campaign
from pipelines.config import DEFAULT_CAMPAIGN, ROOT
from pipelines.vocabulary import Mode, Role, SystemKind


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "data" / "campaigns" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return loaded("build_sanshui")


def test_there_are_118_sites_in_7_towns_with_595_lanes(sanshui: Campaign) -> None:
    assert (len(sanshui.sites), len(sanshui.towns), sum(site.lanes for site in sanshui.sites)) == (118, 7, 595)


def test_the_sites_together_plan_857_000_person_samples(sanshui: Campaign) -> None:
    assert sum(site.planned_persons for site in sanshui.sites) == sanshui.round.target_persons == 857_000


def test_the_residents_are_those_of_the_census(sanshui: Campaign) -> None:
    assert sum(town.residents for town in sanshui.towns) == sanshui.residents == 803_226


def test_the_staff_is_the_published_one(sanshui: Campaign) -> None:
    persons: Counter[Role] = Counter()
    for plan in sanshui.staff:
        persons[plan.role] += plan.persons

    assert persons == {Role.MEDIC: 2_247, Role.CADRE: 1_428, Role.VOLUNTEER: 1_374, Role.POLICE: 1_471}


def test_staff_follows_lanes_to_within_one_person(sanshui: Campaign) -> None:
    lanes = {site.site_id: site.lanes for site in sanshui.sites}
    total = {role: sum(p.persons for p in sanshui.staff if p.role is role) for role in Role}

    assert all(abs(p.persons - total[p.role] * lanes[p.site_id] / 595) < 1 for p in sanshui.staff)


def test_the_round_is_open_from_seven_to_nine_in_the_evening_of_beijing(sanshui: Campaign) -> None:
    assert sanshui.round.mode is Mode.TWO
    assert sanshui.round.opens_at == datetime(2021, 6, 5, 23, 0, tzinfo=UTC)
    assert sanshui.round.closes_at == datetime(2021, 6, 6, 13, 0, tzinfo=UTC)
    assert sanshui.round.demo_starts_at == datetime(2021, 6, 6, 1, 30, tzinfo=UTC)


def test_the_sites_come_in_the_order_of_their_ids(sanshui: Campaign) -> None:
    ids = [site.site_id for site in sanshui.sites]

    assert ids == sorted(ids)


def test_four_provincial_servers_carry_all_desks_at_57_percent(sanshui: Campaign) -> None:
    provincial = [server for server in sanshui.servers if server.system is SystemKind.PROVINCE]

    assert [server.server_id for server in sanshui.servers] == ["p1", "p2", "p3", "p4", "city"]
    assert round(595 / sum(server.capacity_logins for server in provincial), 2) == 0.57


def test_every_town_has_one_account_and_each_lab_can_take_its_towns_tubes(sanshui: Campaign) -> None:
    tubes: Counter[str] = Counter()
    for site in sanshui.sites:
        tubes[sanshui.lab_of(site.town_code)] += -(-site.planned_persons // 10)

    assert len({account.town_code for account in sanshui.accounts}) == len(sanshui.accounts) == 7
    assert all(tubes[lab.lab_id] <= lab.capacity_tubes_per_day for lab in sanshui.labs)


def test_the_lanes_can_serve_the_day_yet_not_the_opening_surge(sanshui: Campaign) -> None:
    served_an_hour = 595 * 10 * 3600 / sanshui.service.sampling_s
    per_weight = sanshui.round.target_persons / sum(sanshui.arrival_hours)

    assert per_weight * sanshui.arrival_hours[0] > served_an_hour > sanshui.round.target_persons / 14


def test_no_keeper_has_a_phone_that_could_ring(sanshui: Campaign) -> None:
    assert all(account.keeper_phone.startswith("100-0000-") for account in sanshui.accounts)


def test_the_help_desks_phone_could_not_ring_either(sanshui: Campaign) -> None:
    assert sanshui.helpdesk is not None
    assert sanshui.helpdesk.phone.startswith("100-0000-")
    assert "示例" in sanshui.helpdesk.name.zh


def test_no_contact_has_a_phone_that_could_ring(sanshui: Campaign) -> None:
    assert {contact.level for contact in sanshui.contacts} == {"town", "district", "vendor"}
    assert all(contact.phone.startswith("100-0000-") and "示例" in contact.name.zh for contact in sanshui.contacts)


def test_one_organisation_of_fourteen_was_never_taught_and_six_days_are_on_record(sanshui: Campaign) -> None:
    taught = {training.organisation_id for training in sanshui.trainings}
    assert {one.organisation_id for one in sanshui.organisations} - taught == {"org-440607106-2"}
    assert len({row.on for row in sanshui.preparation}) == 6


def test_the_committed_tables_are_what_the_scripts_make(script: ModuleType, tmp_path: Path) -> None:
    script.build(tmp_path)
    loaded("build_sanshui_keeping").build(tmp_path)

    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert made == {file.name: file.read_bytes() for file in DEFAULT_CAMPAIGN.glob("*.csv")}


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (7, [5, 3, 2], [4, 2, 1]),  # 3.5, 2.1 and 1.4: the seventh goes to the largest remainder
        (0, [1, 2], [0, 0]),
        (3, [0, 1], [0, 3]),
    ],
)
def test_sharing_out_is_by_largest_remainder(
    script: ModuleType, total: int, weights: list[int], parts: list[int]
) -> None:
    assert script.share_out(total, weights) == parts
