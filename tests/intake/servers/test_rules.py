"""What a server asks of a registration before the ledger sees it, one row a rule."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.contract_desk import OpenTube
from pipelines.intake.barcodes import label_of_group
from pipelines.intake.servers.rules import broken_rule, rule_book
from pipelines.vocabulary import ShortReason
from tests.intake.registrations import registration, token


def verdict(campaign: Campaign, /, **changed: Any) -> str | None:
    tube = msgspec.structs.replace(registration(campaign), **changed)
    problem = broken_rule(rule_book(campaign), tube, campaign.round.demo_starts_at)
    return problem and problem.rule


def test_a_good_registration_breaks_no_rule(small: Campaign):
    assert verdict(small) is None
    assert verdict(small, persons=[token(1)], short_reason=ShortReason.NO_MORE_PERSONS) is None


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"round_id": "lakeside-r1"}, "wrong_round"),
        ({"site_id": "LS-10"}, "unknown_site"),
        ({"lane_no": 5}, "unknown_lane"),
        ({"account_id": "acct-2"}, "wrong_account"),
        ({"lab_id": "lab-2"}, "wrong_lab"),
        ({"barcode": "LK1000000000O"}, "misread_label"),
        ({"barcode": "LK1000000000"}, "misread_label"),
        ({"barcode": "LK10000000000LK10000000000"}, "misread_label"),
        ({"persons": [token(1)] * 10}, "person_twice_in_tube"),
        ({"short_reason": ShortReason.INTERRUPTED}, "full_tube_with_reason"),
        ({"persons": [token(1)]}, "short_tube_without_reason"),
    ],
)
def test_each_rule_has_its_name(small: Campaign, changed: dict[str, Any], rule: str):
    assert verdict(small, **changed) == rule


def test_a_label_of_another_lab_is_refused(small: Campaign):
    index = next(i for i, s in enumerate(small.sites) if small.lab_of(s.town_code) != small.lab_of("990001001"))

    assert verdict(small, barcode=registration(small, site=index).barcode) == "label_of_another_lab"


def test_a_label_of_another_site_s_roll_is_refused(small: Campaign):
    labs = [small.lab_of(site.town_code) for site in small.sites]
    same_lab = labs.index(labs[0], 1)

    assert verdict(small, barcode=registration(small, site=same_lab).barcode) == "label_of_another_site"
    assert verdict(small, barcode=label_of_group(registration(small).barcode[:3], 0, 99_999)) is None


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({}, None),
        ({"round_id": "lakeside-r1"}, "wrong_round"),
        ({"lane_no": 9}, "unknown_lane"),
        ({"account_id": "acct-2"}, "wrong_account"),
        ({"barcode": "LK1000000000O"}, "misread_label"),
        ({"happened_at": datetime(1970, 1, 1, tzinfo=UTC)}, "opened_before_round"),
        ({"happened_at": datetime(2099, 1, 1, tzinfo=UTC)}, "closed_in_the_future"),
    ],
)
def test_a_tube_that_is_opened_obeys_the_same_rules(small: Campaign, changed: dict[str, Any], rule: str | None):
    whole = registration(small)
    shared = ("device_id", "device_sequence", "round_id", "site_id", "lane_no", "lab_id", "account_id", "barcode")
    opening = OpenTube(
        **{name: getattr(whole, name) for name in shared}, session_id="s-1", happened_at=small.round.opens_at
    )
    problem = broken_rule(rule_book(small), msgspec.structs.replace(opening, **changed), small.round.demo_starts_at)

    assert (problem and problem.rule) == rule


def test_times_must_be_in_order_and_not_in_the_future(small: Campaign):
    now = small.round.demo_starts_at

    assert verdict(small, opened_at=now, closed_at=now - timedelta(seconds=1)) == "closed_before_opened"
    assert verdict(small, closed_at=now + timedelta(minutes=9)) is None
    assert verdict(small, closed_at=now + timedelta(minutes=11)) == "closed_in_the_future"


def test_a_phone_whose_clock_was_never_set_is_told_to_set_it(small: Campaign):
    unset, opens_at = datetime(1970, 1, 1, tzinfo=UTC), small.round.opens_at
    tube = msgspec.structs.replace(registration(small), opened_at=unset, closed_at=unset)
    problem = broken_rule(rule_book(small), tube, small.round.demo_starts_at)

    assert problem is not None
    assert (problem.rule, problem.field) == ("opened_before_round", "opened_at")
    assert problem.detail == f"opened_at {unset} lies before the round opens, {opens_at}; set the device's clock"
    assert verdict(small, opened_at=unset) == "opened_before_round"
    assert verdict(small, opened_at=opens_at - timedelta(minutes=9)) is None
    assert verdict(small, opened_at=opens_at - timedelta(minutes=11)) == "opened_before_round"


def test_the_standby_desk_is_a_lane_of_its_own(small: Campaign):
    assert small.sites[0].lanes == 3
    assert small.sites[0].has_standby_desk
    assert verdict(small, lane_no=4) is None
