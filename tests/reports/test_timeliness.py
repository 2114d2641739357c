"""Whether reports are signed, on time and right: what is due, who signed what, the two measures of Q88."""

from pipelines.api import Scope
from tests.reports.freezing import HOUR, freeze
from tests.store.kit import lines, shown
from tests.store.test_input_asks import CORRECTED, FED, TUBES, WHO, act

EAST = Scope.town("990001001")


def signed(number: int, at: str, level: str, scope_id: str, version: int = 1) -> str:
    place = "/".join(filter(None, (HOUR, level, scope_id)))
    who = f"{number} | s{number} | report_signed | xu | {level} | {scope_id or '-'}"
    return f'{WHO}{who} | {place} | {{"version":{version}}} | seen | {at}'


def test_a_report_is_signed_on_time_late_or_not_and_a_newer_version_asks_for_it_again(bench):
    freeze(bench, "01:00", tube_event=TUBES)
    bench.tick("01:10", act=signed(1, "01:10", "site", "LS-1"))
    bench.tick("01:25", act=signed(2, "01:25", "site", "LS-2"))
    columns = ("scope_id", "is_signed", "signed_version", "first_signed_at", "is_late")
    due = bench.ask("reports_due", scope=EAST)
    assert shown(due.head(4), *columns) == lines(
        """
        990001001 | no  | - | -        | yes
        LS-1      | yes | 1 | 01:10:00 | no
        LS-2      | yes | 1 | 01:25:00 | yes
        LS-3      | no  | - | -        | yes
        """
    )
    freeze(bench, "01:40", site_input=FED)
    again = bench.ask("reports_due", scope=Scope.site("LS-1"))
    assert shown(again, "version", "is_revised", *columns[1:]) == ["2 | yes | no | 1 | 01:10:00 | no"]
    bench.tick("01:45", act=signed(3, "01:45", "site", "LS-1", 2))
    assert shown(bench.ask("reports_due", scope=Scope.site("LS-1")), *columns) == ["LS-1 | yes | 2 | 01:10:00 | no"]
    versions = bench.ask("report_versions", scope=Scope.site("LS-1"))
    assert shown(versions, "version", "signed_by", "signed_at") == ["2 | xu | 01:45:00", "1 | xu | 01:10:00"]


def test_a_version_that_was_not_there_yet_cannot_be_signed(bench):
    freeze(bench, "01:00", tube_event=TUBES)
    bench.tick("01:05", act=signed(1, "01:05", "site", "LS-1", 2))
    freeze(bench, "01:10", site_input=FED)
    due = bench.ask("reports_due", scope=Scope.site("LS-1"))
    assert shown(due, "version", "is_signed", "signed_version") == ["2 | no | -"]
    assert bench.ask("report_signatures", scope=Scope.site("LS-1"), hour=HOUR).is_empty()


def test_an_hour_that_is_over_and_not_frozen_yet_is_due_without_a_version(bench):
    bench.tick("01:05", tube_event=TUBES)
    due = bench.ask("reports_due", scope=EAST)
    assert due["version"].to_list() == [0] * 5 and due["is_late"].any() is False


def test_a_scope_sees_its_own_reports_and_those_of_what_lies_in_it(bench):
    freeze(bench, "01:00", tube_event=TUBES)
    assert bench.ask("reports_due").height == 13
    assert bench.ask("reports_due", scope=EAST)["scope_id"].to_list() == ["990001001", "LS-1", "LS-2", "LS-3", "LS-4"]
    assert bench.ask("reports_due", scope=Scope.site("LS-5"))["report_id"].to_list() == [f"{HOUR}/site/LS-5"]


def test_the_two_measures_are_how_many_inputs_were_corrected_and_how_long_a_signature_took(bench):
    freeze(bench, "01:00", tube_event=TUBES, site_input=FED)
    bench.tick("01:12", act=signed(1, "01:12", "town", "990001001"))
    entered = act(2, "01:13", '{"base_version":0,"persons":7,"tubes":1}', "LS-2")
    bench.tick("01:13", act=entered)
    found = act(3, "01:30", '{"base_version":1,"third_copies":3}', "LS-1", CORRECTED, reason="one more")
    freeze(bench, "01:31", act=found)
    columns = ("scope_id", "reports_due", "reports_on_time", "reports_late", "revised_share", "correction_rate")
    kpis = bench.ask("report_kpis", scope=EAST)
    assert shown(kpis.head(3), *columns, "delay_minutes", "freeze_s") == lines(
        """
        990001001 | 1 | 1 | 0 | 1 | 0.5 | 12 | 0
        LS-1      | 1 | 0 | 1 | 1 | 1   | -  | 0
        LS-2      | 1 | 0 | 1 | 0 | 0   | -  | 0
        """
    )
    assert bench.ask("report_kpis").height == 13


def test_an_hour_frozen_after_its_due_time_is_due_and_late_before_it_is_frozen_too(bench):
    columns = ("scope_id", "reports_frozen", "reports_due", "reports_late")

    def kpis():
        return shown(bench.ask("report_kpis", scope=EAST).head(1), *columns)

    freeze(bench, "03:00:30", tube_event=TUBES)
    assert kpis() == ["990001001 | 3 | 0 | 0"]
    bench.clock.put("03:16")
    assert kpis() == ["990001001 | 3 | 1 | 1"], "03:00 was due at 03:15, after the start"
    bench.clock.put("04:16")
    assert kpis() == ["990001001 | 3 | 2 | 2"], "not frozen yet"
    freeze(bench, "04:20")
    assert kpis() == ["990001001 | 4 | 2 | 2"]


def test_hours_that_were_over_before_the_start_are_nobody_s_delay(bench):
    freeze(bench, "03:30", tube_event=TUBES)
    freeze(bench, "04:00:20")
    freeze(bench, "04:16")
    columns = ("scope_id", "reports_frozen", "reports_due", "reports_late", "delay_minutes", "freeze_s")
    assert shown(bench.ask("report_kpis", scope=EAST).head(2), *columns) == lines(
        """
        990001001 | 4 | 1 | 1 | - | 20
        LS-1      | 4 | 1 | 1 | - | 20
        """
    )
