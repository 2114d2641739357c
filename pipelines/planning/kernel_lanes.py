"""Recursions on departure times, exact, without a list of events: pooled desks, and lanes of two desks in line."""

from math import inf

import numpy as np
from numpy.typing import NDArray

from pipelines.planning.compiled import compiled
from pipelines.planning.draws import Floats

Ints = NDArray[np.int64]
Narrow = NDArray[np.float32]
SEATS = 10
STARTED, REGISTERED, MOVED, DONE = range(4)
GROUP, LANE, STREAM, PERSONS = range(4)


@compiled
def pooled(comes: Floats, takes: Floats, free: Floats, done: Floats) -> None:
    """Kiefer-Wolfowitz: who comes next is served by the desk that is free first; ``comes`` ascends."""
    for person in range(comes.size):
        first = 0
        for desk in range(1, free.size):
            if free[desk] < free[first]:
                first = desk
        done[person] = max(comes[person], free[first]) + takes[person]
        free[first] = done[person]


@compiled
def in_turn(comes: Floats, takes: Floats, free: Floats, done: Floats) -> None:
    """Serve at desks with a line each, which those who come join in turn; ``comes`` ascends."""
    desk = 0
    for person in range(comes.size):
        done[person] = max(comes[person], free[desk]) + takes[person]
        free[desk] = done[person]
        desk = desk + 1 if desk + 1 < free.size else 0


@compiled
def finished(at: Floats, pace: Floats, own: int, begins: float, work: float) -> float:
    """Return when work that begins at ``begins`` is done at a pace of ``pace[own, n]`` from ``at[own, n]`` on.

    A stop interrupts it and what was done stays done. Each row of ``at`` ascends from minus infinity.
    """
    parts = at.shape[1]
    part = 0
    while part + 1 < parts and at[own, part + 1] <= begins:
        part += 1
    if pace[own, part] == 1.0 and (part + 1 == parts or begins + work <= at[own, part + 1]):
        return begins + work
    left, now = work, begins
    while part + 1 < parts:
        can = (at[own, part + 1] - now) * pace[own, part]
        if can >= left and pace[own, part] > 0.0:
            break
        left -= can
        part += 1
        now = at[own, part]
    return now + left / pace[own, part] if pace[own, part] > 0.0 else inf


@compiled
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


@compiled
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


@compiled
def idle_longest(at: Floats, lanes_open: Ints, free: Floats, ready: float, part: int) -> tuple[float, int]:
    """Return what ``first_idle`` does, quicker where no lane opens or closes from ``at[part]``, past, to the begin."""
    chosen = 0
    for lane in range(1, lanes_open[part]):
        if free[lane] < free[chosen]:
            chosen = lane
    begins = max(free[chosen], ready)
    if lanes_open[part] > 0 and (part + 1 == at.size or begins < at[part + 1]):
        return begins, chosen
    return first_idle(at, lanes_open, free, ready)


@compiled
def guide_free(at: Floats, lanes_open: Ints, per_lane: int, back: Floats, moment: float) -> float:
    """Return the first moment from ``moment`` on at which fewer guides lead a group than the open lanes have.

    ``back``: when each guide that leads or led a group is back. The pool closes by count: who leads a group goes on.
    """
    part = 0
    while moment < inf:
        while part + 1 < at.size and at[part + 1] <= moment:
            part += 1
        busy = 0
        for guide in range(back.size):
            busy += back[guide] > moment
        if busy < per_lane * lanes_open[part]:
            return moment
        later = at[part + 1] if part + 1 < at.size else inf
        for guide in range(back.size):
            if moment < back[guide] < later:
                later = back[guide]
        moment = later
    return inf


@compiled
def not_later(values: Floats, moment: float) -> int:
    """Return the place of a value that is not later than a moment, 0 when there is none."""
    for n in range(values.size):
        if values[n] <= moment:
            return n
    return 0


@compiled
def group_ready(line: Floats, group: int, closes: float) -> float:
    """Return when a line's group is complete; a short one waits until closing for somebody to fill it."""
    last = (group + 1) * SEATS
    if last <= line.size:
        return line[last - 1]
    return max(line[line.size - 1], closes) if group * SEATS < line.size else inf


@compiled
def next_begin(
    schedule: tuple[Floats, Ints], guides: int, free: Floats, back: Floats, ready: float, part: int
) -> tuple[float, int]:
    """Return when the next group can begin and at which lane: a lane is open and idle, and a guide is free."""
    at, lanes_open = schedule
    begins, lane = idle_longest(at, lanes_open, free, ready, part)
    if guides == 0:
        return begins, lane
    guided = guide_free(at, lanes_open, guides, back, begins)
    while begins < guided < inf:
        begins, lane = first_idle(at, lanes_open, free, guided)
        guided = guide_free(at, lanes_open, guides, back, begins)
    return guided, lane


@compiled
def pass_desks(
    paces: tuple[Floats, Floats, Ints, int],
    free: Floats,
    sampling_free: Floats,
    lane: int,
    work: tuple[float, float],
    moments: Floats,
    group: int,
) -> None:
    """Take a group that begins at ``moments[group, STARTED]`` through a lane; note when it passes what."""
    edges, pace, pace_of, sampling = paces
    registered = finished(edges, pace, pace_of[lane], moments[group, STARTED], work[0])
    moved = max(registered, sampling_free[lane])
    done = finished(edges, pace, sampling, moved, work[1])
    moments[group, REGISTERED], moments[group, MOVED], moments[group, DONE] = registered, moved, done
    free[lane], sampling_free[lane] = moved, done


@compiled
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
    guide's way back, closing, end. ``desks``: when each lane's registration and sampling are free, when each guide is.
    Fills ``moments`` and ``marks``, groups × 4; returns how many groups were begun before the end.
    """
    guides, walk, closes, ends = rules
    free, sampling_free, back = desks
    taken = np.zeros(2, np.int64)
    begun, part = 0, 0
    while begun < moments.shape[0]:
        special_ready = group_ready(lines[1], taken[1], closes)
        ready = min(group_ready(lines[0], taken[0], closes), special_ready)
        while part + 1 < schedule[0].size and schedule[0][part + 1] <= ready:
            part += 1
        begins, lane = next_begin(schedule, guides, free, back, ready, part)
        if begins >= ends:
            break
        stream = int(special_ready <= begins)
        group = int(taken[stream])
        persons = min(SEATS, (lines[1].size if stream else lines[0].size) - group * SEATS)
        registration = works[2][group] if stream else works[0][group]
        sampling = works[3][group] if stream else works[1][group]
        moments[begun, STARTED] = begins
        work = (registration * persons / SEATS, sampling * persons / SEATS)
        pass_desks(paces, free, sampling_free, lane, work, moments, begun)
        if guides > 0:
            back[not_later(back, begins)] = moments[begun, DONE] + walk
        marks[begun, GROUP], marks[begun, LANE], marks[begun, STREAM], marks[begun, PERSONS] = (
            group,
            lane,
            stream,
            persons,
        )
        taken[stream] += 1
        begun += 1
    return begun
