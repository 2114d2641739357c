"""What the asks answer of alerts: where each stands, what happened to it, and who is told of which."""

from pipelines.api import Scope
from tests.store.kit import lines, shown

HEAD = (
    "alert_id | rule | about | subject | severity | state | was | state_since | fired_at | value | bound | site_id"
    " | town_code | name_zh | name_en | muted_by | seen_at\n"
)
NORTH, WEST = "990001001", "990001002"


def event(alert_id, state, was, since, fired_at="-", *, about="site", severity="warning", place="", muted_by="", at=""):
    """One row of ``alert_event``; ``place`` is ``site_id/town_code``."""
    rule, subject = alert_id.split(":")
    site, _, town = place.partition("/")
    cells = (alert_id, rule, about, subject, severity, state, was, since, fired_at, 1, 1, site, town, "", "", muted_by)
    return " | ".join(map(str, (*cells, at or since)))


def told(bench, at, *events):
    return bench.tick(at, alert_event=HEAD + "\n".join(events))


def live(bench, as_of=None, scope=None):
    return shown(bench.ask("alerts_live", as_of=as_of, scope=scope), "alert_id", "state", "since", "is_alarm")


def test_an_alert_is_there_until_it_is_ok_again_and_its_alarm_keeps_its_begin(bench):
    stale = "site_stale:LS-1"
    told(bench, "01:00", event(stale, "pending", "ok", "01:00", place=f"LS-1/{NORTH}"))
    pending = live(bench)
    first = told(bench, "01:02", event(stale, "firing", "pending", "01:02", "01:02", place=f"LS-1/{NORTH}"))
    told(bench, "01:04", event(stale, "recovering", "firing", "01:04", "01:02", place=f"LS-1/{NORTH}"))
    recovering = live(bench)
    told(bench, "01:06", event(stale, "ok", "recovering", "01:06", place=f"LS-1/{NORTH}"))
    assert pending == lines("site_stale:LS-1 | pending | 01:00:00 | no")
    assert recovering == lines("site_stale:LS-1 | recovering | 01:02:00 | yes")
    assert live(bench) == []
    assert live(bench, as_of=first) == lines("site_stale:LS-1 | firing | 01:02:00 | yes")
    assert shown(bench.ask("alert_history"), "at", "was", "state") == lines(
        """
        01:06:00 | recovering | ok
        01:04:00 | firing | recovering
        01:02:00 | pending | firing
        """
    )


def test_a_number_that_was_told_anew_is_no_change(bench):
    slow = "server_slow:p1"
    told(bench, "01:00", event(slow, "firing", "ok", "01:00", "01:00", about="server"))
    told(bench, "01:01", event(slow, "firing", "firing", "01:00", "01:00", about="server", at="01:01"))
    assert shown(bench.ask("alert_history"), "at", "state") == ["01:00:00 | firing"]


def test_the_gravest_come_first_and_what_is_muted_after_what_is_not(bench):
    told(
        bench,
        "01:00",
        event("wait_long:LS-1", "firing", "ok", "00:30", "00:30", place=f"LS-1/{NORTH}", muted_by="server_down:p1"),
        event("site_stale:LS-2", "firing", "ok", "00:40", "00:40", place=f"LS-2/{NORTH}"),
        event("server_down:p1", "firing", "ok", "00:59", "00:59", about="server", severity="critical"),
        event("wifi_down:LS-1/public", "pending", "ok", "00:10", place=f"LS-1/{NORTH}"),
    )
    assert bench.ask("alerts_live")["alert_id"].to_list() == [
        "server_down:p1",
        "site_stale:LS-2",
        "wait_long:LS-1",
        "wifi_down:LS-1/public",
    ]


