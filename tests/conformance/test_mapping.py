"""Another system's words become the contract's: fields, words, units, times, sites, a key, and files beside routes."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.campaign import Campaign
from pipelines.config import ROOT, ConfigError, SourceFile, SourceSpec, settings
from pipelines.contract import SiteCounts
from pipelines.http import Http
from pipelines.jobs import Jobs
from pipelines.sources import Pulled
from pipelines.sources.pulling import pull
from pipelines.sources.reading_file import ready_sources
from pipelines.vocabulary import Outcome
from tests.conformance.foreign import KEY, TUBES, Foreign, serving
from tests.jobs.ending import end
from tests.store.kit import Bench

EXAMPLE = ROOT / "data" / "examples" / "sources-mapped.toml"
VEHICLES = """vehicle_id,carrier,state,site_id,since
V-1,mobile,on_site,LS-1,2021-03-02T01:00:00Z
V-2,telecom,depot,,2021-03-02T00:00:00Z
"""


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Foreign, Path]]:
    """The foreign system, and the example's sources file pointed at it."""
    system = Foreign()
    monkeypatch.setenv("TENFOLD_SECRET_POINTS_KEY", KEY)
    with serving(system) as address:
        text = EXAMPLE.read_text(encoding="utf-8").replace("127.0.0.1:8443", address)
        (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
        (tmp_path / "vehicles-1.csv").write_text(VEHICLES, encoding="utf-8")
        yield system, tmp_path / "sources.toml"


def ready(file: Path) -> SourceFile:
    """Read the sources file as the command server does."""
    return ready_sources(file, settings(home=file.parent))


def pulled(file: Path, source_id: str, **how: object) -> Pulled:
    """Pull one of its sources."""
    sources = ready(file)
    spec = next(spec for spec in sources.source if spec.source_id == source_id)
    return pull(spec, Http(sources.allow), **how)


def edited(file: Path, was: str, becomes: str) -> None:
    """Change the sources file."""
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, becomes), encoding="utf-8")


def test_a_sites_counts_are_picked_from_one_list_of_all(foreign: tuple[Foreign, Path]) -> None:
    told = pulled(foreign[1], "counts", site_id="LS-2")

    assert (told.outcome, told.reason) == (Outcome.OK, "")
    assert told.raw is not None
    assert told.raw.row(0, named=True) == {
        "site_id": "LS-2",
        "round_id": "lakeside-r2",
        "sequence": 7,
        "observed_at": datetime(2021, 3, 2, 2, tzinfo=UTC),
        "persons_registered": 200,
        "tubes_registered": 20,
        "persons_sampled": 90,
        "tubes_sampled": 9,
        "tubes_short": 0,
    }


def test_words_and_units_are_translated(foreign: tuple[Foreign, Path]) -> None:
    told = pulled(foreign[1], "queues")

    assert told.raw is not None
    assert told.raw.select("site_id", "is_open", "wait_minutes", "lanes_open").rows() == [
        (f"LS-{n}", True, 10.0, 3) for n in (1, 2, 3)
    ]


@pytest.mark.parametrize("after", [0, 30, 70])
def test_a_feed_goes_on_behind_its_cursor_in_our_time(foreign: tuple[Foreign, Path], after: int) -> None:
    told = pulled(foreign[1], "tubes", after=after)

    assert told.raw is not None
    assert told.raw["sequence"].to_list() == [tube["id"] for tube in TUBES if tube["id"] > after]
    assert after or told.raw["happened_at"][0] == datetime(2021, 3, 2, 1, 1, tzinfo=UTC)


def test_the_newest_file_of_a_name_is_a_source(foreign: tuple[Foreign, Path]) -> None:
    folder = foreign[1].parent
    told = pulled(foreign[1], "vehicles")
    assert told.raw is not None
    assert told.raw.select("vehicle_id", "state", "site_id").rows() == [
        ("V-1", "on_site", "LS-1"),
        ("V-2", "depot", None),
    ]

    (folder / "vehicles-2.csv").write_text(VEHICLES.replace("depot", "on_the_way"), encoding="utf-8")
    os.utime(folder / "vehicles-1.csv", (1, 1))
    again = pulled(foreign[1], "vehicles")
    assert again.raw is not None
    assert again.raw["state"].to_list() == ["on_site", "on_the_way"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (VEHICLES.replace("depot", "parked").encode(), "row 2: Invalid enum value 'parked'"),
        (VEHICLES.replace("T01:00:00Z", " soon").encode(), "row 1"),
        (b"MZ\x90", "a program, whatever its name"),
        (VEHICLES.replace("vehicle_id", "vehicle").encode(), "missing required field vehicle_id"),
        (None, "no file vehicles-*.csv lies in"),
    ],
)
def test_a_bad_file_is_a_pull_that_failed_in_a_sentence(
    foreign: tuple[Foreign, Path], content: bytes | None, says: str
) -> None:
    file = foreign[1].parent / "vehicles-1.csv"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    told = pulled(foreign[1], "vehicles")

    assert (told.outcome, told.raw) == (Outcome.MALFORMED, None)
    assert says in told.reason


