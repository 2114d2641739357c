"""A front end under logins (Q72): slower, then down, back after the rush; and four of them with desks that move."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.contract import DeskLogin
from pipelines.intake.faults import Fault, FaultBook, write_faults
from pipelines.intake.ledger.record import Refused
from pipelines.intake.places import places, sheet_of_codes
from pipelines.intake.servers.core import FrontEndCore
from pipelines.intake.servers.rules import rule_book
from pipelines.vocabulary import FaultKind
from tests.intake.registrations import registration

CAPACITY = 100
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def core(campaign: Campaign, index: int = 0, faults: FaultBook | None = None) -> FrontEndCore:
    server = replace(campaign.servers[index], capacity_logins=CAPACITY)
    return FrontEndCore(server, rule_book(campaign), campaign.round.opens_at, faults)


def log_in(front: FrontEndCore, devices: range, now: datetime) -> list[int]:
    """Return the status that each device gets."""
    return [answer_to(front, f"phone-{number}", now) for number in devices]


def answer_to(front: FrontEndCore, device_id: str, now: datetime) -> int:
    try:
        front.log_in(DeskLogin(device_id=device_id, site_id=next(iter(front.book.sites))), now)
    except Refused as refused:
        return refused.status
    return 200


@pytest.mark.parametrize(("logins", "slower_by_s"), [(1, 0.0), (75, 0.0), (80, 0.08), (90, 0.72), (100, 2.0)])
def test_up_to_three_quarters_nothing_is_felt_and_then_answers_get_slower(
    small: Campaign, logins: int, slower_by_s: float
):
    front, now = core(small), small.round.opens_at
    assert log_in(front, range(logins), now) == [200] * logins

    assert front.delay_s(now) == pytest.approx(slower_by_s)


def test_one_login_beyond_its_capacity_brings_a_server_down_with_all_its_sessions(small: Campaign):
    front, now = core(small), small.round.opens_at

    assert log_in(front, range(101), now) == [200] * 100 + [503]

    assert front.status(now).logins == 0
    with pytest.raises(Refused, match="p1 fell under too many logins and is not back yet; scan the next code"):
        front.check(registration(small), now)


def test_it_is_back_two_minutes_after_the_demand_has_become_bearable_and_not_before(small: Campaign):
    front, fell_at = core(small), small.round.opens_at
    log_in(front, range(101), fell_at)
    for second in range(0, 300, 20):  # 76 devices go on trying for five minutes: one too many
        assert set(log_in(front, range(76), fell_at + second * SECOND)) == {503}
    last_try_at = fell_at + 280 * SECOND

    assert front.has_fallen(last_try_at + 3 * MINUTE - SECOND)
    assert not front.has_fallen(last_try_at + 3 * MINUTE)
    assert log_in(front, range(76), last_try_at + 3 * MINUTE) == [200] * 76


def test_as_many_as_it_bears_unnoticed_may_go_on_trying_without_keeping_it_down(small: Campaign):
    front, fell_at = core(small), small.round.opens_at
    log_in(front, range(101), fell_at)
    answers = [set(log_in(front, range(74), fell_at + second * SECOND)) for second in range(0, 140, 20)]

    assert answers == [{503}] * 6 + [{200}]


def test_a_load_from_elsewhere_brings_it_down_and_lets_it_up_again_when_it_ends(small: Campaign, tmp_path: Path):
    begins_at = small.round.opens_at + 10 * MINUTE
    kind, name = FaultKind.LOGIN_OVERLOAD, "p1"
    fault = Fault(
        fault_id="f1", kind=kind, target=name, strength=0.9, starts_at=begins_at, ends_at=begins_at + 30 * MINUTE
    )
    write_faults(tmp_path / "faults.json", [fault])
    hit, spared = (core(small, index, FaultBook(tmp_path / "faults.json")) for index in (0, 1))
    for front in (hit, spared):
        log_in(front, range(20), begins_at - MINUTE)

    assert (hit.has_fallen(begins_at - SECOND), hit.has_fallen(begins_at), spared.has_fallen(begins_at)) == (0, 1, 0)
    assert hit.has_fallen(fault.ends_at - SECOND)
    assert hit.has_fallen(fault.ends_at + 2 * MINUTE - 2 * SECOND)
    assert not hit.has_fallen(fault.ends_at + 2 * MINUTE)


def test_a_device_that_left_without_a_word_is_forgotten_after_an_hour(small: Campaign):
    front, now = core(small), small.round.opens_at
    log_in(front, range(60), now)
    log_in(front, range(60, 100), now + 30 * MINUTE)

    assert log_in(front, range(100, 160), now + 60 * MINUTE) == [200] * 60


def test_registering_counts_as_a_login_and_logging_out_ends_it(small: Campaign):
    front, now = core(small), small.round.opens_at
    front.seen("phone-1", now)
    front.seen("phone-1", now)
    assert front.status(now).logins == 1

    front.log_out("phone-1")
    front.log_out("phone-1")

    assert front.status(now).logins == 0


@pytest.mark.parametrize(("load_percent", "fallen"), [(60, []), (75, []), (80, ["p2", "p3", "p4"])])
def test_losing_one_of_four_is_safe_to_three_quarters_load_and_beyond_it_the_rest_fall_in_turn(
    sanshui: Campaign, load_percent: int, fallen: list[str]
):
    falls = province_that_loses_p1(sanshui, desks=4 * load_percent)

    assert sorted(falls) == fallen
    assert len(set(falls.values())) == len(fallen)  # each at a moment of its own, because the desks moved


def province_that_loses_p1(sanshui: Campaign, desks: int) -> dict[str, datetime]:
    """Return which servers fell, and when, in the hour after p1 is gone: every desk tries the next code on its sheet.

    A desk registers a group every four minutes, and scans another code 20 s after a refusal.
    """
    fronts = [core(sanshui, index) for index in range(4)]
    lanes = [(place, no) for place in places(sanshui) for no in range(1, place.lanes + 1)][:desks]
    sheets = [[code for code in sheet_of_codes(sanshui, place, no) if code < 4] for place, no in lanes]
    opens_at, codes, falls = sanshui.round.opens_at, [0] * desks, {}
    due = {desk: opens_at + desk * SECOND for desk in range(desks)}
    for tick in range(80 * 60):
        now = opens_at + tick * SECOND
        for desk in [desk for desk, due_at in due.items() if due_at <= now]:
            server = sheets[desk][codes[desk] % 4]
            is_lost = server == 0 and tick >= 20 * 60
            is_served = not is_lost and answer_to(fronts[server], f"phone-{desk}", now) == 200
            codes[desk] += not is_served
            due[desk] = now + (4 * MINUTE if is_served else 20 * SECOND)
        for front in fronts[1:]:
            if front.has_fallen(now):
                falls.setdefault(front.server.server_id, now)
    return falls
