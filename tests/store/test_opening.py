"""Opening the file: one process at a time, nothing outside it, and opened anew when the storage fails."""

import os
import subprocess
import sys
import threading

import duckdb
import pytest

from pipelines.config import ROOT
from pipelines.store import AskUnknown, AskWrong, Store, StoreFailed, StoreLocked
from tests.store.kit import DAY, Bench, HandClock


def test_a_file_that_another_process_holds_is_refused_with_its_number(tmp_path, small):
    path = tmp_path / "command.duckdb"
    command = [sys.executable, "-m", "tests.store.writer", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None and writer.stdout.readline()
        with pytest.raises(
            StoreLocked, match=rf"in use by process {writer.pid}; stop it, or choose another TENFOLD_HOME"
        ):
            Store(path, HandClock(DAY), small)
        writer.kill()


def test_no_statement_reaches_a_file_or_changes_a_setting(bench):
    for statement in ("SELECT * FROM read_text('/etc/hostname')", "ATTACH '/tmp/other.duckdb'", "SET threads = 9"):
        with pytest.raises(duckdb.Error):
            bench.store._database.run(lambda cursor, sql=statement: cursor.execute(sql), is_repeatable=False)


def test_threads_ask_at_once_each_on_its_own_cursor(bench):
    bench.tick("01:00", tube_event="sequence | site_id | persons | happened_at\n1 | LS-1 | 10 | 00:58")
    found, go = [], threading.Barrier(8)

    def ask() -> None:
        go.wait()
        for _ in range(5):
            found.append(bench.ask("district_trend")["persons_total"].to_list()[-1])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [10] * 40


def test_what_was_told_of_a_moment_is_told_again_and_another_moment_or_scope_is_asked_anew(bench):
    bench.tick("01:00", tube_event="sequence | site_id | persons | happened_at\n1 | LS-1 | 10 | 00:58")
    asked = {"as_of": bench.store.moments.newest.stored_at, "speed": 1.0, "scope_level": "district", "scope_id": None}
    first = bench.store.told("district_trend", asked)
    assert first.equals(bench.store.ask("district_trend", asked))
    bench.tick("01:01", tube_event="sequence | site_id | persons | happened_at\n2 | LS-1 | 4 | 00:59")
    assert bench.store.told("district_trend", asked) is first
    later = asked | {"as_of": bench.store.moments.newest.stored_at}
    assert bench.store.told("district_trend", later)["persons_total"].to_list()[-1] == 14
    of_a_site = later | {"scope_level": "site", "scope_id": "LS-5"}
    assert bench.store.told("district_trend", of_a_site)["persons_total"].to_list()[-1] == 0


def test_readers_see_whole_ticks_while_ticks_are_written(bench):
    """Each tick brings ten persons counted and ten in a tube: no reader ever sees one without the other."""
    seen, over = [], threading.Event()

    def watch() -> None:
        while not over.is_set():
            seen.append(tuple(bench.ask("conservation", as_of=bench.store.moments.edge().as_of).row(0)[:2]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for n in range(1, 20):
        bench.tick(
            f"01:{n:02d}",
            site_counts=f"site_id | sequence | observed_at | persons_registered\nLS-1 | {n} | 01:{n:02d} | {n * 10}",
            tube_event=f"sequence | site_id | persons | happened_at\n{n} | LS-1 | 10 | 01:{n:02d}",
        )
    over.set()
    watcher.join()
    assert set(seen) <= {(0, 0), (1, 0)} and (1, 0) in seen


def test_nothing_of_a_tick_that_overtakes_a_question_gets_into_its_answer(bench, monkeypatch):
    counts = "site_id | sequence | observed_at | persons_registered\nLS-1 | {n} | 01:0{n} | {n}0"
    bench.tick("01:01", site_counts=counts.format(n=1))
    as_of, database = bench.store.moments.newest.stored_at, bench.store._database
    before, run = bench.ask("site_counts_at", as_of=as_of), database.run

    def overtaken(work, *, is_repeatable):
        monkeypatch.undo()
        bench.tick("01:02", site_counts=counts.format(n=2))
        return run(work, is_repeatable=is_repeatable)

    monkeypatch.setattr(database, "run", overtaken)
    assert bench.ask("site_counts_at", as_of=as_of).equals(before)
    assert not bench.ask("site_counts_at").equals(before)


def test_a_full_disk_costs_the_tick_and_the_store_is_opened_anew(tmp_path, small):
    path = tmp_path / "command.duckdb"
    command = [sys.executable, "-m", "tests.store.starved", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, env=dict(os.environ))
    told = done.stdout.splitlines()
    assert len(told) == 3, done.stderr
    assert told[0].startswith(f"refused: the store {path} failed (") and told[0].endswith("it was opened anew")
    assert told[1:] == ["read: 20", "stored: 40 tick 2"]
    bench = Bench(path, small, "02:00")
    assert bench.ask("district_trend")["tubes_registered"].sum() == 40
    bench.store.close()


def test_an_unknown_ask_is_answered_with_the_list_of_asks(bench):
    with pytest.raises(AskUnknown, match="there is no ask named 'everything'; there are: account_breaches, "):
        bench.ask("everything")


def test_an_ask_without_its_parameter_or_with_one_too_many_is_refused(bench):
    with pytest.raises(AskWrong, match="'site_detail' needs site_id, got none"):
        bench.ask("site_detail")
    with pytest.raises(AskWrong, match="'freshness' needs no parameters, got town"):
        bench.ask("freshness", town="x")


def test_a_page_that_was_pulled_twice_counts_once(bench):
    page = "sequence | site_id | persons | happened_at\n1 | LS-1 | 10 | 00:58\n2 | LS-1 | 10 | 00:59"
    bench.tick("01:00", tube_event=page)
    bench.tick("01:01", tube_event=page + "\n3 | LS-1 | 10 | 01:00\n3 | LS-1 | 10 | 01:00")
    assert bench.ask("district_trend")["persons_total"].to_list()[-1] == 30


def test_rows_the_store_cannot_take_leave_nothing_behind(bench):
    good = "sequence | site_id | persons | happened_at\n1 | LS-1 | 10 | 00:58"
    with pytest.raises(duckdb.Error):
        bench.store.commit("test", {"tube_event": _event(good), "site_queue": _event(good)})
    assert bench.store.last_sequence() == 0
    bench.tick("01:01", tube_event=good)
    assert bench.store.last_sequence() == 1


def _event(text):
    from tests.store.kit import rows

    return rows("tube_event", text)


def test_a_store_that_could_not_be_opened_anew_is_opened_with_the_next_question(bench):
    """The file is out of reach while the storage fails, as on a disk that is gone for a moment, and comes back."""
    bench.tick("01:00", tube_event="sequence | site_id | persons | happened_at\n1 | LS-1 | 10 | 00:58")
    away = bench.path.with_name("away.duckdb")

    def fail(_cursor):
        bench.store.checkpoint()
        bench.path.rename(away)
        bench.path.mkdir()
        raise duckdb.IOException("the disk is gone")

    with pytest.raises(StoreFailed, match="opening it anew failed"):
        bench.store._database.run(fail, is_repeatable=False)
    with pytest.raises(StoreFailed, match="opening it anew failed"):
        bench.tick("01:01")
    bench.path.rmdir()
    away.rename(bench.path)
    bench.tick("01:02", tube_event="sequence | site_id | persons | happened_at\n2 | LS-1 | 10 | 00:59")
    assert bench.ask("district_trend")["persons_total"].to_list()[-1] == 20
