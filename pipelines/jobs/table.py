"""The job table: which jobs there are, how often they run, and the only user of APScheduler.

One scheduled job a cycle, never one a site. A run that is due while the last one still goes on is left out and
recorded; a run that is late is made up for once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor as Workers
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from pipelines import clock as clocks
from pipelines.acts import ActLedger
from pipelines.alerts.channels import Channel
from pipelines.alerts.deadman import Part
from pipelines.alerts.voice import Voice, voices_of
from pipelines.campaign.model import Campaign
from pipelines.clock import Clock, stopwatch
from pipelines.config import SourceFile, refuse_doubles
from pipelines.http import Http
from pipelines.jobs import (
    advise,
    attribute,
    deliver_orders,
    escalate,
    freeze_reports,
    keep_answers,
    measure_readiness,
    notify,
    predict,
    pull_acts,
    pull_cycle,
    send_reports,
    take_inbox,
    watch,
)
from pipelines.jobs.boundary import Boundary, Job
from pipelines.jobs.checkpoint import checkpoint
from pipelines.jobs.inquiry import Inquiry
from pipelines.jobs.pull_feed import pull_feed
from pipelines.jobs.pull_page import pull_page
from pipelines.jobs.work import Desk, Harvest
from pipelines.sources import Puller
from pipelines.store import Store
from pipelines.vocabulary import SourceKind

CHECKPOINT_S = 60.0
LIMIT_S = 15.0
SILENT_S = 20.0
SITES = (SourceKind.GATES, SourceKind.KIT, SourceKind.VEHICLES, SourceKind.LABELS, SourceKind.QUALITY)
"""What the sites tell on pages of their own, seldom enough to be asked for together."""


@dataclass(frozen=True)
class _Row:
    name: str
    work: Callable[[Desk], Harvest]
    kinds: tuple[SourceKind, ...]
    every_s: float = CHECKPOINT_S
    """Wall seconds from run to run, of a job without sources; the others keep their sources' pace."""
    is_of_acts: bool = False


_TABLE = (
    _Row("pull_cycle", pull_cycle.pull_cycle, pull_cycle.KINDS),
    _Row("probe_servers", pull_page, (SourceKind.SERVER_STATUS,)),
    _Row("pull_network", pull_page, (SourceKind.NETWORK,)),
    _Row("pull_roster", pull_page, (SourceKind.ROSTER,)),
    _Row("pull_labs", pull_page, (SourceKind.LAB_COUNTS,)),
    _Row("attribute", attribute.attribute, (), attribute.EVERY_S),
    _Row("advise", advise.advise, (), advise.EVERY_S),
    _Row("pull_acts", pull_acts.pull_acts, (), pull_acts.EVERY_S, is_of_acts=True),
    _Row("deliver_orders", deliver_orders.deliver_orders, (), deliver_orders.EVERY_S, is_of_acts=True),
    _Row("take_inbox", take_inbox.take_inbox, (), take_inbox.EVERY_S, is_of_acts=True),
    _Row("freeze_reports", freeze_reports.freeze_reports, (), freeze_reports.EVERY_S),
    _Row("escalate", escalate.escalate, (), escalate.EVERY_S, is_of_acts=True),
    _Row("pull_desks", pull_page, (SourceKind.DESKS, SourceKind.ORDERS)),
    _Row("pull_sites", pull_page, SITES),
    _Row("pull_people", pull_page, (SourceKind.PEOPLE,)),
    _Row("pull_steps", pull_feed, (SourceKind.STEPS,)),
    _Row("pull_inputs", pull_feed, (SourceKind.INPUTS,)),
    _Row("pull_cases", pull_feed, (SourceKind.SPECIAL_CASES,)),
    _Row("pull_exceptions", pull_feed, (SourceKind.EXCEPTIONS,)),
    _Row("predict", predict.predict, (), predict.EVERY_S),
    _Row("keep_answers", keep_answers.keep_answers, (), keep_answers.EVERY_S),
    _Row("measure_readiness", measure_readiness.measure_readiness, (), measure_readiness.EVERY_S),
    _Row("checkpoint", checkpoint, ()),
    _Row("watch", watch.watch, (), watch.EVERY_S),
    _Row("notify", notify.notify, (), notify.EVERY_S),
    _Row("send_reports", send_reports.send_reports, (), send_reports.EVERY_S),
)


