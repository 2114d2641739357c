"""The staff as the feed tells them: everybody's row, written anew only when that person signs in or out."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

import msgspec

from pipelines.campaign.model import Campaign
from pipelines.contract_sites import Person
from pipelines.intake.moments import micros, moment
from pipelines.intake.world.feeds import ToldRows
from pipelines.intake.world.people import Member


class _People(msgspec.Struct, frozen=True, kw_only=True):
    """``contract_sites.People`` with its rows already written."""

    observed_at: datetime
    people: msgspec.Raw


class PeopleFeed:
    """Owned by the thread that answers; a new one is made when faults change the staff."""

    def __init__(self, campaign: Campaign, people: Sequence[Member]) -> None:
        """Write nothing yet."""
        self._shifts = [shift.shift_id for shift in campaign.shifts]
        self._people, self._rows = people, ToldRows(len(people))
        moves = sorted((at, place) for place, member in enumerate(people) for span in member.present for at in span)
        self._moments, self._movers = [at for at, _ in moves], [place for _, place in moves]
        self._told: int | None = None

    def tell(self, now: datetime) -> bytes:
        """Return ``GET /v1/people``'s answer."""
        at = micros(now)
        until = bisect_right(self._moments, at)
        if self._told is None:
            movers = range(len(self._people))
        else:
            movers = set(self._movers[min(self._told, until) : max(self._told, until)])
        for place in movers:
            self._rows.change(place, self.row(self._people[place], at))
        self._told = until
        return msgspec.json.encode(_People(observed_at=now, people=self._rows.whole()))

    def row(self, member: Member, now: int) -> Person:
        """Return a person's row: the latest sign-in, and the sign-out unless that one is still there."""
        came = [span for span in member.present if span[0] <= now]
        last = came[-1] if came else None
        return Person(
            staff_no=member.staff_no,
            site_id=member.site_id,
            role=member.role,
            task=member.task,
            shift_id=self._shifts[member.shift],
            is_trained_online=member.is_trained_online,
            is_trained_offline=member.is_trained_offline,
            is_trained_city=member.is_trained_city,
            phone=member.phone,
            signed_in_at=moment(last[0]) if last else None,
            signed_out_at=moment(last[1]) if last and last[1] <= now else None,
        )
