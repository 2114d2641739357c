"""Who is on shift: people sign in a little early, some late, a few never; lanes open as far as staff go round."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.campaign.model import Campaign, Shift
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.world.crowd import SEED, Cause, stream
from pipelines.vocabulary import Role

ABSENT_SHARE = 0.01
LATE_SHARE = 0.05
LATE_MEAN_MINUTES = 12.0
OVERTIME = 90 * MINUTE  # the last shift stays to serve who still queues
LANE_ROLES = (Role.VOLUNTEER, Role.CADRE)


@dataclass(frozen=True)
class Presence:
    """Grain: one role at one site. Sorted moments of signing in and out, and the plan of each shift."""

    signed_in: Sequence[int]
    signed_out: Sequence[int]
    planned: Sequence[tuple[int, int, int]]

    def on_shift(self, now: int) -> int:
        """Return how many are signed in at ``now``."""
        return bisect_right(self.signed_in, now) - bisect_right(self.signed_out, now)

    def planned_at(self, now: int) -> int:
        """Return how many the shifts that run at ``now`` plan."""
        return sum(persons for starts, ends, persons in self.planned if starts <= now < ends)


Register = dict[tuple[str, Role], Presence]


def attendance(campaign: Campaign, seed: int = SEED) -> Register:
    """Return every role's presence at every site for the whole day."""
    rows = enumerate(campaign.staff)
    return {
        (row.site_id, row.role): _presence(campaign.shifts, row.persons, stream(seed, Cause.ATTENDANCE, index))
        for index, row in rows
    }


def _presence(shifts: tuple[Shift, ...], persons: int, chance: np.random.Generator) -> Presence:
    signed_in: list[int] = []
    signed_out: list[int] = []
    planned: list[tuple[int, int, int]] = []
    share, last = 0.0, max(micros(shift.ends_at) for shift in shifts)
    for shift in shifts:
        starts, ends = micros(shift.starts_at), micros(shift.ends_at)
        first, share = round(persons * share), share + shift.staff_share
        size = round(persons * share) - first
        came = _sign_in(starts, size, chance)
        planned.append((starts, ends, size))
        signed_in += came
        signed_out += [ends + (OVERTIME if ends == last else 0)] * len(came)
    return Presence(sorted(signed_in), sorted(signed_out), planned)


def _sign_in(starts: int, size: int, chance: np.random.Generator) -> list[int]:
    luck, early, late = chance.random(size), chance.random(size), chance.exponential(LATE_MEAN_MINUTES, size)
    is_late = luck < ABSENT_SHARE + LATE_SHARE
    offset_minutes = np.where(is_late, late, -10.0 * early)
    return (starts + offset_minutes[luck >= ABSENT_SHARE] * MINUTE).astype(np.int64).tolist()


def lanes_open_changes(campaign: Campaign, register: Register, site_id: str, lanes: int) -> list[tuple[int, int]]:
    """Return (moment, lanes open from then on): a lane opens for every full set of guides and registrars (Q57)."""
    present = [register[site_id, role] for role in LANE_ROLES if (site_id, role) in register]
    per_lane = campaign.norms.guides_per_lane + campaign.norms.registrars_per_lane
    moments = sorted({moment for p in present for moment in (*p.signed_in, *p.signed_out)})
    changes: list[tuple[int, int]] = []
    for moment in moments:
        count = min(lanes, sum(p.on_shift(moment) for p in present) // per_lane)
        if not changes or changes[-1][1] != count:
            changes.append((moment, count))
    return changes
