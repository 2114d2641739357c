"""The job that keeps how ready each town is, check by check, whenever it changes: what the days before leave behind."""

import polars as pl

from pipelines.jobs.work import Desk, Harvest
from pipelines.vocabulary import ReadyCheck

EVERY_S = 60.0
KEY = ("check", "town_code")
COUNT = pl.Schema(
    {
        "check": pl.String(),
        "town_code": pl.String(),
        "ready": pl.Int64(),
        "needed": pl.Int64(),
        "measured_at": pl.Datetime("us", "UTC"),
    }
)


def measure_readiness(desk: Desk) -> Harvest:
    """Bring home the counts that are not what they were; nothing before any site has told anything."""
    edge = desk.inquiry.edge()
    if edge.tick == 0:
        return Harvest()
    known = desk.inquiry.answer("readiness_live", edge.as_of).unpivot(
        [check.value for check in ReadyCheck], index=["town_code"], variable_name="check", value_name="state"
    )
    counts = (
        known.filter(pl.col("state") != "unknown")
        .group_by(KEY, maintain_order=True)
        .agg(ready=(pl.col("state") == "ok").sum().cast(pl.Int64), needed=pl.len().cast(pl.Int64))
        .with_columns(measured_at=pl.lit(edge.as_of).cast(COUNT["measured_at"]))
        .select(list(COUNT))
    )
    before: pl.DataFrame = desk.memory.get("counts", pl.DataFrame(schema=COUNT))
    news = counts.join(before, on=[*KEY, "ready", "needed"], how="anti")
    desk.memory["counts"] = counts
    return Harvest({"readiness_count": news} if news.height else {}, news.height)
