"""No subtraction tells a small count: in each sum that somebody may know, one cell is never left out alone."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipelines.exports import shown_to
from pipelines.exports.differencing import SMALL, withheld
from pipelines.vocabulary import Audience
from tests.exports.kit import ABOUT

OUTSIDE = replace(ABOUT, audience=Audience.CITY)


def table(text: str) -> pl.DataFrame:
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    cells = {name: [line[at] for line in lines] for at, name in enumerate(head)}
    texts = {"site_id", "town_code", "role", "hour_at", "bucket_at"}
    kinds = {name: pl.String() if name in texts else pl.Float64() if "share" in name else pl.Int64() for name in head}
    return pl.DataFrame(cells).with_columns(pl.col(name).cast(kind) for name, kind in kinds.items())


ALONE_IN_ITS_TOWN = """
site_id | town_code | persons_registered
a       | t1        | 3
b       | t1        | 80
c       | t1        | 20
d       | t2        | 50
e       | t2        | 0
"""


def test_beside_a_small_count_its_towns_next_one_is_left_out_so_that_the_towns_total_does_not_tell_it() -> None:
    shown, about = shown_to(table(ALONE_IN_ITS_TOWN), OUTSIDE)
    assert shown["persons_registered"].to_list() == [None, 80, None, 50, 0]
    assert about.suppressed == 2


def test_a_small_count_that_is_all_of_its_town_takes_two_of_another_town_with_it() -> None:
    only = table(ALONE_IN_ITS_TOWN.replace("| 80", "| 0").replace("| 20", "| 0") + "f | t2 | 60\n")
    shown, _ = shown_to(only, OUTSIDE)
    assert shown["persons_registered"].to_list() == [None, 0, 0, None, 0, None]


def test_one_and_one_take_a_third_with_them_since_their_sum_would_tell_both() -> None:
    shown, _ = shown_to(table("site_id | persons_sampled\na | 1\nb | 1\nc | 9\nd | 70"), OUTSIDE)
    assert shown["persons_sampled"].to_list() == [None, None, None, 70]


def test_of_need_have_and_gap_two_are_left_out_and_the_shares_of_the_row() -> None:
    shown, _ = shown_to(
        table("site_id | need | on_shift | gap | offline_share\na | 9 | 6 | -3 | 0.5\nb | 20 | 20 | 0 | 0.1"), OUTSIDE
    )
    assert shown.row(0) == ("a", 9, None, None, None)
    assert shown["need"].to_list() == [9, 20]
    assert shown["on_shift"].to_list() == [None, None]


def test_a_running_total_does_not_tell_its_steps() -> None:
    shown, _ = shown_to(
        table(
            "bucket_at | persons_registered | persons_total\n1 | 40 | 40\n2 | 2 | 42\n3 | 30 | 72\n4 | 50 | 122",
        ),
        OUTSIDE,
    )
    assert shown["persons_registered"].to_list() == [40, None, None, 50]
    assert shown["persons_total"].to_list() == [None, None, None, 122]


def test_where_no_count_is_small_nothing_is_left_out() -> None:
    frame = table(ALONE_IN_ITS_TOWN.replace("| 3", "| 30"))
    assert shown_to(frame, OUTSIDE)[0].equals(frame)


ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.integers(0, 12)),
    max_size=12,
    unique_by=lambda row: row[:2],
)


@pytest.mark.parametrize("by", [["town_code"], ["site_id"], ["role"], ["town_code", "role"], []])
@given(rows=ROWS)
def test_in_no_sum_is_a_cell_left_out_alone_or_with_so_few_that_the_sum_tells_it(
    by: list[str], rows: list[tuple[str, str, int]]
) -> None:
    schema = {"site_id": pl.String, "role": pl.String, "registered": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    frame = frame.with_columns(town_code=pl.when(pl.col("site_id") < "c").then(pl.lit("t1")).otherwise(pl.lit("t2")))
    gone = withheld(frame, ["registered"])["registered"]

    assert gone.filter(frame["registered"].is_between(1, SMALL - 1)).all()
    for _, part in frame.with_columns(gone=gone, all=pl.lit(1)).group_by(by or ["all"]):
        hidden, shown = part.filter("gone")["registered"], part.filter(~pl.col("gone"))["registered"]
        assert hidden.is_empty() or (shown == 0).all() or (hidden.len() > 1 and hidden.sum() >= SMALL)
