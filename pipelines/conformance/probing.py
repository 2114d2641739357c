"""Asking a server as the pipelines do, twice and in odd ways, and judging each answer by the pipelines' own checks."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from pipelines.campaign.model import Campaign
from pipelines.checks import Known, counts_before
from pipelines.config import SourceSpec
from pipelines.conformance.routes import CORE
from pipelines.http import Http
from pipelines.refine import TABLES, refine
from pipelines.sources import Pulled
from pipelines.sources.pulling import FEEDS, pull
from pipelines.vocabulary import Outcome, SourceKind

SLOW_SHARE = 0.5
NO_SITE = "no-such-site"
_FEEDS = FEEDS | {SourceKind.EXCEPTIONS}
Ask = Callable[..., Pulled]


@dataclass(frozen=True)
class Judged:
    """One source: ``faults`` in sentences, ``notes`` about what is allowed and worth knowing, how much it told.

    ``is_missing``: nothing answers there; a fault only for the kinds that every server needs.
    """

    spec: SourceSpec
    answers: int
    rows: int
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()
    is_missing: bool = False

    @property
    def is_good(self) -> bool:
        """Whether the source can be pulled."""
        return not self.faults


def judge(spec: SourceSpec, campaign: Campaign, known: Known, http: Http) -> Judged:
    """Return what is wrong with one source; it is asked a handful of times."""

    def ask(site_id: str | None = None, after: int | None = None) -> Pulled:
        return pull(spec, http, site_id=site_id, after=after)

    if spec.kind is SourceKind.SITE_COUNTS:
        return _judge_counts(spec, campaign, known, ask)
    if spec.kind in _FEEDS:
        return _judge_feed(spec, known, ask)
    pulls = [ask(), ask()]
    return _judged(spec, pulls, _refused(pulls[:1], known) + _refused(pulls[1:], known) + _backwards(pulls))


def _judge_counts(spec: SourceSpec, campaign: Campaign, known: Known, ask: Ask) -> Judged:
    ids = [site.site_id for site in campaign.sites]
    chosen = list(dict.fromkeys((ids[0], ids[len(ids) // 2], ids[-1])))
    first = [ask(site_id=site_id) for site_id in chosen]
    again = [ask(site_id=site_id) for site_id in chosen]
    faults = _refused(first, known)
    told = [pulled.raw for pulled in first if pulled.raw is not None]
    if told and not faults:
        faults += _refused(again, replace(known, previous=counts_before(pl.concat(told))))
    stranger = ask(site_id=NO_SITE)
    if stranger.outcome is Outcome.OK:
        faults.append(f"it answers for a site that there is not ({NO_SITE}); answer 404, or it makes up the others too")
    return _judged(spec, first + again, faults)


def _judge_feed(spec: SourceSpec, known: Known, ask: Ask) -> Judged:
    first, again = ask(after=0), ask(after=0)
    faults = _refused([first], known)
    if first.raw is None or again.raw is None or faults:
        return _judged(spec, [first, again], faults)
    if not again.raw.head(first.raw.height).equals(first.raw):
        faults.append("the first page was another one when it was asked for again; what was recorded may never change")
    if first.raw.is_empty():
        return _judged(spec, [first, again], faults, ("it holds no event yet, so its cursor could not be tried",))
    middle = int(first.raw["sequence"][first.raw.height // 2])
    after = ask(after=middle)
    faults += _refused([after], known)
    rest = first.raw.filter(pl.col("sequence") > middle)
    if after.raw is not None and not after.raw.head(rest.height).equals(rest):
        faults.append(
            f"after={middle} did not go on behind event {middle}; give the events above the cursor, ascending"
        )
    return _judged(spec, [first, again, after], faults)


def _refused(pulls: list[Pulled], known: Known) -> list[str]:
    """Return why answers could not be used: they did not come, say something else, or break a rule."""
    ended = refine(pulls, known).pulls
    return [pulled.reason for pulled in ended if pulled.outcome is not Outcome.OK]


def _backwards(pulls: list[Pulled]) -> list[str]:
    frames = [pulled.raw for pulled in pulls if pulled.raw is not None and "observed_at" in pulled.raw.columns]
    moments = [frame["observed_at"].max() for frame in frames if not frame.is_empty()]
    if len(moments) == 2 and moments[1] < moments[0]:  # pyright: ignore[reportOperatorIssue] both are moments
        return [f"its second answer is of {moments[1]}, before its first, of {moments[0]}; tell when it was so"]
    return []


def _judged(spec: SourceSpec, pulls: list[Pulled], faults: list[str], notes: tuple[str, ...] = ()) -> Judged:
    came = [pulled for pulled in pulls if pulled.raw is not None]
    rows = max((pulled.raw.height for pulled in came if pulled.raw is not None), default=0)
    is_missing = bool(pulls) and all(" answered 404 " in pulled.reason for pulled in pulls)
    slowest = max((pulled.took_ms for pulled in pulls), default=0.0)
    if came and slowest > spec.deadline_s * 1e3 * SLOW_SHARE:
        notes += (f"its slowest answer took {slowest:.0f} ms, of {spec.deadline_s * 1e3:.0f} it may take",)
    if came and not rows:
        notes += (f"it told no row, so nothing of {TABLES[spec.kind]} could be judged",)
    if is_missing and spec.kind not in CORE:
        return Judged(spec, 0, 0, (), ("nothing answers there (404); what it would show stays empty",), True)
    unique = tuple(dict.fromkeys(faults))
    return Judged(spec, len(came), rows, unique, notes, is_missing)
