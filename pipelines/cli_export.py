"""``tenfold export``: a named ask as a file with a footer, and the proof that such a file is whole."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from pipelines.cli_options import HomeOption, PortOption, err, out
from pipelines.config import ConfigError, secret, settings
from pipelines.vocabulary import Audience, ExportForm, ReportForm, ScopeLevel

if TYPE_CHECKING:
    from typer._click.core import Command, Context

    from pipelines.api import Scope


class AskFirst(TyperGroup):
    """A group whose first word may also be an ask's name."""

    def resolve_command(self, ctx: "Context", args: list[str]) -> "tuple[str | None, Command | None, list[str]]":
        """Take what is no command's name for the argument of ``ask``."""
        known = not args or args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["ask", *args])


export = typer.Typer(
    cls=AskFirst, help="Export a table (`tenfold export sites_live`), or check an export.", no_args_is_help=True
)


@export.command("ask")
def ask(
    name: Annotated[str, typer.Argument(help="The ask: its name is that of a file in pipelines/store/asks.")],
    form: Annotated[ExportForm, typer.Option("--format", help="The file's form.")] = ExportForm.CSV,
    as_of: Annotated[
        str | None, typer.Option(help="As it was known then: 2021-06-06T09:40:00+08:00 [default: now].")
    ] = None,
    scope: Annotated[str, typer.Option(help="district, town:TOWN_CODE or site:SITE_ID.")] = "district",
    audience: Annotated[
        Audience, typer.Option(help="For city and public, counts of one to four persons are left out.")
    ] = Audience.INTERNAL,
    param: Annotated[list[str] | None, typer.Option(help="NAME=VALUE, a parameter of the ask's own.")] = None,
    to: Annotated[Path | None, typer.Option(help="The file to write [default: its own name, here].")] = None,
    home: HomeOption = None,
    port: PortOption = None,
) -> None:
    """Export a named ask; `tenfold export NAME` does the same. The export is put on record before it is written."""
    from pipelines.client import AskRefused, CommandClient, CommandUnavailable
    from pipelines.client_exports import export as fetched
    from pipelines.exports import ExportError
    from pipelines.exports.whole import whole

    chosen = settings(home, None, port)
    client = CommandClient(chosen.command_url, secret(chosen, "command"))
    try:
        came = fetched(
            *(client, name, form),
            as_of=_moment(as_of),
            scope=_scope(scope),
            audience=audience,
            params=_params(param or []),
            by=f"cli:{os.getuid()}",
        )
        target = to or Path(came.name)
        with whole(target) as part:
            part.write_bytes(came.data)
    except (AskRefused, CommandUnavailable, ExportError) as refusal:
        raise ConfigError(str(refusal)) from refusal
    out.print(f"{target}: {came.rows} rows, sha256 {came.sha256}", markup=False)


@export.command("report")
def report(
    hour: Annotated[str, typer.Argument(help="The hour in UTC: 2021-06-06T02:00Z.")],
    form: Annotated[ReportForm, typer.Option("--format", help="The file's form.")] = ReportForm.PDF,
    scope: Annotated[str, typer.Option(help="district, town:TOWN_CODE or site:SITE_ID.")] = "district",
    version: Annotated[int | None, typer.Option(help="Which version [default: the newest].", min=1)] = None,
    language: Annotated[str, typer.Option(help="zh or en, of a PDF or a workbook.")] = "zh",
    to: Annotated[Path | None, typer.Option(help="The file to write [default: its own name, here].")] = None,
    home: HomeOption = None,
    port: PortOption = None,
) -> None:
    """Write an hourly report as PDF, XLSX, CSV or JSON; it is put on record first."""
    from pipelines.client import AskRefused, CommandClient, CommandUnavailable
    from pipelines.client_exports import report_file
    from pipelines.exports import ExportError
    from pipelines.exports.whole import whole

    chosen = settings(home, None, port)
    client = CommandClient(chosen.command_url, secret(chosen, "command"))
    how = {"version": str(version or ""), "language": language, "by": f"cli:{os.getuid()}"}
    try:
        name, data = report_file(client, hour, form, scope=_scope(scope), **how)
        with whole(to or Path(name)) as part:
            part.write_bytes(data)
    except (AskRefused, CommandUnavailable, ExportError) as refusal:
        raise ConfigError(str(refusal)) from refusal
    out.print(f"{to or name}: {len(data):,} bytes", markup=False)


@export.command("verify")
def verify(file: Annotated[Path, typer.Argument(help="An export: .csv, .xlsx or .parquet.")]) -> None:
    """Count the rows and take the hash again; exit code 1 with a sentence when the file is not as it was made."""
    from pipelines.exports import ExportError, verify_export

    try:
        about = verify_export(file)
    except ExportError as broken:
        err.print(f"{file}: {broken}", markup=False)
        raise typer.Exit(1) from broken
    where = about.scope.id or "district"
    out.print(
        f"{file}: good; {about.ask} of {where} as of {about.as_of.isoformat()}, made {about.made_at.isoformat()} by "
        f"{about.by} for {about.audience.value} use, {about.rows} rows, sha256 {about.sha256}",
        markup=False,
    )


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"a moment is written 2021-06-06T09:40:00+08:00, got {text!r}") from error


def _scope(text: str) -> "Scope":
    from pipelines.api import Scope

    level, _, place = text.partition(":")
    if level not in set(ScopeLevel):
        raise ConfigError(f"a scope is written district, town:TOWN_CODE or site:SITE_ID, got {text!r}")
    return Scope(ScopeLevel(level), place or None)


def _params(pairs: list[str]) -> dict[str, str]:
    parts = [pair.partition("=") for pair in pairs]
    wrong = next((pair for pair, (_, sign, _) in zip(pairs, parts, strict=True) if not sign), None)
    if wrong is not None:
        raise ConfigError(f"a parameter is written NAME=VALUE, got {wrong!r}")
    return {name: value for name, _, value in parts}
