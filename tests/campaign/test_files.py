"""Faults of whole files: missing, unreadable, malformed, or with the wrong columns and keys."""

import pytest

from tests.campaign.folders import Folder, told

FILES = ("campaign.toml", "towns.csv", "sites.csv", "staff.csv", "labs.csv", "servers.csv", "accounts.csv")


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_the_only_fault(folder: Folder, file: str) -> None:
    (folder.path / file).unlink()

    fault = folder.only_fault()

    assert told(fault) == (file, None, None)
    assert "no such file" in fault.message


def test_a_folder_that_is_not_there_is_named(folder: Folder) -> None:
    folder.path = folder.path / "nowhere"

    assert "no such folder" in folder.only_fault().message


def test_a_folder_in_the_place_of_a_file_is_named(folder: Folder) -> None:
    (folder.path / "labs.csv").unlink()
    (folder.path / "labs.csv").mkdir()

    assert folder.only_fault().rule == "a readable file"


@pytest.mark.parametrize("file", FILES)
def test_text_in_gbk_is_named_and_the_remedy_too(folder: Folder, file: str) -> None:
    folder.write(file, folder.text(file) + "#三水", encoding="gbk")

    fault = folder.only_fault()

    assert (told(fault), fault.rule) == ((file, None, None), "text in UTF-8")
    assert "CSV UTF-8" in fault.message


@pytest.mark.parametrize(
    "body", [b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\x95\xb3", "town_code".encode("utf-16")]
)
def test_a_spreadsheet_or_utf_16_under_the_name_of_a_csv_is_refused(folder: Folder, body: bytes) -> None:
    (folder.path / "towns.csv").write_bytes(body)

    assert folder.only_fault().rule == "text in UTF-8"


def test_a_huge_file_is_refused(folder: Folder) -> None:
    folder.write("labs.csv", "x" * 20_000_001)

    assert folder.only_fault().rule == "at most 20000000 bytes"


def test_an_unclosed_quote_is_named(folder: Folder) -> None:
    folder.write("labs.csv", folder.text("labs.csv") + '"lab-3,')

    fault = folder.only_fault()

    assert (fault.file, fault.rule) == ("labs.csv", "well-formed CSV")


def test_an_empty_file_is_named(folder: Folder) -> None:
    folder.write("labs.csv", "")

    assert told(folder.only_fault()) == ("labs.csv", None, None)


def test_a_table_of_nothing_but_its_header_is_named(folder: Folder) -> None:
    folder.write_rows("servers.csv", folder.rows("servers.csv")[:1])

    assert folder.only_fault().rule == "at least one row"


def test_semicolons_instead_of_commas_are_one_fault(folder: Folder) -> None:
    folder.write("labs.csv", folder.text("labs.csv").replace(",", ";"))

    assert folder.only_fault().rule == "columns parted by commas"


def test_a_missing_column_is_named(folder: Folder) -> None:
    folder.write_rows("sites.csv", [row[:-1] for row in folder.rows("sites.csv")])

    fault = folder.only_fault()

    assert told(fault) == ("sites.csv", 1, "has_standby_desk")
    assert "add the column" in fault.message


def test_a_misspelt_column_is_one_fault_that_proposes_the_right_name(folder: Folder) -> None:
    folder.set_cell("sites.csv", 1, "lanes", "Lane")

    fault = folder.only_fault()

    assert told(fault) == ("sites.csv", 1, "Lane")
    assert fault.message.endswith("did you mean lanes?")


def test_a_column_twice_is_named(folder: Folder) -> None:
    folder.write_rows("labs.csv", [[*row, row[0]] for row in folder.rows("labs.csv")])

    fault = folder.only_fault()

    assert (told(fault), fault.rule) == (("labs.csv", 1, "lab_id"), "each column once")


@pytest.mark.parametrize("change", [lambda row: row[:-1], lambda row: [*row, "x"]])
def test_a_row_with_too_few_or_too_many_cells_is_named(folder: Folder, change) -> None:
    rows = folder.rows("labs.csv")
    folder.write_rows("labs.csv", [rows[0], rows[1], change(rows[2])])

    fault = folder.only_fault()

    assert (told(fault), fault.rule) == (("labs.csv", 3, None), "6 cells as in the header")


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("residents = 11_000", "residents = 11,000"),
        ("[round]", "[round"),
        ('mode = "two"', "mode = two"),
        ('mode = "two"', 'mode = "two"\nmode = "one"'),
        ("[waits]", "x = " + "[" * 5_000),
    ],
)
def test_malformed_toml_is_one_fault(folder: Folder, line: str, broken: str) -> None:
    folder.set_setting(line, broken)

    fault = folder.only_fault()

    assert (told(fault), fault.rule) == (("campaign.toml", None, None), "well-formed TOML")


