"""Tables show what is known now, and leave out or dash what is not."""

import polars as pl

from dashboard.tables import jobs as tables_jobs
from dashboard.tables import shaping as tables
from dashboard.words import words

EN = words("en")
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


def test_a_town_of_which_nothing_is_known_is_a_row_of_dashes() -> None:
    shown, _ = tables.towns(TOWNS, EN)
    assert shown.rows() == [("Xinan", "—/4", None, None, "—/—")]


def test_progress_beyond_the_plan_is_shown_and_not_clipped() -> None:
    over = TOWNS.with_columns(load_share=pl.lit(1.067))
    shown, columns = tables.towns(over, EN)
    assert shown["load"].to_list() == [106.7]
    assert columns["load"]["type_config"]["max_value"] == 107


def test_a_times_column_says_whose_clock_it_is() -> None:
    frame = pl.DataFrame(
        schema={"source_id": pl.String, "kind": pl.String, "last_outcome": pl.String, "last_reason": pl.String}
        | {"failures_last_hour": pl.Int64, "last_good_at": pl.Datetime("us", "UTC"), "age_s": pl.Float64}
    )
    said = {offset: str(tables_jobs.sources(frame, {}, EN, offset)[1]["last_good_at"]) for offset in (480, 330)}
    assert "Beijing UTC+8" in said[480]
    assert "UTC+5:30" in said[330]
    assert "Beijing" not in said[330]
