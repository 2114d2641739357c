"""Recursions on departure times, exact, without a list of events: pooled desks, and lanes of two desks in line."""

from math import inf

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.compiled import lean
from pipelines.planning.draws import Floats

Ints = NDArray[np.int64]
Narrow = NDArray[np.float32]
SEATS = 10
STARTED, REGISTERED, MOVED, DONE = range(4)
GROUP, LANE, STREAM, PERSONS = range(4)


@lean
def pooled(comes: Floats, takes: Floats, free: Floats, done: Floats) -> None:
    """Kiefer-Wolfowitz: who comes next is served by the desk that is free first; ``comes`` ascends."""
    for person in range(comes.size):
        first = 0
        for desk in range(1, free.size):
            if free[desk] < free[first]:
                first = desk
        done[person] = max(comes[person], free[first]) + takes[person]
        free[first] = done[person]


@lean
def in_turn(comes: Floats, takes: Floats, free: Floats, done: Floats) -> None:
    """Serve at desks with a line each, which those who come join in turn; ``comes`` ascends."""
    desk = 0
    for person in range(comes.size):
        done[person] = max(comes[person], free[desk]) + takes[person]
        free[desk] = done[person]
        desk = desk + 1 if desk + 1 < free.size else 0


@lean
def finished(at: Floats, pace: Floats, own: int, begins: float, work: float) -> float:
    """Return when work that begins at ``begins`` is done at a pace of ``pace[own, n]`` from ``at[own, n]`` on.

    A stop interrupts it and what was done stays done. Each row of ``at`` ascends from minus infinity.
    """
    if at.shape[1] == 1 and pace[own, 0] == 1.0:
        return begins + work
    return finished_in_parts(at[own], pace[own], begins, work)


@lean
def finished_in_parts(at: Floats, pace: Floats, begins: float, work: float) -> float:
    """Return what ``finished`` does where the pace changes on the way."""
    part = 0
    while part + 1 < at.size and at[part + 1] <= begins:
        part += 1
    if pace[part] == 1.0 and (part + 1 == at.size or begins + work <= at[part + 1]):
        return begins + work
    left, now = work, begins
    while part + 1 < at.size:
        can = (at[part + 1] - now) * pace[part]
        if can >= left and pace[part] > 0.0:
            break
        left -= can
        part += 1
        now = at[part]
    return now + left / pace[part] if pace[part] > 0.0 else inf


@lean
def opens(at: Floats, lanes_open: Ints, lane: int, moment: float) -> float:
    """Return the first moment from ``moment`` on at which a lane is open: those of an index below the number open."""
    part = 0
    while part + 1 < at.size and at[part + 1] <= moment:
        part += 1
    while lanes_open[part] <= lane:
        part += 1
        if part == at.size:
            return inf
        moment = at[part]
    return moment


@lean
def first_idle(at: Floats, lanes_open: Ints, free: Floats, ready: float) -> tuple[float, int]:
    """Return when a group that is ready can begin, and at which lane: of those open then, the one idle longest."""
    begins, chosen = inf, 0
    for lane in range(free.size):
        moment = max(free[lane], ready)
        if moment > begins:
            continue
        moment = opens(at, lanes_open, lane, moment)
        if moment < begins or (moment == begins and free[lane] < free[chosen]):
            begins, chosen = moment, lane
    return begins, chosen


@lean
def idle_longest(at: Floats, lanes_open: Ints, free: Floats, ready: float, part: int) -> tuple[float, int]:
    """Return what ``first_idle`` does, quicker where no lane opens or closes from ``at[part]``, past, to the begin."""
    chosen, idle = 0, free[0]
    for lane in range(1, lanes_open[part]):
        is_longer = free[lane] < idle
        chosen, idle = (lane, free[lane]) if is_longer else (chosen, idle)
    begins = max(idle, ready)
    if lanes_open[part] > 0 and (part + 1 == at.size or begins < at[part + 1]):
        return begins, chosen
    return first_idle(at, lanes_open, free, ready)


@lean
def guide_free(
    at: Floats, lanes_open: Ints, per_lane: int, back: Floats, leading: int, moment: float
) -> tuple[float, int]:
    """Return the first moment from ``moment`` on at which fewer guides lead a group than the open lanes have.

    ``back[:leading]``: when each guide that leads a group is back; those who are back by then are dropped where that
    matters, and how many are left is returned too. The pool closes by count: who leads a group goes on.
    """
    part = 0
    while moment < inf:
        while part + 1 < at.size and at[part + 1] <= moment:
            part += 1
        if leading >= per_lane * lanes_open[part]:
            leading = still_leading(back, leading, moment)
        if leading < per_lane * lanes_open[part]:
            break
        moment = at[part + 1] if part + 1 < at.size else inf
        for guide in range(leading):
            moment = min(moment, back[guide])
    return moment, leading


