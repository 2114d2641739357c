"""``tenfold acts``: read the ledger of human acts, and check that nobody changed it."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_options import HomeOption, err, out
from pipelines.config import ConfigError, settings

acts = typer.Typer(help="Read and check the ledger of human acts.", no_args_is_help=True)
FileOption = Annotated[Path | None, typer.Option("--file", help="A ledger's file [default: that of the home].")]


@acts.command("verify")
def verify_chain(
    file: FileOption = None,
    home: HomeOption = None,
    head: Annotated[
        str | None, typer.Option(help="SEQUENCE:HASH as an earlier check printed it; that row must still be there.")
    ] = None,
) -> None:
    """Walk along the whole chain; exit code 1, naming each row, when one was changed, deleted, moved or put in."""
    from pipelines.acts import verify

    path = file or settings(home).acts_file
    told = verify(path, _noted(head))
    for finding in told.findings:
        out.print(finding.sentence, markup=False)
    if told.findings:
        err.print(f"{len(told.findings)} findings in {path}: it is not as it was written", markup=False)
        raise typer.Exit(1)
    out.print(f"{path}: good; {told.entries} acts, head {told.head_sequence}:{told.head_hash}", markup=False)


@acts.command("list")
def list_acts(
    last: Annotated[int, typer.Option(help="How many of the newest.", min=1, max=100_000)] = 50,
    file: FileOption = None,
    home: HomeOption = None,
) -> None:
    """List the newest acts, the newest last: when (campaign time, UTC), who, what, where, and why."""
    from pipelines.acts.reading import newest_acts

    for entry in newest_acts(file or settings(home).acts_file, last):
        act = entry.act
        where = act.scope.id or "district"
        parts = [
            f"{act.sequence}  {act.happened_at:%Y-%m-%d %H:%M:%S}  {act.by}  {act.kind.value}  {where}",
            act.target,
            entry.facts_json if act.facts else "",
            repr(act.reason) if act.reason else "",
        ]
        out.print("  ".join(part for part in parts if part), markup=False)


def _noted(head: str | None) -> tuple[int, str] | None:
    if head is None:
        return None
    sequence, _, told = head.partition(":")
    if sequence.isascii() and sequence.isdecimal() and len(told) == 64:
        return int(sequence), told
    raise ConfigError(f"a head is written SEQUENCE:HASH (64 hexadecimal digits), got {head[:100]!r}")
