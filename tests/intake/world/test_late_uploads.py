"""What phones registered alone comes late: in any order, again and again, past midnight, by either system (48, 49).

The clock stands sixteen hours after opening; the groups were closed within the day.
"""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.contract import TubeRegistration
from tests.intake.registrations import registration
from tests.intake.running import Intake, running


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Intake]:
    """A front end of the province, the city's, and the data interface, past midnight."""
    at = small.round.opens_at + timedelta(hours=16)
    with running(small, tmp_path_factory.mktemp("late"), at, 0.0) as intake:
        intake.start("p1", "city", "data")
        yield intake


def offline(
    campaign: Campaign, group: int, device: str, hours: float, persons: list[str] | None = None
) -> TubeRegistration:
    """The group that a phone closed alone so many hours after opening."""
    tube = registration(campaign, group=group, device=device)
    closed_at = campaign.round.opens_at + timedelta(hours=hours)
    return msgspec.structs.replace(
        tube,
        is_offline=True,
        closed_at=closed_at,
        opened_at=closed_at - timedelta(minutes=2),
        persons=persons or tube.persons,
    )


def counted(late: Intake, site: str) -> int:
    return late.get("data", f"/v1/sites/{site}/counts")["persons_registered"]


@pytest.mark.slow
def test_batches_of_two_phones_come_in_any_order_three_times_and_count_once(late: Intake, small: Campaign):
    before = counted(late, "LS-1")
    first = [offline(small, group, "phone-a", 6 + group) for group in range(3)]
    second = [offline(small, 10 + group, "phone-b", 6.5 + group) for group in range(3)]
    receipts: dict[str, set[tuple[int, int]]] = {}
    for batch in ([*second, *first], [*reversed(first), *second], [*first, *reversed(second)]):
        for number, tube in enumerate(batch):
            status, answer, _ = late.ask(("p1", "city")[number % 2], "POST", "/v1/tubes", tube)
            assert status in (200, 201), answer
            receipts.setdefault(tube.barcode, set()).add((answer["sequence"], answer["persons"]))

    assert counted(late, "LS-1") == before + 60
    assert all(len(kept) == 1 for kept in receipts.values())
    assert late.rows("SELECT count(*) FROM late_duplicate WHERE site_id = 'LS-1'") == [(0,)]


@pytest.mark.slow
def test_persons_whom_both_systems_hold_count_once_and_are_kept_as_an_exception(late: Intake, small: Campaign):
    """Q95: the province has ten; an upload to the city's system brings four of them again, with six others."""
    before = counted(late, "LS-1")
    online = registration(small, group=30, device="phone-c")
    others = registration(small, group=31, device="phone-d")
    mixed = offline(small, 31, "phone-d", 9.5, [*online.persons[:4], *others.persons[4:]])
    assert late.ask("p1", "POST", "/v1/tubes", online)[0] == 201
    status, receipt, _ = late.ask("city", "POST", "/v1/tubes", mixed)

    assert (status, receipt["persons"]) == (201, 6)
    assert counted(late, "LS-1") == before + 16
    kept = [
        row
        for row in late.get("data", "/v1/exceptions?after=0&limit=100")["duplicates"]
        if row["barcode"] == mixed.barcode
    ]
    assert [(row["kind"], row["other_barcode"], row["seat"]) for row in kept] == [
        ("person_twice", online.barcode, seat) for seat in (1, 2, 3, 4)
    ]


@pytest.mark.slow
def test_a_group_finished_online_and_then_uploaded_too_is_there_once(late: Intake, small: Campaign):
    """Case 48: the answer was lost, another server took it, and the offline app has it as well."""
    before = counted(late, "LS-1")
    online = registration(small, group=40, device="phone-e")
    uploaded = msgspec.structs.replace(online, is_offline=True, device_sequence=500)
    assert late.ask("p1", "POST", "/v1/tubes", online)[0] == 201
    status, receipt, _ = late.ask("city", "POST", "/v1/tubes", uploaded)

    assert (status, receipt["is_replay"]) == (200, True)
    assert counted(late, "LS-1") == before + 10
