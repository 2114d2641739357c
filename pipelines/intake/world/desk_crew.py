"""All desks' phones at work: a carrier takes their requests to a door, the answers come back to the world's thread."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush

from pipelines.campaign.model import Campaign
from pipelines.contract_desk import ThingStep
from pipelines.contract_orders import Order
from pipelines.intake.faults import Fault
from pipelines.intake.ledger.resume import Standing
from pipelines.intake.moments import MINUTE, SECOND, micros
from pipelines.intake.places import Place, device_id, sheet_of_codes
from pipelines.intake.world import phone_trouble
from pipelines.intake.world.carriers import Carrier
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.desk_records import DeskRecords, Interruption, Session, device_of
from pipelines.intake.world.desks import Attempt, Desk, Door, Skills
from pipelines.intake.world.lanes import Group
from pipelines.intake.world.links import GoodLinks, Links
from pipelines.intake.world.live_day import LiveDay
from pipelines.intake.world.luck import Luck
from pipelines.intake.world.offline_folder import open_queues
from pipelines.intake.world.offline_queue import OfflineQueue
from pipelines.intake.world.orders import reaches, standing
from pipelines.intake.world.people import lane_holders, staff
from pipelines.intake.world.phone import Phone
from pipelines.intake.world.phone_ground import Ground, Tokens, Try
from pipelines.intake.world.slips import Slips
from pipelines.intake.world.tube_steps import Step
from pipelines.machines import MachineName
from pipelines.vocabulary import Cause, Contingency, SystemKind

SCAN = 12 * SECOND  # a person's scan: a phone at work notices a silent server within that
SUSPECTED_FOR = 30 * SECOND
ORDER_SPREAD = (10 * SECOND, 3 * MINUTE)  # until an order has reached a desk and its phone follows; assumption


class DeskCrew:
    """Owned by the world's thread. All times are campaign microseconds given by the caller.

    With an immediate carrier and a door without chance, the same calls give the same day: ``register`` what is due,
    ``tend`` now and then, ``settle`` after both. Custody steps go through ``sift`` on their way to the ledger, and what
    ``things`` returns goes to it too. ``tokens`` gives the keyed pseudonyms of a group's persons, in their order.
    ``links`` are the sites' networks (None: always good), ``queues`` what the
    phones have registered alone (None: nothing, and in memory). A wire that loses answers itself is told by
    ``loses_answers`` False: then the phones lose none besides.
    """

    def __init__(
        self,
        campaign: Campaign,
        day: LiveDay,
        found: Standing,
        tokens: Tokens,
        door: Door,
        carrier: Carrier,
        links: Links | None = None,
        queues: Mapping[str, OfflineQueue] | None = None,
        seed: int = SEED,
        loses_answers: bool = True,
    ) -> None:
        """Give every lane its phone, each going on after the last number it used, with the session it had."""
        self._door, self._carrier, self._day = door, carrier, day
        self._luck, self._held = Luck(seed, "desks"), list[Step]()
        self._waking: list[tuple[int, str, Desk]] = []
        self._suspected: dict[int, int] = {}
        self._records = DeskRecords()
        self._slips = Slips([lab.lab_id for lab in campaign.labs], seed, loses_answers)
        self._ground = Ground(
            round_id=campaign.round.round_id,
            server_ids=[server.server_id for server in campaign.servers],
            switch=int(campaign.service.switch_s * SECOND),
            day=day,
            records=self._records,
            slips=self._slips,
            links=links or GoodLinks(),
            tokens=tokens,
            send=self._send,
            wake=self._wake,
            suspect=self._suspect,
        )
        waiting = queues or open_queues(day.places, None)
        self._holders = lane_holders(day.places, staff(campaign, seed))
        self._phones = {
            name: self._phone(campaign, place, no, found, waiting[name])
            for place in day.places
            for no in _nos(place)
            for name in (device_id(place, no),)
        }
        self.phones = [[self._phones[device_id(place, no)] for no in _nos(place)] for place in day.places]
        self.desks = [[phone.desk for phone in at_site] for at_site in self.phones]
        self._take_up(found)

    def live_from(self, now: int) -> None:
        """Keep nobody waiting for what was due before ``now``: it is registered late, but walked on in time."""
        self._ground.live_from = now

    def register(self, place: Place, group: Group, now: int) -> None:
        """Send a group's registration as soon as its desk's phone is free."""
        phone = self.phones[place.index][group.lane_no - 1]
        phone.begin(group, now)
        phone_trouble.go(phone, now)

    def tend(self, now: int) -> None:
        """Log in the phones of lanes that have opened; put away those of lanes that have closed, with nothing left, and
        all when the site has closed and nobody stands in line, however long its staff stay.

        A phone whose site has lost its network notices it, as it would with the next person's scan.
        """
        for place in self._day.places:
            lanes = self._day.lanes[place.index]
            takes_people = lanes.is_open(now, 0)
            is_cut = not self._ground.links.reach(place, now, lanes.lanes_open).is_up
            for phone in self.phones[place.index]:
                desk = phone.desk
                is_staffed = takes_people and desk.lane_no <= lanes.lanes_open
                phone.is_wanted = is_staffed or lanes.is_registering(desk.lane_no)
                phone.storm(self._slips.storms(place, desk.device_id, now))
                self._tend(phone, is_cut, now)

    def settle(self, now: int) -> None:
        """Take the answers that have come, and wake the phones that wait for a moment up to ``now``."""
        self._take_all(now)
        while self._waking and self._waking[0][0] <= now:
            phone_trouble.go(self._phones[heappop(self._waking)[1]], now)
        self._take_all(now)

    def change_faults(self, faults: Iterable[Fault]) -> None:
        """Make the slips of these faults and no others from now on."""
        self._slips.change_faults(faults)

    def order(self, order: Order, now: int) -> None:
        """Let the phones that an order reaches follow it, each when it has heard of it."""
        told = self._told(order)
        if told is None:
            return
        soonest, latest = ORDER_SPREAD
        for place in self._day.places:
            for phone in self.phones[place.index] if reaches(order, place) else ():
                name = f"{order.order_id}/{phone.desk.device_id}"
                phone.hear(told, now + soonest + int(self._luck.of(name) * (latest - soonest)))

    def follow(self, orders: Sequence[Order]) -> None:
        """Know the orders that were given before the phones were there."""
        for place in self._day.places:
            order = standing(orders, place)
            told = self._told(order) if order else None
            if order is None or told is None:
                continue
            for phone in self.phones[place.index]:
                phone.hear(told, micros(order.ordered_at))
                if isinstance(told, int) and phone.desk.obey(told):
                    phone.desk.scan_own()

    def things(self) -> list[ThingStep]:
        """Return and forget the steps of sessions and interruptions that are to be put on record."""
        return self._records.take()

    def sift(self, steps: Sequence[Step]) -> list[Step]:
        """Return the custody steps that can be put on record; those of tubes that only a phone knows wait."""
        unrecorded = self._ground.unrecorded
        if not unrecorded and not self._held:
            return list(steps)
        waiting = [*self._held, *steps]
        self._held = [step for step in waiting if step.barcode in unrecorded]
        return [step for step in waiting if step.barcode not in unrecorded]

    def stop(self) -> None:
        """Send nothing more."""
        self._carrier.stop()

    def _tend(self, phone: Phone, is_cut: bool, now: int) -> None:
        desk = phone.desk
        is_stopped = desk.order is Contingency.STOPPED
        if phone.is_wanted or phone.has_work:
            phone.open(now)
            if not desk.is_logged_in or phone.replays or is_cut or is_stopped:
                phone_trouble.go(phone, now)
        elif not desk.is_busy:
            phone.put_away(now)

    def _told(self, order: Order) -> Contingency | int | None:
        """Return what an order tells the phones: a contingency, or a server by its index; None when nothing."""
        return order.contingency if order.server_id is None else self._ground.server_ids.index(order.server_id)

    def _send(self, attempt: Try) -> None:
        self._carrier.carry(lambda: attempt(self._door))

    def _wake(self, at: int, desk: Desk) -> None:
        heappush(self._waking, (at, desk.device_id, desk))

    def _take_all(self, now: int) -> None:
        for attempt in self._carrier.arrived():
            self._take(attempt, now)

    def _take(self, attempt: Attempt, now: int) -> None:
        phone = self._phones[attempt.desk.device_id]
        phone.desk.is_busy = False
        if not phone.take(attempt, now):
            phone_trouble.meet(phone, attempt, now)
        phone_trouble.go(phone, now)

    def _suspect(self, desk: Desk, now: int) -> None:
        """Let the other phones on a server that fails notice it with their next scan."""
        if now < self._suspected.get(desk.server, 0):
            return
        self._suspected[desk.server] = now + SUSPECTED_FOR
        for other in self._phones.values():
            if other.desk.server == desk.server and other.is_online and other.desk is not desk:
                other.is_probing = True
                self._wake(now + int(self._luck.of(f"{other.desk.device_id}/{now}") * SCAN), other.desk)

    def _phone(self, campaign: Campaign, place: Place, lane_no: int, found: Standing, queue: OfflineQueue) -> Phone:
        name = device_id(place, lane_no)
        codes = sheet_of_codes(campaign, place, lane_no)
        city = sum(campaign.servers[code].system is not SystemKind.PROVINCE for code in codes)
        used = max(found.device_sequences.get(name, 0), queue.last_number)
        holder = self._holders.get((place.site_id, lane_no))
        skills = Skills(
            offline=holder is not None and holder.is_trained_offline, city=holder is not None and holder.is_trained_city
        )
        return Phone(Desk(place, lane_no, codes, used + 1, city=city, skills=skills), self._ground, queue)

    def _take_up(self, found: Standing) -> None:
        recorded = {tube.barcode for tube in found.tubes}
        queued = {tube.barcode for phone in self._phones.values() for tube in phone.queue.tubes}
        self._ground.unrecorded |= queued - recorded
        self._ground.half_filled |= {half.barcode: half for half in found.half_filled}
        for thing in sorted(found.things, key=lambda thing: thing.since):
            phone = self._phones.get(device_of(thing.thing_id))
            if thing.machine is MachineName.SESSION and phone:
                phone.session = Session(thing.thing_id, thing.state, thing.since)
            if thing.machine is MachineName.INTERRUPTION and thing.state == "begun" and phone:
                if phone.stopped:
                    self._records.end(phone.desk.place, phone.desk.device_id, phone.stopped, thing.since, 0)
                phone.stopped = Interruption(thing.thing_id, Cause(thing.facts["cause"]), thing.since)


def _nos(place: Place) -> range:
    return range(1, place.lanes + 1)
