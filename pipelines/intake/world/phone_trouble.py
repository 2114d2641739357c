"""What a phone does when nothing answers: try again, scan the next code, go over to the offline app (Q16, Q61, Q73)."""

from collections.abc import Callable

from pipelines.intake.moments import MINUTE, SECOND
from pipelines.intake.world.desks import Attempt
from pipelines.intake.world.lanes import Group
from pipelines.intake.world.links import Reach
from pipelines.intake.world.phone import Phone
from pipelines.vocabulary import Cause, Contingency

RETRY = 2 * SECOND  # assumptions, all of them
LINK_RETRY = 30 * SECOND
LINK_PATIENCE = 2 * MINUTE
ALL_FAILED = MINUTE
LOOK_EVERY = 5 * MINUTE
STANDS_STILL = 30 * SECOND
OVERLOADED = "server_overloaded"
TIMEOUT = "timeout"


def go(phone: Phone, now: int) -> None:
    """Do what is next at ``now``: follow an order, work offline, or send; nothing while a request is on its way."""
    desk = phone.desk
    if desk.is_busy or now < desk.idle_until:
        return
    if phone.told is not None and now >= phone.told_at:
        _follow(phone, phone.told, now)
    if phone.is_moving and not desk.is_busy:
        _move(phone, now)
    if desk.is_busy or now < desk.idle_until or _stands_still(phone, now):
        return
    if phone.is_offline:
        _work_offline(phone, now)
        return
    reach = _reach(phone, now)
    if not reach.is_up:
        _no_link(phone, reach, now)
        return
    if not _drags(phone, reach, now):
        _send(phone, now)


def meet(phone: Phone, attempt: Attempt, now: int) -> None:
    """Decide what to do about a server that did not answer, or answered that it cannot."""
    desk = phone.desk
    if phone.is_offline:
        desk.switch()
        return
    since = phone.trouble_since = now if phone.trouble_since is None else phone.trouble_since
    because = attempt.rule or "silent"
    if phone.has_retried or because != TIMEOUT:
        phone.ground.suspect(desk, now)
    if not phone.has_retried and because != OVERLOADED:
        phone.has_retried = True
        phone.pause(now + RETRY)
        return
    phone.has_retried, desk.failed = False, desk.failed + 1
    reach = _reach(phone, now)
    phone.interrupt(reach.cause if reach.is_slow and because != OVERLOADED else Cause.SERVER, since)
    _scan_next(phone, because, now)


def go_offline(phone: Phone, because: str, now: int) -> None:
    """Go over to the offline app; what was on its way to a server waits on the phone in front of all that follows."""
    desk = phone.desk
    phone.note("go_offline", now, {"because": because, "left": phone.ground.server_ids[desk.server]})
    desk.is_logged_in, desk.failed, phone.has_retried = False, 0, False
    phone.trouble_since, phone.left = None, None
    phone.look_at = now + LOOK_EVERY
    phone.ground.wake(phone.look_at, desk)
    _work_offline(phone, now)


def _send(phone: Phone, now: int) -> None:
    desk = phone.desk
    if phone.is_probing:
        phone.is_probing = desk.is_logged_in = False
    if phone.is_online:
        phone.go_on(now)
    request = phone.next_request(now)
    if request is None and (desk.is_logged_in or not phone.is_wanted):
        return
    desk.is_busy = True
    phone.ground.send(lambda door: door.try_desk(desk, request, now))


def _scan_next(phone: Phone, because: str, now: int) -> None:
    desk, pause = phone.desk, phone.ground.switch
    if desk.failed >= len(desk.codes_in_use):
        if desk.skills.offline and desk.order is not Contingency.CITY:
            go_offline(phone, "all_codes_failed", now)
            return
        desk.failed, pause = 0, pause + ALL_FAILED
    _fail_over(phone, because, now, desk.switch)
    phone.pause(now + pause)


