"""What stands in memory under a null stays there: no value of another reader travels with a table."""

import pyarrow as pa
import pytest

from pipelines.nulls import emptied

OTHERS = b"\x04\x00\x00\x00LS-9"


def under_a_null(kind: pa.DataType) -> pa.Table:
    """One value and one null, under which another's bytes stand."""
    if pa.types.is_string(kind):
        offsets = pa.array([0, 4, 12], pa.int32()).buffers()[1]
        parts = [pa.py_buffer(b"\x01"), offsets, pa.py_buffer(b"LS-6" + OTHERS)]
    else:
        parts = [pa.py_buffer(b"\x01"), pa.py_buffer(b"\x07" + b"\x00" * 7 + OTHERS)]
    return pa.table({"told": pa.Array.from_buffers(kind, 2, parts)})


def sent(table: pa.Table) -> bytes:
    """The table's bytes on the wire."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("kind", [pa.string(), pa.int64(), pa.float64(), pa.timestamp("us", "UTC")], ids=str)
def test_a_value_under_a_null_would_travel_and_does_not_once_emptied(kind: pa.DataType) -> None:
    table = under_a_null(kind)
    assert OTHERS in sent(table)
    assert OTHERS not in sent(emptied(table))
    assert emptied(table).equals(table)
    assert emptied(table).schema == table.schema


def test_lists_truth_values_and_tables_without_nulls_stay_as_they_are() -> None:
    table = pa.table({"who": [["a"], None], "is_told": [True, None], "none": [None, None], "persons": [1, 2]})
    assert emptied(table).equals(table)
