"""How long a source's last word stands: by its own pauses, and a server's until its deadline is over."""

import pytest

from pipelines.config import SourceFile, SourceSpec
from pipelines.server.process import _patience
from pipelines.vocabulary import SourceKind


@pytest.mark.parametrize(
    ("kind", "row_s", "feed_s"),
    [
        (SourceKind.SERVER_STATUS, 13.0, 13.0),
        (SourceKind.SITE_COUNTS, 5.0, 13.0),
        (SourceKind.SITE_QUEUES, 5.0, 13.0),
        (SourceKind.ROSTER, 3.0, 3.0),
    ],
)
def test_a_word_stands_for_two_pauses_and_a_server_s_for_its_deadline_too(kind, row_s, feed_s):
    slow = [
        SourceSpec(source_id=name, kind=SourceKind(name), url="http://x", every_s=2.0, deadline_s=8.0)
        for name in ("server_status", "site_counts", "site_queues")
    ]
    stale = _patience(SourceFile(source=slow, allow=[]), kind, 3.0)
    assert (stale.row_s, stale.feed_s) == (row_s, feed_s)
