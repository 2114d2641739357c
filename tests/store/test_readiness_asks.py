"""What the asks answer of readiness: gates and their next step, the days before, trainings, systems, others."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.api import Scope
from pipelines.campaign.model_keeping import Benchmark, Organisation, Prepared, Training
from pipelines.campaign.names import Name
from pipelines.vocabulary import BenchmarkMetric, ReadyCheck, Skill
from tests.store.kit import Bench, lines, rows, shown

EAST, NORTH = "990001001", "990001002"
KIT = """
site_id | desks | phones_android | phones_flat | chargers | cables | sockets | is_power_on | fences | fences_needed | networks | networks_up | standby_desks | is_standby_ready | is_laid_out
LS-5    | 3     | 3              | 0           | 4        | 4      | 3       | yes         | 2      | 2             | 2        | 2           | 1             | yes              | yes
LS-6    | 2     | 2              | 1           | 2        | 2      | 2       | no          | 0      | 1             | 2        | 1           | 1             | no               | no
"""  # noqa: E501 a table
PULLED = "source_id | kind | pulled_at | observed_at\nkit | kit | {0} | {0}\nsteps | steps | {0} | {0}"
SHEETS = """
sequence | machine | thing_id | step  | state  | site_id | happened_at
1        | sheet   | s-1      | issue | issued | LS-5    | 00:05
2        | sheet   | s-2      | issue | issued | LS-5    | 00:05
3        | sheet   | s-3      | issue | issued | LS-5    | 00:05
"""
OVERRIDES = """
sequence | act_id | kind            | actor | scope_level | scope_id | target   | facts | reason           | happened_at
1        | a1     | gate_overridden | wu    | site        | LS-6     | phones   | {}    | two are charging | 00:50
2        | a2     | gate_overridden | wu    | site        | LS-6     | networks | {}    | vehicle comes    | 00:51
3        | a3     | gate_restored   | wu    | site        | LS-6     | networks | {}    | it does not      | 00:52
"""


@pytest.fixture
def prepared(tmp_path, small):
    """The small district with a record of two days before, an organisation in each town, a figure of another's."""
    towns = {EAST: 4, NORTH: 4}
    made = [
        Prepared(date(2031, 2, day), town, check, ready, needed)
        for day, ready in ((27, 1), (28, 3))
        for town, needed in towns.items()
        for check in (ReadyCheck.PHONES, ReadyCheck.SHEETS)
    ]
    offices = tuple(Organisation(f"office-{town}", town, Name("办公室", "Office"), 4) for town in towns)
    taught = (
        Training(f"office-{EAST}", Skill.ONLINE, date(2031, 2, 27), 3),
        Training(f"office-{EAST}", Skill.ONLINE, date(2031, 2, 28), 1),
        Training(f"office-{NORTH}", Skill.CITY, date(2031, 2, 28), 2),
    )
    other = Benchmark("elsewhere", Name("别处", "Elsewhere"), BenchmarkMetric.PERSONS_PER_DESK_HOUR, 200.0, "press")
    campaign = replace(small, preparation=tuple(made), organisations=offices, trainings=taught, benchmarks=(other,))
    bench = Bench(tmp_path / "command.duckdb", campaign)
    yield bench
    bench.store.close()


def test_every_check_says_how_many_there_are_and_what_comes_next(bench):
    bench.tick("00:59", kit=KIT, thing_event=SHEETS, source_pull=PULLED.format("00:59"), act=OVERRIDES)
    bench.clock.put("01:00")
    gates = bench.ask("readiness_gates", scope=Scope.site("LS-6"))
    assert shown(gates, "check", "state", "measured", "needed", "next_step", "overridden_by", "reason") == lines(
        """
        trained  | unknown | - | - | ask_site     | -  | -
        phones   | short   | 1 | 2 | mend_phones  | wu | two are charging
        power    | missing | 0 | 2 | mend_power   | -  | -
        labels   | unknown | - | - | ask_site     | -  | -
        networks | short   | 1 | 2 | mend_networks| -  | -
        standby  | short   | 0 | 1 | mend_standby | -  | -
        sheets   | missing | 0 | 2 | mend_sheets  | -  | -
        layout   | short   | 4 | 5 | mend_layout  | -  | -
        """
    )
    live = bench.ask("go_live", scope=Scope.town(NORTH)).head(2)
    assert shown(
        live, "site_id", "state", "checks", "checks_ok", "checks_overridden", "checks_open", "next_check"
    ) == lines(
        """
        LS-5 | unknown | 8 | 6 | 0 | 2 | trained
        LS-6 | blocked | 8 | 0 | 1 | 7 | power
        """
    )


def test_an_override_of_all_that_is_missing_opens_the_gate_with_a_name_on_it(bench):
    header = OVERRIDES.strip().splitlines()[0]
    checks = list(ReadyCheck)
    acts = [
        f"{n} | a{n} | gate_overridden | wu | site | LS-6 | {check} | {{}} | seen | 00:50"
        for n, check in enumerate(checks, 1)
    ]
    early = bench.tick("00:59", kit=KIT, source_pull=PULLED.format("00:59"))
    bench.tick("00:59:30", act="\n".join([header, *acts]))
    states = [bench.ask("go_live", as_of=at, scope=Scope.site("LS-6"))["state"].item() for at in (early, None)]
    assert states == ["blocked", "overridden"]


