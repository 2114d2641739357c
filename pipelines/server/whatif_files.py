"""What-if answers as files: figures or assumptions as CSV or XLSX with a footer, the scenario as TOML."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import polars as pl

from pipelines.campaign.model import Campaign
from pipelines.clock import wall_now
from pipelines.exports import About, write_export
from pipelines.server.refusals import Refusal
from pipelines.vocabulary import ExportForm

TABLES = ("answer", "curves", "assumptions")
TOML = "toml"
FORMS = (TOML, ExportForm.CSV.value, ExportForm.XLSX.value)
CURVES = ("wait_minutes", "queue", "sampled")
FIGURES = ("mean", "half_width", "day_low", "day_high")


class WhatIfFileBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /v1/whatif/files``: what was asked, and the form: csv, xlsx, or toml of the first scenario.

    ``table`` answer: grain one scenario, scope and measure, differences from the first scenario too; curves: grain one
    scenario, wide scope, curve and step, as the chart has it; assumptions: grain one scenario and value.
    """

    scenarios: list[dict[str, Any]]
    replications: int = 30
    form: str = ExportForm.CSV.value
    table: str = TABLES[0]


def check(body: WhatIfFileBody) -> None:
    """Raise Refusal (422) for a form or a table that there is not, or for no scenario."""
    for said, known, field in ((body.form, FORMS, "form"), (body.table, TABLES, "table")):
        if said not in known:
            raise Refusal(422, field, f"{field} must be one of {', '.join(known)}, got {said[:40]!r}", field)
    if not body.scenarios:
        raise Refusal(422, "scenarios", "a file is of one to four scenarios, got none", "scenarios")


def toml_of(body: WhatIfFileBody) -> bytes:
    """Return the first scenario as ``tenfold whatif`` reads it."""
    from pipelines.planning import ScenarioError, from_plain, to_toml

    try:
        return to_toml(from_plain(body.scenarios[0])).encode()
    except ScenarioError as error:
        raise Refusal(422, "scenario", str(error), "scenarios") from error


def file_of(body: WhatIfFileBody, answered: bytes, campaign: Campaign, by: str) -> bytes:
    """Return an answer's table as a file."""
    told = msgspec.json.decode(answered)
    frame = MAKERS[body.table](told)
    first = body.scenarios[0]
    about = About(
        ask=f"whatif_{body.table}",
        as_of=campaign.round.opens_at + timedelta(minutes=float(first.get("starts_minute", 0.0))),
        made_at=wall_now(),
        by=by,
        params={"replications": str(body.replications), "scenarios": str(len(body.scenarios))},
        offset_minutes=campaign.timezone_offset_minutes,
    )
    with TemporaryDirectory(prefix="tenfold-whatif-") as folder:
        target = Path(folder) / f"whatif.{body.form}"
        write_export(frame, ExportForm(body.form), about, target)
        return target.read_bytes()


def _figures(told: dict[str, Any]) -> pl.DataFrame:
    rows = [
        {"scenario": name, "less": less, "level": scope["level"], "scope_id": scope["scope_id"], "measure": measure}
        | {figure: float(band[figure]) for figure in FIGURES}
        for name, less, scopes in (
            *((one["scenario_name"], "", one["scopes"]) for one in told["answers"]),
            *((one["second"], one["first"], one["scopes"]) for one in told["differences"]),
        )
        for scope in scopes
        for measure, band in scope["bands"].items()
    ]
    return pl.DataFrame(rows)


def _assumptions(told: dict[str, Any]) -> pl.DataFrame:
    rows = [
        {"scenario": answer["scenario_name"]} | one | {"value": str(one["value"])}
        for answer in told["answers"]
        for one in answer["assumptions"]
    ]
    return pl.DataFrame(rows)


def _curves(told: dict[str, Any]) -> pl.DataFrame:
    return pl.concat(
        pl.DataFrame(
            {"minute": [one["step_minutes"] * n for n in range(len(one[curve]["mean"]))]}
            | {figure: pl.Series(one[curve][figure], dtype=pl.Float64) for figure in FIGURES}
        ).select(
            pl.lit(answer["scenario_name"]).alias("scenario"),
            pl.lit(one["level"]).alias("level"),
            pl.lit(one["scope_id"]).alias("scope_id"),
            pl.lit(curve).alias("curve"),
            pl.all(),
        )
        for answer in told["answers"]
        for one in answer["curves"]
        for curve in CURVES
    )


MAKERS: dict[str, Callable[[dict[str, Any]], pl.DataFrame]] = dict(
    zip(TABLES, (_figures, _curves, _assumptions), strict=True)
)