def test_what_a_mapping_does_not_foresee_is_a_sentence_that_names_row_and_field(foreign: tuple[Foreign, Path]) -> None:
    system, file = foreign
    system.points[1]["state"] = "检修"
    assert "row 2, is_open: the word '检修' stands in no `words`" in pulled(file, "queues").reason
    system.points[1]["state"] = "关闭"
    system.points[2]["queue"]["waitSeconds"] = "soon"
    assert "row 3, wait_minutes: expected a number, got 'soon'" in pulled(file, "queues").reason
    system.points[2]["queue"] = None
    assert "row 3: Object missing required field queue_persons" in pulled(file, "queues").reason
    system.points.pop()
    assert "no row of 'data.list' is of LS-3" in pulled(file, "counts", site_id="LS-3").reason
    system.points[0]["stat"]["person"] = "-4"
    assert "Expected int >= 0 - at $.persons_registered" in pulled(file, "counts", site_id="LS-1").reason


def test_without_the_right_key_nothing_is_told_and_it_is_in_no_reason_and_no_name(
    foreign: tuple[Foreign, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENFOLD_SECRET_POINTS_KEY", "wrong-key")
    told = pulled(foreign[1], "queues")
    assert (told.outcome, "401" in told.reason) == (Outcome.HTTP_ERROR, True)
    assert "wrong-key" not in told.reason + repr(ready(foreign[1]))
    monkeypatch.delenv("TENFOLD_SECRET_POINTS_KEY")
    with pytest.raises(ConfigError, match="TENFOLD_SECRET_POINTS_KEY"):
        ready(foreign[1])


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('persons = { from = "num" }\n', "", "lacks persons, which TubeEvent needs"),
        ('persons = { from = "num" }', 'people = { from = "num" }\npersons = { from = "num" }', "names people"),
        ('kind = "tube_events"', 'kind = "exceptions"', "two lists"),
        ("times = 0.016666666666666666", 'unit = "s"', "unknown field"),
        ("is_site = true", "is_site = 3", "Expected `bool`"),
    ],
)
def test_a_mapping_that_cannot_hold_is_refused_before_anything_is_asked(
    foreign: tuple[Foreign, Path], was: str, becomes: str, says: str
) -> None:
    edited(foreign[1], was, becomes)
    with pytest.raises(ConfigError, match=says):
        ready(foreign[1])
    assert foreign[0].asked == []


def test_the_contracts_own_words_need_no_mapping_in_a_file(tmp_path: Path) -> None:
    head = ",".join(SiteCounts.__struct_fields__)
    rows = [f"LS-{n},r,1,2021-03-02T01:00:00Z,{n}0,{n},0,0,0" for n in (1, 2)]
    (tmp_path / "counts.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    spec = SourceSpec(source_id="counts", kind="site_counts", url=f"file:{tmp_path}/counts.csv")  # type: ignore[arg-type]
    told = pull(spec, Http([]), site_id="LS-2")

    assert told.raw is not None
    assert told.raw["persons_registered"].to_list() == [20]
    shutil.rmtree(tmp_path)
    assert pull(spec, Http([]), site_id="LS-2").outcome is Outcome.MALFORMED


def test_what_is_mapped_reaches_the_store_like_any_source(foreign: tuple[Foreign, Path], small: Campaign) -> None:
    bench, sources = Bench(foreign[1].parent / "command.duckdb", small), ready(foreign[1])
    jobs = Jobs(bench.store, small, sources, Http(sources.allow, connections=16), bench.clock)
    by_name = {job.name: job for job in jobs._jobs}
    jobs._boundary.run(by_name["pull_cycle"])
    jobs._boundary.run(by_name["pull_sites"])
    jobs._boundary.flush()
    at = bench.store.moments.newest.stored_at
    told = bench.ask("sites_live", as_of=at).filter(pl.col("persons_registered") > 0)
    vehicles = bench.ask("vehicles_live", as_of=at)
    log = bench.ask("sources_live", as_of=at)
    end(jobs)
    bench.store.close()

    assert told.select("site_id", "persons_registered", "queue_persons").rows() == [
        ("LS-1", 100, 30),
        ("LS-2", 200, 30),
        ("LS-3", 300, 30),
    ]
    assert vehicles.select("vehicle_id", "state").rows() == [("V-1", "on_site"), ("V-2", "depot")]
    assert "no row of 'data.list' is of LS-9" in log.filter(source_id="counts:LS-9")["last_reason"][0]