def test_a_misspelt_key_and_the_missing_one_are_both_named(folder: Folder) -> None:
    folder.set_setting("police_per_site = 2", "polices_per_site = 2")

    unknown, missing = folder.faults()

    assert unknown.column == "norms.polices_per_site"
    assert unknown.message.endswith("did you mean norms.police_per_site?")
    assert (missing.column, missing.value) == ("norms.police_per_site", "")


def test_a_missing_section_names_each_of_its_keys(folder: Folder) -> None:
    folder.set_setting("[waits]", "[[unknown]]")

    assert {fault.column for fault in folder.faults()} == {
        "unknown[1].medium_from_minutes",
        "unknown[1].long_from_minutes",
        "waits.medium_from_minutes",
        "waits.long_from_minutes",
    }


@pytest.mark.parametrize(
    ("line", "wrong", "key"),
    [
        ("target_persons = 10_000", 'target_persons = "10000"', "round.target_persons"),
        ("target_persons = 10_000", "target_persons = 10000.0", "round.target_persons"),
        ("target_persons = 10_000", "target_persons = -1", "round.target_persons"),
        ("sampling_s = 275", "sampling_s = nan", "service.sampling_s"),
        ("sampling_s = 275", "sampling_s = inf", "service.sampling_s"),
        ("sampling_s = 275", "sampling_s = true", "service.sampling_s"),
        ('mode = "two"', 'mode = "three"', "round.mode"),
        ("opens_at = 2031-03-02T08:00:00", 'opens_at = "2031-03-02T08:00:00"', "round.opens_at"),
        ("opens_at = 2031-03-02T08:00:00", "opens_at = 2031-03-02", "round.opens_at"),
        ("towns_are_schematic = false", "towns_are_schematic = 0", "map.towns_are_schematic"),
        ("staff_share = 1", "staff_share = 1.5", "shifts[1].staff_share"),
        ("hours = [1.5, 1.0, 1.0, 1.0, 1.0, 0.5]", "hours = [1.5, nan]", "arrivals.hours"),
        ("hours = [1.5, 1.0, 1.0, 1.0, 1.0, 0.5]", "hours = [0, 0, 0, 0, 0, 0]", "arrivals.hours"),
        ("timezone_offset_minutes = 480", "timezone_offset_minutes = 8000", "timezone_offset_minutes"),
        ('district = "outline.geojson"', 'district = "../lakeside/outline.geojson"', "map.district"),
        ('district = "outline.geojson"', 'district = "/outline.geojson"', "map.district"),
        ('district = "outline.geojson"', 'district = "other.geojson"', "map.district"),
    ],
)
def test_a_value_of_the_wrong_kind_is_the_only_fault(folder: Folder, line: str, wrong: str, key: str) -> None:
    folder.set_setting(line, wrong)

    assert told(folder.only_fault()) == ("campaign.toml", None, key)


def collection(geometry: str) -> str:
    return f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "geometry": {geometry}}}]}}'


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>login</html>",
        '{"type": "FeatureCollection", "features": []}',
        collection('{"type": "Point", "coordinates": [1, 2]}'),
        collection('{"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]}'),
        collection('{"type": "Polygon", "coordinates": [[[1, 2], [NaN, 3], [4, 5], [1, 2]]]}'),
        "[" * 100_000,
    ],
)
def test_an_outline_that_is_no_polygon_is_named_and_sites_are_not_blamed(folder: Folder, body: str) -> None:
    folder.write("outline.geojson", body)

    fault = folder.only_fault()

    assert (fault.column, fault.rule) == ("map.district", "GeoJSON that a map can draw")


def test_a_layer_that_is_no_feature_collection_is_named(folder: Folder) -> None:
    folder.set_setting('credit = "made up"', 'credit = "made up"\nwater = "water.geojson"')
    folder.write("water.geojson", '{"type": "Feature"}')

    assert folder.only_fault().column == "map.water"
