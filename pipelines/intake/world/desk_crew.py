"""All desks' phones at work: a carrier takes their requests to a door, the answers come back to the world's thread."""

from heapq import heappop, heappush

from pipelines.campaign.model import Campaign
from pipelines.contract import TubeRegistration
from pipelines.intake.moments import SECOND, moment
from pipelines.intake.places import Place, device_id, sheet_of_codes
from pipelines.intake.world.carriers import Carrier
from pipelines.intake.world.crowd import person_tokens
from pipelines.intake.world.desks import Answer, Attempt, Desk, Door
from pipelines.intake.world.lanes import Group
from pipelines.intake.world.live_day import LiveDay, barcode_of
from pipelines.logs import logger
from pipelines.vocabulary import PERSONS_PER_TUBE, ShortReason

log = logger(__name__)


class DeskCrew:
    """Owned by the world's thread. A phone has one request on the wire, and repeats it under the same number.

    All times are campaign microseconds given by the caller. With an immediate carrier and a door without chance, the
    same calls give the same day: ``register`` what is due, ``tend`` now and then, ``settle`` after both.
    """

    def __init__(
        self, campaign: Campaign, day: LiveDay, sequences: dict[str, int], key: bytes, door: Door, carrier: Carrier
    ) -> None:
        """Give every lane its phone, each going on after the last number it used."""
        self._campaign, self._day, self._key = campaign, day, key
        self._door, self._carrier = door, carrier
        self.desks = [[_desk(campaign, place, no, sequences) for no in _lane_nos(place)] for place in day.places]
        self._retries: list[tuple[int, str, Desk]] = []
        self.live_from = 0  # what was due before then is registered late, but nobody is kept waiting for it
        self._switch = int(campaign.service.switch_s * SECOND)

    def register(self, place: Place, group: Group, now: int) -> None:
        """Send a group's registration as soon as its desk's phone is free."""
        desk = self.desks[place.index][group.lane_no - 1]
        desk.group = group
        if not desk.is_busy:
            self._send(desk, now)

    def tend(self, now: int) -> None:
        """Log in the phones of lanes that have opened, log out those of lanes that have closed."""
        for place in self._day.places:
            lanes = self._day.lanes[place.index]
            for desk in self.desks[place.index]:
                is_wanted = desk.lane_no <= lanes.lanes_open or lanes.is_registering(desk.lane_no)
                if desk.is_busy or is_wanted == desk.is_logged_in:
                    continue
                if is_wanted:
                    self._send(desk, now)
                else:
                    self._log_out(desk, now)

    def settle(self, now: int) -> None:
        """Take the answers that have come, and try again the phones that have scanned another code by ``now``."""
        self._take_all(now)
        while self._retries and self._retries[0][0] <= now:
            self._send(heappop(self._retries)[2], now)
        self._take_all(now)

    def stop(self) -> None:
        """Send nothing more."""
        self._carrier.stop()

    def _send(self, desk: Desk, now: int) -> None:
        desk.is_busy = True
        request = self._registration(desk, desk.group) if desk.group else None
        self._carrier.carry(lambda: self._door.try_desk(desk, request, now))

    def _log_out(self, desk: Desk, now: int) -> None:
        desk.is_busy = True
        self._carrier.carry(lambda: self._door.log_out(desk, now))

    def _take_all(self, now: int) -> None:
        for attempt in self._carrier.arrived():
            self._take(attempt, now)

    def _take(self, attempt: Attempt, now: int) -> None:
        desk = attempt.desk
        desk.is_busy = False
        if attempt.answer is Answer.SWITCH:
            self._switch_code(desk, attempt.sentence, now)
            return
        desk.is_logged_in = attempt.is_logged_in
        if attempt.request is None:
            if desk.group:
                self._send(desk, now)
            return
        desk.sequence += 1
        if attempt.answer is Answer.RENUMBER:
            self._send(desk, now)
            return
        self._walk_on(desk, attempt, now)

    def _walk_on(self, desk: Desk, attempt: Attempt, now: int) -> None:
        group, desk.group = desk.group, None
        if group is None:
            return
        if attempt.answer is Answer.REJECTED:
            log.error("registration rejected", device=desk.device_id, group=group.number, answer=attempt.sentence)
        is_catching_up = group.closed_at <= self.live_from
        walks_on_at = group.closed_at if is_catching_up else now + attempt.took
        self._day.acknowledge(desk.place, group, walks_on_at, is_recorded=attempt.answer is Answer.DONE)

    def _switch_code(self, desk: Desk, sentence: str, now: int) -> None:
        left = self._campaign.servers[desk.server].server_id
        desk.switch()
        taken = self._campaign.servers[desk.server].server_id
        log.info("desk switches server", device=desk.device_id, left=left, scans=taken, because=sentence)
        desk.is_busy = True
        heappush(self._retries, (now + self._switch, desk.device_id, desk))

    def _registration(self, desk: Desk, group: Group) -> TubeRegistration:
        place, round_id = desk.place, self._campaign.round.round_id
        first = group.number * PERSONS_PER_TUBE
        tokens = person_tokens(self._key, round_id, place.site_id, first, group.persons)
        return TubeRegistration(
            device_id=desk.device_id,
            device_sequence=desk.sequence,
            round_id=round_id,
            site_id=place.site_id,
            lane_no=desk.lane_no,
            lab_id=place.lab_id,
            barcode=barcode_of(place, group),
            persons=[token.hex() for token in tokens],
            short_reason=ShortReason.SITE_CLOSING if group.is_short else None,
            opened_at=moment(group.opened_at),
            closed_at=moment(group.closed_at),
            account_id=place.account_id,
        )


def _lane_nos(place: Place) -> range:
    return range(1, place.lanes + 1)


def _desk(campaign: Campaign, place: Place, lane_no: int, sequences: dict[str, int]) -> Desk:
    used = sequences.get(device_id(place, lane_no), 0)
    return Desk(place, lane_no, sheet_of_codes(campaign, place, lane_no), used + 1)