def test_a_scope_sees_its_own_sites_and_what_all_rely_on(bench):
    told(
        bench,
        "01:00",
        event("site_stale:LS-1", "firing", "ok", "00:59", "00:59", place=f"LS-1/{NORTH}"),
        event("conservation_broken:LS-5", "firing", "ok", "00:59", "00:59", place="LS-5"),
        event("server_down:p1", "firing", "ok", "00:59", "00:59", about="server"),
        event("feed_stale:roster", "firing", "ok", "00:59", "00:59", about="feed"),
        event("job_failing:pull_labs", "firing", "ok", "00:59", "00:59", about="job"),
        event("lab_backlog:lab-1", "firing", "ok", "00:59", "00:59", about="lab"),
        event("lab_backlog:lab-2", "firing", "ok", "00:59", "00:59", about="lab"),
    )
    labs = {account.town_code: f"lab_backlog:{account.lab_id}" for account in bench.campaign.accounts}
    for_all = {"server_down:p1", "feed_stale:roster"}
    assert bench.ask("alerts_live").height == 7
    for ask in ("alerts_live", "alert_history"):
        north = set(bench.ask(ask, scope=Scope.town(NORTH))["alert_id"])
        sport = set(bench.ask(ask, scope=Scope.site("LS-5"))["alert_id"])
        other = set(bench.ask(ask, scope=Scope.site("LS-2"))["alert_id"])
        assert north == for_all | {"site_stale:LS-1", labs[NORTH]}
        assert sport == for_all | {"conservation_broken:LS-5", labs[WEST]}
        assert other == for_all | {labs[NORTH]}


def test_a_rule_that_cannot_be_evaluated_is_an_alarm_and_what_was_only_pending_is_no_history(bench):
    told(
        bench,
        "01:00",
        event("lab_backlog:*", "error", "ok", "01:00", about="lab"),
        event("wait_long:LS-1", "pending", "ok", "01:00", place=f"LS-1/{NORTH}"),
        event("wait_long:LS-2", "no_data", "ok", "01:00", place=f"LS-2/{NORTH}"),
    )
    told(bench, "01:01", event("wait_long:LS-1", "ok", "pending", "01:01", place=f"LS-1/{NORTH}"))
    assert live(bench) == lines("lab_backlog:* | error | 01:00:00 | yes\nwait_long:LS-2 | no_data | 01:00:00 | no")
    assert bench.ask("alert_history")["alert_id"].to_list() == ["lab_backlog:*"]


ACTS = "sequence | act_id | kind | actor | role | scope_level | scope_id | target | facts | reason | happened_at\n"


def did(sequence, kind, target, at, reason="", facts="{}"):
    who = f"{sequence} | {sequence:032x} | {kind} | wang | commander | district | -"
    return f"{who} | {target} | {facts} | {reason} | {at}"


def test_an_acknowledgement_holds_for_the_alarm_it_was_made_in(bench):
    down = "server_down:p1"
    told(bench, "01:00", event(down, "firing", "ok", "01:00", "01:00", about="server"))
    bench.tick("01:02", act=ACTS + did(1, "alert_acknowledged", down, "01:02", "the vendor is called"))
    columns = ("acknowledged_by", "acknowledged_at", "note")
    seen = bench.clock.now()
    assert shown(bench.ask("alerts_live"), *columns) == ["wang | 01:02:00 | the vendor is called"]
    told(bench, "01:10", event(down, "ok", "firing", "01:10", about="server"))
    told(bench, "01:20", event(down, "firing", "ok", "01:20", "01:20", about="server"))
    assert shown(bench.ask("alerts_live"), *columns) == ["- | - | -"]
    assert shown(bench.ask("alerts_live", as_of=seen), *columns) == ["wang | 01:02:00 | the vendor is called"]


def test_a_silence_ends_by_itself_or_when_it_is_lifted(bench):
    down = "server_down:p1"
    told(bench, "01:00", event(down, "firing", "ok", "01:00", "01:00", about="server"))
    bench.tick("01:02", act=ACTS + did(1, "alert_silenced", down, "01:02", facts='{"minutes":30}'))
    until = [shown(bench.ask("alerts_live"), "silenced_until")]
    bench.clock.put("01:32")
    until.append(shown(bench.ask("alerts_live"), "silenced_until"))
    bench.tick("01:33", act=ACTS + did(2, "alert_silenced", down, "01:33", facts='{"minutes":30}'))
    until.append(shown(bench.ask("alerts_live"), "silenced_until"))
    bench.tick("01:34", act=ACTS + did(3, "silence_lifted", down, "01:34"))
    until.append(shown(bench.ask("alerts_live"), "silenced_until"))
    assert until == [["01:32:00"], ["-"], ["02:03:00"], ["-"]]
