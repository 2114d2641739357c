"""How long a desk is without a server when its own is killed: the whole district at 60x, four real front ends."""

import sys
import tempfile
import time
from pathlib import Path

import msgspec

from pipelines.campaign import load_campaign
from pipelines.clock import FileClock
from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.contract_desk import ThingPage
from pipelines.contract_sites import DeskState, DeskStates
from pipelines.intake.day.prefill import prefill
from pipelines.intake.moments import micros
from tests.benchmarks.report import Row, percentile, show
from tests.intake.running import Intake, running

SPEED = 60.0
SETTLE_S = 8.0  # an order has reached every desk by then
ONLINE = 500  # of the district's 595 desks, before a server is killed
WATCH_S = 10.0
KILLED = ("p2", "p3")
FIRST_TUBE = "SELECT device_id, min(recorded_at) FROM tube WHERE recorded_at > ? GROUP BY device_id"
TWICE = (
    "SELECT (SELECT count(*) - count(DISTINCT token) FROM tube_person)"
    " + (SELECT sum(persons) FROM tube) - (SELECT count(*) FROM tube_person)"
)


def main() -> list[Row]:
    """Kill two servers, one after the other; returns the rows it also prints when run alone."""
    campaign = load_campaign(DEFAULT_CAMPAIGN)
    at = campaign.round.demo_starts_at
    with tempfile.TemporaryDirectory() as folder, running(campaign, Path(folder), at, 0.0) as intake:
        prefill(campaign, intake.settings, at, lambda _share: None)
        intake.start_all()
        intake.set_clock(at, SPEED)
        logged_in: list[float] = []
        registered: list[float] = []
        for server_id in KILLED:
            intake.until(lambda: len(_online(intake)) >= ONLINE, within_s=120.0)
            time.sleep(SETTLE_S)
            back, tubes = _kill(intake, server_id)
            logged_in += back
            registered += tubes
            intake.start(server_id)
            _call_back(intake)
        twice = intake.rows(TWICE)[0][0]
    return [
        Row("desks whose server was killed", str(len(logged_in))),
        Row("killed → logged in at another server", _spread(logged_in), "p99 ≤ 2 s"),
        Row("killed → next tube acknowledged by another server", _spread(registered)),
        Row("persons counted twice", str(twice), "0"),
    ]


def _call_back(intake: Intake) -> None:
    """Order every desk back to its own server, so that the next one to be killed is lost from an even load."""
    order = {"scope": "district", "contingency": "province", "by": "benchmark", "reason": "the server is back"}
    status, answer, _ = intake.ask("world", "POST", "/v1/orders", order)
    if status != 201:
        raise RuntimeError(f"the order was refused: {answer}")


def _kill(intake: Intake, server_id: str) -> tuple[list[float], list[float]]:
    """Kill a server; return the wall seconds until each of its desks was logged in elsewhere, and until its next tube.

    A desk that found no other server in the time watched counts as the whole of it.
    """
    clock = FileClock(intake.settings.clock_file)
    here = {desk.device_id for desk in _online(intake) if desk.server_id == server_id}
    killed_at = micros(clock.now())
    intake.kill(server_id)
    time.sleep(WATCH_S)
    back = _log_ins(intake, server_id, killed_at)
    tubes = dict(intake.rows(FIRST_TUBE, killed_at))
    wall = SPEED * 1_000_000
    return (
        [(back[device] - killed_at) / wall if device in back else WATCH_S for device in here],
        [(tubes[device] - killed_at) / wall for device in here if device in tubes],
    )


def _online(intake: Intake) -> list[DeskState]:
    desks = msgspec.convert(intake.get("world", "/v1/desks"), DeskStates).desks
    return [desk for desk in desks if desk.is_online]


def _log_ins(intake: Intake, left: str, since: int) -> dict[str, int]:
    """Return when each phone that left a server was first logged in at another."""
    found: dict[str, int] = {}
    after = 0
    while True:
        page = msgspec.convert(intake.get("data", f"/v1/steps?after={after}&limit=5000"), ThingPage)
        for event in page.events:
            at = micros(event.happened_at)
            if event.step == "log_in" and event.facts["left"] == left and at > since:
                found.setdefault(event.by, at)
        if page.last_sequence == after:
            return found
        after = page.last_sequence


def _spread(values: list[float]) -> str:
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return " · ".join(f"{name} {percentile(values, share):.2f} s" for name, share in shares.items())


if __name__ == "__main__":
    show("Fail-over of desks", main())
    sys.exit(0)