def _fail_over(phone: Phone, because: str, now: int, scan: Callable[[], None]) -> None:
    desk, names = phone.desk, phone.ground.server_ids
    left = names[desk.server]
    scan()
    taken = names[desk.server]
    phone.left = phone.left or (left, because)
    phone.trouble_since = now if phone.trouble_since is None else phone.trouble_since
    phone.note("fail_over", now, {"left": left, "taken": taken, "because": because})


def _follow(phone: Phone, told: Contingency | int, now: int) -> None:
    desk, phone.told = phone.desk, None
    if not desk.obey(told):
        return
    order = desk.order
    if not phone.session.is_open:
        desk.scan_own()
        return
    if order is Contingency.OFFLINE:
        if desk.skills.offline and not phone.is_offline:
            go_offline(phone, "order", now)
        return
    is_elsewhere = desk.at != desk.own
    if phone.is_offline:
        desk.scan_own()
        phone.look_at = now
    elif order is not Contingency.STOPPED and is_elsewhere:
        phone.is_moving, desk.is_busy = True, desk.is_logged_in
        if desk.is_logged_in:  # else the server that it leaves would count it for as long as a session lasts
            phone.ground.send(lambda door: door.log_out(desk, now))


def _move(phone: Phone, now: int) -> None:
    """Scan the phone's own code, on order."""
    phone.is_moving = False
    _fail_over(phone, "order", now, phone.desk.scan_own)
    phone.pause(now + phone.ground.switch)


def _stands_still(phone: Phone, now: int) -> bool:
    """Whether the site is stopped or the battery empty."""
    desk = phone.desk
    is_dead = phone.ground.links.is_dead(desk.place, desk.lane_no, now)
    if not is_dead and desk.order is not Contingency.STOPPED:
        return False
    phone.interrupt(Cause.POWER if is_dead else Cause.OPERATOR, now)
    desk.is_logged_in = desk.is_logged_in and not is_dead
    phone.pause(now + STANDS_STILL)
    return True


def _no_link(phone: Phone, reach: Reach, now: int) -> None:
    desk = phone.desk
    if not phone.is_wanted and not phone.has_work:
        return
    since = phone.trouble_since = now if phone.trouble_since is None else phone.trouble_since
    desk.is_logged_in = False
    phone.interrupt(reach.cause, since)
    if now - since >= LINK_PATIENCE and desk.skills.offline:
        go_offline(phone, reach.cause.value, now)
    else:
        phone.pause(now + LINK_RETRY)


def _drags(phone: Phone, reach: Reach, now: int) -> bool:
    """Whether the group at hand is still being scanned, slower than on a good network; noted when that is long."""
    group = phone.desk.group
    is_late = group is not None and group.closed_at <= phone.ground.live_from
    if group is None or is_late or phone.half or phone.dragged == group.number:
        return False
    phone.dragged, phone.drag = group.number, reach.drag * group.persons
    if phone.drag >= STANDS_STILL:
        phone.interrupt(reach.cause, now)
    if phone.drag:
        phone.pause(now + phone.drag)
    return phone.drag > 0


def _work_offline(phone: Phone, now: int) -> None:
    desk = phone.desk
    phone.go_on(now)
    done_at = phone.done_at()
    if desk.group and done_at is not None and done_at <= now:
        _register_offline(phone, desk.group, done_at, now)
    elif done_at is not None:
        phone.ground.wake(done_at, desk)
    if desk.order is Contingency.OFFLINE or now < phone.look_at:
        return
    phone.look_at = now + LOOK_EVERY
    phone.ground.wake(phone.look_at, desk)
    if _reach(phone, now).is_up:
        desk.is_busy = True
        phone.ground.send(lambda door: door.try_desk(desk, None, now))


def _register_offline(phone: Phone, group: Group, done_at: int, now: int) -> None:
    """Keep the group at hand on the phone; it walks on once that is on disk."""
    tube = phone.finish(group, done_at)
    phone.queue.add(tube)
    phone.ground.unrecorded.add(tube.barcode)
    phone.walk_on(tube, now, is_recorded=True)


def _reach(phone: Phone, now: int) -> Reach:
    place = phone.desk.place
    return phone.ground.links.reach(place, now, phone.ground.day.lanes[place.index].lanes_open)
