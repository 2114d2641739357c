"""Rules between values: each broken rule is named once, where it is broken, with what to do."""

import pytest

from tests.campaign.folders import Folder, told

MARCH = "2031-03-02T"


def test_a_site_id_that_occurs_twice_is_named_at_the_second_row(folder: Folder) -> None:
    rows = folder.rows("sites.csv")
    folder.write_rows("sites.csv", [*rows[:-1], ["LS-1", *rows[-1][1:]]])

    repeated, *consequences = folder.faults()

    assert told(repeated) == ("sites.csv", 10, "site_id")
    assert repeated.message == (
        "sites.csv, row 10, site_id: expected a site_id that no earlier row has, got 'LS-1' of row 2 again; "
        "remove it or give it an id of its own"
    )
    assert {fault.value for fault in consequences} == {"LS-9"}  # its staff now belongs to no site


@pytest.mark.parametrize(
    ("file", "column", "value", "row"),
    [
        ("servers.csv", "server_id", "p1", 3),
        ("servers.csv", "sheet_no", "1", 3),
        ("accounts.csv", "account_id", "acc-east", 3),
    ],
)
def test_other_ids_are_unique_too(folder: Folder, file: str, column: str, value: str, row: int) -> None:
    folder.set_cell(file, row, column, value)

    assert told(folder.only_fault()) == (file, row, column)


def test_a_role_twice_at_a_site_is_named(folder: Folder) -> None:
    folder.write("staff.csv", folder.text("staff.csv") + "LS-9,police,0\n")

    assert folder.only_fault().value == "LS-9 + police"


def test_a_role_missing_at_a_site_is_named(folder: Folder) -> None:
    folder.write(
        "staff.csv", folder.text("staff.csv").replace("LS-4,police,2\n", "").replace("LS-5,police,2", "LS-5,police,4")
    )

    fault = folder.only_fault()

    assert told(fault) == ("sites.csv", 5, "site_id")
    assert "none for police at 'LS-4'" in fault.message


def test_a_site_of_an_unknown_town_is_named(folder: Folder) -> None:
    folder.set_cell("sites.csv", 4, "town_code", "990001009")

    fault = folder.only_fault()

    assert (told(fault), fault.rule) == (("sites.csv", 4, "town_code"), "a town_code of towns.csv")


def test_an_account_with_an_unknown_lab_is_named(folder: Folder) -> None:
    folder.set_cell("accounts.csv", 2, "lab_id", "lab-9")

    assert told(folder.only_fault()) == ("accounts.csv", 2, "lab_id")


def test_staff_at_an_unknown_site_is_named(folder: Folder) -> None:
    folder.write("staff.csv", folder.text("staff.csv") + "LS-99,medic,0\n")

    assert told(folder.only_fault()) == ("staff.csv", 38, "site_id")


def test_a_town_with_two_accounts_leaves_another_with_none(folder: Folder) -> None:
    folder.set_cell("accounts.csv", 4, "town_code", "990001001")

    second, none = folder.faults()

    assert (told(second), second.value) == (("accounts.csv", 4, "town_code"), "990001001")
    assert "a town has exactly one account" in second.message
    assert (told(none), none.value) == (("towns.csv", 4, "town_code"), "990001003")


def test_a_town_without_account_is_named(folder: Folder) -> None:
    folder.write_rows("accounts.csv", folder.rows("accounts.csv")[:-1])

    assert told(folder.only_fault()) == ("towns.csv", 4, "town_code")


@pytest.mark.parametrize("prefix", ["LK1", "LK", "LK12"])
def test_label_prefixes_that_can_be_mistaken_are_named(folder: Folder, prefix: str) -> None:
    folder.set_cell("labs.csv", 3, "barcode_prefix", prefix)

    fault = folder.only_fault()

    assert told(fault) == ("labs.csv", 3, "barcode_prefix")
    assert f"{prefix!r} beside 'LK1' of row 2" in fault.message


def test_a_campaign_without_provincial_server_is_refused(folder: Folder) -> None:
    for row in (2, 3):
        folder.set_cell("servers.csv", row, "system", "city")

    assert told(folder.only_fault()) == ("servers.csv", None, "system")


@pytest.mark.parametrize(
    ("role", "row", "persons", "message"),
    [
        ("medic", 2, "7", "staff.csv, persons: expected a sum of 36, the staff_totals.medic of campaign.toml, got 37; "
         "1 too many: correct the rows or the declared total"),
        ("cadre", 3, "0", "staff.csv, persons: expected a sum of 18, the staff_totals.cadre of campaign.toml, got 15; "
         "3 too few: correct the rows or the declared total"),
    ],
)  # fmt: skip
def test_staff_that_disagrees_with_the_declared_total_is_named(
    folder: Folder, role: str, row: int, persons: str, message: str
) -> None:
    assert folder.rows("staff.csv")[row - 1][1] == role
    folder.set_cell("staff.csv", row, "persons", persons)

    assert folder.only_fault().message == message


def test_planned_persons_that_miss_the_target_are_named(folder: Folder) -> None:
    folder.set_setting("target_persons = 10_000", "target_persons = 10_001")

    assert folder.only_fault().message == (
        "sites.csv, planned_persons: expected a sum of 10001, the round.target_persons of campaign.toml, got 10000; "
        "1 too few: correct the rows or the declared total"
    )


def test_residents_that_miss_the_districts_are_named(folder: Folder) -> None:
    folder.set_cell("towns.csv", 4, "residents", "999")

    assert told(folder.only_fault()) == ("towns.csv", None, "residents")


OUTSIDE = [
    ("100.50", "30.05", "beyond the east"),
    ("100.20", "30.18", "in the bay that the outline leaves out"),
    ("100.07", "30.08", "in the lake"),
    ("100.31", "30.18", "between the shore and the islet"),
    ("0", "0", "at the null island"),
]


