"""``tenfold fault``: break the running simulated day on purpose, and mend it."""

from collections.abc import Sequence
from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.campaign import Campaign
from pipelines.cli_options import CampaignOption, HomeOption, PortOption, opened, out
from pipelines.config import Settings
from pipelines.contract import Moment
from pipelines.vocabulary import FaultKind

if TYPE_CHECKING:
    from rich.table import Table

    from pipelines.intake.drill.client import FaultClient
    from pipelines.intake.drill.words import FaultList
    from pipelines.intake.faults import Fault

fault = typer.Typer(help="Break the running simulated day on purpose, and mend it.", no_args_is_help=True)


@fault.command("add")
def add(
    kind: Annotated[FaultKind, typer.Argument(help="What to break.", show_choices=True)],
    target: Annotated[str, typer.Option(help="A server, site, town, lab or carrier (default: everywhere).")] = "",
    minutes: Annotated[float | None, typer.Option("--for", help="Campaign minutes (default: the kind's).")] = None,
    in_minutes: Annotated[float, typer.Option("--in", help="Campaign minutes from now.")] = 0.0,
    strength: Annotated[float | None, typer.Option(help="Above 0 to 1 (default: the kind's).")] = None,
    seed: Annotated[int, typer.Option(help="Chance of its own.")] = 0,
    campaign: CampaignOption = None,
    home: HomeOption = None,
    port: PortOption = None,
) -> None:
    """Add one fault; it ends by itself, and what it broke mends."""
    from pipelines.intake.drill.words import FaultWish

    chosen, loaded = opened(home, campaign, port)
    wish = FaultWish(kind=kind, target=target, minutes=minutes, in_minutes=in_minutes, strength=strength, seed=seed)
    _show(loaded, _client(chosen).add([wish]), "added")


@fault.command("plan")
def plan(
    file: Annotated[Path, typer.Argument(help="A TOML file that lists [[fault]]: kind, target, at or in, for, …")],
    campaign: CampaignOption = None,
    home: HomeOption = None,
    port: PortOption = None,
) -> None:
    """Add the faults of a drill plan, all or none."""
    from pipelines.intake.drill.plan import read_plan

    chosen, loaded = opened(home, campaign, port)
    _show(loaded, _client(chosen).add(read_plan(loaded, file)), "added")


@fault.command("list")
def listed(campaign: CampaignOption = None, home: HomeOption = None, port: PortOption = None) -> None:
    """List the day's faults: those that act, those to come, those that are over."""
    chosen, loaded = opened(home, campaign, port)
    _show(loaded, _client(chosen).list(), "known")


@fault.command("clear")
def clear(
    fault_id: Annotated[str | None, typer.Argument(help="Its id (default: all).")] = None,
    campaign: CampaignOption = None,
    home: HomeOption = None,
    port: PortOption = None,
) -> None:
    """End one fault now, or all of them."""
    chosen, loaded = opened(home, campaign, port)
    _show(loaded, _client(chosen).clear(fault_id), "cleared")


def _client(chosen: Settings) -> "FaultClient":
    from pipelines.intake.drill.client import FaultClient

    return FaultClient(chosen)


def _show(campaign: Campaign, told: "FaultList", what: str) -> None:
    now = _local(campaign, told.observed_at)
    if not told.faults:
        out.print(f"no fault {what}; the day's clock shows {now}")
        return
    out.print(_table(campaign, told.faults, told.observed_at))
    out.print(f"{len(told.faults)} fault{'s' * (len(told.faults) > 1)} {what}; the day's clock shows {now}")


def _table(campaign: Campaign, faults: "Sequence[Fault]", now: Moment) -> "Table":
    from rich.table import Column, Table

    longest = max(len(row.fault_id) for row in faults)
    whole = Column("id", no_wrap=True, min_width=longest)  # to be given to `clear`
    table = Table(whole, "kind", "target", "strength", "from", "until", "state", box=None, pad_edge=False)
    for row in faults:
        state = "acts" if row.is_on(now) else "to come" if row.starts_at > now else "over"
        times = (_local(campaign, row.starts_at), _local(campaign, row.ends_at))
        table.add_row(row.fault_id, row.kind, row.target or "everywhere", f"{row.strength:g}", *times, state)
    return table


def _local(campaign: Campaign, at: Moment) -> str:
    return at.astimezone(timezone(timedelta(minutes=campaign.timezone_offset_minutes))).strftime("%H:%M:%S")
