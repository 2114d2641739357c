"""``tenfold whatif``: a scenario file in, its answer out, as a table or as JSON."""

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_options import CampaignOption, HomeOption, PortOption, err, opened, out
from pipelines.config import ConfigError, secret

if TYPE_CHECKING:
    from pipelines.campaign import Campaign
    from pipelines.config import Settings
    from pipelines.planning import Answer, Band, Curve, Scenario


def whatif(
    file: Annotated[Path | None, typer.Argument(help="A scenario (TOML) [default: the campaign's base case].")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    as_toml: Annotated[bool, typer.Option("--toml", help="Print the scenario, to change and ask again.")] = False,
    against: Annotated[Path | None, typer.Option(help="Another scenario: print the difference from it.")] = None,
    replications: Annotated[int, typer.Option("--replications", "-n", help="How many days are lived.")] = 30,
    curve: Annotated[
        str | None,
        typer.Option(help="When people come: a preset, or yesterday or today_so_far of the running product."),
    ] = None,
    campaign: CampaignOption = None,
    home: HomeOption = None,
    port: PortOption = None,
) -> None:
    """Ask what if: simulate a scenario's day and print waits, finish and who is left, with 95 % bands."""
    from pipelines.planning import ScenarioError

    chosen, loaded = opened(home, campaign, port)
    try:
        scenario = _read(loaded, file, chosen, curve)
        if as_toml:
            _print_toml(scenario)
            return
        other = None if against is None else _read(loaded, against, chosen, None)
        _answer(scenario, other, replications, as_json=as_json)
    except ScenarioError as refusal:
        raise ConfigError(str(refusal)) from refusal


def _read(campaign: "Campaign", file: Path | None, chosen: "Settings", curve: str | None) -> "Scenario":
    """Return the scenario of a file, None for the base case, with the arrival curve of that name, None for its own."""
    from pipelines.planning import ScenarioError, base_case, beyond, from_plain, to_toml

    try:
        told = tomllib.loads(to_toml(base_case(campaign)) if file is None else file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([f"the scenario is no TOML: {error}"]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the scenario {file} cannot be read: {error}; `tenfold whatif --toml` prints one") from error
    told |= {} if curve is None else {"curve": curve}
    scenario = from_plain(told, _curves(told.get("curve"), chosen))
    if found := beyond(scenario, campaign):
        raise ScenarioError(found)
    return scenario


def _curves(named: object, chosen: "Settings") -> "dict[str, Curve]":
    """Return the presets' curves, and a day's own by the running product where one of them is named."""
    import msgspec

    from pipelines.client import AskRefused, CommandClient, CommandUnavailable
    from pipelines.client_whatif import WhatIfClient
    from pipelines.planning import Curve
    from pipelines.planning.arrived import TODAY_SO_FAR, YESTERDAY
    from pipelines.planning.presets import CURVES

    if named not in (YESTERDAY, TODAY_SO_FAR):
        return CURVES
    client = WhatIfClient(CommandClient(chosen.command_url, secret(chosen, "command")))
    try:
        return msgspec.convert(client.presets()["curves"], dict[str, Curve])
    except (CommandUnavailable, AskRefused) as error:
        known = ", ".join(CURVES)
        raise ConfigError(
            f"the curve {named!r} is told by the running product: {error}; start `tenfold up`, or name one of {known}"
        ) from error


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