@pytest.mark.parametrize(("lon", "lat", "where"), OUTSIDE, ids=[where for _, _, where in OUTSIDE])
def test_a_site_outside_the_district_is_named(folder: Folder, lon: str, lat: str, where: str) -> None:
    folder.set_cell("sites.csv", 3, "lon", lon)
    folder.set_cell("sites.csv", 3, "lat", lat)

    fault = folder.only_fault()

    assert (told(fault), fault.rule) == (("sites.csv", 3, "lon"), "a place inside the district's outline")
    assert "for LS-2; correct the coordinates" in fault.message


def test_swapped_coordinates_are_called_swapped(folder: Folder) -> None:
    folder.write("outline.geojson", square_around(west=80, south=20, east=110, north=60))
    folder.set_cell("sites.csv", 2, "lon", "40")
    folder.set_cell("sites.csv", 2, "lat", "85")

    assert "lon and lat are swapped" in folder.only_fault().message


def square_around(west: int, south: int, east: int, north: int) -> str:
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    feature = f'{{"type": "Feature", "geometry": {{"type": "Polygon", "coordinates": [{corners}]}}}}'
    return f'{{"type": "FeatureCollection", "features": [{feature}]}}'


def test_a_town_seat_outside_the_district_is_named(folder: Folder) -> None:
    folder.set_cell("towns.csv", 2, "seat_lat", "31")

    assert told(folder.only_fault()) == ("towns.csv", 2, "seat_lon")


@pytest.mark.parametrize(
    ("line", "changed", "key", "came"),
    [
        (
            f"closes_at = {MARCH}14:00:00",
            f"closes_at = {MARCH}08:00:00",
            "round.closes_at",
            "08:00 to 2031-03-02 08:00",
        ),
        (f"closes_at = {MARCH}14:00:00", "closes_at = 2031-03-03T08:00:01", "round.closes_at", "to 2031-03-03 08:00"),
        (f"demo_starts_at = {MARCH}09:00:00", f"demo_starts_at = {MARCH}14:00:00", "round.demo_starts_at", "14:00"),
        (f"starts_at = {MARCH}07:30:00", f"starts_at = {MARCH}03:59:00", "shifts[1].starts_at", "03:59"),
        (f"starts_at = {MARCH}07:30:00", f"starts_at = {MARCH}08:01:00", "shifts", "none at 2031-03-02 08:00"),
        (f"ends_at = {MARCH}14:30:00", f"ends_at = {MARCH}13:59:00", "shifts", "none at 2031-03-02 13:59"),
        ("staff_share = 1", "staff_share = 0.9", "shifts", "0.9"),
        ("medium_from_minutes = 20", "medium_from_minutes = 40", "waits.long_from_minutes", "40"),
        ("hours = [1.5, 1.0, 1.0, 1.0, 1.0, 0.5]", "hours = [1.5, 1]", "arrivals.hours", "2"),
    ],
)
def test_a_day_that_makes_no_sense_is_named(folder: Folder, line: str, changed: str, key: str, came: str) -> None:
    folder.set_setting(line, changed)

    fault = folder.only_fault()

    assert told(fault) == ("campaign.toml", None, key)
    assert came in fault.message


def test_a_shift_that_ends_before_it_starts_leaves_the_day_uncovered(folder: Folder) -> None:
    folder.set_setting(f"ends_at = {MARCH}14:30:00", f"ends_at = {MARCH}07:00:00")

    assert [fault.column for fault in folder.faults()] == ["shifts[1].ends_at", "shifts"]


def test_shifts_may_overlap_but_not_share_an_id(folder: Folder) -> None:
    again = f'shift_id = "whole"\nstarts_at = {MARCH}09:00:00\nends_at = {MARCH}12:00:00\nstaff_share = 0.4'
    folder.set_setting("staff_share = 1", f"staff_share = 0.6\n\n[[shifts]]\n{again}")

    assert told(folder.only_fault()) == ("campaign.toml", None, "shifts[2].shift_id")


def test_every_fault_is_reported_at_once(folder: Folder) -> None:
    folder.set_cell("towns.csv", 2, "name_en", "")
    folder.set_cell("sites.csv", 3, "lon", "99")
    folder.set_cell("sites.csv", 4, "town_code", "nowhere")
    folder.set_cell("staff.csv", 2, "persons", "-1")
    folder.set_cell("labs.csv", 3, "barcode_prefix", "LK1")
    folder.set_cell("accounts.csv", 2, "lab_id", "lab-9")
    folder.set_setting("staff_share = 1", "staff_share = 0.9")

    assert [told(fault) for fault in folder.faults()] == [
        ("towns.csv", 2, "name_en"),
        ("staff.csv", 2, "persons"),
        ("sites.csv", 4, "town_code"),
        ("accounts.csv", 2, "lab_id"),
        ("labs.csv", 3, "barcode_prefix"),
        ("campaign.toml", None, "shifts"),
        ("sites.csv", 3, "lon"),
    ]


def test_a_help_desk_may_be_left_out_but_not_half_given(folder: Folder) -> None:
    whole = folder.text("campaign.toml")
    section = whole[whole.index("[helpdesk]") : whole.index("[map]")]
    folder.write("campaign.toml", whole.replace(section, ""))
    assert folder.faults() == []

    folder.write("campaign.toml", whole.replace(section, '[helpdesk]\nzh = "湖畔保障组"\nphone = "100-0000-0099"\n\n'))
    fault = folder.only_fault()

    assert told(fault) == ("campaign.toml", None, "helpdesk.en")
    assert fault.message.endswith("got none; add it, or leave the whole section out")
