"""The what-if desk by itself: how many it takes at once, and what it notes of its answers."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.planning import base_case
from pipelines.server.refusals import Refusal
from pipelines.server.whatif import MOST_OPEN, WhatIfBody, WhatIfDesk
from tests.dashboard.kit import District


def test_too_many_questions_at_once_are_told_to_come_again(small: Campaign, tmp_path: Path) -> None:
    district = District(tmp_path / "command.duckdb", small)
    desk = WhatIfDesk(small, district.store)
    slow = [msgspec.json.decode(msgspec.json.encode(base_case(small)))] * 4
    asked = [desk.ask(WhatIfBody(scenarios=slow, replications=300, ticket=str(n)))[1] for n in range(MOST_OPEN)]
    with pytest.raises(Refusal, match="16 what-if questions wait for an answer already") as refused:
        desk.ask(WhatIfBody())
    desk.close()
    for coming in asked:
        if not coming.cancelled():
            coming.exception(60)
    district.store.close()

    assert refused.value.status == 429
    assert refused.value.headers == {"Retry-After": "5"}


def test_what_was_answered_while_the_sites_are_open_is_noted_to_be_scored_and_a_preview_is_not(
    small: Campaign, tmp_path: Path
) -> None:
    district = District(tmp_path / "command.duckdb", small)
    district.minute("01:00")
    desk = WhatIfDesk(small, district.store)
    base = msgspec.json.decode(msgspec.json.encode(base_case(small)))
    for body in (
        WhatIfBody(scenarios=[base], is_preview=True),
        WhatIfBody(scenarios=[base, base | {"name": "few", "guides_per_lane": 1}], replications=2),
        WhatIfBody(scenarios=[base | {"opens_at": "2030-01-01T00:00:00Z"}], replications=2),
    ):
        desk.ask(body)[1].result(60)
    noted = desk.given.take()
    desk.close()
    district.store.close()

    assert [(row["name"], row["is_of_the_day"], row["replications"]) for row in noted] == [
        ("base", True, 2),
        ("few", False, 2),
    ]
    assert {row["target_at"] - row["made_at"] for row in noted} == {timedelta(hours=1)}
