"""The command server's figures in Prometheus' text format, so that a Grafana can watch us."""

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from pipelines.store import Store
from pipelines.vocabulary import ScopeLevel

TOTALS = {
    "persons_registered": "person-samples registered",
    "tubes_registered": "tubes registered",
    "persons_sampled": "person-samples sampled",
    "tubes_at_lab": "tubes received by a lab",
    "tubes_resulted": "tubes resulted",
}
NOW = {
    "sites_open": "open sites",
    "queue_persons": "persons queueing at open sites",
    "wait_max_minutes": "longest wait, minutes",
    "servers_down": "registration servers that do not answer",
    "networks_down": "Wi-Fi networks down or slow",
}


class Figures(Collector):
    """What is measured, asked anew for each scrape at the live edge; a figure that is not known is left out."""

    def __init__(self, store: Store) -> None:
        """Ask ``store``."""
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        edge = self._store.moments.edge()
        common = {"as_of": edge.as_of, "speed": edge.speed or 1.0}
        common |= {"scope_level": ScopeLevel.DISTRICT.value, "scope_id": None}
        yield _gauge("tick", "number of the newest tick", edge.tick)
        yield _gauge("clock_speed", "campaign seconds a second, 0 when paused", edge.speed)
        yield _gauge("edge_timestamp_seconds", "newest moment that can be asked about", edge.as_of.timestamp())
        yield _gauge("store_commit_milliseconds", "how long the last commit took", self._store.commit_ms)
        yield from self._totals(common)
        yield from self._sources(common)
        yield from self._jobs(common)
        yield self._alerts(common)

    def _totals(self, common: dict[str, Any]) -> Iterator[Metric]:
        row = self._store.ask("district_totals", common).row(0, named=True)
        fresh = self._store.ask("freshness", common).row(0, named=True)
        yield from (_counter(name, text, row[name]) for name, text in TOTALS.items() if row[name] is not None)
        yield from (_gauge(name, text, row[name]) for name, text in NOW.items() if row[name] is not None)
        yield _gauge("sites_fresh", "sites whose counts are fresh", fresh["sites_fresh"])
        yield _gauge("sites", "sites of the campaign", fresh["sites_total"])
        yield _gauge("events_behind", "tube events counted by sites and not pulled yet", fresh["events_behind"])
        if fresh["oldest_age_s"] is not None:
            yield _gauge("oldest_site_age_seconds", "age of the oldest site's counts", fresh["oldest_age_s"])

    def _sources(self, common: dict[str, Any]) -> Iterator[Metric]:
        good = _gauge(
            "source_last_good_timestamp_seconds", "last good pull of a source, campaign time", None, "source", "kind"
        )
        age = _gauge("source_age_seconds", "wall seconds since the last good pull of a source", None, "source", "kind")
        for row in self._store.ask("sources_live", common).iter_rows(named=True):
            if row["last_good_at"] is not None:
                good.add_metric([row["source_id"], row["kind"]], row["last_good_at"].timestamp())
                age.add_metric([row["source_id"], row["kind"]], row["age_s"])
        yield good
        yield age

    def _jobs(self, common: dict[str, Any]) -> Iterator[Metric]:
        runs = _gauge("job_runs_last_hour", "runs of a job in the last campaign hour", None, "job", "outcome")
        took = _gauge("job_took_milliseconds", "how long a job's last run took", None, "job")
        for row in self._store.ask("jobs_live", common).iter_rows(named=True):
            good = row["runs"] - row["failures"] - row["skipped"]
            for outcome, count in (("good", good), ("failed", row["failures"]), ("skipped", row["skipped"])):
                runs.add_metric([row["job"], outcome], count)
            if row["took_ms"] is not None:
                took.add_metric([row["job"]], row["took_ms"])
        yield runs
        yield took

    def _alerts(self, common: dict[str, Any]) -> Metric:
        firing = _gauge("alerts_firing", "alarms that are not over", None, "severity", "is_muted")
        counts: dict[tuple[str, str], int] = {}
        for row in self._store.ask("alerts_live", common).iter_rows(named=True):
            if row["is_alarm"]:
                key = (row["severity"], "yes" if row["muted_by"] else "no")
                counts[key] = counts.get(key, 0) + 1
        for key, count in counts.items():
            firing.add_metric(list(key), count)
        return firing


def exposition(store: Store) -> bytes:
    """Return everything as text: our own figures, and CPU seconds, memory and files of this process."""
    registry = CollectorRegistry()
    registry.register(Figures(store))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


def _gauge(name: str, text: str, value: float | None, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"tenfold_{name}", text, value=value, labels=labels or None)


def _counter(name: str, text: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(f"tenfold_{name}", text, value=value)
