"""What the asks answer of custody and close-out: sheets, accounts, what stands between a town and its day's end."""

import pytest

from pipelines.api import Scope
from tests.store.kit import lines, shown

NORTH = "990001002"
STEPS = """
sequence | machine | thing_id  | step         | state    | site_id | by    | facts                                      | happened_at
1        | sheet   | sheet-1   | print        | printed  | LS-5    | acc   | {}                                         | 00:00
2        | sheet   | sheet-1   | issue        | issued   | LS-5    | acc   | {}                                         | 00:05
3        | sheet   | sheet-2   | issue        | issued   | LS-5    | acc   | {}                                         | 00:06
4        | sheet   | sheet-3   | issue        | issued   | LS-6    | acc   | {}                                         | 00:06
5        | sheet   | sheet-3   | miss         | missing  | LS-6    | acc   | {}                                         | 06:00
6        | account | acc-north | issue_sheets | in_use   | -       | acc   | {"sheets":3}                               | 00:05
7        | account | acc-north | recall       | recalled | -       | acc   | {"deadline":"2031-03-02T08:00:00Z"}        | 06:00
8        | sheet   | sheet-2   | return       | returned | LS-5    | S1    | {}                                         | 06:20
9        | sheet   | sheet-2   | destroy      | destroyed| LS-5    | acc   | {"witness":"S000002"}                      | 06:30
10       | account | acc-east  | rotate       | rotated  | -       | acc   | {}                                         | 06:40
"""  # noqa: E501 a table
RETURNED = """
sequence | act_id | kind            | actor | scope_level | scope_id | facts                  | happened_at
1        | a1     | sheets_returned | li    | site        | LS-5     | {"sheets":["sheet-1"]} | 06:35
"""
DESTROYED = """
sequence | act_id | kind             | actor | scope_level | scope_id | facts                                                   | happened_at
2        | a2     | sheets_destroyed | li    | site        | LS-5     | {"sheets":["sheet-1"],"witness":"Wu of the north"}      | 06:45
"""  # noqa: E501 a table
SITE = ("site_id", "issued", "returned", "destroyed", "missing", "open")


def test_sheets_are_counted_from_what_sites_tell_and_people_record(bench):
    before = bench.tick("06:36", thing_event=STEPS, act=RETURNED)
    bench.tick("06:46", act=DESTROYED)
    north = Scope.town(NORTH)
    assert shown(bench.ask("custody_live", scope=north), *SITE) == lines(
        """
        LS-5 | 2 | 2 | 2 | 0 | 0
        LS-6 | 1 | 0 | 0 | 1 | 1
        LS-7 | 0 | 0 | 0 | 0 | 0
        LS-8 | 0 | 0 | 0 | 0 | 0
        """
    )
    assert shown(bench.ask("custody_live", as_of=before, scope=Scope.site("LS-5")), *SITE) == [
        "LS-5 | 2 | 2 | 1 | 0 | 1"
    ]
    columns = ("sheet_no", "state", "issued_at", "returned_at", "destroyed_at", "destroyed_by", "witness")
    assert shown(bench.ask("custody_sheets"), *columns) == lines(
        """
        sheet-3 | missing   | 00:06:00 | -        | -        | -   | -
        sheet-1 | destroyed | 00:05:00 | 06:35:00 | 06:45:00 | li  | Wu of the north
        sheet-2 | destroyed | 00:06:00 | 06:20:00 | 06:30:00 | acc | S000002
        """
    )


def test_an_account_has_a_deadline_from_the_sites_or_from_the_campaign_and_says_whether_it_was_kept(bench):
    bench.tick("08:01", thing_event=STEPS)
    columns = ("account_id", "state", "sheets", "due_at", "rotated_at", "is_overdue", "is_late", "of_town", "of_lab")
    assert shown(bench.ask("accounts_live"), *columns) == lines(
        """
        acc-east  | rotated  | - | 09:30:00 | 06:40:00 | no  | no | 1 | 1
        acc-north | recalled | 3 | 08:00:00 | -        | yes | no | 1 | 1
        acc-islet |          | - | 09:30:00 | -        | no  | no | 1 | 1
        """
    )
    rotated = "sequence | act_id | kind | actor | scope_level | scope_id | target | facts | happened_at\n"
    bench.tick("08:11", act=rotated + f"3 | a3 | account_rotated | wu | town | {NORTH} | acc-north | {{}} | 08:10")
    own = bench.ask("accounts_live", scope=Scope.town(NORTH))
    assert shown(own, "account_id", "keeper", "rotated_at", "rotated_by", "is_overdue", "is_late") == [
        "acc-north | 示例乙 | 08:10:00 | wu | no | yes"
    ]


