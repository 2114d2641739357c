"""A server that a drill takes down is a process killed, and one released is a process started."""

import os
import signal
import threading
from pathlib import Path

import psutil

from pipelines.campaign import Campaign
from pipelines.clock import set_clock
from pipelines.config import settings
from pipelines.intake.drill.desk import FaultDesk
from pipelines.intake.drill.holding import process_name, servers_down
from pipelines.intake.drill.words import FaultWish
from pipelines.supervisor import ProcessSpec, Supervisor
from pipelines.up import Plan, held_servers
from pipelines.vocabulary import FaultKind
from tests.test_supervisor import SLEEP, wait_for


def test_a_province_that_is_down_is_its_servers_and_not_the_citys(small: Campaign, tmp_path: Path) -> None:
    desk, now = FaultDesk(small, tmp_path / "faults.json"), small.round.demo_starts_at
    desk.add([FaultWish(kind=FaultKind.PROVINCE_DOWN, minutes=10.0)], now)
    assert servers_down(small, desk.book, now) == {"p1", "p2"}
    desk.clear(None, now)
    assert servers_down(small, desk.book, now) == frozenset()


def test_a_servers_process_is_killed_while_its_fault_acts_and_started_when_it_ends(
    small: Campaign, tmp_path: Path
) -> None:
    chosen, now = settings(home=tmp_path, campaign=small.folder, port=22_040), small.round.demo_starts_at
    set_clock(chosen.clock_file, now, 0.0)
    held = held_servers(Plan(small, chosen, now, 60.0, None, resume=False))
    supervisor = Supervisor(dict(os.environ), tmp_path / "logs", tmp_path, held=held)
    for server in small.servers:
        supervisor.start(ProcessSpec(process_name(server.server_id), SLEEP, None))
    first = {server.server_id: supervisor.pid(process_name(server.server_id)) for server in small.servers}
    restarts: list[tuple[str, int]] = []
    thread = threading.Thread(target=supervisor.watch, args=(lambda *ended: restarts.append(ended), 0.01))
    thread.start()
    try:
        desk = FaultDesk(small, chosen.fault_file)
        desk.add([FaultWish(kind=FaultKind.SERVER_DOWN, target="p1", in_minutes=5.0, minutes=10.0)], now)
        assert psutil.pid_exists(first["p1"])
        (fault,) = desk.book.all()
        set_clock(chosen.clock_file, fault.starts_at, 0.0)
        wait_for(lambda: not psutil.pid_exists(first["p1"]))
        assert [psutil.pid_exists(first[name]) for name in ("p2", "city")] == [True, True]
        set_clock(chosen.clock_file, fault.ends_at, 0.0)
        wait_for(lambda: restarts)
        assert restarts == [("server-p1", -signal.SIGKILL)]
        assert psutil.pid_exists(supervisor.pid("server-p1"))
    finally:
        supervisor.stop()
        thread.join()
