"""What a page tells of one moment, the bar's view and the answers together: fetched once for all who look at it.

A rerun waits for them only a moment, so that no slow answer holds a page up: it draws the last ones whole meanwhile.
"""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from dashboard import frames, live, playing, queries, replay
from dashboard.frames import Answers
from dashboard.live import Snapshot, View
from dashboard.serving.turns import aside
from pipelines.client import Scope
from pipelines.clock import stopwatch

A = TypeVar("A")
P = ParamSpec("P")
Ask = Callable[Concatenate[Snapshot, P], A]

PAGES_HELD, IDLE_S = 64, 30.0
# For so long what was told is not asked for again while no newer moment is known.
AS_NEW_S = live.NOT_OFTENER_THAN_S
# How often it is asked whether there is a newer moment, and how lately a page was looked at that has it fetched then.
LOOK_S, LOOKED_WITHIN_S = 0.15, 1.5
# How long a quick page waits for a moment about to come, and how often it looks; a browser fades it after 0.5 s.
NEWS_S, LOOK_AGAIN_S = 0.3, 0.02
# The fetchers wait for live.WORKERS and so must be others than those.
FETCHERS = ThreadPoolExecutor(max_workers=6, thread_name_prefix="page")


@dataclass
class Patience:
    """How long a rerun waits for something newer than what it has: a browser fades what waits for half a second."""

    seconds: float = 0.25


PATIENCE = Patience()


@dataclass(frozen=True)
class Told(Generic[A]):
    """A view, and the answers to what a page asks about its snapshot: None while there is no snapshot."""

    view: View
    answers: A | None


class _Page(Generic[A]):
    """What all sessions that look at the same share: what was told last, and what is being fetched."""

    def __init__(self, scope: Scope, ask: Callable[..., A], about: tuple[Any, ...], at: datetime | None) -> None:
        self._scope, self._ask, self._about, self._at = scope, ask, about, at
        self.looked_at_s, self._fetched_at_s = stopwatch(), -1e9
        self._lock = threading.Lock()
        self._last: Told[A] | None = None
        self._coming: Future[Told[A]] | None = None

    def told(self, before: Told[A] | None = None) -> Told[A]:
        """Return the newest, or after a moment of patience the one before: at first that is ``before``."""
        self.looked_at_s = stopwatch()
        if (kept := self._last) is not None and self._is_followed(kept):
            return kept
        with self._lock:
            if self._coming is None or self._coming.done():
                self._coming = FETCHERS.submit(self._fetch)
            last, coming = self._last or before, self._coming
        if coming.done():
            return coming.result()
        with aside():
            is_there = coming in wait([coming], None if last is None else PATIENCE.seconds).done
        return coming.result() if last is None or is_there else last

    def _is_followed(self, kept: Told[A]) -> bool:
        """Whether what was told last is as new as asking again would make it: newer is fetched without being asked."""
        snapshot, newest = kept.view.snapshot, live.known()
        is_newest = snapshot is not None and newest is not None and snapshot.as_of >= newest
        return is_newest and stopwatch() - self._fetched_at_s < AS_NEW_S and not _has_failed(kept.answers)

    def fetch_ahead(self, newest: datetime) -> None:
        """Have the newest moment fetched before it is asked for, when somebody looks often enough to want it."""
        if self._at is not None or stopwatch() - self.looked_at_s > LOOKED_WITHIN_S:
            return
        with self._lock:
            snapshot = self._last.view.snapshot if self._last else None
            if (snapshot is None or snapshot.as_of != newest) and (self._coming is None or self._coming.done()):
                self._coming = FETCHERS.submit(self._fetch)

    def _fetch(self) -> Told[A]:
        view, last = live.view(self._scope, self._at), self._last
        if last is None or view.snapshot is not last.view.snapshot or _has_failed(last.answers):
            told = Told(view, None if view.snapshot is None else self._ask(view.snapshot, *self._about))
        else:
            told = last if view == last.view else Told(view, last.answers)
        self._last, self._fetched_at_s = told, stopwatch()
        return told


def follow(until: threading.Event) -> None:
    """Have each moment fetched as soon as it is there, for the pages that are looked at, until it is told to end.

    To run in a thread of its own, beside the pages: each of them then finds what it draws.
    """
    while not until.wait(LOOK_S):
        pages = list(_PAGES.values())
        if pages and (newest := live.newest()) is not None:
            for page in pages:
                page.fetch_ahead(newest)


def latest(scope: Scope, ask: Ask[P, A], *about: P.args, **_: P.kwargs) -> Told[A]:
    """Return the newest view of ``scope``, or the one that is replayed, with ``ask(snapshot, *about)``.

    ``ask`` is a function of a module, not of a page, whose functions are others at every run; ``about`` can be hashed.
    """
    page, drawn = _page(scope, ask, about, replay.moment()), playing.drawn()
    if drawn is None:
        return cast("Told[A]", page.told())
    found = page.told(drawn.get((scope, ask, about)))
    drawn[scope, ask, about] = found
    return cast("Told[A]", found)


def await_news(drawn: datetime | None, is_asked: Callable[[], bool]) -> None:
    """Wait, ``NEWS_S`` at the longest, until a moment is known that is newer than the one a page has ``drawn``.

    A refresh comes every second, by its browser's clock: one that comes a little before a moment would leave it to
    the next. It waits no longer once ``is_asked`` says that the viewer wants something: that goes before.
    """
    until = stopwatch() + NEWS_S
    with aside():
        while drawn is not None and live.known() == drawn and stopwatch() < until and not is_asked():
            time.sleep(LOOK_AGAIN_S)


def asked(snapshot: Snapshot, names: Iterable[str], cut: Scope | None = None, about: str = "") -> Answers:
    """Return the answers to the named asks of a snapshot's moment, of its scope or of what that is cut to."""
    return frames.gather(cut or snapshot.scope, snapshot.as_of, names, about)


def _has_failed(answers: object) -> bool:
    return bool(getattr(answers, "failures", ()))


_PAGES: dict[tuple[Any, ...], _Page[Any]] = {}
queries.CACHES.append(_PAGES.clear)


def _page(scope: Scope, ask: Callable[..., Any], about: tuple[Any, ...], at: datetime | None) -> _Page[Any]:
    key = (scope, ask, about, at)
    page = _PAGES.get(key)
    if page is None:
        if len(_PAGES) >= PAGES_HELD:
            for idle in [key for key, held in list(_PAGES.items()) if stopwatch() - held.looked_at_s > IDLE_S]:
                _PAGES.pop(idle, None)
        page = _PAGES.setdefault(key, _Page(scope, ask, about, at))
    return page