def test_the_days_before_burn_down_from_the_record_and_today_from_the_feeds(prepared):
    prepared.tick("00:59", kit=KIT, thing_event=SHEETS, source_pull=PULLED.format("00:59"))
    told = prepared.ask("readiness_burndown", scope=Scope.town(NORTH))
    few = told.filter(told["check"].is_in(["phones", "sheets", "labels"]))
    assert shown(few, "days_before", "check", "ready", "needed", "is_measured") == lines(
        """
        3 | phones | 1 | 4 | no
        3 | sheets | 1 | 4 | no
        2 | phones | 3 | 4 | no
        2 | sheets | 3 | 4 | no
        0 | phones | 1 | 4 | yes
        0 | labels | - | 4 | no
        0 | sheets | 1 | 4 | yes
        """
    )
    assert prepared.ask("readiness_burndown").filter(days_before=3, check="phones")["needed"].to_list() == [8]


def test_what_was_measured_on_an_evening_goes_before_the_record(prepared):
    prepared.clock.at = prepared.clock.at.replace(day=1, month=3)
    header = "check | town_code | ready | needed | measured_at\n"
    prepared.store.commit("test", {"readiness_count": _counts(header + f"phones | {NORTH} | 2 | 4 | 00:00", prepared)})
    prepared.store.commit("test", {"readiness_count": _counts(header + f"phones | {NORTH} | 3 | 4 | 00:00", prepared)})
    prepared.tick("01:00", kit=KIT)
    told = prepared.ask("readiness_burndown", scope=Scope.town(NORTH)).filter(check="phones")
    assert shown(told, "days_before", "ready", "is_measured")[:3] == ["3 | 1 | no", "2 | 3 | no", "1 | 3 | yes"]


def _counts(text, bench):
    return rows("readiness_count", text).with_columns(measured_at=bench.clock.at)


def test_trainings_add_up_by_day_and_an_organisation_nobody_taught_is_named(prepared):
    assert shown(prepared.ask("training_days"), "skill", "trained", "persons", "trained_share") == lines(
        """
        online  | 3 | 8 | 0.375
        offline | 0 | 8 | 0
        city    | 0 | 8 | 0
        online  | 4 | 8 | 0.5
        offline | 0 | 8 | 0
        city    | 2 | 8 | 0.25
        """
    )
    roster = prepared.ask("training_roster", scope=Scope.town(NORTH))
    assert shown(roster, "organisation_id", "skill", "trained", "persons", "is_missing") == lines(
        f"""
        office-{NORTH} | online  | 0 | 4 | yes
        office-{NORTH} | offline | 0 | 4 | yes
        office-{NORTH} | city    | 2 | 4 | no
        """
    )


def test_the_two_systems_stand_side_by_side_as_measured(bench):
    probes = """
    server_id | observed_at | is_up | logins | requests | errors | connect_ms | first_byte_ms | started_at
    p1        | {0}         | yes   | 8      | {1}      | {2}    | 2          | {3}           | 00:00
    city      | {0}         | yes   | 2      | 10       | 0      | 1          | 5             | 00:00
    """
    bench.tick("01:00", server_sample=probes.format("01:00", 100, 0, 10))
    bench.tick("01:01", server_sample=probes.format("01:01", 200, 25, 30))
    down = "server_id | observed_at | is_up | first_byte_ms\np2 | 01:02 | no | -"
    bench.tick(
        "01:02",
        server_sample=down,
        tube_event="""
        sequence | site_id | persons | server_id | short_reason | happened_at
        1        | LS-1    | 10      | p1        | -            | 00:50
        2        | LS-1    | 4       | p1        | interrupted  | 00:51
        3        | LS-1    | 10      | city      | -            | 00:52
        """,
    )
    columns = ("system", "servers", "probes", "up_share", "first_byte_p50_ms", "error_share", "tubes", "persons")
    assert shown(bench.ask("system_scorecard"), *columns, "interrupted_share") == lines(
        """
        province | 2 | 3 | 0.667 | 20 | 0.25 | 2 | 14 | 0.5
        city     | 1 | 2 | 1     | 5  | -    | 1 | 10 | 0
        """
    )


def test_another_s_figure_stands_beside_ours(prepared):
    columns = ("profile_id", "metric", "value", "source", "ours", "is_measured")
    assert shown(prepared.ask("benchmark_profiles"), *columns)[0].endswith("200 | press | - | yes")
    prepared.tick(
        "01:01",
        site_queue="site_id | observed_at | is_open | lanes_open\nLS-1 | 01:00 | yes | 2",
        tube_event="sequence | site_id | persons | happened_at\n1 | LS-1 | 10 | 00:50\n2 | LS-1 | 10 | 00:40",
    )
    assert prepared.ask("benchmark_profiles")["ours"].to_list() == [10.0]