@lean
def still_leading(back: Floats, leading: int, moment: float) -> int:
    """Keep the first of ``back`` those that are later than a moment; return how many."""
    kept = 0
    for guide in range(leading):
        back[kept] = back[guide]
        kept += back[guide] > moment
    return kept


@lean
def group_ready(line: Floats, group: int, closes: float) -> float:
    """Return when a line's group is complete; a short one waits until closing for somebody to fill it."""
    last = (group + 1) * SEATS
    if last <= line.size:
        return line[last - 1]
    return max(line[line.size - 1], closes) if group * SEATS < line.size else inf


@lean
def next_begin(
    schedule: tuple[Floats, Ints], guides: int, free: Floats, back: Floats, leading: int, ready: float, part: int
) -> tuple[float, int, int]:
    """Return when the next group can begin and at which lane: a lane is open and idle, and a guide is free.

    And how many of the guides in ``back`` still lead a group.
    """
    at, lanes_open = schedule
    begins, lane = idle_longest(at, lanes_open, free, ready, part)
    if guides == 0:
        return begins, lane, 0
    guided, leading = guide_free(at, lanes_open, guides, back, leading, begins)
    while begins < guided < inf:
        begins, lane = first_idle(at, lanes_open, free, guided)
        guided, leading = guide_free(at, lanes_open, guides, back, leading, begins)
    return guided, lane, leading


@lean
def pass_desks(
    paces: tuple[Floats, Floats, Ints, int],
    free: Floats,
    sampling_free: Floats,
    lane: int,
    work: tuple[float, float],
    moments: Floats,
    begins: float,
) -> float:
    """Take a group through a lane; note when it passes what, and return when it is done."""
    edges, pace, pace_of, sampling = paces
    registered = finished(edges, pace, pace_of[lane], begins, work[0])
    moved = max(registered, sampling_free[lane])
    done = finished(edges, pace, sampling, moved, work[1])
    moments[STARTED], moments[REGISTERED], moments[MOVED], moments[DONE] = begins, registered, moved, done
    free[lane], sampling_free[lane] = moved, done
    return done


@lean
def serve(
    lines: tuple[Floats, Floats],
    works: tuple[Floats, Floats, Floats, Floats],
    schedule: tuple[Floats, Ints],
    paces: tuple[Floats, Floats, Ints, int],
    rules: tuple[int, float, float, float],
    desks: tuple[Floats, Floats, Floats],
    moments: Floats,
    marks: Ints,
) -> int:
    """Serve a site's groups, first come, first served, the special channel's before the normal line's.

    ``lines``: when each person of the normal line and of the special channel is ready, ascending. ``works``: seconds
    of each group at registration and sampling, normal then special. ``paces``: edges and paces of work functions, which
    of them each lane's registration follows, and the one of sampling. ``rules``: guides a lane (0: no such limit), the
    guide's way back, closing, end. ``desks``: when each lane's registration and sampling are free, and room for
    the guides who lead a group. Fills ``moments`` and ``marks``, groups × 4; returns how many groups begin in time.
    """
    guides, walk, closes, ends = rules
    free, sampling_free, back = desks
    usual, special = 0, 0
    usual_ready, special_ready = group_ready(lines[0], 0, closes), group_ready(lines[1], 0, closes)
    begun, part, leading, begins = 0, 0, 0, -inf
    while begun < moments.shape[0]:
        ready = max(min(usual_ready, special_ready), begins)
        while part + 1 < schedule[0].size and schedule[0][part + 1] <= ready:
            part += 1
        begins, lane, leading = next_begin(schedule, guides, free, back, leading, ready, part)
        if begins >= ends:
            break
        stream = int(special_ready <= begins)
        if stream:
            group, special = special, special + 1
            persons = min(SEATS, lines[1].size - group * SEATS)
            registration, sampling = works[2][group], works[3][group]
            special_ready = group_ready(lines[1], special, closes)
        else:
            group, usual = usual, usual + 1
            persons = min(SEATS, lines[0].size - group * SEATS)
            registration, sampling = works[0][group], works[1][group]
            usual_ready = group_ready(lines[0], usual, closes)
        work = (registration * persons / SEATS, sampling * persons / SEATS)
        done = pass_desks(paces, free, sampling_free, lane, work, moments[begun], begins)
        if guides > 0:
            back[leading] = done + walk
            leading += 1
        mark = marks[begun]
        mark[GROUP], mark[LANE], mark[STREAM], mark[PERSONS] = group, lane, stream, persons
        begun += 1
    return begun
