"""A whole day in virtual time, without sockets: the live day's crowd, phones, servers' decisions, ledger and labs."""

import gc
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pipelines.campaign.model import Campaign
from pipelines.clock import cpu_seconds, stopwatch
from pipelines.intake.day.invariants import DayBroken, OnSite, breaks_at_the_end, breaks_so_far
from pipelines.intake.day.result import DayResult, Effort, day_result
from pipelines.intake.day.virtual_books import Books
from pipelines.intake.day.virtual_door import VirtualDoor
from pipelines.intake.day.virtual_links import VirtualLinks
from pipelines.intake.faults import Fault, KnownFaults
from pipelines.intake.ledger import audit
from pipelines.intake.ledger.opening import open_ledger
from pipelines.intake.ledger.resume import Standing
from pipelines.intake.ledger.solo import solo
from pipelines.intake.moments import MINUTE, SECOND, micros
from pipelines.intake.places import Place
from pipelines.intake.world.carriers import ImmediateCarrier
from pipelines.intake.world.desk_crew import DeskCrew
from pipelines.intake.world.groups import SERVED, Group
from pipelines.intake.world.identity import Pseudonyms
from pipelines.intake.world.live_day import LiveDay, barcode_of
from pipelines.intake.world.sites import Sites
from pipelines.intake.world.telemetry import Link

STEP = 10 * SECOND
QUIET_STEP = MINUTE  # when the sites are closed and only couriers and labs work
LINK_STEP = MINUTE  # networks are asked anew as often, the grain of their noise
TEND_EVERY = MINUTE
REPORT_EVERY = MINUTE
COMMIT_EVERY = 30 * MINUTE
CHECK_EVERY = 60 * MINUTE
SETS_UP_BEFORE = 60 * MINUTE  # before opening, people sign in and phones log in
LONGEST_AFTER = 24 * 60 * MINUTE  # after closing; a lab that takes longer is not waited for
SEARCHED_FOR = 5 * 60 * MINUTE  # what was lost longer ago does not turn up
NOBODY_BEFORE = Standing(tubes=[], device_sequences={}, last_sampled_at={}, last_resulted_at={})


