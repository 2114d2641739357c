"""Who is on shift, counted from the staff's own sign-ins and sign-outs; lanes open as far as staff go round."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.campaign.model import Campaign
from pipelines.intake.faults import Fault
from pipelines.intake.moments import micros
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.lending import Lending, lent
from pipelines.intake.world.people import LANE_ROLES, Member, shift_sizes, staff
from pipelines.vocabulary import Role


@dataclass(frozen=True)
class Presence:
    """Grain: one role at one site. Sorted moments of signing in and out, and the plan of each shift.

    ``able_in`` and ``able_out`` are those of the people who may register (Q38-Q40).
    """

    signed_in: Sequence[int]
    signed_out: Sequence[int]
    planned: Sequence[tuple[int, int, int]]
    able_in: Sequence[int] = ()
    able_out: Sequence[int] = ()

    def on_shift(self, now: int) -> int:
        """Return how many are signed in at ``now``."""
        return bisect_right(self.signed_in, now) - bisect_right(self.signed_out, now)

    def able(self, now: int) -> int:
        """Return how many of them may register."""
        return bisect_right(self.able_in, now) - bisect_right(self.able_out, now)

    def planned_at(self, now: int) -> int:
        """Return how many the shifts that run at ``now`` plan."""
        return sum(persons for starts, ends, persons in self.planned if starts <= now < ends)


Register = dict[tuple[str, Role], Presence]


def attendance(
    campaign: Campaign, seed: int = SEED, faults: Iterable[Fault] = (), loans: Iterable[Lending] = ()
) -> Register:
    """Return every role's presence at every site for the whole day."""
    return counted(campaign, lent(staff(campaign, seed, faults), loans))


def counted(campaign: Campaign, people: Iterable[Member]) -> Register:
    """Return the presence of people by site and role, with the plan they should fill."""
    groups: defaultdict[tuple[str, Role], list[Member]] = defaultdict(list)
    for member in people:
        groups[member.site_id, member.role].append(member)
    return {
        (plan.site_id, plan.role): _presence(campaign, plan.persons, groups[plan.site_id, plan.role])
        for plan in campaign.staff
    }


def _presence(campaign: Campaign, persons: int, people: Sequence[Member]) -> Presence:
    able = [member for member in people if member.may_register]
    return Presence(
        *_moments(people),
        [
            (micros(shift.starts_at), micros(shift.ends_at), size)
            for shift, size in zip(campaign.shifts, shift_sizes(campaign, persons), strict=True)
        ],
        *_moments(able),
    )


def _moments(people: Iterable[Member]) -> tuple[list[int], list[int]]:
    spans = [span for member in people for span in member.present]
    return sorted(came for came, _ in spans), sorted(left for _, left in spans)


def lanes_open_changes(campaign: Campaign, register: Register, site_id: str, lanes: int) -> list[tuple[int, int]]:
    """Return (moment, lanes open from then on): a lane opens for each full set of three guides and a registrar (Q57).

    Volunteers and cadres make up the sets, whatever else their task is; a registrar is one who is trained and has an
    Android phone (Q38-Q40).
    """
    present = [register[site_id, role] for role in LANE_ROLES if (site_id, role) in register]
    moments = sorted({moment for p in present for moment in (*p.signed_in, *p.signed_out)})
    changes: list[tuple[int, int]] = []
    for moment in moments:
        count = min(
            lanes, _sets(campaign, sum(p.on_shift(moment) for p in present), sum(p.able(moment) for p in present))
        )
        if not changes or changes[-1][1] != count:
            changes.append((moment, count))
    return changes


def _sets(campaign: Campaign, persons: int, able: int) -> int:
    """Return how many sets ``persons`` make of whom ``able`` may register."""
    guides, registrars = campaign.norms.guides_per_lane, campaign.norms.registrars_per_lane
    by_registrars = able // registrars if registrars else persons
    return min(persons // max(guides + registrars, 1), by_registrars)
