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
def finished(at: Floats, pace: Floats, begins: float, work: float) -> float:
    """Return when work that begins at ``begins`` is done at a pace of ``pace[n]`` from ``at[n]`` on.

    A stop interrupts it and what was done stays done. ``at`` ascends from minus infinity.
    """
    part = 0
    while part + 1 < at.size and at[part + 1] <= begins:
        part += 1
    left, now = work, begins
    while part + 1 < at.size:
        can = (at[part + 1] - now) * pace[part]
        if can >= left and pace[part] > 0.0:
            break
        left -= can
        part += 1
        now = at[part]
    return now + left / pace[part] if pace[part] > 0.0 else inf


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
def idle_longest(at: Floats, lanes_open: Ints, free: Floats, ready: float) -> tuple[float, int]:
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
def guide_free(at: Floats, lanes_open: Ints, per_lane: int, back: Floats, moment: float) -> float:
    """Return the first moment from ``moment`` on at which fewer guides lead a group than the open lanes have.

    ``back``: when each guide that leads or led a group is back. The pool closes by count: who leads a group goes on.
    """
    while moment < inf:
        part = 0
        while part + 1 < at.size and at[part + 1] <= moment:
            part += 1
        busy, first_back = 0, inf
        for guide in range(back.size):
            if back[guide] > moment:
                busy += 1
                first_back = min(first_back, back[guide])
        if busy < per_lane * lanes_open[part]:
            return moment
        moment = min(first_back, at[part + 1]) if part + 1 < at.size else first_back
    return inf


@compiled
def group_ready(line: Floats, group: int, closes: float) -> float:
    """Return when a line's group is complete; a short one waits until closing for somebody to fill it."""
    last = (group + 1) * SEATS
    if last <= line.size:
        return line[last - 1]
    return max(line[line.size - 1], closes) if group * SEATS < line.size else inf


@compiled
def next_begin(
    schedule: tuple[Floats, Ints], guides: int, free: Floats, back: Floats, ready: float
) -> tuple[float, int]:
    """Return when the next group can begin and at which lane: a lane is open and idle, and a guide is free."""
    at, lanes_open = schedule
    begins, lane = idle_longest(at, lanes_open, free, ready)
    if guides == 0:
        return begins, lane
    guided = guide_free(at, lanes_open, guides, back, begins)
    while begins < guided < inf:
        begins, lane = idle_longest(at, lanes_open, free, guided)
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
) -> None:
    """Take a group that begins at ``moments[STARTED]`` through a lane; note when it passes what."""
    edges, pace, pace_of, sampling = paces
    own = pace_of[lane]
    moments[REGISTERED] = finished(edges[own], pace[own], moments[STARTED], work[0])
    moments[MOVED] = max(moments[REGISTERED], sampling_free[lane])
    moments[DONE] = finished(edges[sampling], pace[sampling], moments[MOVED], work[1])
    free[lane], sampling_free[lane] = moments[MOVED], moments[DONE]


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
    begun = 0
    while begun < moments.shape[0]:
        special_ready = group_ready(lines[1], taken[1], closes)
        ready = min(group_ready(lines[0], taken[0], closes), special_ready)
        begins, lane = next_begin(schedule, guides, free, back, ready)
        if begins >= ends:
            break
        stream = int(special_ready <= begins)
        group = int(taken[stream])
        line = lines[1] if stream else lines[0]
        registration, sampling = (works[2], works[3]) if stream else (works[0], works[1])
        persons = min(SEATS, line.size - group * SEATS)
        work = (float(registration[group]) * persons / SEATS, float(sampling[group]) * persons / SEATS)
        moments[begun, STARTED] = begins
        pass_desks(paces, free, sampling_free, lane, work, moments[begun])
        if guides > 0:
            back[np.argmin(back)] = moments[begun, DONE] + walk
        marks[begun, GROUP], marks[begun, LANE], marks[begun, STREAM], marks[begun, PERSONS] = (
            group,
            lane,
            stream,
            persons,
        )
        taken[stream] += 1
        begun += 1
    return begun
