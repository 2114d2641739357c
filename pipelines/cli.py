"""The ``tenfold`` command: what a person types, turned into calls; every refusal is a sentence and exit code 2."""

import gc
import os
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import logs
from pipelines.campaign import Campaign, CampaignError, check_campaign, load_campaign
from pipelines.cli_acts import acts
from pipelines.cli_day import day
from pipelines.cli_drill import fault
from pipelines.cli_export import export
from pipelines.cli_notify import notify
from pipelines.cli_options import CampaignOption, HomeOption, PortOption, err, opened, out
from pipelines.cli_source import source
from pipelines.cli_user import user
from pipelines.cli_watch import watch
from pipelines.cli_whatif import whatif
from pipelines.config import ROOT, ConfigError, environment_for_children, settings

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from pipelines.up import Progress as Shown

# A server that was killed is back as soon as its imports are done: each command imports what it needs, when it runs.
HELP = "Tenfold (十合一采样指挥台): the command center for sampling a whole population in a day."
app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # which would take "[env: ...]" for markup
)
intake = typer.Typer(help="Run one process of the simulated registration intake.", no_args_is_help=True)
app.add_typer(intake, name="intake")
app.add_typer(fault, name="fault")
app.add_typer(acts, name="acts")
app.add_typer(user, name="user")
app.add_typer(notify, name="notify")
app.add_typer(export, name="export")
app.add_typer(source, name="source")
app.command("day")(day)
app.command("watch")(watch)
app.command("whatif")(whatif)
SourcesOption = Annotated[
    Path | None, typer.Option("--sources", help="Pull these sources (sources.toml) instead of the simulated world.")
]


@app.command()
def up(
    campaign: CampaignOption = None,
    home: HomeOption = None,
    port: PortOption = None,
    speed: Annotated[float, typer.Option(help="Campaign seconds per second.", min=0.1, max=600)] = 60.0,
    start: Annotated[
        str | None, typer.Option(help="Campaign time at the start, HH:MM [default: the campaign's own].")
    ] = None,
    sources: SourcesOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the last simulated day, not a new one.")] = False,
) -> None:
    """Run everything: simulated intake, pipelines, dashboard. Ctrl-C stops all of it."""
    from pipelines import up as whole

    chosen, loaded = opened(home, campaign, port)
    logs.configure("up")
    if sources is not None:
        from pipelines.sources.reading_file import ready_sources

        ready_sources(sources, chosen)
        whole.check_sources(sources)
    plan = whole.Plan(loaded, chosen, _start_of(loaded, start), speed, sources, resume)
    with _bars() as bars:
        whole.run(plan, _shown(bars))


@intake.command("server")
def intake_server(
    server_id: Annotated[str, typer.Argument(help="A server_id of servers.csv.")],
    campaign: CampaignOption = None,
    home: HomeOption = None,
    port: PortOption = None,
) -> None:
    """Serve one registration front end (or the city system) over the shared ledger."""
    gc.disable()  # until it serves: collecting what imports make costs a tenth of a restart
    from pipelines.intake.servers.serving import serve_front_end

    chosen, loaded = opened(home, campaign, port)
    known = [server.server_id for server in loaded.servers]
    if server_id not in known:
        raise ConfigError(f"no server {server_id!r} in {loaded.folder / 'servers.csv'}; it has {', '.join(known)}")
    logs.configure(f"server-{server_id}")
    serve_front_end(loaded, chosen, server_id)


@intake.command("data")
def intake_data(campaign: CampaignOption = None, home: HomeOption = None, port: PortOption = None) -> None:
    """Serve the data interface: counts, tube events, labs, custody."""
    from pipelines.intake.servers.serving import serve_data

    logs.configure("data")
    chosen, loaded = opened(home, campaign, port)
    serve_data(loaded, chosen)


@intake.command("world")
def intake_world(campaign: CampaignOption = None, home: HomeOption = None, port: PortOption = None) -> None:
    """Run the crowd, the desks, the couriers and the labs; serve queues, roster and network."""
    from pipelines.intake.world.process import serve_world

    logs.configure("world")
    chosen, loaded = opened(home, campaign, port)
    serve_world(loaded, chosen)


