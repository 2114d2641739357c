"""When people came, part by part, today and on the day before: of a store of two days, and of an earlier day's file."""

from datetime import timedelta

import polars as pl
import pytest

from pipelines.campaign import Campaign
from pipelines.store import StoreForeign, told_earlier
from tests.store.kit import DAY, Bench, lines, rows, shown

COLUMNS = ("days_before", "part", "persons", "is_at_gates", "is_complete")
A_DAY = timedelta(days=1)
SCOPE = {"scope_level": "district", "scope_id": None, "speed": 60.0}


def before(frame: pl.DataFrame, days: int) -> pl.DataFrame:
    """Return rows of so many days before."""
    return frame.with_columns(pl.col(pl.Datetime) - days * A_DAY)


def events(text: str) -> pl.DataFrame:
    return rows("tube_event", "sequence | site_id | persons | happened_at\n" + text)


def screened(text: str) -> pl.DataFrame:
    return rows("gate", "site_id | persons_screened\n" + text)


def test_todays_parts_are_told_up_to_the_one_that_runs(bench: Bench) -> None:
    bench.tick("01:10", tube_event=events("1 | LS-1 | 10 | 00:05\n2 | LS-2 | 8 | 00:40\n3 | LS-1 | 10 | 01:02"))
    assert shown(bench.ask("arrivals_by_day"), *COLUMNS) == lines(
        """
        0 | 0 | 10 | no | yes
        0 | 1 | 8  | no | yes
        0 | 2 | 10 | no | no
        """
    )


def test_gates_that_told_of_all_count_more_than_the_desks_behind_the_line(bench: Bench) -> None:
    bench.tick("00:10", gate=screened("LS-1 | 12\nLS-2 | 5"))
    bench.tick("00:29", gate=screened("LS-1 | 30\nLS-2 | 5"))
    bench.tick("01:05", gate=screened("LS-1 | 44\nLS-2 | 5"), tube_event=events("1 | LS-1 | 10 | 00:25"))
    expected = lines("0 | 0 | 35 | yes | yes\n0 | 1 | 0 | yes | yes\n0 | 2 | 14 | yes | no")
    assert shown(bench.ask("arrivals_by_day"), *COLUMNS) == expected
    bench.tick("01:20", tube_event=events("2 | LS-3 | 90 | 00:20"))
    assert shown(bench.ask("arrivals_by_day"), *COLUMNS)[0] == "0 | 0 | 100 | no | yes"


def test_gates_that_are_first_heard_of_in_the_course_of_the_day_do_not_tell_when_people_came(bench: Bench) -> None:
    bench.tick("00:40", gate=screened("LS-1 | 80"), tube_event=events("1 | LS-1 | 10 | 00:25"))
    assert shown(bench.ask("arrivals_by_day"), *COLUMNS)[0] == "0 | 0 | 10 | no | yes"


def test_the_newest_day_before_is_told_part_by_part_of_the_same_opening(bench: Bench) -> None:
    bench.clock.at = DAY - A_DAY + timedelta(hours=20)
    bench.tick(
        tube_event=pl.concat(
            [
                before(events("1 | LS-1 | 10 | 00:05\n2 | LS-2 | 7 | 05:45"), 1),
                before(events("3 | LS-1 | 99 | 00:05"), 3),
                before(events("4 | LS-1 | 50 | 22:00"), 1),  # after its closing
            ]
        )
    )
    bench.tick("01:10", tube_event=events("5 | LS-1 | 4 | 00:40"))
    found = bench.ask("arrivals_by_day")
    yesterday = found.filter(days_before=1)
    today = found.filter(days_before=0)["day_at"]
    assert yesterday["day_at"].unique().to_list() == (today.unique() - A_DAY).to_list()
    assert [row for row in shown(yesterday, "part", "persons") if not row.endswith("| 0")] == ["0 | 10", "11 | 7"]
    assert yesterday["is_complete"].all()
    assert shown(found.filter(days_before=0), *COLUMNS)[1] == "0 | 1 | 4 | no | yes"


def test_the_past_is_told_as_it_was_known(bench: Bench) -> None:
    early = bench.tick("00:40", tube_event=events("1 | LS-1 | 10 | 00:05"))
    bench.tick("01:10", tube_event=events("2 | LS-2 | 8 | 00:06"), gate=screened("LS-1 | 90"))
    assert shown(bench.ask("arrivals_by_day", as_of=early), *COLUMNS) == lines(
        "0 | 0 | 10 | no | yes\n0 | 1 | 0 | no | no"
    )


def test_without_anybody_there_is_no_part(bench: Bench) -> None:
    bench.tick("01:00")
    assert bench.ask("arrivals_by_day").is_empty()


def test_an_earlier_days_store_answers_once_more_as_of_its_last_moment(bench: Bench, small: Campaign) -> None:
    bench.tick("05:59", tube_event=events("1 | LS-1 | 10 | 00:05\n2 | LS-2 | 8 | 03:10"))
    told = bench.ask("arrivals_by_day")
    bench.store.close()
    found = told_earlier(bench.path, small.campaign_id, "arrivals_by_day", SCOPE)
    assert found is not None
    assert found.equals(told)
    bench.reopen()


def test_where_there_is_no_earlier_store_nothing_is_told_and_a_strangers_is_refused(bench: Bench) -> None:
    assert told_earlier(bench.path.parent / "none.duckdb", "x", "arrivals_by_day", SCOPE) is None
    bench.store.close()
    with pytest.raises(StoreForeign, match="is of another campaign than 'x'"):
        told_earlier(bench.path, "x", "arrivals_by_day", SCOPE)
    bench.path.with_suffix(".bad").write_text("no store")
    with pytest.raises(StoreForeign, match="cannot be read"):
        told_earlier(bench.path.with_suffix(".bad"), "x", "arrivals_by_day", SCOPE)
    bench.reopen()
