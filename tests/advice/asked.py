"""What the asks would answer to what a recorded day tells, without a store: the same columns, the same bounds."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from pipelines.advice.situation import Situation
from pipelines.campaign import Campaign
from tests.advice.recorded import Told

BACK = timedelta(minutes=10)


@dataclass
class Asked:
    """Remembers what was told before, as the store does."""

    campaign: Campaign
    down_since: dict[str, datetime] = field(default_factory=dict)
    up: dict[str, dict[str, Any]] = field(default_factory=dict)
    desks: dict[str, pl.DataFrame] = field(default_factory=dict)
    gates: list[tuple[datetime, pl.DataFrame]] = field(default_factory=list)
    counts: list[tuple[datetime, dict[str, int]]] = field(default_factory=list)

    def situation(self, now: datetime, told: Told) -> Situation:
        """Return the situation as the jobs would put it together."""
        servers = self._servers(now, told)
        down = [row["server_id"] for row in servers.iter_rows(named=True) if row["health"] == "down"]
        known = [server_id for server_id in down if server_id in self.up]
        self.gates.append((now, told["gates"]))
        back = next(gates for at, gates in reversed(self.gates) if at <= now - BACK or at == self.gates[0][0])
        return Situation(
            as_of=now,
            sites=self.sites(now, told),
            servers=servers,
            networks=self._networks(told),
            on_servers=told["desk_server"],
            before=pl.DataFrame([self.up[server_id] for server_id in known]) if known else pl.DataFrame(),
            left=pl.concat([self.desks[server_id] for server_id in known]) if known else pl.DataFrame(),
            kit=told["kit"],
            interruptions=told["interruptions"],
            lately=told["lately"],
            gates=told["gates"],
            gates_before=back,
        )

    def sites(self, now: datetime, told: Told) -> pl.DataFrame:
        """Return sites_live."""
        registered = dict(told["site_counts"].select("site_id", "persons_registered").rows())
        self.counts.append((now, registered))
        hour_ago = [counts for at, counts in self.counts if at <= now - timedelta(hours=1)]
        then = hour_ago[-1] if hour_ago else {}
        main = told["desk_server"].sort("desks").group_by("site_id").agg(pl.col("server_id").last())
        mains, queues = dict(main.rows()), {row["site_id"]: row for row in told["site_queue"].iter_rows(named=True)}
        return pl.DataFrame(
            [
                {
                    "site_id": site.site_id,
                    "town_code": site.town_code,
                    "planned_persons": site.planned_persons,
                    "persons_registered": registered[site.site_id],
                    "persons_last_hour": registered[site.site_id] - then.get(site.site_id, 0),
                    "lanes_open": queues[site.site_id]["lanes_open"],
                    "queue_persons": queues[site.site_id]["queue_persons"],
                    "wait_minutes": queues[site.site_id]["wait_minutes"],
                    "wait_class": "short" if queues[site.site_id]["is_open"] else "closed",
                    "main_server_id": mains.get(site.site_id),
                }
                for site in self.campaign.sites
            ]
        )

    def _servers(self, now: datetime, told: Told) -> pl.DataFrame:
        rows: list[dict[str, Any]] = []
        capacity = {server.server_id: server for server in self.campaign.servers}
        for row in told["server_sample"].iter_rows(named=True):
            name = row["server_id"]
            on_it = told["desk_server"].filter(pl.col("server_id") == name)
            server = capacity[name]
            load = None if row["logins"] is None else row["logins"] / server.capacity_logins
            if row["is_up"]:
                self.down_since.pop(name, None)
            since = None if row["is_up"] else self.down_since.setdefault(name, now)
            full = row | {
                "system": server.system.value,
                "capacity_logins": server.capacity_logins,
                "load_share": load,
                "desks": int(on_it["desks"].sum()),
                "error_share": None,
                "down_since": since,
                "health": self._health(row, load),
            }
            if row["is_up"]:
                self.up[name], self.desks[name] = full, on_it
            rows.append(full)
        return pl.DataFrame(rows, infer_schema_length=None)

    def _health(self, row: dict[str, Any], load: float | None) -> str:
        the = self.campaign.thresholds
        if not row["is_up"]:
            return "down"
        is_slow = row["first_byte_ms"] > the.server_slow_ms or (load or 0.0) > the.server_load_share
        return "slow" if is_slow else "ok"

    def _networks(self, told: Told) -> pl.DataFrame:
        the = self.campaign.thresholds
        slow = (pl.col("latency_ms") > the.network_slow_ms) | (pl.col("loss_share") > the.network_loss_share)
        health = pl.when(~pl.col("is_up")).then(pl.lit("down")).when(slow).then(pl.lit("slow")).otherwise(pl.lit("ok"))
        return told["network_sample"].with_columns(health.alias("health"))
