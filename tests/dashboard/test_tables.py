"""Tables show what is known now, and leave out or dash what is not."""

import polars as pl

from dashboard import tables
from dashboard.words import words

EN = words("en")
SITES = pl.DataFrame(
    [
        ("Harbour", 12.0, "short", 10, 2, 2),
        ("Closed", 90.0, "closed", 0, 0, 2),
        ("Silent", 80.0, "unknown", 70, 2, 2),
        ("Library", 41.0, "medium", 30, 1, None),
    ],
    schema=["name_en", "wait_minutes", "wait_class", "queue_persons", "lanes_open", "lanes"],
    orient="row",
).with_columns(persons_last_hour=pl.lit(None, pl.Int64))
TOWNS = pl.DataFrame(
    {
        "name_en": ["Xinan Subdistrict"],
        "sites": [4],
        "sites_open": [None],
        "persons_registered": [None],
        "load_share": [None],
        "wait_p50_minutes": [None],
        "wait_max_minutes": [None],
    }
)


def test_the_longest_waits_are_of_open_sites_whose_queue_is_fresh() -> None:
    shown, columns = tables.longest_waits(SITES, EN)
    assert shown.rows() == [("Library", 41, 30, "1/—", None), ("Harbour", 12, 10, "2/2", None)]
    assert list(columns) == shown.columns
    assert tables.longest_waits(SITES.filter(pl.col("wait_class") == "unknown"), EN)[0].is_empty()


def test_a_town_of_which_nothing_is_known_is_a_row_of_dashes() -> None:
    shown, _ = tables.towns(TOWNS, EN)
    assert shown.rows() == [("Xinan", "—/4", None, None, "—/—")]


def test_a_times_column_says_whose_clock_it_is() -> None:
    frame = pl.DataFrame(
        schema={"source_id": pl.String, "kind": pl.String, "last_outcome": pl.String, "last_reason": pl.String}
        | {"failures_last_hour": pl.Int64, "last_good_at": pl.Datetime("us", "UTC"), "age_s": pl.Float64}
    )
    said = {offset: str(tables.sources(frame, EN, offset)[1]["last_good_at"]) for offset in (480, 330)}
    assert "Beijing UTC+8" in said[480]
    assert "UTC+5:30" in said[330]
    assert "Beijing" not in said[330]
