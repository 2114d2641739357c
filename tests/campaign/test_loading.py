"""Another district is another folder: what a good one loads into, and that a bad one loads into nothing."""

from datetime import UTC, datetime

import pytest

from pipelines.campaign import Campaign, CampaignError, load_campaign
from pipelines.campaign.model import Name
from tests.campaign.folders import Folder


def test_a_district_of_its_own_loads_without_a_line_of_code(small: Campaign) -> None:
    assert small.district_name == Name("湖畔区", "Lakeside District")
    assert (len(small.towns), len(small.sites), len(small.labs), len(small.servers)) == (3, 9, 2, 3)
    assert small.lab_of("990001003") == "lab-2"


def test_map_layers_other_than_the_outline_are_optional(small: Campaign) -> None:
    assert small.map.district.name == "outline.geojson"
    assert (small.map.neighbours, small.map.towns, small.map.water) == (None, None, None)


def test_local_times_follow_the_offset_of_the_campaign(folder: Folder) -> None:
    folder.set_setting("timezone_offset_minutes = 480", "timezone_offset_minutes = -210")

    assert load_campaign(folder.path).round.opens_at == datetime(2031, 3, 2, 11, 30, tzinfo=UTC)


def test_a_time_with_an_offset_of_its_own_keeps_it(folder: Folder) -> None:
    folder.set_setting("opens_at = 2031-03-02T08:00:00", "opens_at = 2031-03-02T00:00:00Z")

    assert load_campaign(folder.path).round.opens_at == datetime(2031, 3, 2, 0, 0, tzinfo=UTC)


def test_sites_are_sorted_and_everything_else_keeps_the_order_of_its_file(folder: Folder) -> None:
    for file in ("sites.csv", "servers.csv"):
        header, *rows = folder.rows(file)
        folder.write_rows(file, [header, *reversed(rows)])

    campaign = load_campaign(folder.path)

    assert [site.site_id for site in campaign.sites] == [f"LS-{number}" for number in range(1, 10)]
    assert [server.server_id for server in campaign.servers] == ["city", "p2", "p1"]


def test_columns_may_stand_in_any_order(folder: Folder, small: Campaign) -> None:
    folder.write_rows("sites.csv", [list(reversed(row)) for row in folder.rows("sites.csv")])

    assert load_campaign(folder.path).sites == small.sites


def test_a_byte_order_mark_windows_line_ends_and_empty_rows_do_no_harm(folder: Folder, small: Campaign) -> None:
    for file in ("campaign.toml", "sites.csv"):
        folder.write(file, folder.text(file).replace("\n", "\r\n"), encoding="utf-8-sig")
    folder.write("labs.csv", folder.text("labs.csv") + "\n,,,,,\n")

    campaign = load_campaign(folder.path)

    assert (campaign.sites, campaign.round, campaign.labs) == (small.sites, small.round, small.labs)


def test_the_error_lists_every_fault_and_nothing_is_loaded(folder: Folder) -> None:
    folder.set_cell("sites.csv", 2, "lanes", "0")
    folder.set_cell("servers.csv", 3, "sheet_no", "two")
    folder.set_setting("long_from_minutes = 40", "long_from_minutes = 10")

    with pytest.raises(CampaignError) as caught:
        load_campaign(folder.path)

    assert str(caught.value) == (
        "the campaign was not loaded, it has 3 faults:\n"
        "  sites.csv, row 2, lanes: expected a whole number from 1 to 60, got '0'; correct the value\n"
        "  servers.csv, row 3, sheet_no: expected a whole number from 1 to 99, got 'two'; correct the value\n"
        "  campaign.toml, waits.long_from_minutes: expected more than medium_from_minutes, 20, got 10; raise it"
    )
    assert len(caught.value.faults) == 3
