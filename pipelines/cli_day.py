"""``tenfold day``: a whole day in virtual time, its figures, and the hash that says two days were the same."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import logs
from pipelines.campaign import Campaign
from pipelines.cli_options import CampaignOption, err, opened, out
from pipelines.config import ConfigError

if TYPE_CHECKING:
    from pipelines.intake.faults import Fault


def day(
    seed: Annotated[int, typer.Option(help="The same seed and faults give the same day.")] = 1,
    faults: Annotated[Path | None, typer.Option(help="A drill plan (TOML); its `in` counts from opening.")] = None,
    until: Annotated[str | None, typer.Option(help="Campaign time to stop at, HH:MM (default: last result).")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the day's ledger in this new folder.")] = None,
    campaign: CampaignOption = None,
) -> None:
    """Live a whole day in virtual time: crowd, phones, servers, ledger, couriers, labs, under a drill's faults."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Table

    from pipelines.intake.day.invariants import DayBroken
    from pipelines.intake.day.result import day_lines
    from pipelines.intake.day.virtual import virtual_day
    from pipelines.intake.drill.plan import local_moment

    logs.configure("day", logging.ERROR)
    _, loaded = opened(None, campaign, None)
    end = None if until is None else local_moment(loaded, until)
    planned, ledger = _planned(loaded, faults), _ledger(keep)
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=err) as bars:
        task = bars.add_task(f"day of seed {seed}", total=1.0)
        try:
            result = virtual_day(loaded, seed, planned, ledger, end, lambda share: bars.update(task, completed=share))
        except DayBroken as broken:
            raise ConfigError(str(broken)) from broken
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, figure in day_lines(loaded, result):
        table.add_row(name, figure)
    out.print(table)


def _planned(campaign: Campaign, plan: Path | None) -> "list[Fault]":
    from pipelines.intake.drill.plan import read_plan
    from pipelines.intake.drill.wishes import wished

    return wished(campaign, read_plan(campaign, plan), campaign.round.opens_at, []) if plan else []


def _ledger(folder: Path | None) -> Path | None:
    if folder is None:
        return None
    path = folder / "ledger.sqlite"
    if path.exists():
        raise ConfigError(f"{path} is there already, and a day is never added to another; name a new folder")
    return path
