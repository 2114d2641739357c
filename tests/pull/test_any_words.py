"""Whatever bytes a source sends: rows that pass the checks, or a sentence; never another exception."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.columns import WIRE
from pipelines.http import Phases
from pipelines.refine import refine
from pipelines.sources import Pulled
from pipelines.sources.connectors import CONNECTORS
from pipelines.sources.decoding import WrongWords, decode
from pipelines.vocabulary import Outcome, SourceKind
from tests.pull.words import KNOWN, PAGES, json_bytes

PHASES = Phases(None, None, None, 1.0, 1.0)
SCRAPS = [
    b"null",
    b"-1",
    b"1e308",
    b"NaN",
    b'""',
    b"[]",
    b"{}",
    b"true",
    b"\\u0000",
    b'"0001-01-01T00:00:00+14:00"',
    b"\xff",
    b"\\",
]


def spoilt(body: bytes) -> st.SearchStrategy[bytes]:
    """Good words with up to three pieces replaced by scraps or by anything."""
    place = st.integers(0, len(body))
    piece = st.tuples(place, st.integers(0, 30), st.sampled_from(SCRAPS) | st.binary(max_size=6))

    def replaced(pieces: list[tuple[int, int, bytes]]) -> bytes:
        spoiled = body
        for start, length, scrap in pieces:
            spoiled = spoiled[:start] + scrap + spoiled[start + length :]
        return spoiled

    return st.lists(piece, min_size=1, max_size=3).map(replaced)


@pytest.mark.parametrize("kind", PAGES)
@given(data=st.data())
def test_spoilt_words_are_rows_or_a_sentence(kind: SourceKind, data: st.DataObject):
    body = data.draw(st.binary(max_size=60) | spoilt(json_bytes(PAGES[kind])))
    with suppress(WrongWords):
        raw = CONNECTORS[kind].rows(decode(body, CONNECTORS[kind]), PHASES)
        assert raw.schema == WIRE[kind]
        (ended,) = refine([Pulled("any", kind, None, "p1", 1.0, len(body), Outcome.OK, "", raw, PHASES)], KNOWN).pulls
        assert (ended.outcome is Outcome.OK) is (ended.reason == "")
