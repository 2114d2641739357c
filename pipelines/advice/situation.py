"""What the asks returned at one moment: all that attribution and advice look at."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

TRAINED_SHARE = 0.7  # of the registrars, offline, while nobody tells; assumption


@dataclass(frozen=True)
class Situation:
    """Frames of the named asks as of one moment; those whose feed is not there are empty.

    ``on_servers``: site_id × server_id, the desks that work there. ``left``: server_id × site_id, the desks that were
    on a server that is down when it last answered. ``before``: servers_live as it was then, those servers only.
    ``gates_before``: gates_live some minutes earlier. ``interruptions`` are open; ``lately``: site_id × cause, those
    begun in the last 15 minutes.
    """

    as_of: datetime
    sites: pl.DataFrame
    servers: pl.DataFrame
    networks: pl.DataFrame
    on_servers: pl.DataFrame = field(default_factory=pl.DataFrame)
    left: pl.DataFrame = field(default_factory=pl.DataFrame)
    before: pl.DataFrame = field(default_factory=pl.DataFrame)
    kit: pl.DataFrame = field(default_factory=pl.DataFrame)
    interruptions: pl.DataFrame = field(default_factory=pl.DataFrame)
    lately: pl.DataFrame = field(default_factory=pl.DataFrame)
    contingency: pl.DataFrame = field(default_factory=pl.DataFrame)
    inputs: pl.DataFrame = field(default_factory=pl.DataFrame)
    gates: pl.DataFrame = field(default_factory=pl.DataFrame)
    gates_before: pl.DataFrame = field(default_factory=pl.DataFrame)
    staff: pl.DataFrame = field(default_factory=pl.DataFrame)
    skills: pl.DataFrame = field(default_factory=pl.DataFrame)
    crowd: pl.DataFrame = field(default_factory=pl.DataFrame)
    vehicles: pl.DataFrame = field(default_factory=pl.DataFrame)
    labs: pl.DataFrame = field(default_factory=pl.DataFrame)


def by_site(frame: pl.DataFrame, column: str) -> dict[str, Any]:
    """Return a column by site id; empty when the frame is."""
    if frame.is_empty() or column not in frame.columns:
        return {}
    return dict(zip(frame["site_id"].to_list(), frame[column].to_list(), strict=True))


def offline_shares(situation: Situation) -> dict[str, float]:
    """Return by site id which share of its registrars can go offline now."""
    told = by_site(situation.skills, "can_go_offline_share")
    known = {site_id: told.get(site_id) for site_id in situation.sites["site_id"].to_list()}
    return {site_id: TRAINED_SHARE if share is None else share for site_id, share in known.items()}
