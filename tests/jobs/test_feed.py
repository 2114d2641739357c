"""The feed of tube events: what breaks a rule is left out event by event, and nothing behind it is lost."""

from msgspec.structs import replace

from pipelines.sources import Request
from pipelines.vocabulary import SourceKind


def test_one_impossible_event_is_left_out_of_a_backlog_and_no_other(setup):
    setup.world.register("LS-1", 10, times=12_000)
    setup.world.events[6_999] = replace(setup.world.events[6_999], site_id="LS-77")
    setup.run("pull_cycle")
    assert setup.bench.store.last_sequence() == 12_000
    assert setup.ask("district_trend")["tubes_registered"].sum() == 11_999
    run = setup.last_run("pull_cycle")
    assert run["outcome"] == "partial"
    assert "tube event 7000 was left out: expected a site of the campaign (see sites.csv)" in run["reason"]
    assert _left_out(setup) == [("site_known", "LS-77", 7_000)]


def test_an_impossible_event_at_the_edge_does_not_hold_up_the_feed(setup):
    setup.world.register("LS-1", 10, times=2)
    setup.world.events[1] = replace(setup.world.events[1], lab_id="lab-99")
    setup.run("pull_cycle", "pull_cycle")
    assert setup.last_run("pull_cycle")["outcome"] != "failed"
    assert setup.ask("freshness")["events_behind"].item() == 0
    assert _left_out(setup) == [("lab_known", "LS-1", 2)], "left out once, not once a cycle"
    setup.bench.reopen()
    assert setup.bench.store.last_sequence() == 2
    sources = setup.ask("sources_live")
    assert sources.filter(sources["source_id"] == "tubes")["last_good_at"].item() is not None


def test_a_late_page_whose_forerunners_were_not_stored_is_asked_for_again(setup):
    setup.world.register("LS-1", 10, times=10)
    desk = setup.job("pull_cycle").desk
    spec = desk.of(SourceKind.TUBE_EVENTS)[0]
    desk.asked_after["tubes"] = 8
    desk.feed.collect([Request(spec, after=8)], 0.0)
    setup.run("pull_cycle")
    assert setup.bench.store.last_sequence() == 0
    setup.run("pull_cycle")
    assert setup.ask("district_trend")["tubes_registered"].sum() == 10


def _left_out(setup):
    sql = "SELECT rule, site_id, sequence FROM check_failure WHERE sequence IS NOT NULL"
    return setup.bench.store._database.run(lambda cursor: cursor.execute(sql).fetchall(), is_repeatable=True)
