"""The one place where a job's run begins and ends: whatever happens inside becomes a recorded run with a sentence."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import field as field_of
from datetime import datetime

import polars as pl

from pipelines.clock import Clock, stopwatch
from pipelines.jobs.runs import Run, break_rows, run_rows
from pipelines.jobs.work import Desk, Harvest
from pipelines.logs import logger
from pipelines.store import Store, StoreError
from pipelines.vocabulary import Outcome

HUNG_AT_ONCE = 3
RUNS_KEPT = 1_000
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


class Boundary:
    """Runs jobs, stores what they bring and records every run; nothing a job does gets past it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Store and record into ``store``."""
        self._store = store
        self._clock = clock
        self._turn = threading.Lock()
        self._unrecorded: deque[Run] = deque(maxlen=RUNS_KEPT)
        self._ended_s: dict[str, float] = {}
        self._trouble = ""

    def run(self, job: Job) -> None:
        """Run ``job`` once, within its limit; never raises."""
        started_at, started_s = self._clock.now(), stopwatch()
        brought = self._brought(job)
        self._record(job.name, started_at, started_s, brought)
        self._ended_s[job.name] = stopwatch()

    def skipped(self, name: str, reason: str) -> None:
        """Record that a run was left out, and why; never waits for the store."""
        run = Run(name, self._clock.now(), 0.0, 0, 0, Outcome.SKIPPED, reason)
        with self._turn:
            self._unrecorded.append(run)

    def ended_s(self, name: str) -> float | None:
        """Return the stopwatch's seconds at which the job's last run ended, None before the first."""
        return self._ended_s.get(name)

    @property
    def trouble(self) -> str:
        """Why the last run could not be stored, "" when it was."""
        return self._trouble

    def _brought(self, job: Job) -> Harvest:
        job.hung = [run for run in job.hung if not run.done()]
        if len(job.hung) >= HUNG_AT_ONCE:
            reason = f"{len(job.hung)} earlier runs of {job.name} still hang; this one was not started"
            return Harvest(outcome=Outcome.SKIPPED, reason=reason)
        run = job.worker.submit(job.work, job.desk)
        try:
            return run.result(timeout=job.limit_s)
        except TimeoutError:
            if run.done():
                return _failed(job.name, run.exception())
            job.hung.append(run)
            job.renew()
            reason = (
                f"{job.name} did not end within {job.limit_s:.0f} s and was given up; the next run goes its own way"
            )
            return Harvest(outcome=Outcome.TIMEOUT, reason=reason)
        except Exception as error:  # noqa: BLE001 the boundary: a job's failure is a record, never the end of the schedule
            return _failed(job.name, error)

    def _record(self, name: str, started_at: datetime, started_s: float, brought: Harvest) -> None:
        earlier = self._taken()

        def finish(rows: int, broken_sites: Callable[[], pl.DataFrame]) -> dict[str, pl.DataFrame]:
            broken = (
                break_rows(broken_sites(), self._clock.now()) if brought.is_conserved else break_rows(_NONE, started_at)
            )
            run = _ended(name, started_at, started_s, brought, rows, broken)
            return {"job_run": run_rows([*earlier, run]), "check_failure": broken}

        try:
            self._store.commit(name, brought.frames, finish)
            self._trouble = ""
        except StoreError as error:
            self._keep(
                earlier, Run(name, started_at, _ms(started_s), brought.rows_pulled, 0, Outcome.FAILED, str(error))
            )
        except Exception as error:  # noqa: BLE001 the boundary, as above: rows the store cannot take
            self._keep(
                earlier, Run(name, started_at, _ms(started_s), brought.rows_pulled, 0, Outcome.FAILED, _said(error))
            )

    def _taken(self) -> list[Run]:
        with self._turn:
            earlier = list(self._unrecorded)
            self._unrecorded.clear()
        return earlier

    def _keep(self, earlier: list[Run], failed: Run) -> None:
        _log.error("run not stored", job=failed.job, why=failed.reason)
        self._trouble = f"the last run of {failed.job} could not be stored: {failed.reason}"
        with self._turn:
            self._unrecorded.extendleft(reversed([*earlier, failed]))


_NONE = pl.DataFrame(schema={"site_id": pl.String, "persons_counted": pl.Int64, "persons_in_tubes": pl.Int64})


def _ended(name: str, started_at: datetime, started_s: float, brought: Harvest, rows: int, broken: pl.DataFrame) -> Run:
    outcome, reason = brought.outcome, brought.reason
    if broken.height:
        outcome = Outcome.REJECTED
        found = "; ".join(broken["sentence"].to_list()[:5])
        reason = f"persons are not conserved at {broken.height} sites: {found}" + (f" | {reason}" if reason else "")
    return Run(name, started_at, _ms(started_s), brought.rows_pulled, rows, outcome, reason)


def _failed(name: str, error: BaseException | None) -> Harvest:
    _log.error("job failed", job=name, exc_info=error)
    return Harvest(outcome=Outcome.FAILED, reason=f"{name} failed: {_said(error)}")


def _said(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}"


def _ms(started_s: float) -> float:
    return (stopwatch() - started_s) * 1e3
