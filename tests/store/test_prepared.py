"""What an opening prepares is prepared once, and again as soon as what it is made of has changed."""

from dataclasses import replace

import pytest

from pipelines.store import StoreForeign, migrate
from pipelines.store.library import macros
from tests.store.kit import Bench

MARKS = "SELECT what, fingerprint FROM prepared ORDER BY what"
MACROS = "SELECT count(*) FROM duckdb_functions() WHERE function_type LIKE '%macro' AND schema_name IN ('live', 'past')"
NAMES = "SELECT name_zh FROM site ORDER BY site_id LIMIT 1"


def told(bench: Bench, sql: str) -> list[tuple[object, ...]]:
    """Return the rows of a statement on the store's own file."""
    return bench.store._database.run(lambda cursor: cursor.execute(sql).fetchall(), is_repeatable=True)


def test_an_opening_that_finds_nothing_changed_writes_nothing(bench: Bench) -> None:
    before = told(bench, MARKS)
    assert [what for what, _ in before] == ["campaign", "macros"]
    told(bench, "UPDATE site SET name_zh = 'written by hand'")
    bench.reopen()
    assert told(bench, MARKS) == before
    assert told(bench, NAMES) == [("written by hand",)]


def test_a_mended_campaign_is_in_force_after_the_next_opening(bench: Bench) -> None:
    first = min(bench.campaign.sites, key=lambda site: site.site_id)
    mended = replace(first, name=replace(first.name, zh="改名的采样点"))
    sites = tuple(mended if site is first else site for site in bench.campaign.sites)
    bench.campaign = replace(bench.campaign, sites=sites)
    bench.reopen()
    assert told(bench, NAMES) == [("改名的采样点",)]


def test_macros_of_another_text_are_made_anew(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    (count,) = told(bench, MACROS)[0]
    one_more = "CREATE OR REPLACE MACRO live.added_by_a_test() AS 42"
    monkeypatch.setattr(migrate, "macros", lambda: (*macros(), one_more))
    bench.reopen()
    assert told(bench, MACROS) == [(count + 1,)]
    assert told(bench, "SELECT live.added_by_a_test()") == [(42,)]


def test_another_campaigns_store_is_refused_whatever_was_prepared(bench: Bench) -> None:
    bench.campaign = replace(bench.campaign, campaign_id="elsewhere")
    with pytest.raises(StoreForeign, match="the store holds campaign"):
        bench.reopen()
