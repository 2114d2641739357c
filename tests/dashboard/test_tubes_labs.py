"""The laboratories' table of the tubes page: how long results take, and one sign where nobody knows."""

import polars as pl
import pytest

from dashboard.tables import tubes
from dashboard.words import words
from pipelines.campaign import Campaign
from pipelines.server.campaign_info import campaign_info


@pytest.mark.parametrize(
    ("median", "most", "shown"), [(360.0, 426.0, "6.0–7.1"), (None, None, "—"), (360.0, None, "6.0–—")]
)
def test_how_long_results_take_is_told_from_to_and_by_one_sign_where_nobody_knows(
    small: Campaign, median: float | None, most: float | None, shown: str
) -> None:
    lab = small.labs[0]
    frame = pl.DataFrame(
        {
            "lab_id": [lab.lab_id],
            "name_zh": [lab.name.zh],
            "name_en": [lab.name.en],
            "tubes_received": [9],
            "tubes_resulted": [0],
            "tubes_backlog": [9],
            "clears_at": [None],
            "is_stopped": [False],
            "result_minutes_p50": [median],
            "result_minutes_p90": [most],
            "read_share": [0.98],
            "scans": [9],
            "scan_errors": [0],
        },
        schema_overrides={"result_minutes_p50": pl.Float64, "result_minutes_p90": pl.Float64},
    )
    table, _ = tubes.labs(frame, campaign_info(small), words("en"), 480)
    assert table["wait"].to_list() == [shown]
