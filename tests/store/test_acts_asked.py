"""What the asks answer of acts: the log, the decisions, and how far each order has spread, cut to the scope."""

import pytest

from pipelines.api import Scope
from tests.store.kit import lines, moment, shown

OWN, OTHER = "990001002", "990001001"
ACTS = f"""
sequence | act_id | kind                    | actor | scope_level | scope_id | target | facts                        | reason | happened_at
1        | a1     | signed_in               | li    | district    | -        |        | {{}}                         |        | 00:10
2        | a2     | ordered                 | li    | district    | -        |        | {{"contingency":"city"}}     | why    | 00:20
3        | a3     | order_delivered         | -     | district    | -        | a2     | {{}}                         |        | 00:21
4        | a4     | ordered                 | wu    | town        | {OWN}    |        | {{"server_id":"p2"}}         | p1 hot | 00:30
5        | a5     | order_failed            | -     | town        | {OWN}    | a4     | {{}}                         | silent | 00:31
6        | a6     | noted                   | wu    | site        | LS-5     |        | {{}}                         | queue  | 00:32
7        | a7     | recommendation_accepted | wu    | town        | {OWN}    | r1     | {{"kind":"switch_servers"}}  |        | 00:33
8        | a8     | recommendation_rejected | li    | district    | -        | r2     | {{}}                         | no     | 00:34
9        | a9     | noted                   | xu    | town        | {OTHER}  |        | {{}}                         | else   | 00:35
"""  # noqa: E501 a table
LATER = """
sequence | act_id | kind            | scope_level | scope_id | target | facts | happened_at
10       | a10    | order_delivered | town        | 990001002 | a4    | {}    | 00:40
"""
DESKS = """
device_id | site_id | lane_no | server_id | contingency | is_online
d1        | LS-5    | 1       | p2        | province    | yes
d2        | LS-5    | 2       | p1        | province    | yes
d3        | LS-6    | 1       | city      | city        | yes
d4        | LS-6    | 2       | city      | city        | no
d5        | LS-7    | 1       | p2        | offline     | no
d6        | LS-1    | 1       | city      | city        | yes
d7        | LS-1    | 2       | p1        | province    | yes
"""


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        (Scope.town(OWN), [7, 6, 5, 4, 3, 2]),
        (Scope.town(OTHER), [9, 3, 2]),
        (Scope.site("LS-5"), [6, 5, 4, 3, 2]),
        (Scope.site("LS-1"), [3, 2]),
    ],
)
def test_the_log_is_newest_first_and_tells_a_scope_what_concerns_it(bench, scope, expected):
    bench.tick("01:00", act=ACTS)
    assert bench.ask("acts_log", scope=scope)["sequence"].to_list() == expected


def test_decisions_name_what_was_decided_by_whom_and_why(bench):
    bench.tick("01:00", act=ACTS)
    columns = ("recommendation_id", "decision", "actor", "reason", "decided_at")
    assert shown(bench.ask("decisions"), *columns) == lines(
        """
        r2 | rejected | li | no | 00:34:00
        r1 | accepted | wu |    | 00:33:00
        """
    )
    assert bench.ask("decisions", scope=Scope.town(OWN))["recommendation_id"].to_list() == ["r1"]


def test_an_order_says_whether_it_arrived_and_how_far_it_has_spread(bench):
    failed = bench.tick("00:35", act=ACTS, desk=DESKS)
    columns = ("act_id", "contingency", "server_id", "state", "delivered_at", "failure")
    assert shown(bench.ask("orders_live"), *columns) == lines(
        """
        a4 | -    | p2 | failed    | -        | silent
        a2 | city | -  | delivered | 00:21:00 | -
        """
    )
    bench.tick("00:45", act=LATER)
    assert shown(bench.ask("orders_live"), *columns)[0] == "a4 | - | p2 | delivered | 00:40:00 | -"
    spread = ("act_id", "sites_reached", "desks_reached", "sites_holding", "desks_obeying")
    assert shown(bench.ask("orders_live"), *spread) == ["a4 | 4 | 8 | 4 | 1", "a2 | 9 | 18 | 5 | 3"]
    town = bench.ask("orders_live", scope=Scope.town(OWN))
    assert shown(town, *spread) == ["a4 | 4 | 8 | 4 | 1", "a2 | 4 | 8 | 0 | 2"]
    assert shown(bench.ask("orders_live", as_of=failed), *columns)[0] == "a4 | - | p2 | failed | - | silent"


def test_a_loan_reaches_its_two_sites_and_a_vehicle_its_one(bench):
    acts = """
    sequence | act_id | kind    | scope_level | scope_id | facts                                                            | happened_at
    1        | a1     | ordered | district    | -        | {"lend_from":"LS-5","lend_to":"LS-1","persons":2,"role":"medic"} | 00:20
    2        | a2     | ordered | site        | LS-2     | {"vehicle_id":"mobile-1"}                                        | 00:21
    """  # noqa: E501 a table
    bench.tick("00:30", act=acts)
    columns = ("act_id", "lend_from", "lend_to", "lend_role", "lend_persons", "vehicle_id", "sites_reached", "state")
    assert shown(bench.ask("orders_live"), *columns) == lines(
        """
        a2 | -    | -    | -     | - | mobile-1 | 1 | waiting
        a1 | LS-5 | LS-1 | medic | 2 | -        | 2 | waiting
        """
    )


def test_acts_pulled_twice_are_stored_once(bench):
    bench.tick("01:00", act=ACTS)
    bench.tick("01:01", act=ACTS)
    assert bench.ask("acts_log")["sequence"].to_list() == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert bench.store.newest_act()[0] == 9
    assert moment("01:01") <= bench.clock.now()