def virtual_day(
    campaign: Campaign,
    seed: int,
    faults: Sequence[Fault] = (),
    ledger_path: Path | None = None,
    until: datetime | None = None,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> DayResult:
    """Live the day up to ``until`` (None: to the last result); raises DayBroken when an invariant does not hold.

    The ledger is written to ``ledger_path``, or to a folder that is gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="tenfold-day-") as folder:
        path = ledger_path or Path(folder) / "ledger.sqlite"
        opened = closing(open_ledger(path, campaign, is_durable=False))
        with _no_collector(), opened as connection, solo(connection):
            day = VirtualDay(campaign, seed, faults, Books(connection))
            return day.run(None if until is None else micros(until), on_progress)


@contextmanager
def _no_collector() -> Generator[None]:
    """Look for no cycles: a day makes millions of objects, and hardly a cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class WatchedDay(LiveDay):
    """A live day that remembers which tubes walked on, so that the ledger can be held against it."""

    walked_on: dict[str, int]
    given_up: list[str]

    def acknowledge(self, place: Place, group: Group, at: int, is_recorded: bool = True) -> None:
        """Let a group walk on, and remember it."""
        if is_recorded:
            self.walked_on[barcode_of(place, group)] = group.persons
        else:
            self.given_up.append(barcode_of(place, group))
        super().acknowledge(place, group, at, is_recorded)


class VirtualDay:
    """One day from a seed: turned step by step by one thread, the same every time."""

    def __init__(self, campaign: Campaign, seed: int, faults: Sequence[Fault], books: Books) -> None:
        """Stand an hour before opening."""
        self._campaign, self._seed, self._books = campaign, seed, books
        opens_at, self._closes_at = micros(campaign.round.opens_at), micros(campaign.round.closes_at)
        self._now = self._begins_at = opens_at - SETS_UP_BEFORE
        self._day = WatchedDay(campaign, NOBODY_BEFORE, self._now, seed, faults)
        self._day.walked_on, self._day.given_up = {}, []
        self._sites = Sites(campaign, self._day.places, self._day.tally, seed)
        self._sites.change_crowds(self._day.crowds)
        self._sites.change_faults(faults)
        self._links = VirtualLinks(self._sites, self._day.places, faults, LINK_STEP)
        pseudonyms = Pseudonyms(sha256(f"virtual day {seed}".encode()).digest(), campaign.round.round_id, seed)
        self._door = VirtualDoor(campaign, KnownFaults(faults), self._link, seed)
        self._crew = DeskCrew(
            campaign,
            self._day,
            NOBODY_BEFORE,
            lambda place, group: self._day.tokens(pseudonyms, place, group),
            self._door,
            ImmediateCarrier(),
            links=self._links,
            seed=seed,
        )
        self._crew.change_faults(faults)
        self._tended_at = self._told_at = self._checked_at = self._committed_at = self._now
        self._is_quiet = self._was_quiet = False

    def run(self, until: int | None, on_progress: Callable[[float], None]) -> DayResult:
        """Turn the day to its end; raises DayBroken as soon as a check finds an invariant broken."""
        wall_s, cpu_s = stopwatch(), cpu_seconds()
        ends_at = self._closes_at + LONGEST_AFTER if until is None else until
        expected = self._closes_at + LONGEST_AFTER // 3 - self._begins_at if until is None else until - self._begins_at
        is_over = False
        while self._now < ends_at and not is_over:
            self._turn(min(self._now + (QUIET_STEP if self._is_quiet else STEP), ends_at))
            if self._now - self._checked_at >= CHECK_EVERY:
                is_over = self._check()
                on_progress(min((self._now - self._begins_at) / expected, 1.0))
        self._tell()
        self._books.commit()
        self._refuse(breaks_so_far(self._books.connection, self._on_site(), self._books.refusals))
        if until is None:
            self._refuse(breaks_at_the_end(self._books.connection, self._campaign, self._on_site()))
        on_progress(1.0)
        effort = Effort((self._now - self._begins_at) / SECOND, stopwatch() - wall_s, cpu_seconds() - cpu_s)
        return day_result(self._books.connection, self._door, effort, self._not_served())

    def _turn(self, to: int) -> None:
        due = sorted(
            ((group.closed_at, place.index, group.lane_no, group) for place, group in self._day.registrations(to)),
            key=lambda one: one[:3],
        )
        self._door.turn(to)
        for closed_at, site, _, group in due:
            self._stand(max(closed_at, self._now))
            self._crew.register(self._day.places[site], group, self._now)
            self._crew.settle(self._now)
        self._stand(to)
        self._crew.settle(to)
        if to - self._tended_at >= TEND_EVERY:
            self._tended_at = to
            self._crew.tend(to)
            self._crew.settle(to)
        if to - self._told_at >= REPORT_EVERY:
            self._tell()

    def _stand(self, now: int) -> None:
        self._now = now
        self._door.page = self._books.page(now)

    def _tell(self) -> None:
        """Report what couriers, labs and sites have to tell."""
        now, lanes = self._now, self._day.lanes
        self._told_at = now
        self._books.custody(self._crew.sift(self._day.steps(now)), now)
        self._books.things([*self._day.things(), *self._sites.things(now), *self._crew.things()], now)
        if now - self._committed_at >= COMMIT_EVERY:
            self._committed_at = now
            self._books.commit()
        self._sites.nets.change_crowd([each.queue_persons(now) for each in lanes])
        self._is_quiet = now > self._closes_at and not any(each.is_open(now, 0) for each in lanes) and not self._busy()

    def _busy(self) -> bool:
        return any(phone.has_work for at_site in self._crew.phones for phone in at_site)

    def _check(self) -> bool:
        """Refuse a day that is broken; return whether it is over. Once all is quiet only the labs go on."""
        self._checked_at = self._now
        if not (self._is_quiet and self._was_quiet):
            self._refuse(breaks_so_far(self._books.connection, self._on_site(), self._books.refusals))
        self._was_quiet = self._is_quiet
        return self._is_quiet and not audit.unfinished(self._books.connection, self._now - SEARCHED_FOR)

    def _refuse(self, found: Sequence[audit.Break]) -> None:
        if found:
            raise DayBroken(found, self._seed)

    def _on_site(self) -> OnSite:
        phones = [phone for at_site in self._crew.phones for phone in at_site]
        return OnSite(
            walked_on=self._day.walked_on,
            at_desks=frozenset(barcode_of(p.desk.place, p.desk.group) for p in phones if p.desk.group),
            on_phones=frozenset(tube.barcode for phone in phones for tube in phone.queue.tubes),
            given_up=self._day.given_up,
            persons_begun=sum(lanes.persons_begun(of) for lanes in self._day.lanes for of in SERVED),
        )

    def _not_served(self) -> int:
        """Return how many persons stood in a line when the day ended."""
        came = sum(len(crowd.lines[of]) for crowd in self._day.crowds for of in SERVED)
        return came - sum(lanes.persons_begun(of) for lanes in self._day.lanes for of in SERVED)

    def _link(self, place: Place, now: int) -> Link:
        return self._links.link(place, now, self._day.lanes[place.index].lanes_open)
