"""The one place where a job's run begins and ends: whatever happens inside becomes a recorded run with a sentence."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from dataclasses import field as field_of
from datetime import datetime
from math import inf

import polars as pl

from pipelines.clock import Clock, stopwatch
from pipelines.jobs.runs import Run, break_rows, run_rows
from pipelines.jobs.work import Desk, Harvest
from pipelines.logs import logger
from pipelines.store import Store, StoreError
from pipelines.vocabulary import Outcome

HUNG_AT_ONCE = 3
RUNS_KEPT = 1_000
LEAD_WITHIN_S = 1.5
LEAD_TAKES_S = 6.0
"""For how long a leading job under way is waited for: on a busy machine it takes longer than from run to run."""
Frames = Mapping[str, pl.DataFrame]
Finish = Callable[[int, Callable[[], pl.DataFrame]], Frames]
_log = logger(__name__)


@dataclass
class Job:
    """One row of the job table: what to do, how often (wall seconds), and when a run counts as hung."""

    name: str
    work: Callable[[Desk], Harvest]
    desk: Desk
    every_s: float
    limit_s: float
    worker: ThreadPoolExecutor = field_of(init=False)
    hung: list[Future[Harvest]] = field_of(default_factory=list)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Give the job a fresh thread; a hung one is left behind and can store nothing."""
        self.worker = ThreadPoolExecutor(1, thread_name_prefix=self.name)


@dataclass(frozen=True)
class _Left:
    """What a run brought and its record, waiting for the leading job's next tick."""

    frames: dict[str, pl.DataFrame]
    run: Run


class Boundary:
    """Runs jobs, stores what they bring and records every run; nothing a job does gets past it.

    While the leading job ends regularly, the others leave what they bring for its next tick: one tick a second is
    cheaper than four, and what was asked at the edge stays at the edge for longer.
    """

    def __init__(self, store: Store, clock: Clock, lead: str = "") -> None:
        """Store and record into ``store``; ``lead`` is the job whose ticks carry what the others bring."""
        self._store = store
        self._clock = clock
        self._lead = lead
        self._lead_began_s = -inf
        self._left: dict[str, _Left] = {}
        self._turn = threading.Lock()
        self._unrecorded: deque[Run] = deque(maxlen=RUNS_KEPT)
        self._ended_s: dict[str, float] = {}
        self._moved_s: dict[str, float] = {}
        self._trouble = ""

    def run(self, job: Job) -> None:
        """Run ``job`` once, within its limit; never raises."""
        started_at, started_s = self._clock.now(), stopwatch()
        if job.name == self._lead:
            self._lead_began_s = started_s
        brought, is_by_itself = self._brought(job)
        if job.name in self._left:
            self.flush()
        if not self._leaves(job.name, started_at, started_s, brought):
            self._record(job.name, started_at, started_s, brought)
        self._ended_s[job.name] = stopwatch()
        if is_by_itself:
            self._moved_s[job.name] = stopwatch()

    def flush(self) -> None:
        """Store what still waits for the leading job, in a tick of its own."""
        with self._turn:
            left = list(self._left.values())
            self._left.clear()
        if left:
            frames = _together([waiting.frames for waiting in left])
            self._commit(
                "flush", frames, lambda _rows, _broken: {"job_run": run_rows(_runs(left))}, lambda why: _lost(left, why)
            )

    def skipped(self, name: str, reason: str) -> None:
        """Record that a run was left out, and why; never waits for the store."""
        run = Run(name, self._clock.now(), 0.0, 0, 0, Outcome.SKIPPED, reason)
        with self._turn:
            self._unrecorded.append(run)

    def ended_s(self, name: str) -> float | None:
        """Return the stopwatch's seconds at which the job's last run ended, None before the first."""
        return self._ended_s.get(name)

    def moved_s(self, name: str) -> float | None:
        """Return the same of the last run that ended by itself; one given up, or never begun, moved nothing."""
        return self._moved_s.get(name)

    @property
    def trouble(self) -> str:
        """Why the last run could not be stored, "" when it was."""
        return self._trouble

    def _brought(self, job: Job) -> tuple[Harvest, bool]:
        """Return what a run brought, and whether it ended by itself."""
        job.hung = [run for run in job.hung if not run.done()]
        if len(job.hung) >= HUNG_AT_ONCE:
            reason = f"{len(job.hung)} earlier runs of {job.name} still hang; this one was not started"
            return Harvest(outcome=Outcome.SKIPPED, reason=reason), False
        run = job.worker.submit(job.work, job.desk)
        try:
            return run.result(timeout=job.limit_s), True
        except TimeoutError:
            if run.done():
                return _failed(job.name, run.exception()), True
            job.hung.append(run)
            job.renew()
            reason = (
                f"{job.name} did not end within {job.limit_s:.0f} s and was given up; the next run goes its own way"
            )
            return Harvest(outcome=Outcome.TIMEOUT, reason=reason), False
        except Exception as error:  # noqa: BLE001 the boundary: a job's failure is a record, never the end of the schedule
            return _failed(job.name, error), True

    def _leaves(self, name: str, started_at: datetime, started_s: float, brought: Harvest) -> bool:
        """Leave what was brought for the leading job and say so; not when that is late, or what was brought urgent."""
        with self._turn:
            if name == self._lead or brought.is_urgent or not self._is_led():
                return False
            rows = sum(frame.height for frame in brought.frames.values())
            run = _ended(name, started_at, started_s, brought, rows, break_rows(_NONE, started_at))
            self._left[name] = _Left(brought.frames, run)
        return True

    def _is_led(self) -> bool:
        """Whether a tick of the leading job is soon to come: it has just ended, or is under way."""
        ended_s, now_s = self._ended_s.get(self._lead, -inf), stopwatch()
        is_under_way = ended_s < self._lead_began_s and now_s - self._lead_began_s <= LEAD_TAKES_S
        return is_under_way or now_s - ended_s <= LEAD_WITHIN_S

    def _record(self, name: str, started_at: datetime, started_s: float, brought: Harvest) -> None:
        left, earlier = self._taken()

        def finish(rows: int, broken_sites: Callable[[], pl.DataFrame]) -> dict[str, pl.DataFrame]:
            broken = break_rows(broken_sites() if brought.is_conserved else _NONE, self._clock.now())
            own = rows - sum(waiting.run.rows_stored for waiting in left)
            run = _ended(name, started_at, started_s, brought, own, broken)
            return {"job_run": run_rows([*earlier, *_runs(left), run]), "check_failure": broken}

        def lost(why: str) -> list[Run]:
            run = Run(name, started_at, _ms(started_s), brought.rows_pulled, 0, Outcome.FAILED, why)
            return [*earlier, *_lost(left, why), run]

        self._commit(name, _together([brought.frames, *(waiting.frames for waiting in left)]), finish, lost)

    def _commit(self, name: str, frames: Frames, finish: Finish, lost: Callable[[str], list[Run]]) -> None:
        try:
            self._store.commit(name, frames, finish)
            self._trouble = ""
        except StoreError as error:
            self._keep(name, lost(str(error)), str(error))
        except Exception as error:  # noqa: BLE001 the boundary, as above: rows the store cannot take
            self._keep(name, lost(_said(error)), _said(error))

    def _taken(self) -> tuple[list[_Left], list[Run]]:
        with self._turn:
            left, earlier = list(self._left.values()), list(self._unrecorded)
            self._left.clear()
            self._unrecorded.clear()
        return left, earlier

    def _keep(self, name: str, runs: list[Run], why: str) -> None:
        _log.error("run not stored", job=name, why=why)
        self._trouble = f"the last run of {name} could not be stored: {why}"
        with self._turn:
            self._unrecorded.extendleft(reversed(runs))


