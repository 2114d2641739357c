"""What a phone sends for a group: whole under its label, or step by step where it was interrupted (Q62)."""

from dataclasses import dataclass

from pipelines.contract import TubeRegistration
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube
from pipelines.intake.moments import moment
from pipelines.intake.world.desks import Desk, Request, TubeCall
from pipelines.intake.world.lanes import Group
from pipelines.intake.world.live_day import barcode_of
from pipelines.vocabulary import Entry, ShortReason


@dataclass
class HalfTube:
    """A tube whose filling was interrupted at ``since``, None once it goes on; ``lost`` is all the time that took.

    ``seated`` of its persons are on record at a server, which knows it then as ``is_on_record`` and, after a restart,
    perhaps as ``is_suspended``; it goes on step by step under ``session_id``.
    """

    barcode: str
    session_id: str
    since: int | None = None
    lost: int = 0
    seated: int = 0
    is_on_record: bool = False
    is_suspended: bool = False

    def bound(self, group: Group, now: int) -> int:
        """Return how many persons are in it: they came one after the other, but for the time that was lost."""
        at = now if self.since is None else self.since
        worked, span = at - group.opened_at - self.lost, max(group.closed_at - group.opened_at, 1)
        return max(self.seated, min(worked * group.persons // span, group.persons))


def whole(
    round_id: str, desk: Desk, group: Group, persons: list[str], done_at: int, is_offline: bool
) -> TubeRegistration:
    """Return a group's registration in one piece, finished at ``done_at``."""
    place = desk.place
    return TubeRegistration(
        device_id=desk.device_id,
        device_sequence=desk.next_number(),
        round_id=round_id,
        site_id=place.site_id,
        lane_no=desk.lane_no,
        lab_id=place.lab_id,
        barcode=barcode_of(place, group),
        persons=persons,
        short_reason=group.short_reason,
        opened_at=moment(group.opened_at),
        closed_at=moment(done_at),
        account_id=place.account_id,
        is_offline=is_offline,
        rescans=group.rescans,
        manual_entries=group.manual_entries,
        is_verified=group.is_verified,
    )


def going_on(round_id: str, desk: Desk, group: Group, persons: list[str], half: HalfTube, now: int) -> list[Request]:
    """Return the steps that put an interrupted tube on record as it goes on: filled so far, suspended, resumed."""
    since = half.since if half.since is not None else now
    bound, before = half.bound(group, now), since - half.lost - group.opened_at
    filled = _binds(desk, group, half, persons[:bound], since - before // 2, since)
    opened = [] if half.is_on_record else [_opening(round_id, desk, group, half)]
    half.seated, half.is_on_record = bound, True
    return [*opened, *filled, _change(desk, half, "suspend", since), _change(desk, half, "resume", now)]


def ending(desk: Desk, group: Group, persons: list[str], half: HalfTube, begun_at: int, done_at: int) -> list[Request]:
    """Return the steps that fill the rest of a tube that is on record, and close it at ``done_at``."""
    again = [_change(desk, half, "resume", begun_at)] if half.is_suspended else []
    filled = _binds(desk, group, half, persons, begun_at, done_at)
    half.seated, half.is_suspended = len(persons), False
    return [*again, *filled, _change(desk, half, "close", done_at, group.short_reason, group.is_verified)]


def _opening(round_id: str, desk: Desk, group: Group, half: HalfTube) -> TubeCall:
    place = desk.place
    body = OpenTube(
        device_id=desk.device_id,
        device_sequence=desk.next_number(),
        session_id=half.session_id,
        round_id=round_id,
        site_id=place.site_id,
        lane_no=desk.lane_no,
        lab_id=place.lab_id,
        account_id=place.account_id,
        barcode=half.barcode,
        happened_at=moment(group.opened_at),
    )
    return TubeCall(half.barcode, "open", body)


def _binds(desk: Desk, group: Group, half: HalfTube, persons: list[str], begun_at: int, done_at: int) -> list[Request]:
    """Return the steps that give ``persons`` the seats that are not on record yet, evenly between two moments."""
    each = (done_at - begun_at) // max(len(persons) - half.seated, 1)
    return [
        _bind(desk, half, persons[seat], _entry(group, seat), begun_at + each * (seat + 1 - half.seated))
        for seat in range(half.seated, len(persons))
    ]


def _bind(desk: Desk, half: HalfTube, person: str, entry: Entry, at: int) -> TubeCall:
    body = BindPerson(
        device_id=desk.device_id,
        device_sequence=desk.next_number(),
        session_id=half.session_id,
        person=person,
        entry=entry,
        typed_again=person if entry is Entry.MANUAL else None,
        happened_at=moment(at),
    )
    return TubeCall(half.barcode, "persons", body)


def _entry(group: Group, seat: int) -> Entry:
    """Return how the code of a seat came in: first those that were typed, then those that were scanned again (Q68)."""
    if seat < group.manual_entries:
        return Entry.MANUAL
    return Entry.RESCAN if seat < group.manual_entries + group.rescans else Entry.SCAN


def _change(
    desk: Desk, half: HalfTube, step: str, at: int, short_reason: ShortReason | None = None, is_verified: bool = True
) -> TubeCall:
    body = ChangeTube(
        device_id=desk.device_id,
        device_sequence=desk.next_number(),
        session_id=half.session_id,
        short_reason=short_reason,
        is_verified=is_verified,
        happened_at=moment(at),
    )
    return TubeCall(half.barcode, step, body)
