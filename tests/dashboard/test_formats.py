"""Numbers and times as the screen shows them."""

import itertools
import re
from datetime import UTC, datetime

import pytest

from dashboard import formats


def test_counts_have_thousands_and_a_missing_one_is_a_dash() -> None:
    assert formats.count(857_000) == "857,000"
    assert formats.count(None) == "—"


def test_large_numbers_are_said_as_people_say_them() -> None:
    assert formats.rough(857_000, "zh") == "85.7 万"
    assert formats.rough(857_000, "en") == "857,000"
    assert formats.rough(9_999, "zh") == "9,999"


def test_shares_may_pass_a_hundred_per_cent() -> None:
    assert formats.percent(1.0668, 1) == "106.7%"
    assert formats.percent(None) == "—"


def test_differences_carry_their_sign() -> None:
    assert [formats.signed(value) for value in (1020, -35, 0, None)] == ["+1,020", "−35", "±0", "—"]


def test_times_are_the_districts_own() -> None:
    midnight = datetime(2021, 6, 5, 16, 0, 7, tzinfo=UTC)
    assert formats.time_of_day(midnight, 480, seconds=True) == "00:00:07"
    assert formats.day(midnight, 480) == "2021-06-06"
    assert formats.time_of_day(None, 480) == "—"


def test_the_distance_from_utc_is_short_and_has_minutes_where_there_are_any() -> None:
    assert [formats.utc_offset(value) for value in (480, 0, 330, -210)] == ["UTC+8", "UTC+0", "UTC+5:30", "UTC−3:30"]


def test_the_clock_s_speed_is_short() -> None:
    assert [formats.speed(value) for value in (60.0, 1.0, 0.5, 0.0)] == ["×60", "×1", "×0.5", "×0"]


@pytest.mark.parametrize(
    "address", ["http://evil.example/x", "HTTPS://evil.example", "www.evil.example", "a@evil.example"]
)
def test_no_address_from_outside_stays_one_that_markdown_would_make_a_link_of(address: str) -> None:
    text = formats.plain(f"GET {address} failed").replace("\\", "")
    assert not re.search(r"https?://|www\.|\w@\w", text, re.IGNORECASE)


def test_text_from_outside_cannot_become_markdown() -> None:
    hostile = "[a](http://b) :material/x: <b>*_`$~|"
    assert formats.plain(hostile).replace("\\", "").replace(formats.WORD_JOINER, "") == hostile
    pairs = itertools.pairwise(formats.plain(hostile))
    assert all(before == "\\" for before, sign in pairs if sign in "[]<>*_`$~|:")


def test_a_line_that_stands_is_not_told_as_a_wait_of_days() -> None:
    assert [formats.waited(minutes) for minutes in (None, 34.4, 599.0, 600.0)] == ["—", "34", "599", ">600"]
