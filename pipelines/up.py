"""What ``tenfold up`` puts together under one supervisor: simulated world, command server, dashboard."""

import fcntl
import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.campaign import Campaign
from pipelines.clock import FileClock, set_clock, stopwatch
from pipelines.config import ROOT, ConfigError, Settings, environment_for_children, load_sources
from pipelines.day_folder import DayKind, begin, hold, leave, take_up
from pipelines.http import Http, HttpFailure
from pipelines.intake.drill.holding import HeldServers, process_name
from pipelines.intake.faults import FaultBook
from pipelines.provider import lay_provider
from pipelines.supervisor import ProcessSpec, Supervisor, port_is_free

READY_WITHIN_S = 60.0
PROBE_WITHIN_S = 2.0
BYTES_A_PERSON = 500


class UpError(ConfigError):
    """The day cannot be started; the message says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """What to start: campaign time at the start, its speed, and whether the world is simulated."""

    campaign: Campaign
    settings: Settings
    starts_at: datetime
    speed: float
    sources_file: Path | None
    resume: bool

    @property
    def is_simulated(self) -> bool:
        """Whether the registration systems are the simulated ones."""
        return self.sources_file is None


@dataclass(frozen=True)
class Progress:
    """How the edge is told what goes on: a named step with the share done (0..1), and a restarted process."""

    step: Callable[[str, float], None]
    restarted: Callable[[str, int], None]
    ready: Callable[[str], None]


def run(plan: Plan, progress: Progress) -> None:
    """Start everything, say where it is, keep it alive until a signal comes, then stop everything."""
    with _only_one(plan.settings.home):
        hold(plan.settings, DayKind.SIMULATED if plan.is_simulated else DayKind.REAL)
        specs = process_specs(plan)
        refuse_taken_ports(plan.settings, specs)
        http = Http([f"{plan.settings.host}:{spec.port}" for spec in specs if spec.port is not None])
        supervisor = Supervisor(
            environment_for_children(plan.settings),
            plan.settings.log_folder,
            ROOT,
            probe=lambda spec: _answers(http, plan.settings, spec, spec.alive_path),
        )
        with _signals_stop(supervisor):
            try:
                _start(plan, specs, supervisor, progress, http)
                if plan.is_simulated:
                    supervisor.held = held_servers(plan)
                supervisor.watch(progress.restarted)
            finally:
                if plan.is_simulated:
                    leave(plan.settings)
                supervisor.stop()


def held_servers(plan: Plan) -> HeldServers:
    """Return what tells which servers a drill holds down; asked only once the day's clock is there."""
    return HeldServers(plan.campaign, FaultBook(plan.settings.fault_file), FileClock(plan.settings.clock_file))


def _start(plan: Plan, specs: list[ProcessSpec], supervisor: Supervisor, progress: Progress, http: Http) -> None:
    """Lay the day so far while the slow importers load; the clock stands still until all of them answer."""
    starts_at = _lay_folder(plan)
    slow_first = [spec for spec in specs if spec.name == "dashboard"]
    for spec in slow_first:
        supervisor.start(spec)
    if plan.is_simulated and not plan.resume:
        from pipelines.intake.day.prefill import prefill

        prefill(plan.campaign, plan.settings, starts_at, lambda share: progress.step("day so far", share))
    for spec in specs:
        if spec not in slow_first:
            supervisor.start(spec)
    _wait_until_ready(plan.settings, specs, supervisor, progress, http)
    if supervisor.stopping.is_set():
        return
    if plan.is_simulated:
        set_clock(plan.settings.clock_file, starts_at, plan.speed)
    progress.ready(f"http://{plan.settings.host}:{plan.settings.dashboard_port}")


def _lay_folder(plan: Plan) -> datetime:
    """Make the runtime folder fit the plan; return the campaign time at which the day goes on."""
    if not plan.is_simulated:
        return plan.starts_at
    starts_at = take_up(plan.settings, plan.campaign) if plan.resume else begin(plan.settings, plan.starts_at)
    plan.settings.sources_file.write_text(simulated_sources(plan.campaign, plan.settings), encoding="utf-8")
    return starts_at


def process_specs(plan: Plan) -> list[ProcessSpec]:
    """Return the processes of a plan, the world's first."""
    chosen = plan.settings
    tenfold = [sys.executable, "-m", "pipelines.cli"]
    world: list[ProcessSpec] = []
    if plan.is_simulated:
        ids = [server.server_id for server in plan.campaign.servers]
        world = [
            ProcessSpec(process_name(name), [*tenfold, "intake", "server", name], chosen.server_port(index))
            for index, name in enumerate(ids)
        ]
        world.append(ProcessSpec("data", [*tenfold, "intake", "data"], chosen.data_port))
        world.append(ProcessSpec("world", [*tenfold, "intake", "world"], chosen.world_port))
    sources = [] if plan.sources_file is None else ["--sources", str(plan.sources_file)]
    return [
        *world,
        ProcessSpec("command", [*tenfold, "pipelines", *sources], chosen.command_port, ready_path="/readyz"),
        ProcessSpec("watch", [*tenfold, "watch"], None),
        ProcessSpec("dashboard", dashboard_command(chosen), chosen.dashboard_port, *["/_stcore/health"] * 2),
    ]


