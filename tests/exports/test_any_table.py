"""Any texts, numbers and moments at all come back from every form of export as they went."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.vocabulary import ExportForm
from tests.exports.kit import differing_rows, there_and_back

TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=30)
WHOLES = st.none() | st.integers(-(2**63), 2**63 - 1)
NUMBERS = st.none() | st.floats(allow_nan=False)
MOMENTS = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
ROWS = st.lists(st.tuples(TEXTS, WHOLES, NUMBERS, MOMENTS, st.none() | st.booleans()), max_size=12)
SCHEMA = {
    "text": pl.String,
    "whole": pl.Int64,
    "number": pl.Float64,
    "at": pl.Datetime("us", "UTC"),
    "yes": pl.Boolean,
}


@pytest.mark.parametrize("form", ExportForm)
@given(rows=ROWS)
def test_any_table_comes_back_as_it_went(form: ExportForm, rows: list[tuple[object, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    with tempfile.TemporaryDirectory() as folder:
        read, about = there_and_back(frame, form, Path(folder))

    assert (differing_rows(read, frame), about.rows, about.replaced) == (0, frame.height, 0)


@pytest.mark.parametrize("form", ExportForm)
@given(steps=st.lists(st.integers(0, 10**11), min_size=1, max_size=12))
def test_moments_of_whole_milliseconds_come_back_to_the_millisecond(form: ExportForm, steps: list[int]) -> None:
    first = datetime(2021, 6, 6, tzinfo=UTC)
    frame = pl.DataFrame({"at": [first + timedelta(milliseconds=step) for step in steps]})
    with tempfile.TemporaryDirectory() as folder:
        read, _ = there_and_back(frame, form, Path(folder))

    assert differing_rows(read, frame) == 0