DAY = {
    "thing_event": STEPS,
    "tube_event": """
    sequence | barcode      | kind       | site_id | persons | happened_at
    1        | LK1000000001 | received   | LS-5    | 10      | 03:00
    2        | LK1000000002 | lost       | LS-5    | 10      | 04:00
    3        | LK1000000003 | dispatched | LS-6    | 10      | 06:30
    4        | LK1000000004 | voided     | LS-6    | 10      | 06:30
    5        | LK1000000005 | bagged     | LS-1    | 10      | 06:30
    """,
    "desk": """
    device_id | site_id | lane_no | session_state | queued_uploads | since
    LS-5-01   | LS-5    | 1       | closed        | 0              | 06:30
    LS-5-02   | LS-5    | 2       | online        | 0              | 00:30
    LS-6-01   | LS-6    | 1       | closed        | 4              | 06:10
    """,
    "source_pull": """
    source_id | kind        | pulled_at | observed_at
    tubes     | tube_events | 06:46     | -
    steps     | steps       | 06:46     | -
    inputs    | inputs      | 06:46     | -
    desks     | desks       | 06:46     | 06:46
    """,
    "act": """
    sequence | act_id | kind          | actor | scope_level | scope_id | target | facts                                                         | reason | happened_at
    1        | t1     | ticket_opened | li    | site        | LS-5     |        | {"category":"network","severity":"warning","level":"site"}    | Wi-Fi  | 06:40
    """,  # noqa: E501 a table
}
KINDS = ("kind", "open", "signed", "left_open", "is_zero", "is_closed", "closed_by")


def inputs(bench, site_ids=("LS-5", "LS-6", "LS-7", "LS-8")):
    """Every hour's report of these sites, on time."""
    hours = range(1, 7)
    rows = [(site, hour) for hour in hours for site in site_ids]
    return "sequence | site_id | hour_at | version | entered_at\n" + "\n".join(
        f"{n} | {site} | 0{hour}:00 | 1 | 0{hour}:05" for n, (site, hour) in enumerate(rows, start=1)
    )


def test_all_that_stands_between_a_town_and_the_end_of_its_day_is_counted_and_named(bench):
    bench.tick("06:46", **DAY, site_input=inputs(bench, ("LS-5", "LS-6", "LS-7")))
    north = Scope.town(NORTH)
    assert shown(bench.ask("closeout", scope=north), *KINDS) == lines(
        """
        tubes     | 2 | 0 | 2 | no | no | -
        sheets    | 2 | 0 | 2 | no | no | -
        passwords | 1 | 0 | 1 | no | no | -
        devices   | 2 | 0 | 2 | no | no | -
        tickets   | 1 | 0 | 1 | no | no | -
        reports   | 6 | 0 | 6 | no | no | -
        """
    )
    named = bench.ask("closeout_open", scope=north).group_by("kind", maintain_order=True).head(2)
    assert shown(named, "kind", "item_id", "site_id", "state", "next_step", "of_kind") == lines(
        """
        tubes     | LK1000000002           | LS-5 | lost         | search_tube     | 2
        tubes     | LK1000000003           | LS-6 | dispatched   | await_lab       | 2
        sheets    | sheet-1                | LS-5 | issued       | return_sheet    | 2
        sheets    | sheet-3                | LS-6 | missing      | find_sheet      | 2
        passwords | acc-north              | -    | due          | rotate_password | 1
        devices   | LS-5-02                | LS-5 | session_open | close_session   | 2
        devices   | LS-6-01                | LS-6 | uploads_wait | upload          | 2
        tickets   | t1                     | LS-5 | site         | solve_ticket    | 1
        reports   | LS-8@2031-03-02T01:00Z | LS-8 | missing      | enter_report    | 6
        reports   | LS-8@2031-03-02T02:00Z | LS-8 | missing      | enter_report    | 6
        """
    )
    assert bench.ask("closeout", scope=Scope.site("LS-5"))["open"].to_list() == [1, 1, 0, 1, 1, 0]
    assert bench.ask("closeout")["open"].to_list() == [3, 2, 2, 2, 1, 36]


