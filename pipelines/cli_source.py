"""``tenfold source``: the source contract as a document, and whether a server or a sources file keeps to it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from pipelines.cli_options import CampaignOption, HomeOption, err, opened, out
from pipelines.config import ConfigError
from pipelines.vocabulary import SourceKind

if TYPE_CHECKING:
    from pipelines.campaign import Campaign
    from pipelines.checks import Known
    from pipelines.conformance import Judged

source = typer.Typer(help="Connect real systems: their contract, and whether they keep to it.", no_args_is_help=True)


@source.command("contract")
def contract() -> None:
    """Print the source contract as an OpenAPI 3.1 document."""
    import msgspec

    from pipelines.conformance import contract_document

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(contract_document()).decode()) + "\n")


@source.command("check")
def check(
    url: Annotated[
        str | None, typer.Argument(help="A server whose routes are the contract's: http://host:port.")
    ] = None,
    sources: Annotated[
        Path | None, typer.Option("--sources", help="Check the sources of this file instead, mappings and all.")
    ] = None,
    kind: Annotated[list[SourceKind] | None, typer.Option(help="Only these kinds [default: all].")] = None,
    campaign: CampaignOption = None,
    home: HomeOption = None,
) -> None:
    """Ask every source a few times and say in sentences what is wrong; exit code 1 when anything is."""
    from pipelines.conformance import ROUTES, judge, specs_at
    from pipelines.http import Http
    from pipelines.sources.reading_file import ready_sources

    chosen, loaded = opened(home, campaign, None)
    if (url is None) == (sources is None):
        raise ConfigError("name a server (tenfold source check http://host:port) or a file (--sources FILE)")
    kinds = frozenset(kind or ROUTES)
    if sources is not None:
        read = ready_sources(sources, chosen)
        specs, allow = [spec for spec in read.source if spec.kind in kinds], read.allow
    else:
        specs, allow = specs_at(url or "", kinds), [_pair(url or "")]
    known, http = _known(loaded), Http(allow)
    judged = [judge(spec, loaded, known, http) for spec in specs]
    for one in judged:
        _tell(one)
    bad = [one for one in judged if not one.is_good]
    if bad or not judged:
        err.print(f"{len(bad)} of {len(judged)} sources cannot be used as they are", markup=False)
        raise typer.Exit(1)
    missing = sum(one.is_missing for one in judged)
    out.print(f"good: {len(judged) - missing} of {len(judged)} kinds answer as the contract asks", markup=False)


def _pair(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"a server is written http://host:port or https://host:port, got {url!r:.100}")
    return parts.netloc.rpartition("@")[2]


def _known(campaign: "Campaign") -> "Known":
    from pipelines.checks import Known
    from pipelines.clock import wall_now

    return Known(
        site_ids=frozenset(site.site_id for site in campaign.sites),
        lab_ids=frozenset(lab.lab_id for lab in campaign.labs),
        server_ids=frozenset(server.server_id for server in campaign.servers),
        town_codes=frozenset(town.town_code for town in campaign.towns),
        shift_ids=frozenset(shift.shift_id for shift in campaign.shifts),
        round_id=campaign.round.round_id,
        previous={},
        now=wall_now(),
    )


def _tell(one: "Judged") -> None:
    state = "FAILS" if one.faults else "absent" if one.is_missing else "good"
    told = f"  {one.answers} answers, {one.rows} rows" if one.answers else ""
    out.print(f"{state:6} {one.spec.source_id}{told}", markup=False)
    for sentence in (*one.faults, *one.notes):
        out.print(f"       {sentence}", markup=False)
