"""The sources a command server pulls: none that would count twice, each at its own pace."""

import json

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from pipelines.config import ConfigError, SourceFile, load_sources
from pipelines.http import Http
from pipelines.jobs import Jobs


@pytest.mark.parametrize(
    ("copied", "changes", "said"),
    [
        ("tubes", {"source_id": "tubes-2"}, "more than one source of tube_events"),
        ("queues", {"source_id": "queues-2"}, "more than one source of site_queues"),
        ("counts", {"source_id": "counts-2"}, "more than one source of site_counts"),
        ("status-p1", {"source_id": "again"}, "more than one source of server_status of p1"),
        ("status-p1", {"server_id": "p9"}, "two sources 'status-p1'"),
    ],
)
def test_two_sources_that_tell_the_same_are_refused(setup, small, copied, changes, said, tmp_path):
    spec = next(spec for spec in setup.sources.source if spec.source_id == copied)
    twice = SourceFile(source=[*setup.sources.source, replace(spec, **changes)], allow=[])
    with pytest.raises(ConfigError, match=said):
        Jobs(setup.bench.store, small, twice, Http([]), setup.bench.clock)
    file = tmp_path / "sources.toml"
    file.write_text(_toml(twice))
    with pytest.raises(ConfigError, match=said):
        load_sources(file)


def _toml(sources):
    tables = [
        {name: value for name, value in to_builtins(spec).items() if value is not None} for spec in sources.source
    ]
    told = ["\n".join(f"{name} = {json.dumps(value)}" for name, value in table.items()) for table in tables]
    return "allow = []\n" + "\n".join(f"[[source]]\n{table}" for table in told)


def test_a_source_with_a_slower_pace_than_its_job_is_left_alone_until_it_is_due(setup, small):
    specs = [replace(spec, every_s=60.0 if spec.source_id == "queues" else 1.0) for spec in setup.sources.source]
    slow = SourceFile(source=specs, allow=setup.sources.allow)
    jobs = Jobs(setup.bench.store, small, slow, Http(slow.allow), setup.bench.clock)
    cycle = next(job for job in jobs._jobs if job.name == "pull_cycle")
    for _ in range(3):
        jobs._boundary.run(cycle)
    asked = [path.partition("?")[0] for path in setup.world.asked]
    assert (asked.count("/queues"), asked.count("/counts/LS-1"), asked.count("/tubes")) == (1, 3, 3)
    cycle.worker.shutdown()
