"""The staff by number: task, training, phone, shift, and when each signs in and out, under the faults of a drill.

Nobody has a name. Chance decides once, by the seed, who is early, late or absent; a fault moves the sign-ins and the
sign-outs of those it chooses only while it acts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.campaign.model import Campaign, Shift, StaffPlan
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.places import Place
from pipelines.intake.world.crowd import SEED, Cause, stream
from pipelines.intake.world.luck import Luck
from pipelines.vocabulary import FaultKind, PhoneKind, Role, Task

ABSENT_SHARE = 0.01
LATE_SHARE = 0.05
LATE_MEAN_MINUTES = 12.0
OVERTIME = 240 * MINUTE  # the last shift stays until those who still queue are served, at the slowest site too
LANE_ROLES = (Role.VOLUNTEER, Role.CADRE)
TRAINED_ONLINE, TRAINED_OFFLINE, TRAINED_CITY = 0.985, 0.94, 0.90  # of the lanes' staff (Q20, Q39); assumption
APPLE_SHARE, PHONELESS_SHARE = 0.06, 0.01  # assumption; told beforehand, nearly all bring Android phones (Q40)
_LANE_SET = (Task.REGISTRAR, Task.GUIDE, Task.GUIDE, Task.GUIDE)
# A role's tasks in the order in which a shift's people take them: one of each first (not in a shift that another one
# spans), then round and round.
_FIRST = {
    Role.VOLUNTEER: (Task.COLLECTOR,),
    Role.CADRE: (Task.SITE_OFFICER, Task.KEEPER),
    Role.MEDIC: (Task.GATE_MEDIC,),
    Role.POLICE: (),
}
_ROUND = {
    Role.VOLUNTEER: _LANE_SET,
    Role.CADRE: _LANE_SET,
    Role.MEDIC: (Task.SWABBER, Task.LABELLER),
    Role.POLICE: (Task.ENTRANCE, Task.QUEUE, Task.EXIT, Task.TRAFFIC),
}
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Member:
    """Grain: one member of the staff. ``present`` = spans (signed in, signed out), ascending, apart from each other."""

    staff_no: str
    site_id: str
    role: Role
    task: Task
    shift: int
    is_trained_online: bool
    is_trained_offline: bool
    is_trained_city: bool
    phone: PhoneKind
    present: tuple[Span, ...]

    @property
    def may_register(self) -> bool:
        """Whether a lane may be given to this person's phone (Q38-Q40)."""
        return self.is_trained_online and self.phone is PhoneKind.ANDROID

    def is_present(self, now: int) -> bool:
        """Whether signed in at ``now``."""
        return any(came <= now < left for came, left in self.present)


def staff(campaign: Campaign, seed: int = SEED, faults: Iterable[Fault] = ()) -> list[Member]:
    """Return everybody on the day's register, in its order, with presence under the faults."""
    drawn = [member for row, plan in enumerate(campaign.staff) for member in _of_plan(campaign, seed, row, plan)]
    numbered = [replace(member, staff_no=f"S{no:06d}") for no, member in enumerate(drawn, 1)]
    town_of = {site.site_id: site.town_code for site in campaign.sites}
    for fault in faults:
        if fault.kind in _CHANGE:
            numbered = [_under(fault, member, town_of[member.site_id]) for member in numbered]
    return numbered


def lane_holders(places: Sequence[Place], people: Iterable[Member]) -> dict[tuple[str, int], Member]:
    """Return who holds the phone of each site's lane, registrars before others; a lane too many has nobody."""
    able: defaultdict[str, list[Member]] = defaultdict(list)
    for member in people:
        if member.may_register:
            able[member.site_id].append(member)
    found: dict[tuple[str, int], Member] = {}
    for place in places:
        holders = sorted(able[place.site_id], key=lambda member: (member.task is not Task.REGISTRAR, member.shift))
        found |= {(place.site_id, no): member for no, member in enumerate(holders[: place.lanes], 1)}
    return found


def shift_sizes(campaign: Campaign, persons: int) -> list[int]:
    """Return how many of a role's persons at a site each shift has; together all of them, each once."""
    sizes: list[int] = []
    share = 0.0
    for shift in campaign.shifts:
        first, share = round(persons * share), share + shift.staff_share
        sizes.append(round(persons * share) - first)
    return sizes