@intake.command("prefill")
def intake_prefill(
    until: Annotated[str, typer.Option(help="Campaign time to run to, HH:MM.")],
    campaign: CampaignOption = None,
    home: HomeOption = None,
    port: PortOption = None,
) -> None:
    """Write the day so far into an empty ledger, in virtual time."""
    from pipelines.intake.day.prefill import prefill

    chosen, loaded = opened(home, campaign, port)
    with _bars() as bars:
        prefill(loaded, chosen, _start_of(loaded, until), lambda share: _show(bars, {}, "day so far", share))


@app.command()
def pipelines(
    campaign: CampaignOption = None, home: HomeOption = None, port: PortOption = None, sources: SourcesOption = None
) -> None:
    """Run the command server: pulls, checks, store, command API."""
    from pipelines.day_folder import DayKind, kind_of
    from pipelines.server import serve_command

    logs.configure("command")
    from pipelines.sources.reading_file import ready_sources

    chosen, loaded = opened(home, campaign, port)
    is_simulated = sources is None and kind_of(chosen) is DayKind.SIMULATED
    serve_command(loaded, chosen, ready_sources(sources or chosen.sources_file, chosen), is_simulated=is_simulated)


@app.command()
def dashboard(home: HomeOption = None, port: PortOption = None) -> None:
    """Serve the dashboard; it asks the command server for everything."""
    from pipelines.up import dashboard_command

    chosen = settings(home=home, port=port)
    command = dashboard_command(chosen)
    os.chdir(ROOT)  # where Streamlit looks for .streamlit/config.toml
    os.execve(command[0], command, environment_for_children(chosen))  # noqa: S606  # our own interpreter, no shell


@app.command()
def check(folder: Annotated[Path, typer.Argument(help="The campaign folder to validate.")]) -> None:
    """Validate a campaign folder and name every fault in it."""
    faults = check_campaign(folder)
    for found in faults:
        out.print(str(found), markup=False)
    if faults:
        err.print(f"{len(faults)} fault{'s' * (len(faults) > 1)} in {folder}; nothing was loaded", markup=False)
        raise typer.Exit(1)
    loaded = load_campaign(folder)
    out.print(f"{folder}: good; {len(loaded.towns)} towns, {len(loaded.sites)} sites, {len(loaded.servers)} servers")


def _start_of(loaded: Campaign, start: str | None) -> datetime:
    if start is None:
        return loaded.round.demo_starts_at
    try:
        wanted = time.fromisoformat(start)
    except ValueError as error:
        raise ConfigError(f"a start time is written HH:MM, for example 09:30; got {start!r}") from error
    local = timezone(timedelta(minutes=loaded.timezone_offset_minutes))
    return datetime.combine(loaded.round.opens_at.astimezone(local).date(), wanted, local)


def _bars() -> "Progress":
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=err)


def _show(bars: "Progress", tasks: "dict[str, TaskID]", step: str, share: float) -> None:
    if step not in tasks:
        tasks[step] = bars.add_task(step, total=1.0)
    bars.update(tasks[step], completed=share)


def _shown(bars: "Progress") -> "Shown":
    from pipelines.up import Progress as Shown

    tasks: dict[str, TaskID] = {}

    def ready(address: str) -> None:
        bars.stop()
        out.print(f"Tenfold is live at {address}  (Ctrl-C stops everything)")

    def restarted(name: str, code: int) -> None:
        err.print(f"{name} had ended (code {code}) and was started again")

    return Shown(lambda step, share: _show(bars, tasks, step, share), restarted, ready)


def main() -> None:
    """Run the command line; a known refusal is one sentence on stderr and exit code 2."""
    try:
        app()
    except (ConfigError, CampaignError) as refusal:
        err.print(f"tenfold: {refusal}", markup=False)
        raise SystemExit(2) from refusal


if __name__ == "__main__":
    main()