EXCEPTED = """
sequence | act_id | kind                | actor | scope_level | scope_id  | facts                                                          | reason           | happened_at
2        | a2     | exception_signed    | wu    | town        | 990001002 | {"items":["tubes/LK1000000002","sheets/sheet-3"]}              | police informed  | 06:41
3        | a3     | exception_signed    | wu    | town        | 990001002 | {"items":["sheets/sheet-1"]}                                   | found torn       | 06:42
4        | a4     | exception_withdrawn | wu    | town        | 990001002 | {"items":["sheets/sheet-1"]}                                   | it was another   | 06:43
"""  # noqa: E501 a table


def test_an_exception_counts_while_it_is_not_withdrawn(bench):
    bench.tick("06:46", **DAY, site_input=inputs(bench))
    bench.tick("06:46:30", act=EXCEPTED)
    north = Scope.town(NORTH)
    assert shown(bench.ask("closeout", scope=north).head(2), *KINDS) == lines(
        "tubes | 2 | 1 | 1 | no | no | -\nsheets | 2 | 1 | 1 | no | no | -"
    )
    assert bench.ask("closeout", scope=north)["open"].to_list()[5] == 0
    rows = bench.ask("closeout_open", scope=north).filter(kind="sheets")
    assert shown(rows, "item_id", "exception_by", "exception_reason") == lines(
        "sheet-1 | - | -\nsheet-3 | wu | police informed"
    )


def test_a_tube_that_somebody_found_or_explained_is_open_no_more(bench):
    found = "sequence | act_id | kind | scope_level | scope_id | target | facts | reason | happened_at\n"
    bench.tick("06:46", **DAY)
    bench.tick("06:46:30", act=found + "2 | a2 | tube_found | site | LS-5 | LK1000000002 | {} | in the box | 06:45")
    assert bench.ask("closeout", scope=Scope.site("LS-5"))["open"].to_list()[0] == 0


@pytest.mark.parametrize(("silent", "kind"), [("tubes", "tubes"), ("steps", "sheets"), ("desks", "devices")])
def test_what_a_silent_feed_would_tell_is_not_zero(bench, silent, kind):
    pulls = "\n".join(line for line in DAY["source_pull"].splitlines() if not line.strip().startswith(silent))
    bench.tick("06:46", source_pull=pulls)
    rows = bench.ask("closeout_open", scope=Scope.site("LS-4")).filter(state="unknown")
    assert shown(rows, "kind", "next_step") == [f"{kind} | mend_source"]
    assert bench.ask("closeout", scope=Scope.site("LS-4")).filter(kind=kind)["is_zero"].to_list() == [False]


def test_a_day_needs_no_feed_of_inputs_where_people_report_every_hour(bench):
    pulls = "\n".join(line for line in DAY["source_pull"].splitlines() if not line.strip().startswith("inputs"))
    bench.tick("06:46", **DAY | {"source_pull": pulls})
    missing = bench.ask("closeout_open", scope=Scope.site("LS-4")).filter(kind="reports")
    assert set(shown(missing, "state", "next_step")) == {"missing | enter_report"}
    bench.tick("06:47", site_input=inputs(bench, ("LS-4",)))
    assert bench.ask("closeout_open", scope=Scope.site("LS-4")).filter(kind="reports").is_empty()


def test_a_day_is_closed_for_the_very_scope_until_it_is_reopened(bench):
    header = "sequence | act_id | kind | actor | scope_level | scope_id | facts | reason | happened_at\n"
    bench.tick("06:46", act=header + f"1 | a1 | day_closed | wu | town | {NORTH} | {{}} |  | 06:45")
    closed = ("is_closed", "closed_by", "closed_at")
    assert set(shown(bench.ask("closeout", scope=Scope.town(NORTH)), *closed)) == {"yes | wu | 06:45:00"}
    assert set(shown(bench.ask("closeout"), *closed)) == {"no | - | -"}
    bench.tick("06:48", act=header + f"2 | a2 | day_reopened | wu | town | {NORTH} | {{}} | a tube | 06:47")
    assert set(shown(bench.ask("closeout", scope=Scope.town(NORTH)), *closed)) == {"no | - | -"}