def dashboard_command(chosen: Settings) -> list[str]:
    """Return the command line that serves the dashboard on its port, bound to loopback; raises ConfigError."""
    provider = lay_provider(chosen)
    return [
        *(sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py")),
        *("--server.port", str(chosen.dashboard_port), "--server.address", chosen.host, "--server.headless", "true"),
        *([] if provider is None else ["--secrets.files", str(provider)]),
    ]


def refuse_taken_ports(chosen: Settings, specs: list[ProcessSpec]) -> None:
    """Raise UpError naming every port that another program holds."""
    taken = [spec for spec in specs if spec.port is not None and not port_is_free(chosen.host, spec.port)]
    if taken:
        named = ", ".join(f"{spec.port} (for {spec.name})" for spec in taken)
        raise UpError(
            f"these ports on {chosen.host} are already in use: {named}. "
            f"Stop the program that holds them, or choose others: tenfold up --port {chosen.port + 100}"
        )


def simulated_sources(campaign: Campaign, chosen: Settings) -> str:
    """Return the text of sources.toml for the simulated world."""
    data, world = f"{chosen.host}:{chosen.data_port}", f"{chosen.host}:{chosen.world_port}"
    servers = [(s.server_id, f"{chosen.host}:{chosen.server_port(i)}") for i, s in enumerate(campaign.servers)]
    allow = ", ".join(f'"{address}"' for address in [data, world, *(address for _, address in servers)])
    rows = [
        _source("counts", "site_counts", f"http://{data}/v1/sites/{{site_id}}/counts", 1),
        _source("tubes", "tube_events", f"http://{data}/v1/tubes?after={{after}}&limit={{limit}}", 1),
        _source("queues", "site_queues", f"http://{world}/v1/queues", 1),
        _source("network", "network", f"http://{world}/v1/network", 2),
        _source("roster", "roster", f"http://{world}/v1/roster", 5),
        _source("labs", "lab_counts", f"http://{data}/v1/labs", 5),
        _source("desks", "desks", f"http://{world}/v1/desks", 3),
        _source("orders", "orders", f"http://{world}/v1/orders", 3),
        _source("people", "people", f"http://{world}/v1/people", 15, cap_bytes=_people_cap(campaign)),
        _source("steps", "steps", f"http://{data}/v1/steps?after={{after}}&limit={{limit}}", 3),
        _source("inputs", "inputs", f"http://{world}/v1/inputs?after={{after}}&limit={{limit}}", 5),
        _source("cases", "special_cases", f"http://{world}/v1/special-cases?after={{after}}&limit={{limit}}", 10),
        _source("exceptions", "exceptions", f"http://{data}/v1/exceptions?after={{after}}&limit={{limit}}", 5),
        _source("gates", "gates", f"http://{world}/v1/gates", 10),
        _source("kit", "kit", f"http://{world}/v1/kit", 10),
        _source("vehicles", "vehicles", f"http://{world}/v1/vehicles", 10),
        _source("labels", "labels", f"http://{world}/v1/labels", 10),
        _source("quality", "quality", f"http://{data}/v1/quality", 10),
        *(
            _source(f"status-{name}", "server_status", f"http://{address}/v1/status", 1) + f'server_id = "{name}"\n'
            for name, address in servers
        ),
    ]
    orders = f'[orders]\nurl = "http://{world}/v1/orders"\n'
    return f"allow = [{allow}]\n\n{orders}\n" + "\n".join(rows)


def _source(source_id: str, kind: str, url: str, every_s: int, **more: int) -> str:
    told = f'[[source]]\nsource_id = "{source_id}"\nkind = "{kind}"\nurl = "{url}"\nevery_s = {every_s}\n'
    return told + "".join(f"{key} = {value}\n" for key, value in more.items())


def _people_cap(campaign: Campaign) -> int:
    """Return how large the page of everybody on the register may be."""
    return 4_000_000 + BYTES_A_PERSON * sum(plan.persons for plan in campaign.staff)


def _wait_until_ready(
    chosen: Settings, specs: list[ProcessSpec], supervisor: Supervisor, progress: Progress, http: Http
) -> None:
    waiting = {spec.name: spec for spec in specs}
    deadline = stopwatch() + READY_WITHIN_S
    while waiting and not supervisor.stopping.wait(0.1):
        for name, spec in list(waiting.items()):
            if _answers(http, chosen, spec, spec.ready_path):
                del waiting[name]
        progress.step("processes", 1 - len(waiting) / len(specs))
        _refuse_dead_or_late(chosen, supervisor, sorted(waiting), deadline)


def _answers(http: Http, chosen: Settings, spec: ProcessSpec, path: str) -> bool:
    if spec.port is None:
        return True
    url = f"http://{chosen.host}:{spec.port}{path}"
    try:
        return http.ask("GET", url, deadline_s=PROBE_WITHIN_S, cap_bytes=100_000).status == 200
    except HttpFailure:
        return False


def _refuse_dead_or_late(chosen: Settings, supervisor: Supervisor, waiting: list[str], deadline: float) -> None:
    for name, code in supervisor.exited():
        raise UpError(
            f"{name} ended with code {code} while starting; its last words are in {chosen.log_folder / name}.log"
        )
    if waiting and stopwatch() > deadline:
        late = ", ".join(waiting)
        raise UpError(f"not ready after {READY_WITHIN_S:.0f} s: {late}; the reason is in {chosen.log_folder}")


@contextmanager
def _only_one(home: Path) -> Generator[None]:
    """Hold the runtime folder's lock; the kernel frees it however this process ends."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise UpError(
                f"another `tenfold up` (process {lock.read().strip() or '?'}) runs in {home}; "
                f"stop it, or give this one its own folder and ports with --home and --port"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _signals_stop(supervisor: Supervisor) -> Generator[None]:
    """Turn the first Ctrl-C or TERM into an orderly stop."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda _number, _frame: supervisor.stopping.set())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def check_sources(path: Path) -> None:
    """Raise ConfigError when the user's sources file cannot be used."""
    if not load_sources(path).source:
        raise ConfigError(f"the sources file {path} names no source; add at least one [[source]]")
