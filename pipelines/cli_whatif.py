"""``tenfold whatif``: a scenario file in, its answer out, as a table or as JSON."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_options import CampaignOption, err, opened, out
from pipelines.config import ConfigError

if TYPE_CHECKING:
    from pipelines.campaign import Campaign
    from pipelines.planning import Answer, Band, Scenario


def whatif(
    file: Annotated[Path | None, typer.Argument(help="A scenario (TOML) [default: the campaign's base case].")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    as_toml: Annotated[bool, typer.Option("--toml", help="Print the scenario, to change and ask again.")] = False,
    against: Annotated[Path | None, typer.Option(help="Another scenario: print the difference from it.")] = None,
    replications: Annotated[int, typer.Option("--replications", "-n", help="How many days are lived.")] = 30,
    campaign: CampaignOption = None,
) -> None:
    """Ask what if: simulate a scenario's day and print waits, finish and who is left, with 95 % bands."""
    from pipelines.planning import ScenarioError

    _, loaded = opened(None, campaign, None)
    try:
        scenario = _read(loaded, file)
        if as_toml:
            _print_toml(scenario)
            return
        _answer(scenario, None if against is None else _read(loaded, against), replications, as_json=as_json)
    except ScenarioError as refusal:
        raise ConfigError(str(refusal)) from refusal


def _read(campaign: "Campaign", file: Path | None) -> "Scenario":
    from pipelines.planning import ScenarioError, base_case, beyond, from_toml

    try:
        scenario = base_case(campaign) if file is None else from_toml(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the scenario {file} cannot be read: {error}; `tenfold whatif --toml` prints one") from error
    if found := beyond(scenario, campaign):
        raise ScenarioError(found)
    return scenario


def _print_toml(scenario: "Scenario") -> None:
    from pipelines.planning import to_toml

    sys.stdout.write(to_toml(scenario))


def _answer(scenario: "Scenario", other: "Scenario | None", replications: int, *, as_json: bool) -> None:
    import msgspec
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from pipelines.planning import answer, difference, simulate

    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=err) as bars:
        task = bars.add_task(scenario.name, total=replications)
        runs = simulate(scenario, replications, lambda done, of: bars.update(task, completed=done, total=of))
        apart = None if other is None else difference(simulate(other, replications), runs)
    told = answer(runs)
    if as_json:
        whole = {"answer": told} if apart is None else {"answer": told, "difference": apart}
        sys.stdout.write(msgspec.json.encode(whole).decode() + "\n")
        return
    _print_table(told, {} if apart is None else apart.district.bands)


def _print_table(told: "Answer", apart: "dict[str, Band]") -> None:
    from rich.table import Table

    table = Table("district", "mean", "± 95 %", *(["difference", "± 95 %"] if apart else []), box=None, pad_edge=False)
    for name, one in told.district.bands.items():
        more = [f"{apart[name].mean:+,.2f}", f"{apart[name].half_width:,.2f}"] if apart else []
        table.add_row(name, f"{one.mean:,.2f}", f"{one.half_width:,.2f}", *more)
    out.print(table)
    out.print(f"{told.scenario_name}: {told.replications} replications; waits are {told.district.wait_class.value}")
