"""One phone at its desk: what it sends next, and what it makes of the answers."""

from collections import deque

from pipelines.contract import TubeRegistration
from pipelines.intake.world.desk_records import CLOSED, Interruption, Session
from pipelines.intake.world.desk_requests import HalfTube, ending, going_on, whole
from pipelines.intake.world.desks import Answer, Attempt, Desk, Request, TubeCall, number_of, renumbered
from pipelines.intake.world.lanes import Group
from pipelines.intake.world.live_day import barcode_of
from pipelines.intake.world.offline_queue import OfflineQueue
from pipelines.intake.world.phone_ground import Ground
from pipelines.intake.world.slips import MENDING, Before, mended
from pipelines.logs import logger
from pipelines.vocabulary import Cause, Contingency

OFFLINE = "offline"
REMEMBERED = 10  # registrations that a phone still knows after their answers
log = logger(__name__)


class Phone:
    """Owned by the world's thread. It has one request on the wire, and repeats it under the same number."""

    def __init__(self, desk: Desk, ground: Ground, queue: OfflineQueue) -> None:
        """Stand ready at a lane that is not open yet."""
        self.desk, self.ground, self.queue = desk, ground, queue
        self.session = Session()
        self.half: HalfTube | None = None
        self.stopped: Interruption | None = None
        self.trouble_since: int | None = None
        self.left: tuple[str, str] | None = None  # the server it left, and because of what
        self.told: Contingency | int | None = None  # a contingency or a server, to be followed at ``told_at``
        self.told_at = 0
        self.is_wanted = self.has_retried = self.is_probing = False
        self.is_moving = False  # on order, to its own code: logged out where it was before it scans it
        self.look_at = 0  # when a phone on the offline app looks for a server again
        self.replays: deque[Request] = deque()
        self.stormed: set[str] = set()
        self._remembered: deque[Request] = deque(maxlen=REMEMBERED)
        self._right: TubeRegistration | None = None  # the right one while a wrong one is in the outbox
        self._before = Before()
        self._lost_number = 0
        self.drag = 0  # how much longer the group at hand takes because the network is slow
        self.dragged: int | None = None  # the group that this was found out for

    @property
    def is_offline(self) -> bool:
        """Whether it works with the offline app."""
        return self.session.state == OFFLINE

    @property
    def is_online(self) -> bool:
        """Whether it is logged in and in no trouble that it knows of."""
        return self.desk.is_logged_in and self.trouble_since is None

    @property
    def has_work(self) -> bool:
        """Whether something is to be sent before it may be put away."""
        return bool(self.desk.group or self.desk.outbox or self.queue)

    @property
    def group(self) -> Group | None:
        """The group at the desk: waiting for an answer, or still being scanned."""
        return self.desk.group or self.ground.day.lanes[self.desk.place.index].at_desk(self.desk.lane_no)

    def note(self, step: str, now: int, facts: dict[str, str | int]) -> None:
        """Let the session take a step and put it on record."""
        desk = self.desk
        self.ground.records.session(self.session, desk.place, desk.device_id, step, now, facts)

    def hear(self, order: Contingency | int, at: int) -> None:
        """Follow an order, a contingency or a server, at ``at``; one that was not followed yet is forgotten over it."""
        self.told, self.told_at = order, at
        self.ground.wake(at, self.desk)

    def begin(self, group: Group, now: int) -> None:
        """Take a group whose registration is due, also one whose tube a world before left half filled."""
        self.open(now)
        self.desk.group = group
        found = self.ground.half_filled.pop(barcode_of(self.desk.place, group), None)
        if found:
            is_suspended = found.state == "suspended"
            self.half = HalfTube(found.barcode, found.session_id, None, 0, found.seats, True, is_suspended)

    def pause(self, until: int) -> None:
        """Do nothing before ``until``."""
        self.desk.idle_until = until
        self.ground.wake(until, self.desk)

    def done_at(self) -> int | None:
        """Return when the group at hand is scanned to its last person, None while that stands still."""
        group, half = self.desk.group, self.half
        if group is None or (half and half.since is not None):
            return None
        return group.closed_at + (half.lost if half else 0) + self.drag

    def next_request(self, now: int) -> Request | None:
        """Return what is to be sent now: for the group at hand, then from the queue, then what is sent again."""
        desk, done_at = self.desk, self.done_at()
        if not desk.outbox and desk.group and done_at is not None:
            if done_at <= now:
                desk.outbox.extend(self._compose(desk.group, done_at, now))
            else:
                self.ground.wake(done_at, desk)
        if desk.outbox:
            return desk.outbox[0]
        return self.queue.first or (self.replays[0] if self.replays else None)

    def open(self, now: int) -> None:
        """Begin a session if none is open."""
        if not self.session.is_open:
            self.note("open", now, {"lane": self.desk.lane_no})

    def finish(self, group: Group, done_at: int) -> TubeRegistration:
        """Return the registration of the group at hand as the phone keeps it when no server is there.

        One that a server may have taken without an answer stays what it is, so that sending it again is a repeat.
        """
        desk, sent = self.desk, next(iter(self.desk.outbox), None)
        desk.outbox.clear()
        if isinstance(sent, TubeRegistration) and self._right is None:
            return sent
        persons = self.ground.tokens(desk.place, group)
        return whole(self.ground.round_id, desk, group, persons, done_at, is_offline=True)

    def _compose(self, group: Group, done_at: int, now: int) -> list[Request]:
        """Return the requests for the group at hand, wrong in the first try when somebody slips."""
        desk, half, round_id = self.desk, self.half, self.ground.round_id
        persons = self.ground.tokens(desk.place, group)
        if half and half.is_on_record:
            begun_at = max(group.opened_at, done_at - (group.closed_at - group.opened_at))
            return ending(desk, group, persons, half, begun_at, done_at)
        right = whole(round_id, desk, group, persons, done_at, is_offline=False)
        slip = self.ground.slips.of(desk.place, group, now)
        wrong = self.ground.slips.wrong(slip, right, self._before) if slip else right
        self._right = right if wrong != right else None
        return [wrong]

    def take(self, attempt: Attempt, now: int) -> bool:
        """Make of a server's answer what it means; False when it was none, which is trouble."""
        desk = self.desk
        if attempt.request is None and not attempt.is_logged_in and attempt.answer is Answer.DONE:
            desk.is_logged_in = False
            if not self.is_moving:
                self.note("close", now, {})
            return True
        if attempt.answer is Answer.SWITCH or self._is_lost(attempt, now):
            return False
        desk.is_logged_in, desk.failed, self.has_retried = True, 0, False
        self._back_online(now)
        if attempt.request is not None:
            self._settle(attempt.request, attempt, now)
        return True

    def _is_lost(self, attempt: Attempt, now: int) -> bool:
        """Whether the answer never reached the phone; the repeat's does."""
        if attempt.request is None or attempt.answer is not Answer.DONE:
            return False
        number = number_of(attempt.request)
        if number == self._lost_number:
            return False
        is_lost = self.ground.slips.loses_answer(self.desk.place, number, self.desk.device_id, now)
        self._lost_number = number if is_lost else self._lost_number
        return is_lost

    def _back_online(self, now: int) -> None:
        desk, since = self.desk, self.trouble_since
        if self.session.state != "online":
            left, because = self.left or ("", "")
            took_s = (now - since) // 1_000_000 if since is not None else 0
            server_id = self.ground.server_ids[desk.server]
            self.note("log_in", now, {"server": server_id, "left": left, "because": because, "took_s": took_s})
        self.trouble_since = self.left = None
        self.go_on(now)

    def interrupt(self, cause: Cause, since: int) -> None:
        """Note that the registration at hand stands still; a tube that is being filled keeps its label and persons."""
        group, desk = self.group, self.desk
        if self.stopped or group is None:
            return
        self.open(since)
        since = max(since, group.opened_at)
        self.stopped = self.ground.records.begin(desk.place, desk.device_id, cause, since)
        lost = self.half.lost if self.half else 0
        if group.closed_at + lost > since and not desk.outbox:
            barcode = barcode_of(desk.place, group)
            self.half = self.half or HalfTube(barcode, self.session.session_id)
            self.half.since = since

    def go_on(self, now: int) -> None:
        """Note that the registration at hand goes on; online, its tube is then on record as far as it is filled."""
        if self.stopped is None and (self.half is None or self.half.since is None):
            return
        group, half, desk = self.group, self.half, self.desk
        if half and group and half.since is not None:
            if not self.is_offline:
                persons = self.ground.tokens(desk.place, group)
                desk.outbox.extend(going_on(self.ground.round_id, desk, group, persons, half, now))
            half.lost, half.since = half.lost + now - half.since, None
        if self.stopped:
            bound = half.bound(group, now) if half and group else group.persons if group else 0
            self.ground.records.end(desk.place, desk.device_id, self.stopped, now, bound)
            self.stopped = None

    def _settle(self, request: Request, attempt: Attempt, now: int) -> None:
        desk = self.desk
        if desk.outbox and request is desk.outbox[0]:
            self._settle_own(request, attempt, now)
        elif request is self.queue.first:
            self._settle_upload(request.barcode, attempt)
        elif self.replays and request is self.replays[0]:
            self.replays.popleft()

    def _settle_own(self, request: Request, attempt: Attempt, now: int) -> None:
        outbox = self.desk.outbox
        if attempt.answer is Answer.RENUMBER:
            outbox[0] = renumbered(request, self.desk.next_number())
        elif attempt.answer is Answer.REJECTED:
            self._refused(request, attempt, now)
        else:
            outbox.popleft()
            if is_last(request):
                self.walk_on(request, now + attempt.took, is_recorded=True)

    def _settle_upload(self, barcode: str, attempt: Attempt) -> None:
        if attempt.answer is Answer.RENUMBER:
            self.queue.renumber_first(self.desk.next_number())
            return
        if attempt.answer is Answer.REJECTED:
            log.error("upload refused", device=self.desk.device_id, rule=attempt.rule, answer=attempt.sentence)
        self.queue.answered()
        self.ground.unrecorded.discard(barcode)

    def _refused(self, request: Request, attempt: Attempt, now: int) -> None:
        desk, right, outbox = self.desk, self._right, self.desk.outbox
        again = None
        if isinstance(request, TubeRegistration) and right:
            again = mended(request, right, attempt.rule, desk.next_number())
        if again:
            outbox[0] = again
            if self.stopped is None:
                self.stopped = self.ground.records.begin(desk.place, desk.device_id, Cause.OPERATOR, now)
            self.pause(now + MENDING)
            return
        outbox.popleft()
        is_there = attempt.rule == "barcode_used"  # recorded before the world stopped; the answer never arrived
        if not is_there:
            log.error("request refused", device=desk.device_id, rule=attempt.rule, answer=attempt.sentence)
        if is_last(request):
            self.walk_on(request, now, is_recorded=is_there)

    def walk_on(self, last: Request, at: int, is_recorded: bool) -> None:
        """Let the group at hand go to its sampling desk."""
        group, self.desk.group = self.desk.group, None
        self.half, self._right, self.drag, self.dragged = None, None, 0, None
        if group is None:
            return
        if isinstance(last, TubeRegistration):
            self._before = Before(last.barcode, last.persons)
            self._remembered.append(last)
        is_catching_up = group.closed_at <= self.ground.live_from
        walks_on_at = group.closed_at if is_catching_up else at
        self.ground.day.acknowledge(self.desk.place, group, walks_on_at, is_recorded)

    def storm(self, fault_ids: list[str]) -> None:
        """Send again, once for each fault, all that the phone remembers, as soon as that is as much as it can."""
        for fault_id in fault_ids if len(self._remembered) == REMEMBERED else ():
            if fault_id not in self.stormed:
                self.stormed.add(fault_id)
                self.replays.extend(self._remembered)

    def put_away(self, now: int) -> None:
        """End the session: at the server first, if the phone is logged in there."""
        desk = self.desk
        if self.session.state in ("", CLOSED):
            return
        if desk.is_logged_in:
            desk.is_busy = True
            self.ground.send(lambda door: door.log_out(desk, now))
        else:
            self.trouble_since = self.left = None
            self.go_on(now)
            self.note("close", now, {})


def is_last(request: Request) -> bool:
    """Whether a request ends the registration of its group."""
    return not isinstance(request, TubeCall) or request.step == "close"
