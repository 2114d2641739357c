"""A runtime folder is one day's: the two kinds never mix, and a day is taken up where it was left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from pipelines.acts import ActLedger, verify
from pipelines.acts.reading import newest_acts
from pipelines.api import NewAct
from pipelines.campaign import Campaign
from pipelines.clock import FileClock, Setting, set_clock
from pipelines.config import Settings, settings
from pipelines.day_folder import DayError, DayKind, begin, hold, leave, take_up
from pipelines.intake.day.prefill import prefill
from pipelines.store import Store
from pipelines.vocabulary import ActKind

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def chosen(tmp_path: Path, small_folder: Path) -> Settings:
    return settings(tmp_path / "home", small_folder)


def laid(chosen: Settings, campaign: Campaign) -> datetime:
    """Begin a day half an hour after opening, with the day so far in its ledger."""
    starts_at = begin(chosen, campaign.round.opens_at + timedelta(minutes=30))
    prefill(campaign, chosen, starts_at, lambda _: None)
    return starts_at


@pytest.mark.parametrize(("first", "second"), [("simulated", "real"), ("real", "simulated")])
def test_a_folder_of_one_kind_refuses_the_other_and_says_what_to_do(chosen: Settings, first: str, second: str) -> None:
    hold(chosen, DayKind(first))
    hold(chosen, DayKind(first))
    with pytest.raises(DayError, match=f"holds a {first} day, and a {second} one .* --home"):
        hold(chosen, DayKind(second))


def test_a_folder_with_a_simulated_clock_from_before_the_mark_is_a_simulated_days(chosen: Settings) -> None:
    set_clock(chosen.clock_file, LONG_AGO, 60)
    with pytest.raises(DayError, match="holds a simulated day"):
        hold(chosen, DayKind.REAL)


def test_the_acts_of_every_day_before_are_kept_and_a_new_day_begins_without_them(
    chosen: Settings, small: Campaign
) -> None:
    opens_at = small.round.opens_at
    for number in range(3):
        begin(chosen, opens_at)
        assert not chosen.acts_file.exists()
        ledger = ActLedger(chosen.acts_file)
        new = NewAct(act_id=f"{number:032x}", kind=ActKind.NOTED, reason=f"day {number}")
        ledger.append(new, "duty", "", opens_at, opens_at)
        if number != 1:  # a day that was killed leaves what was written beside the file
            ledger.close()
    begin(chosen, opens_at)
    past = sorted((chosen.home / "past-acts").glob("acts-*.sqlite"))
    assert [newest_acts(file, 9)[0].act.reason for file in past] == ["day 0", "day 1", "day 2"]
    assert all(verify(file).findings == () for file in past)


def test_a_new_day_moves_the_last_one_aside_and_its_clock_stands(chosen: Settings) -> None:
    chosen.home.mkdir()
    chosen.store_file.write_text("yesterday")
    begin(chosen, LONG_AGO)
    assert (chosen.home / "previous" / "command.duckdb").read_text() == "yesterday"
    assert not chosen.store_file.exists()
    assert (FileClock(chosen.clock_file).now(), FileClock(chosen.clock_file).speed) == (LONG_AGO, 0)


def test_the_store_of_the_day_before_lies_where_the_new_days_store_looks_for_it(
    chosen: Settings, small: Campaign
) -> None:
    for _ in range(2):
        begin(chosen, small.round.opens_at)
        store = Store(chosen.store_file, FileClock(chosen.clock_file), small)
        store.close()
    assert store.earlier.exists()


def test_a_day_that_was_left_goes_on_at_that_moment_however_long_the_pause(chosen: Settings, small: Campaign) -> None:
    starts_at = laid(chosen, small)
    set_clock(chosen.clock_file, starts_at, 60)
    leave(chosen)
    left_at = FileClock(chosen.clock_file).now()
    aged = Setting(LONG_AGO, left_at, 0)
    chosen.clock_file.write_bytes(msgspec.json.encode(aged))
    assert take_up(chosen, small) == left_at


def test_a_day_that_was_killed_goes_on_at_the_newest_record_of_its_ledger(chosen: Settings, small: Campaign) -> None:
    starts_at = laid(chosen, small)
    running_for_years = Setting(LONG_AGO, starts_at, 60)
    chosen.clock_file.write_bytes(msgspec.json.encode(running_for_years))
    taken_up_at = take_up(chosen, small)
    assert starts_at - timedelta(minutes=5) < taken_up_at <= starts_at
    assert FileClock(chosen.clock_file).speed == 0


def test_there_is_nothing_to_take_up_in_an_empty_folder(chosen: Settings, small: Campaign) -> None:
    with pytest.raises(DayError, match="no day to take up again; start a new one without --resume"):
        take_up(chosen, small)


def test_a_day_whose_beginning_was_never_finished_is_not_taken_up(chosen: Settings, small: Campaign) -> None:
    begin(chosen, small.round.opens_at + timedelta(minutes=30))
    with pytest.raises(DayError, match="no day to take up again"):
        take_up(chosen, small)
