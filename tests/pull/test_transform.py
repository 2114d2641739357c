"""The transforms: one row in, one row out, exactly the store's columns, nothing changed but the form."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.columns import DESK_SERVER, STORED, WIRE
from pipelines.transform import tidy, tidy_desks
from pipelines.vocabulary import SourceKind
from tests.pull.words import NOW

VALUES: dict[type[pl.DataType], st.SearchStrategy] = {
    pl.String: st.text("ABCxyz019-", min_size=1, max_size=8),
    pl.Int64: st.integers(0, 2**62),
    pl.Float64: st.floats(0, 600_000),
    pl.Boolean: st.booleans(),
    pl.Datetime: st.integers(0, 500_000_000).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    pl.List: st.lists(
        st.fixed_dictionaries({"server_id": st.sampled_from(["p1", "p2", "city"]), "desks": st.integers(0, 99)}),
        max_size=3,
        unique_by=lambda desk: desk["server_id"],
    ),
}


def raw_frames(kind: SourceKind) -> st.SearchStrategy[pl.DataFrame]:
    row = st.tuples(*(VALUES[type(dtype)] for dtype in WIRE[kind].values()))
    return st.lists(row, max_size=6).map(lambda rows: pl.DataFrame(rows, schema=WIRE[kind], orient="row"))


@pytest.mark.parametrize("kind", WIRE)
@given(data=st.data())
def test_every_kind_gets_the_store_s_columns_and_keeps_its_rows(kind: SourceKind, data: st.DataObject):
    raw = data.draw(raw_frames(kind))
    rows = tidy(kind, raw.lazy()).collect()
    assert rows.schema == STORED[kind]
    assert rows.height == raw.height
    kept = [name for name in STORED[kind] if name in raw.columns]
    assert rows.select(kept).equals(raw.select(kept))


@given(raw_frames(SourceKind.SITE_QUEUES))
def test_no_desk_is_lost_or_made_up(raw: pl.DataFrame):
    desks = tidy_desks(raw.lazy()).collect()
    assert desks.schema == DESK_SERVER
    told = [
        (row["site_id"], desk["server_id"], desk["desks"]) for row in raw.to_dicts() for desk in row["desks_by_server"]
    ]
    assert sorted(desks.select("site_id", "server_id", "desks").rows()) == sorted(told)


def test_times_are_stored_in_utc_whatever_zone_they_were_told_in():
    raw = pl.DataFrame([("SS-001", "medic", 1, 2, NOW)], schema=WIRE[SourceKind.ROSTER], orient="row").with_columns(
        pl.col("observed_at").dt.convert_time_zone("Asia/Shanghai")
    )
    assert tidy(SourceKind.ROSTER, raw.lazy()).collect()["observed_at"].to_list() == [NOW]


@pytest.mark.parametrize("kind", WIRE)
def test_transforms_are_lazy_and_pure(kind: SourceKind):
    raw = pl.DataFrame(schema=WIRE[kind])
    chain = tidy(kind, raw.lazy())
    assert isinstance(chain, pl.LazyFrame)
    assert chain.collect().equals(chain.collect())
    assert raw.schema == WIRE[kind]
