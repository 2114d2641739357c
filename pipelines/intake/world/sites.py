"""The sites beside their lanes: staff, networks, vehicles, kit, sheets, inputs, under the day's faults and orders."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from pipelines.campaign.model import Campaign
from pipelines.contract import Roster
from pipelines.contract_desk import ThingStep
from pipelines.contract_orders import Order
from pipelines.contract_sites import Kit, LabelStocks, People, SiteInputs, SpecialCases, Vehicles
from pipelines.intake.faults import Fault
from pipelines.intake.moments import micros
from pipelines.intake.places import Place
from pipelines.intake.world.attendance import Register, counted, lanes_open_changes
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.feeds import Feed, PagedFeed
from pipelines.intake.world.gate import Crowd
from pipelines.intake.world.inputs import InputBook, SiteTruth
from pipelines.intake.world.kit import is_flat, kit_row, power_cuts, site_kits
from pipelines.intake.world.labels import LabelBook
from pipelines.intake.world.lending import Lending, lent, loans_of
from pipelines.intake.world.people import Member, staff
from pipelines.intake.world.people_feed import PeopleFeed
from pipelines.intake.world.roster_feed import RosterFeed
from pipelines.intake.world.sheets import Schedule, sheet_steps
from pipelines.intake.world.special_cases import CaseBook
from pipelines.intake.world.tally import Tally
from pipelines.intake.world.telemetry import SiteNets
from pipelines.intake.world.vehicles import SignalVehicle, as_told, follow, roster
from pipelines.vocabulary import FaultKind, Network

_OF_STAFF = (FaultKind.STAFF_ABSENT, FaultKind.STAFF_LATE)


class Sites:
    """Changed by one thread and asked by any: what changes is replaced whole."""

    def __init__(
        self, campaign: Campaign, places: Sequence[Place], tally: Tally, seed: int = SEED, folder: Path | None = None
    ) -> None:
        """Stand as planned: no fault, no order. ``tally`` knows what is registered when; entries live in ``folder``."""
        self._campaign, self._places, self._seed = campaign, places, seed
        self.nets = SiteNets(places, micros(campaign.round.opens_at), micros(campaign.round.closes_at), seed)
        self._faults: tuple[Fault, ...] = ()
        self._loans: tuple[Lending, ...] = ()
        self._take_staff(staff(campaign, seed))
        self._kits = site_kits(campaign, places, self.staff, seed)
        self._cuts = [power_cuts((), place) for place in places]
        self._vehicles: list[SignalVehicle] = roster(campaign)
        self.nets.change_vehicles(self._vehicles)
        self._tally, self._cases = tally, CaseBook([])
        self._inputs = InputBook(campaign, places, self._truth, seed, folder / "inputs.jsonl" if folder else None)
        self._sheets = Schedule(sheet_steps(campaign, places, self.staff, seed))
        self._labels = LabelBook(campaign, places, tally, seed)

    def change_faults(self, faults: Sequence[Fault]) -> bool:
        """Be under these faults and no others; return whether the staff's coming and going has changed."""
        before = [fault for fault in self._faults if fault.kind in _OF_STAFF]
        self._faults = tuple(faults)
        self.nets.change_faults(faults)
        self._inputs.change_faults(faults)
        self._cuts = [power_cuts(faults, place) for place in self._places]
        after = [fault for fault in faults if fault.kind in _OF_STAFF]
        if before == after:
            return False
        self._take_staff(staff(self._campaign, self._seed, faults))
        return True

    def change_crowds(self, crowds: Sequence[Crowd]) -> None:
        """Keep the register of special cases of these crowds."""
        self._cases = CaseBook(crowds)

    def change_orders(self, orders: Sequence[Order]) -> None:
        """Send the vehicles where all orders so far tell them, and let the staff go who are lent."""
        self._vehicles = follow(self._campaign, orders)
        self.nets.change_vehicles(self._vehicles)
        if (loans := loans_of(orders)) != self._loans:
            self._loans = loans
            self._take_staff(staff(self._campaign, self._seed, self._faults))

    def _take_staff(self, before_loans: list[Member]) -> None:
        self.staff = people = lent(before_loans, self._loans)
        self.register: Register = counted(self._campaign, people)
        self._people_feed, self._roster_feed = PeopleFeed(self._campaign, people), RosterFeed(self.register)

    def lanes_open_changes(self, place: Place) -> list[tuple[int, int]]:
        """Return (moment, lanes open from then on) as the staff's coming and going has it."""
        return lanes_open_changes(self._campaign, self.register, place.site_id, place.lanes)

    def has_power(self, place: Place, now: int) -> bool:
        """Whether a site has power."""
        return not any(begins <= now < ends for begins, ends in self._cuts[place.index])

    def is_flat(self, place: Place, lane_no: int, now: int) -> bool:
        """Whether the battery of a lane's phone is empty: it can do nothing then."""
        return is_flat(self._kits[place.index], lane_no, self._cuts[place.index], now)

    def things(self, now: int) -> Sequence[ThingStep]:
        """Return the steps of accounts, sheets and rolls of labels that have become due."""
        return [*self._sheets.due(now), *self._labels.due(now)]

    def tend(self, now: int, queues: Sequence[int]) -> None:
        """Let the queues crowd the air, and the officers enter what is due; ``queues``: persons by site."""
        self.nets.change_crowd(queues)
        self._inputs.enter(now)

    def inputs(self, after: int, limit: int) -> SiteInputs:
        """Return the hourly entries that follow a cursor."""
        return self._inputs.page(after, limit)

    def _truth(self, site: int, until: int) -> SiteTruth:
        persons, tubes = self._tally.until(site, until)
        return SiteTruth(persons, tubes, tubes, self._cases.count(site, until))

    def special_cases(self, after: int, limit: int, now: datetime) -> SpecialCases:
        """Return the special cases that follow a cursor."""
        return self._cases.page(after, limit, now)

    def roster(self, now: datetime) -> Roster:
        """Return who is on shift, and what the shift plans, by site and role."""
        return self._roster_feed.tell(now)

    def people(self, now: datetime) -> bytes:
        """Return everybody's row, as JSON."""
        return self._people_feed.tell(now)

    def vehicles(self, now: datetime) -> Vehicles:
        """Return where every signal vehicle is."""
        told = [as_told(self._campaign, vehicle, micros(now)) for vehicle in self._vehicles]
        return Vehicles(observed_at=now, vehicles=told)

    def kit(self, now: datetime) -> Kit:
        """Return every site's kit."""
        at = micros(now)
        rows = [
            kit_row(self._kits[place.index], self._cuts[place.index], self._networks_up(place, at), at)
            for place in self._places
        ]
        return Kit(observed_at=now, sites=rows)

    def _networks_up(self, place: Place, now: int) -> int:
        return sum(self.nets.is_up(place, network, now) for network in Network)

    def feeds(self, now: Callable[[], datetime]) -> list[Feed | PagedFeed]:
        """Return the routes that tell of all this."""

        def cases(after: int, limit: int) -> SpecialCases:
            return self.special_cases(after, limit, now())

        return [
            PagedFeed("/v1/inputs", SiteInputs, self.inputs, "Tell the sites' hourly entries after a cursor."),
            PagedFeed(
                "/v1/special-cases", SpecialCases, cases, "Tell why the gates diverted somebody, after a cursor."
            ),
            Feed("/v1/roster", Roster, lambda: self.roster(now()), "Tell who is on shift, and what is planned."),
            Feed("/v1/people", People, lambda: self.people(now()), "Tell everybody's task, training and presence."),
            Feed("/v1/vehicles", Vehicles, lambda: self.vehicles(now()), "Tell where every signal vehicle is."),
            Feed(
                "/v1/labels", LabelStocks, lambda: self._labels.stocks(now()), "Tell every site's labels, their parts."
            ),
            Feed("/v1/kit", Kit, lambda: self.kit(now()), "Tell every site's phones, power, fences and readiness."),
        ]