def _of_plan(campaign: Campaign, seed: int, row: int, plan: StaffPlan) -> Iterator[Member]:
    chance, traits = stream(seed, Cause.ATTENDANCE, row), Luck(seed, "staff")
    last = max(micros(shift.ends_at) for shift in campaign.shifts)
    for shift, size in enumerate(shift_sizes(campaign, plan.persons)):
        came = _sign_ins(campaign.shifts[shift], size, chance)
        ends_at = micros(campaign.shifts[shift].ends_at)
        is_spanned = _is_spanned(campaign.shifts, shift)
        leaves_at = ends_at + (OVERTIME if ends_at == last else 0)
        for place, signed_in in enumerate(came):
            present = () if signed_in is None or signed_in >= leaves_at else ((signed_in, leaves_at),)
            name = f"{plan.site_id}/{plan.role}/{shift}/{place}"
            yield _member(plan, shift, _task(plan.role, place, is_spanned), traits, name, present)


def _sign_ins(shift: Shift, size: int, chance: np.random.Generator) -> list[int | None]:
    """Return when each signs in: most a little early, some late, a few never."""
    starts_at = micros(shift.starts_at)
    luck, early, late = chance.random(size), chance.random(size), chance.exponential(LATE_MEAN_MINUTES, size)
    is_late = luck < ABSENT_SHARE + LATE_SHARE
    at = (starts_at + np.where(is_late, late, -10.0 * early) * MINUTE).astype(np.int64).tolist()
    return [None if is_absent else moment for moment, is_absent in zip(at, luck < ABSENT_SHARE, strict=True)]


def _member(plan: StaffPlan, shift: int, task: Task, luck: Luck, name: str, present: tuple[Span, ...]) -> Member:
    is_of_lanes = plan.role in LANE_ROLES
    training = luck.of(f"{name}/training")
    return Member(
        staff_no="",
        site_id=plan.site_id,
        role=plan.role,
        task=task,
        shift=shift,
        is_trained_online=is_of_lanes and training < TRAINED_ONLINE,
        is_trained_offline=is_of_lanes and training < TRAINED_OFFLINE,
        is_trained_city=is_of_lanes and training < TRAINED_ONLINE and luck.of(f"{name}/city") < TRAINED_CITY,
        phone=_phone(luck.of(f"{name}/phone")) if is_of_lanes else PhoneKind.NONE,
        present=present,
    )


def _is_spanned(shifts: Sequence[Shift], shift: int) -> bool:
    """Whether an earlier shift of the plan covers all of this one."""
    own = shifts[shift]
    return any(other.starts_at <= own.starts_at and own.ends_at <= other.ends_at for other in shifts[:shift])


def _task(role: Role, place: int, is_spanned: bool) -> Task:
    first, round_ = () if is_spanned else _FIRST[role], _ROUND[role]
    return first[place] if place < len(first) else round_[(place - len(first)) % len(round_)]


def _phone(luck: float) -> PhoneKind:
    if luck < PHONELESS_SHARE:
        return PhoneKind.NONE
    return PhoneKind.APPLE if luck < PHONELESS_SHARE + APPLE_SHARE else PhoneKind.ANDROID


def _under(fault: Fault, member: Member, town_code: str) -> Member:
    """Return a member as a fault changes the presence; ``strength`` is the share of the people whom it chooses."""
    if fault.target not in ("", member.site_id, town_code, member.role.value):
        return member
    if Luck(fault.seed, fault.kind.value).of(member.staff_no) >= fault.strength:
        return member
    spans = _CHANGE[fault.kind](member, fault)
    return replace(member, present=tuple(span for span in spans if span[0] < span[1]))


def _away(member: Member, fault: Fault) -> Sequence[Span]:
    """Absent: not there, or gone, while the fault acts."""
    begins, ends = micros(fault.starts_at), micros(fault.ends_at)
    before = [(came, min(left, begins)) for came, left in member.present if came < begins]
    after = [(max(came, ends), left) for came, left in member.present if left > ends]
    return [*before, *after]


def _late(member: Member, fault: Fault) -> Sequence[Span]:
    """Late: who would sign in while the fault acts does so later, at its end at the latest."""
    begins, ends = micros(fault.starts_at), micros(fault.ends_at)
    by = Luck(fault.seed, "how_late").of(member.staff_no)
    return [(came + int((ends - came) * by) if begins <= came < ends else came, left) for came, left in member.present]


_CHANGE = {FaultKind.STAFF_ABSENT: _away, FaultKind.STAFF_LATE: _late}
