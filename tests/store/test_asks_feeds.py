"""What steps on record, hourly inputs and exceptions answer: interruptions, inputs, a site's timeline, upload lag."""

from pipelines.api import Scope
from tests.store.kit import lines, moment, shown

STEPS = """
sequence | machine      | thing_id   | step  | state | site_id | by      | cause  | seconds | happened_at
1        | sheet        | sheet-1    | print | printed | LS-1  | town    | -      | -       | 00:01
2        | sheet        | sheet-2    | print | printed | LS-1  | town    | -      | -       | 00:02
3        | sheet        | sheet-1    | issue | issued  | LS-1  | town    | -      | -       | 00:03
4        | interruption | LS-1-01.i1 | begin | begun | LS-1    | LS-1-01 | server | -       | 00:16
5        | interruption | LS-1-02.i1 | begin | begun | LS-1    | LS-1-02 | power  | -       | 00:20
6        | interruption | LS-5-01.i1 | begin | begun | LS-5    | LS-5-01 | server | -       | 00:29
7        | interruption | LS-5-01.i1 | end   | ended | LS-5    | LS-5-01 | server | 180     | 00:32
"""
DESKS = """
device_id | site_id | lane_no | contingency | queued_uploads | open_barcode | persons_bound | since
LS-1-01   | LS-1    | 1       | offline     | 4              | LK1000000001 | 6             | 00:17
LS-1-02   | LS-1    | 2       | offline     | 3              | -            | 0             | 00:21
LS-5-01   | LS-5    | 1       | province    | 0              | -            | 0             | 00:05
"""


def test_an_interruption_is_told_until_it_has_ended(bench):
    before = bench.tick("00:30", thing_event="\n".join(STEPS.strip().splitlines()[:-1]), desk=DESKS)
    bench.tick("00:33", thing_event=STEPS)
    columns = ("site_id", "lane_no", "device_id", "cause", "since", "minutes")
    assert shown(bench.ask("interruptions_live"), *columns) == lines(
        """
        LS-1 | 1 | LS-1-01 | server | 00:16:00 | 17
        LS-1 | 2 | LS-1-02 | power  | 00:20:00 | 13
        """
    )
    assert bench.ask("interruptions_live", as_of=before)["site_id"].to_list() == ["LS-1", "LS-1", "LS-5"]
    assert bench.ask("interruptions_live", scope=Scope.site("LS-5")).is_empty()


def test_interruptions_are_counted_by_cause_and_quarter_of_an_hour(bench):
    bench.tick("00:33", thing_event=STEPS)
    columns = ("bucket_at", "cause", "interruptions", "sites", "open", "minutes")
    assert shown(bench.ask("interruptions_by_cause"), *columns) == lines(
        """
        00:15:00 | power  | 1 | 1 | 1 | 0
        00:15:00 | server | 2 | 2 | 1 | 3
        """
    )


def test_a_step_that_comes_twice_counts_once_and_an_older_one_does_not_set_a_thing_back(bench):
    bench.tick("00:33", thing_event=STEPS)
    bench.tick("00:34", thing_event=STEPS)
    assert bench.ask("interruptions_by_cause")["interruptions"].sum() == 3
    states = bench.store._database.run(
        lambda c: c.execute("SELECT thing_id, state FROM thing_now WHERE machine = 'sheet' ORDER BY 1").fetchall(),
        is_repeatable=True,
    )
    assert states == [("sheet-1", "issued"), ("sheet-2", "printed")]


def test_sheets_are_ready_when_each_lane_has_one(bench):
    assert bench.ask("readiness_live").head(1)["sheets"].to_list() == ["unknown"]
    bench.tick("01:33", thing_event=STEPS, source_pull="source_id | kind | pulled_at\nsteps | steps | 01:33")
    assert bench.ask("readiness_live").head(2)["sheets"].to_list() == ["short", "missing"]


INPUTS = """
sequence | site_id | hour_at | version | persons | tubes | third_copies | special_cases | entered_at
1        | LS-1    | 01:00   | 1       | 90      | 9     | 9            | 1             | 01:05
2        | LS-2    | 01:00   | 1       | 50      | 5     | 5            | 0             | 01:40
3        | LS-1    | 02:00   | 1       | 209     | 20    | 20           | 1             | 02:05
4        | LS-1    | 02:00   | 2       | 200     | 20    | 20           | 1             | 02:12
"""


