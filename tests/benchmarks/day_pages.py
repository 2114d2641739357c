"""The sites' own pages as a day of the benchmark brings them: what moves moves, the rest is told again."""

from datetime import datetime

import polars as pl

from pipelines.campaign import Campaign
from pipelines.columns import SHORT_TUBE, STORED
from pipelines.vocabulary import SourceKind

DESKS_EVERY, OTHERS_EVERY = 2, 5
MOVING = 40
"""One desk in so many does something else than at the last look."""


def site_pages(campaign: Campaign, at: datetime, number: int) -> dict[str, pl.DataFrame]:
    """Return what tick ``number`` brings: desks every other second, the other pages every fifth."""
    told: dict[str, pl.DataFrame] = {}
    if number % DESKS_EVERY == 0:
        told["desk"] = _desks(campaign, at, number)
    if number % OTHERS_EVERY == 0:
        told |= _counted(campaign, number) | {"person": _people(campaign, number), "kit": _kit(campaign)}
    return told


def _desks(campaign: Campaign, at: datetime, number: int) -> pl.DataFrame:
    rows = [
        {
            "device_id": f"{site.site_id}-{lane:02d}",
            "site_id": site.site_id,
            "lane_no": lane,
            "server_id": "p1",
            "contingency": "province",
            "session_state": "online",
            "is_online": True,
            "queued_uploads": number if (lane + number) % MOVING == 0 else 0,
            "open_barcode": None,
            "persons_bound": 0,
            "since": campaign.round.opens_at,
        }
        for site in campaign.sites
        for lane in range(1, site.lanes + 1)
    ]
    return pl.DataFrame(rows, schema=STORED[SourceKind.DESKS])


def _counted(campaign: Campaign, number: int) -> dict[str, pl.DataFrame]:
    """Gates, labels and quality: every site's counters have moved."""
    sites = [site.site_id for site in campaign.sites]
    kinds = {"gate": SourceKind.GATES, "label_stock": SourceKind.LABELS, "site_quality": SourceKind.QUALITY}
    moved = {
        table: pl.DataFrame({"site_id": sites}).select(
            pl.col("site_id") if name == "site_id" else pl.lit(number, dtype).alias(name)
            for name, dtype in STORED[kind].items()
        )
        for table, kind in kinds.items()
    }
    short = pl.DataFrame([(site, "interrupted", number // 100) for site in sites], schema=SHORT_TUBE, orient="row")
    return moved | {"short_tube": short}


def _kit(campaign: Campaign) -> pl.DataFrame:
    sites = pl.DataFrame({"site_id": [site.site_id for site in campaign.sites]})
    schema = STORED[SourceKind.KIT]
    return sites.select(
        pl.col("site_id") if name == "site_id" else pl.lit(5).cast(dtype).alias(name) for name, dtype in schema.items()
    )


def _people(campaign: Campaign, number: int) -> pl.DataFrame:
    """Everybody on the register; a few more have signed in since the last look."""
    plan = [(row.site_id, row.role.value) for row in campaign.staff for _ in range(row.persons)]
    rows = pl.DataFrame(plan, schema=["site_id", "role"], orient="row").with_row_index("n")
    return rows.select(
        staff_no=pl.format("S{}", "n"),
        site_id="site_id",
        role="role",
        task=pl.lit("guide"),
        shift_id=pl.lit("whole"),
        is_trained_online=pl.lit(value=True),
        is_trained_offline=pl.lit(value=True),
        is_trained_city=pl.lit(value=False),
        phone=pl.lit("android"),
        signed_in_at=pl.when(pl.col("n") < number * 6).then(pl.lit(campaign.round.opens_at).dt.cast_time_unit("us")),
        signed_out_at=pl.lit(None),
    ).cast(dict(STORED[SourceKind.PEOPLE]))
