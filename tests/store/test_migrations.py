"""A store is brought up to date from an empty file and from every earlier version; a newer one is refused."""

from datetime import timedelta

import duckdb
import pytest

from pipelines.store import Store, StoreForeign, StoreTooNew
from pipelines.store.library import migrations
from tests.store.kit import DAY, Bench, HandClock, rows, shown

VERSIONS = [step.version for step in migrations()]
COUNTS = """
site_id | sequence | observed_at | persons_registered | tubes_registered
LS-1    | {0}      | 01:0{0}     | {0}0               | {0}
LS-2    | {0}      | 01:0{0}     | {0}0               | {0}
"""
EVENTS = (
    "sequence | site_id | persons | happened_at\n1 | LS-1 | 10 | 00:58\n2 | LS-1 | 10 | 00:59\n3 | LS-2 | 4 | 01:01"
)


def _file_of_version(path, version) -> None:
    """Build the file that a program of that version would have left, with two ticks in it."""
    with duckdb.connect(str(path)) as made:
        made.execute("SET GLOBAL TimeZone = 'UTC'")
        made.execute("CREATE TABLE migration (version BIGINT, name VARCHAR, applied_at TIMESTAMPTZ)")
        for step in migrations()[:version]:
            made.execute(step.sql)
            made.execute("INSERT INTO migration VALUES (?, ?, ?)", [step.version, step.name, DAY])
        for tick in (1, 2):
            stored_at = DAY + timedelta(hours=1, minutes=tick)
            tables = {"site_counts": COUNTS.format(tick)} | ({"tube_event": EVENTS} if tick == 2 else {})
            for table, text in tables.items():
                made.register("incoming", rows(table, text))
                made.execute(
                    f"INSERT INTO {table} BY NAME SELECT *, {tick} AS tick, ? AS stored_at FROM incoming", [stored_at]
                )
            made.execute("INSERT INTO tick VALUES (?, ?, 'test')", [tick, stored_at])


@pytest.mark.parametrize("version", [v for v in VERSIONS if v < 3])
def test_an_earlier_file_is_brought_up_to_date_and_its_hot_tables_computed(version, tmp_path, small):
    path = tmp_path / "command.duckdb"
    _file_of_version(path, version)
    bench = Bench(path, small, "01:03")
    assert bench.store.moments.newest.number == 2
    assert bench.store.last_sequence() == 3
    assert bench.ask("district_totals")["persons_registered"].to_list() == [40]
    assert bench.ask("district_trend")["persons_total"].to_list()[-1] == 24
    assert bench.ask("conservation")["sites_checked"].to_list() == [2]
    bench.tick("01:04", site_counts=COUNTS.format(4))
    assert bench.ask("district_totals")["persons_registered"].to_list() == [80]
    bench.store.close()


def test_a_file_from_before_the_labs_told_their_scans_keeps_their_counts_and_only_the_buckets_that_are_asked_for(
    tmp_path, small
):
    path = tmp_path / "command.duckdb"
    _file_of_version(path, 5)
    with duckdb.connect(str(path)) as made:
        made.execute("SET GLOBAL TimeZone = 'UTC'")
        for kind in ("registered", "dispatched"):
            made.execute("INSERT INTO tube_bucket_now VALUES (?, 'LS-1', ?, 1, 10)", [DAY + timedelta(hours=1), kind])
        counts = "'lab-1' AS lab_id, 5 AS tubes_dispatched, 4 AS tubes_received, 1 AS tubes_resulted, 2 AS tick"
        made.execute(f"INSERT INTO lab_now BY NAME SELECT {counts}, ? AS observed_at", [DAY + timedelta(hours=1)])
        made.execute("UPDATE edge_now SET tick = 2, stored_at = ?", [DAY + timedelta(hours=1, minutes=2)])
    bench = Bench(path, small, "01:03")
    labs = bench.ask("labs_live")
    assert shown(labs.head(1), "tubes_backlog", "scans", "read_share") == ["3 | - | -"]
    bench.store.close()
    with duckdb.connect(str(path)) as kept:
        assert kept.execute("SELECT DISTINCT kind FROM tube_bucket_now").fetchall() == [("registered",)]


def test_an_up_to_date_file_is_left_as_it_is(bench):
    bench.tick("01:01", site_counts=COUNTS.format(1), tube_event=EVENTS)
    before = bench.ask("sites_live", as_of=bench.clock.at)
    bench.reopen()
    assert bench.store.moments.newest.number == 1
    assert bench.ask("sites_live", as_of=bench.clock.at).equals(before)


def test_a_file_of_a_newer_program_is_refused_unchanged(tmp_path, small):
    path = tmp_path / "command.duckdb"
    Bench(path, small).store.close()
    with duckdb.connect(str(path)) as made:
        made.execute("INSERT INTO migration VALUES (99, '0099_next_year', now())")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match=r"tables are of version 99, this program knows up to \d+; upgrade"):
        Store(path, HandClock(DAY), small)
    assert path.read_bytes() == before


def test_a_foreign_database_is_refused_unchanged(tmp_path, small):
    path = tmp_path / "command.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE TABLE recipes (name VARCHAR)")
    with pytest.raises(StoreForeign, match="no store of ours"):
        Store(path, HandClock(DAY), small)


def test_a_file_that_is_no_database_is_refused(tmp_path, small):
    path = tmp_path / "command.duckdb"
    path.write_bytes(b"a recipe book\n" * 1000)
    with pytest.raises(StoreForeign, match="cannot be opened"):
        Store(path, HandClock(DAY), small)


def test_a_file_of_another_duckdb_storage_version_is_refused(tmp_path, small):
    path = tmp_path / "command.duckdb"
    Bench(path, small).store.close()
    held = bytearray(path.read_bytes())
    held[12:20] = (9_999).to_bytes(8, "little")
    path.write_bytes(bytes(held))
    with pytest.raises((StoreTooNew, StoreForeign)):
        Store(path, HandClock(DAY), small)


def test_a_store_of_another_campaign_is_refused(tmp_path, small, sanshui):
    path = tmp_path / "command.duckdb"
    Bench(path, small).store.close()
    with pytest.raises(StoreForeign, match="holds campaign 'lakeside-2031-03-02', not 'sanshui"):
        Store(path, HandClock(DAY), sanshui)


def test_a_step_that_fails_leaves_the_version_before_it(tmp_path):
    from pipelines.store.library import Migration
    from pipelines.store.migrate import migrate

    good = Migration(1, "0001_good", "CREATE TABLE kept (a BIGINT);")
    bad = Migration(2, "0002_bad", "CREATE TABLE half (a BIGINT); INSERT INTO nowhere VALUES (1);")
    with duckdb.connect(str(tmp_path / "f.duckdb")) as made:
        with pytest.raises(duckdb.Error):
            migrate(made, DAY, [good, bad])
        tables = {name for (name,) in made.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert tables == {"kept", "migration"}
        assert made.execute("SELECT version FROM migration").fetchall() == [(1,)]
