"""A process whose disk is full for a while: it writes, may not, then may again, and says on stdout what it saw."""

import resource
import signal
import sys
from pathlib import Path

from pipelines import logs
from pipelines.campaign import load_campaign
from pipelines.config import ROOT
from pipelines.store import Store, StoreFailed
from tests.store.kit import HandClock, moment
from tests.store.writer import page


def main(path: str) -> None:
    logs.configure("starved")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    clock = HandClock(moment("01:00"))
    store = Store(Path(path), clock, load_campaign(ROOT / "tests" / "campaigns" / "lakeside"))
    store.commit("writer", {"tube_event": page(0, clock.at)})
    store.checkpoint()
    _limit(512)
    try:
        store.commit("writer", {"tube_event": page(20, clock.at)})
    except StoreFailed as failed:
        sys.stdout.write(f"refused: {failed}\n")
    sys.stdout.write(f"read: {store.last_sequence()}\n")
    _limit(resource.RLIM_INFINITY)
    clock.at = moment("01:01")
    store.commit("writer", {"tube_event": page(store.last_sequence(), clock.at)})
    sys.stdout.write(f"stored: {store.last_sequence()} tick {store.moments.newest.number}\n")
    store.close()


def _limit(size: float) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(sys.argv[1])