def test_the_last_full_hour_is_entered_late_or_missing(bench):
    bench.tick("02:14", site_input=INPUTS)
    columns = ("site_id", "hour_at", "version", "persons", "is_late", "is_missing", "hours_due", "hours_entered")
    assert shown(bench.ask("inputs_live").head(3), *columns) == lines(
        """
        LS-1 | 02:00:00 | 2 | 200 | no | no | 2 | 2
        LS-2 | 02:00:00 | - | -   | no | no | 2 | 1
        LS-3 | 02:00:00 | - | -   | no | no | 2 | 0
        """
    )
    bench.clock.put("02:16")
    assert shown(bench.ask("inputs_live").head(2), "site_id", "is_late", "is_missing") == [
        "LS-1 | no | no",
        "LS-2 | yes | yes",
    ]
    hour_before = bench.ask("inputs_live", as_of=moment("01:50"))
    assert hour_before["hour_at"].n_unique() == 1 and hour_before["persons"].null_count() == 9, "not known then"


def test_no_hour_is_due_before_the_first_is_over(bench):
    bench.clock.put("00:59")
    assert shown(bench.ask("inputs_live").head(1), "hour_at", "is_late", "is_missing", "hours_due") == [
        "- | no | no | 0"
    ]


def test_an_entry_after_the_quarter_is_late_although_it_is_there(bench):
    bench.tick("01:45", site_input=INPUTS.replace("02:", "01:"))
    assert shown(bench.ask("inputs_live").head(2), "site_id", "entered_at", "is_late", "is_missing") == [
        "LS-1 | 01:12:00 | no | no",
        "LS-2 | 01:40:00 | yes | no",
    ]


def test_a_site_s_timeline_is_what_happened_there_newest_first(bench):
    bench.tick(
        "01:10",
        thing_event=STEPS,
        site_input=INPUTS.split("\n3")[0],
        site_order="""
        order_id   | scope    | target    | contingency | vehicle_id | ordered_at
        order-0001 | district |           | offline     | -          | 00:18
        order-0002 | town     | 990001002 | city        | -          | 00:19
        """,
        exception_event="""
        sequence | kind         | barcode      | other_barcode | site_id | recorded_at
        1        | person_twice | LK1000000003 | LK1000000001  | LS-1    | 00:50
        """,
        source_pull="""
        source_id   | kind        | site_id | pulled_at | outcome
        counts:LS-1 | site_counts | LS-1    | 01:09     | timeout
        """,
    )
    columns = ("at", "kind", "subject", "detail")
    assert shown(bench.ask("site_timeline", site_id="LS-1"), *columns) == lines(
        """
        01:09:00 | pull_failed        | counts:LS-1  | timeout
        01:05:00 | input              | LS-1         | 1
        00:50:00 | person_twice       | LK1000000003 | LK1000000001
        00:20:00 | interruption_begin | LS-1-02.i1   | power
        00:18:00 | order              | order-0001   | offline
        00:16:00 | interruption_begin | LS-1-01.i1   | server
        00:03:00 | sheet_issue        | sheet-1      | issued
        00:02:00 | sheet_print        | sheet-2      | printed
        00:01:00 | sheet_print        | sheet-1      | printed
        """
    )


def test_what_waits_on_the_phones_is_as_old_as_its_desk_s_state(bench):
    bench.tick(
        "00:37",
        desk=DESKS,
        site_counts="site_id | sequence | observed_at | persons_registered\nLS-1 | 1 | 00:35 | 0",
        source_pull="source_id | kind | pulled_at | observed_at\ndesks | desks | 00:37 | 00:37",
    )
    columns = ("site_id", "queued_uploads", "desks_waiting", "oldest_minutes", "age_s", "is_fresh")
    assert shown(bench.ask("upload_lag").filter(is_fresh=True), *columns) == lines(
        """
        LS-1 | 7 | 2 | 20 | 2 | yes
        LS-5 | 0 | 0 | -  | - | yes
        """
    )