class Jobs:
    """All jobs of one command server, on one scheduler."""

    def __init__(
        self,
        store: Store,
        campaign: Campaign,
        sources: SourceFile,
        http: Http,
        clock: Clock,
        acts: ActLedger | None = None,
        channels: Sequence[Channel] = (),
        hold_s: float = 0.0,
        given: keep_answers.GivenAnswers | None = None,
    ) -> None:
        """Make a job of every kind that has sources; raises ConfigError when two sources tell the same.

        Without ``acts`` there are no jobs of acts; ``channels`` are told of the alerts; ``hold_s``: for
        how long (wall seconds) the jobs that judge the day judge the same moment; ``given``: what the what-if desk
        answers.
        """
        refuse_doubles(sources)
        self._boundary = Boundary(store, clock, lead=_TABLE[0].name)
        self._store = store
        inquiry = Inquiry(store, hold_s)
        make = partial(
            _job, store, campaign, sources, http, clock, acts, voices_of(channels), self._boundary, inquiry, given
        )
        self._jobs = [job for row in _TABLE if (job := make(row)) is not None]
        self._started_s: dict[str, float] = {}
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": Workers(len(self._jobs) + 1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(self._left_out, EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Start every job at once, and from then on each at its own pace."""
        for job in self._jobs:
            trigger = IntervalTrigger(seconds=job.every_s)  # pyright: ignore[reportArgumentType] fractions are fine
            self._scheduler.add_job(self._run, trigger, args=[job], id=job.name, next_run_time=clocks.wall_now())
        self._scheduler.start()

    def stop(self) -> None:
        """Start nothing more and wait for what is being stored."""
        self._scheduler.shutdown(wait=True)
        self._boundary.flush()
        for job in self._jobs:
            job.worker.shutdown(wait=False, cancel_futures=True)
            job.desk.puller.close()
            job.desk.feed.close()

    def unready(self) -> str:
        """Return "" when pulls go on and are stored, else why not, in a sentence."""
        if not self._scheduler.running:
            return "the scheduler does not run"
        if self._boundary.trouble:
            return self._boundary.trouble
        first = self._jobs[0].name
        ended_s = self._boundary.ended_s(first)
        if ended_s is None:
            return f"the first run of {first} has not ended yet"
        silent_s = stopwatch() - ended_s
        return f"{first} has not ended for {silent_s:.0f} s" if silent_s > SILENT_S + self._jobs[0].every_s else ""

    def silent_s(self) -> dict[str, float | None]:
        """Return for how many wall seconds pulls, writer, watch and notifier have made no progress, None: never any."""
        ended = {Part.PULLS: self._jobs[0].name, Part.WATCH: "watch", Part.NOTIFIER: "notify"}
        moments = {part: self._boundary.moved_s(name) for part, name in ended.items()}
        moments[Part.WRITER] = self._store.moments.committed_s
        return {part.value: None if at is None else stopwatch() - at for part, at in moments.items()}

    def _run(self, job: Job) -> None:
        self._record_gap(job)
        self._boundary.run(job)

    def _record_gap(self, job: Job) -> None:
        """Record the runs that fell out while the process stood still; the scheduler makes up for them by one."""
        now_s = stopwatch()
        due_s = max(self._started_s.get(job.name, now_s), self._boundary.ended_s(job.name) or now_s)
        self._started_s[job.name] = now_s
        missed = int((now_s - due_s) / job.every_s) - 1
        if missed > 0:
            self._boundary.skipped(
                job.name, f"{missed} runs fell out: this process stood still for {now_s - due_s:.1f} s"
            )

    def _left_out(self, event: JobExecutionEvent) -> None:
        self._boundary.skipped(event.job_id, "the run before it was still going on")


def _job(
    store: Store,
    campaign: Campaign,
    sources: SourceFile,
    http: Http,
    clock: Clock,
    acts: ActLedger | None,
    voices: Sequence[Voice],
    boundary: Boundary,
    inquiry: Inquiry,
    given: keep_answers.GivenAnswers | None,
    row: _Row,
) -> Job | None:
    specs = tuple(spec for spec in sources.source if spec.kind in row.kinds)
    if (row.kinds and not specs) or (row.is_of_acts and acts is None):
        return None
    width = len(campaign.sites) + 10 if row.name == "pull_cycle" else max(1, len(specs))
    pullers = Puller(http, width), Puller(http, 1)
    desk = Desk(
        *(store, campaign, clock, specs, *pullers, inquiry),
        acts=acts,
        orders=sources.orders,
        http=http,
        voices=voices,
        given=given.take if given else list,
        trouble=lambda: boundary.trouble,
    )
    every_s = min((spec.every_s for spec in specs), default=row.every_s)
    slowest_s = max((spec.deadline_s for spec in specs), default=0.0)
    return Job(row.name, row.work, desk, every_s, LIMIT_S + slowest_s)