_NONE = pl.DataFrame(schema={"site_id": pl.String, "persons_counted": pl.Int64, "persons_in_tubes": pl.Int64})


def _ended(name: str, started_at: datetime, started_s: float, brought: Harvest, rows: int, broken: pl.DataFrame) -> Run:
    outcome, reason = brought.outcome, brought.reason
    if broken.height:
        outcome = Outcome.REJECTED
        found = "; ".join(broken["sentence"].to_list()[:5])
        reason = f"persons are not conserved at {broken.height} sites: {found}" + (f" | {reason}" if reason else "")
    return Run(name, started_at, _ms(started_s), brought.rows_pulled, rows, outcome, reason)


def _together(parts: list[dict[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Return the rows of all parts, by table."""
    tables: dict[str, list[pl.DataFrame]] = {}
    for part in parts:
        for table, frame in part.items():
            tables.setdefault(table, []).append(frame)
    return {table: frames[0] if len(frames) == 1 else pl.concat(frames) for table, frames in tables.items()}


def _runs(left: list[_Left]) -> list[Run]:
    return [waiting.run for waiting in left]


def _lost(left: list[_Left], reason: str) -> list[Run]:
    return [replace(waiting.run, rows_stored=0, outcome=Outcome.FAILED, reason=reason) for waiting in left]


def _failed(name: str, error: BaseException | None) -> Harvest:
    _log.error("job failed", job=name, exc_info=error)
    return Harvest(outcome=Outcome.FAILED, reason=f"{name} failed: {_said(error)}")


def _said(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}"


def _ms(started_s: float) -> float:
    return (stopwatch() - started_s) * 1e3
