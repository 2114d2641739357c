"""A process that writes ticks without end and says on stdout which ones are on disk; killed by its test."""

import sys
from datetime import timedelta
from pathlib import Path

from pipelines.campaign import load_campaign
from pipelines.config import ROOT
from pipelines.store import Store
from tests.store.kit import DAY, HandClock, moment, rows


def main(path: str) -> None:
    clock = HandClock(moment("01:00"))
    store = Store(Path(path), clock, load_campaign(ROOT / "tests" / "campaigns" / "lakeside"))
    while True:
        clock.at = max(clock.at, store.moments.newest.stored_at) + timedelta(seconds=1)
        store.commit("writer", {"tube_event": page(store.last_sequence(), clock.at)})
        sys.stdout.write(f"{store.last_sequence()}\n")
        sys.stdout.flush()


def page(after: int, at) -> object:
    """Return the next twenty events of an endless feed; the first three were sent before."""
    text = "sequence | site_id | persons | happened_at\n" + "\n".join(
        f"{n} | LS-{n % 9 + 1} | {n % 10 + 1} | 01:00" for n in range(max(1, after - 2), after + 21)
    )
    assert at > DAY
    return rows("tube_event", text)


if __name__ == "__main__":
    main(sys.argv[1])
