"""Account sheets and passwords: issued in the morning, returned and destroyed in the evening, passwords changed after.

A sheet is a numbered paper at one desk: an account and the codes of the provincial servers (Q70, Q71). No password is
known here. The whole schedule is decided before the day; nothing that happens in it changes it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pipelines.campaign.model import Account, Campaign
from pipelines.contract_desk import ThingStep
from pipelines.intake.moments import MINUTE, micros, moment
from pipelines.intake.places import Place
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.luck import Luck
from pipelines.intake.world.people import Member
from pipelines.machines import MachineName
from pipelines.vocabulary import SystemKind, Task

HOUR = 60 * MINUTE
ASSIGNED_BEFORE, PRINTED_BEFORE, ISSUED_BEFORE = 16 * HOUR, 12 * HOUR, 75 * MINUTE  # before opening
LATE_SHARE, MISSING_SHARE, LATE_ROTATION_SHARE = 0.04, 0.006, 0.1  # assumption
NOTICED_AFTER = 75 * MINUTE  # the end of the last shift: a sheet that is not back is missing
ROTATION_WITHIN = timedelta(hours=3)  # of the end of the last shift (Q75)


@dataclass(frozen=True)
class Hands:
    """Who handles a site's sheets, as numbers: its officer returns them, its keeper sees them destroyed (Q74)."""

    officer: str
    witness: str


def sheet_no(place: Place, lane_no: int) -> str:
    """Return the number of a desk's sheet."""
    return f"sheet-{place.first_lane + lane_no:05d}"


def sheet_steps(
    campaign: Campaign, places: Sequence[Place], people: Sequence[Member], seed: int = SEED
) -> list[ThingStep]:
    """Return every step of every account and sheet, by time; a thing's own steps in their only order."""
    luck = Luck(seed, "sheets")
    hands = _hands(places, people)
    steps = [step for account in campaign.accounts for step in _account(campaign, account, places, luck)]
    for place in places:
        for lane_no in range(1, place.lanes + 1):
            steps += _sheet(campaign, place, lane_no, hands[place.site_id], luck)
    return sorted(steps, key=lambda step: step.happened_at)


def _hands(places: Sequence[Place], people: Sequence[Member]) -> dict[str, Hands]:
    of_task = {(member.site_id, member.task): member.staff_no for member in reversed(people)}
    return {
        place.site_id: Hands(
            of_task.get((place.site_id, Task.SITE_OFFICER), place.site_id),
            of_task.get((place.site_id, Task.KEEPER), place.town_code),
        )
        for place in places
    }


def _bounds(campaign: Campaign) -> tuple[int, int]:
    """Return when the sites open, and when the last shift ends."""
    return micros(campaign.round.opens_at), max(micros(shift.ends_at) for shift in campaign.shifts)


def _account(campaign: Campaign, account: Account, places: Sequence[Place], luck: Luck) -> Iterator[ThingStep]:
    opens_at, ends_at = _bounds(campaign)
    deadline = moment(ends_at) + ROTATION_WITHIN
    within = ROTATION_WITHIN // timedelta(microseconds=1)
    drawn, is_late = luck.of(account.account_id), luck.of(f"{account.account_id}/late") < LATE_ROTATION_SHARE
    rotated_at = ends_at + (within + int(drawn * 2 * HOUR) if is_late else within // 4 + int(drawn * within * 0.7))
    desks = sum(place.lanes for place in places if place.account_id == account.account_id)

    def step(name: str, at: int, **facts: str | int) -> ThingStep:
        return ThingStep(
            machine=MachineName.ACCOUNT,
            thing_id=account.account_id,
            step=name,
            by=account.account_id,
            facts=facts,
            happened_at=moment(at),
        )

    yield step("assign", opens_at - ASSIGNED_BEFORE, lab_id=account.lab_id)
    yield step("issue_sheets", opens_at - ISSUED_BEFORE, sheets=desks)
    yield step("recall", ends_at, deadline=f"{deadline:%Y-%m-%dT%H:%M:%SZ}")
    yield step("rotate", rotated_at)


def _sheet(campaign: Campaign, place: Place, lane_no: int, hands: Hands, luck: Luck) -> Iterator[ThingStep]:
    opens_at, ends_at = _bounds(campaign)
    thing_id = sheet_no(place, lane_no)
    codes = sum(server.system == SystemKind.PROVINCE for server in campaign.servers)

    def step(name: str, at: int, by: str, **facts: str | int) -> ThingStep:
        return ThingStep(
            machine=MachineName.SHEET,
            thing_id=thing_id,
            step=name,
            site_id=place.site_id,
            by=by,
            facts={"lane_no": lane_no, **facts},
            happened_at=moment(at),
        )

    drawn, slow = luck.of(thing_id), luck.of(f"{thing_id}/slow")
    is_missing, is_late = drawn < MISSING_SHARE, drawn < MISSING_SHARE + LATE_SHARE
    returned_at = ends_at + int((5 + 40 * slow) * MINUTE)
    yield step("print", opens_at - PRINTED_BEFORE, place.account_id, codes=codes)
    yield step("issue", opens_at - ISSUED_BEFORE + int((1 + 44 * slow) * MINUTE), place.account_id)
    if is_missing:
        yield step("miss", ends_at + NOTICED_AFTER, place.account_id)
        returned_at = ends_at + NOTICED_AFTER + int((20 + 120 * slow) * MINUTE)
    elif is_late:
        returned_at = ends_at + NOTICED_AFTER + int(90 * slow * MINUTE)
    yield step("return", returned_at, hands.officer)
    destroyed_at = returned_at + int((5 + 25 * luck.of(f"{thing_id}/destroyed")) * MINUTE)
    yield step("destroy", destroyed_at, place.account_id, witness=hands.witness)


class Schedule:
    """Steps that are handed out once each as their time comes; all that is past at first, repeats being harmless."""

    def __init__(self, steps: Sequence[ThingStep]) -> None:
        """Have handed out none."""
        self._steps = steps
        self._moments = [micros(step.happened_at) for step in steps]
        self._given = 0

    def due(self, now: int) -> Sequence[ThingStep]:
        """Return the steps that have become due by ``now``."""
        until = bisect_right(self._moments, now, lo=self._given)
        due, self._given = self._steps[self._given : until], until
        return due
