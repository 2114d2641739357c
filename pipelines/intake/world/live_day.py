"""The day as it stands: all sites' lanes and tubes, taken up from the ledger and stepped with the clock."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from pipelines.campaign.model import Campaign
from pipelines.contract_desk import ThingStep
from pipelines.contract_sites import GateCount
from pipelines.intake.barcodes import group_of_label, label_of_group
from pipelines.intake.faults import Fault
from pipelines.intake.ledger.resume import KnownTube, Standing
from pipelines.intake.moments import MINUTE
from pipelines.intake.places import Place, places
from pipelines.intake.world.attendance import Register, attendance
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.custody import Custody, Filled, Step
from pipelines.intake.world.gate import Crowd, changed_spells, gate_spells, site_crowd
from pipelines.intake.world.gate_counts import GateTally, gate_count
from pipelines.intake.world.groups import Group, members, plan_site
from pipelines.intake.world.identity import Pseudonyms
from pipelines.intake.world.lanes import SiteLanes
from pipelines.intake.world.lending import Lending
from pipelines.intake.world.site_days import site_crowds, staff_changes
from pipelines.intake.world.tally import Tally
from pipelines.machines import MachineName
from pipelines.vocabulary import FaultKind, TubeEventKind

ON_THE_WAY = frozenset(
    TubeEventKind(state) for state in ("sampled", "bagged", "dispatched", "misrouted", "lost", "received")
)
NOT_BAGGED = frozenset(TubeEventKind(state) for state in ("registered", "handed_over", "sampled"))
CATCH_UP = 10 * MINUTE  # a world that stood still no longer than this makes up for all of it
_OF_STAFF = (FaultKind.STAFF_ABSENT, FaultKind.STAFF_LATE)


class LiveDay:
    """Owned by one thread. What it says is due must be recorded, then acknowledged.

    ``crowds`` and ``lanes`` are in the order of ``places``. ``faults`` are all of the day: those that are over too.
    """

    def __init__(
        self, campaign: Campaign, standing: Standing, now: int, seed: int = SEED, faults: Sequence[Fault] = ()
    ) -> None:
        """Take up the day at ``now``; who was on the way when the world last stopped goes first."""
        self._campaign, self._seed, self._turned_to = campaign, seed, 0
        self.places: tuple[Place, ...] = places(campaign)
        self._staff_faults, self._loans = _of_staff(faults), tuple[Lending, ...]()
        self.register: Register = attendance(campaign, seed, self._staff_faults)
        self._spells = gate_spells(faults)
        self.crowds: list[Crowd] = site_crowds(campaign, seed, self._spells)
        self._tallies = [GateTally(crowd) for crowd in self.crowds]
        self.lanes = [
            SiteLanes(plan_site(campaign, crowd, staff_changes(campaign, crowd.place, self.register)))
            for crowd in self.crowds
        ]
        self._custody = Custody(campaign, self.places, seed)
        self.tally = Tally(len(self.places))
        self._custody.change_faults(faults)
        begins_at = now - CATCH_UP
        by_site: defaultdict[str, list[KnownTube]] = defaultdict(list)
        for tube in standing.tubes:
            by_site[tube.site_id].append(tube)
        for place in self.places:
            self._resume_site(place, by_site[place.site_id], standing, begins_at)
        self._resume_custody(standing)

    def _resume_site(self, place: Place, tubes: list[KnownTube], standing: Standing, begins_at: int) -> None:
        done = {group_of_label(tube.barcode): tube.closed_at for tube in tubes}
        for tube in tubes:
            self.tally.add(place.index, tube.closed_at, tube.persons)
            self.tally.bag(place.index, tube.state not in NOT_BAGGED)
        desks: dict[int, tuple[int, int]] = {}
        by_lane = attrgetter("lane_no")
        for lane_no, of_lane in groupby(sorted(tubes, key=by_lane), by_lane):
            sampled_at = standing.last_sampled_at.get((place.site_id, lane_no), 0)
            desks[lane_no] = self._resume_lane(place, list(of_lane), sampled_at)
        self.lanes[place.index].resume(begins_at, done, desks)

    def _resume_lane(self, place: Place, tubes: list[KnownTube], sampling_free_at: int) -> tuple[int, int]:
        desk_free_at = 0
        for tube in tubes:
            if tube.state in (TubeEventKind.REGISTERED, TubeEventKind.HANDED_OVER):
                is_waiting = tube.state is TubeEventKind.REGISTERED
                desk_free_at = max(tube.closed_at, sampling_free_at) if is_waiting else tube.since
                span = self.lanes[place.index].sampling_span(group_of_label(tube.barcode), tube.persons)
                sampling_free_at = desk_free_at + span
                filled = Filled(tube.barcode, place.index, desk_free_at, sampling_free_at, tube.persons)
                self._custody.resume(tube.state, tube.since, filled)
        return desk_free_at, sampling_free_at

    def _resume_custody(self, standing: Standing) -> None:
        index = {place.site_id: place.index for place in self.places}
        boxes = [thing for thing in standing.things if thing.machine is MachineName.BOX]
        self._custody.resume_boxes({box.thing_id: box.state for box in boxes})
        for lab_id, last in standing.last_resulted_at.items():
            self._custody.resume_lab(lab_id, last)
        for tube in sorted((t for t in standing.tubes if t.state in ON_THE_WAY), key=attrgetter("since")):
            filled = Filled(tube.barcode, index[tube.site_id], 0, 0, tube.persons)
            self._custody.resume(tube.state, tube.since, filled, tube.box_id or "")

    def registrations(self, now: int) -> list[tuple[Place, Group]]:
        """Return the groups whose registration is due."""
        self._turned_to = max(self._turned_to, now)
        return [(place, group) for place in self.places for group in self.lanes[place.index].advance(now)]

    def acknowledge(self, place: Place, group: Group, at: int, is_recorded: bool = True) -> None:
        """Let a group walk on; its tube is expected to be sampled unless no server took its registration."""
        lanes = self.lanes[place.index]
        sampled_at = lanes.acknowledge(group, max(at, group.closed_at))
        if is_recorded:
            self.tally.add(place.index, group.closed_at, group.persons)
            walks_on_at = sampled_at - lanes.sampling_span(group.number, group.persons)
            barcode = barcode_of(place, group)
            self._custody.expect(Filled(barcode, place.index, walks_on_at, sampled_at, group.persons))

    def steps(self, now: int) -> list[Step]:
        """Return the custody steps that are due."""
        steps = self._custody.advance(now)
        for step in steps:
            if step.kind is TubeEventKind.BAGGED:
                self.tally.bag(step.site)
        return steps

    def things(self) -> list[ThingStep]:
        """Return the steps of the couriers' boxes since the last question."""
        return self._custody.things()

    def members(self, place: Place, group: Group) -> list[int]:
        """Return the numbers of the visitors in a group."""
        return members(self.crowds[place.index], group.number)[: group.persons]

    def tokens(self, pseudonyms: Pseudonyms, place: Place, group: Group) -> list[str]:
        """Return what is sent for the persons of a group, in the order of their seats."""
        return pseudonyms.words(place.index, self.members(place, group))

    def change_faults(self, faults: Sequence[Fault], now: int) -> bool:
        """Live on under these faults from ``now``, or from where the day was turned to; what was before stays.

        Return whether any crowd has changed.
        """
        at = max(now, self._turned_to)
        self._custody.change_faults(faults)
        if (of_staff := _of_staff(faults)) != self._staff_faults:
            self._staff_faults = of_staff
            self._staff_anew(self.places, at)
        before, self._spells = self._spells, changed_spells(self._spells, faults, at)
        changed = set(before) ^ set(self._spells)
        for place in self.places:
            if any(spell.reaches(place) for spell in changed):
                self._change_crowd(place)
        return bool(changed)

    def change_loans(self, loans: tuple[Lending, ...], now: int) -> None:
        """Let the sites lend their staff as all these orders say; what was before ``now`` stays."""
        sites = {site_id for _, loan in {*loans} ^ {*self._loans} for site_id in (loan.from_site, loan.to_site)}
        self._loans = loans
        if sites:
            self._staff_anew([place for place in self.places if place.site_id in sites], max(now, self._turned_to))

    def _staff_anew(self, sites: Iterable[Place], at: int) -> None:
        self.register = attendance(self._campaign, self._seed, self._staff_faults, self._loans)
        for place in sites:
            self.set_staff(place, staff_changes(self._campaign, place, self.register), at)

    def _change_crowd(self, place: Place) -> None:
        crowd = site_crowd(self._campaign, place, self._seed, self._spells)
        self.crowds[place.index], self._tallies[place.index] = crowd, GateTally(crowd)
        staff = staff_changes(self._campaign, place, self.register)
        self.lanes[place.index].change(plan_site(self._campaign, crowd, staff))

    def set_staff(self, place: Place, changes: Sequence[tuple[int, int]], now: int) -> None:
        """Staff a site's lanes from ``now`` on as ``changes`` say: (moment, lanes open from then on), ascending."""
        self.lanes[place.index].set_staff(changes, now)

    def gate_counts(self, now: int) -> list[GateCount]:
        """Return what every site's gate, special channel and guides have done by ``now``."""
        return [gate_count(self._tallies[place.index], self.lanes[place.index], now) for place in self.places]


def _of_staff(faults: Iterable[Fault]) -> list[Fault]:
    return [fault for fault in faults if fault.kind in _OF_STAFF]


def barcode_of(place: Place, group: Group) -> str:
    """Return the label of a group's tube."""
    return label_of_group(place.barcode_prefix, place.index, group.number)
