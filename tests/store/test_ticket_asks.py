"""What the asks answer of tickets: on whose desk each lies, how long it may, who took it, what was done about it."""

from pipelines.api import Scope
from tests.store.kit import Bench, lines, shown

TOWN = "990001002"
HEADER = "sequence | act_id | kind | actor | scope_level | scope_id | target | facts | reason | happened_at\n"
OPENED = (
    HEADER
    + f"""
1 | t1 | ticket_opened | li | site     | LS-5   | | {{"category":"network","severity":"critical","level":"site"}} | no Wi-Fi | 00:10
2 | t2 | ticket_opened | wu | town     | {TOWN} | | {{"category":"staff","severity":"warning","level":"town"}} | two ill | 00:12
3 | t3 | ticket_opened | xu | district | -      | | {{"category":"server","severity":"warning","level":"district","alert_id":"server_down:p1"}} | p1 | 00:14
""".strip()  # noqa: E501 a table
)
DONE = (
    HEADER
    + f"""
4 | a4 | ticket_taken     | li      | site     | LS-5   | t1 | {{}} |  | 00:15
5 | a5 | ticket_escalated | command | site     | LS-5   | t1 | {{"level":"town"}} | the time of the site is over | 00:18
6 | a6 | ticket_handed    | xu      | district | -      | t3 | {{"vendor":"vendor-p"}} | please look | 00:20
7 | a7 | ticket_solved    | wu      | town     | {TOWN} | t2 | {{}} | borrowed two | 00:22
""".strip()
)
STANDS = ("number", "level", "state", "owner", "due_at", "is_overdue", "next_level", "escalations")


def test_a_ticket_lies_where_the_last_act_put_it_and_a_critical_one_has_half_the_time(bench):
    bench.tick("00:16", act=OPENED + "\n" + DONE.splitlines()[1])
    assert shown(bench.ask("tickets_live"), *STANDS) == lines(
        """
        1 | site     | open | li | 00:17:30 | no | town     | 0
        2 | town     | open | -  | 00:42:00 | no | district | 0
        3 | district | open | -  | 01:14:00 | no | -        | 0
        """
    )
    bench.clock.put("00:18")
    assert bench.ask("tickets_live")["is_overdue"].to_list() == [True, False, False]


def test_who_took_it_below_does_not_have_it_above_and_solved_comes_last(bench):
    early = bench.tick("00:16", act=OPENED)
    bench.tick("00:23", act=DONE)
    assert shown(bench.ask("tickets_live"), *STANDS) == lines(
        """
        1 | town   | open   | - | 00:33:00 | no | district | 1
        3 | vendor | open   | - | 02:20:00 | no | -        | 0
        2 | town   | solved | - | -        | no | -        | 0
        """
    )
    assert shown(bench.ask("tickets_live"), "title", "alert_id", "vendor", "solved_by", "last_note") == lines(
        """
        no Wi-Fi |                | -        | -  | the time of the site is over
        p1       | server_down:p1 | vendor-p | -  | please look
        two ill  |                | -        | wu | borrowed two
        """
    )
    assert bench.ask("tickets_live", as_of=early)["state"].to_list() == ["open"] * 3


def test_a_solved_ticket_that_is_reopened_begins_its_level_s_time_anew(bench):
    again = HEADER + f"8 | a8 | ticket_reopened | wu | town | {TOWN} | t2 | {{}} | still ill | 00:30"
    bench.tick("00:31", act=OPENED)
    bench.tick("00:32", act=DONE)
    bench.tick("00:33", act=again)
    (row,) = shown(bench.ask("tickets_live").filter(number=2), *STANDS, "solved_at")
    assert row == "2 | town | open | - | 01:00:00 | no | district | 0 | -"


def test_a_scope_sees_its_own_tickets_and_their_history(bench):
    bench.tick("00:23", act=OPENED)
    bench.tick("00:24", act=DONE)
    numbers = {
        scope: bench.ask("tickets_live", scope=scope)["number"].sort().to_list()
        for scope in (Scope(), Scope.town(TOWN), Scope.site("LS-5"), Scope.town("990001001"))
    }
    assert list(numbers.values()) == [[1, 2, 3], [1, 2], [1], []]
    history = bench.ask("ticket_history", scope=Scope.site("LS-5"))
    assert shown(history, "sequence", "number", "kind", "actor", "level", "site_id") == lines(
        """
        5 | 1 | ticket_escalated | command | town | LS-5
        4 | 1 | ticket_taken     | li      | -    | LS-5
        1 | 1 | ticket_opened    | li      | site | LS-5
        """
    )


def test_an_old_solved_ticket_is_told_no_more_but_its_history_is(bench):
    bench.tick("00:23", act=OPENED)
    bench.tick("00:24", act=DONE)
    bench.clock.put("12:23")
    assert bench.ask("tickets_live")["number"].sort().to_list() == [1, 3]
    assert bench.ask("ticket_history").height == 7


def test_the_call_tree_goes_from_the_town_to_the_vendor(tmp_path, sanshui):
    bench = Bench(tmp_path / "s.duckdb", sanshui)
    told = bench.ask("call_tree", scope=Scope.site("SS-001-001"))
    assert told["contact_id"].to_list() == ["town-440607001", "district", "vendor-province", "vendor-city"]
    assert bench.ask("call_tree").height == 10
    bench.store.close()
