"""One account a town, one lab an account: what the keepers' steps tell against it is an alarm (Q29, Q33)."""

import pytest

from pipelines.api import Scope
from tests.alerts.looks import said, watched
from tests.store.kit import lines, shown

HEAD = "sequence | machine | thing_id | step   | state    | site_id | by      | facts"
GOOD = """
1        | account | acc-east    | assign | assigned | -       | acc-east  | {"lab_id":"lab-1"}
2        | account | acc-north   | assign | assigned | -       | acc-north | {"lab_id":"lab-2"}
3        | sheet   | sheet-00001 | print  | printed  | LS-1    | acc-east  | {}
4        | sheet   | sheet-00001 | issue  | issued   | LS-1    | acc-east  | {}
5        | sheet   | sheet-00002 | print  | printed  | LS-5    | acc-north | {}
6        | sheet   | sheet-00001 | return | returned | LS-1    | V00017    | {}
"""
WRONG = {
    "a lab that is not the town's": (
        '7 | account | acc-east | assign | assigned | - | acc-east | {"lab_id":"lab-2"}',
        "acc-east | 990001001 | 1 | 1 | 2 | lab-1, lab-2",
    ),
    "sheets in another town": (
        "7 | sheet | sheet-00003 | print | printed | LS-9 | acc-east | {}",
        "acc-east | 990001001 | 2 | 1 | 2 | lab-1, lab-2",
    ),
    "a second account in a town": (
        "7 | sheet | sheet-00003 | print | printed | LS-2 | acc-spare | {}",
        """
        acc-east  | 990001001 | 1 | 2 | 1 | lab-1
        acc-spare | 990001001 | 1 | 2 | 1 | lab-1
        """,
    ),
}
COLUMNS = ("account_id", "town_code", "of_towns", "of_accounts", "of_labs", "labs")


def test_accounts_as_planned_are_no_breach(district):
    district.minute("01:00")
    district.tick("01:01", thing_event=HEAD + GOOD)
    assert district.ask("account_breaches").is_empty()
    assert not [line for line in said(watched(district)) if line.startswith("account")]


@pytest.mark.parametrize("how", WRONG)
def test_every_breach_names_the_account_and_what_is_wrong_and_is_an_alarm_of_its_town(district, how: str):
    step, told = WRONG[how]
    before = district.minute("01:00")
    district.tick("01:01", thing_event=HEAD + GOOD + step)
    found = district.ask("account_breaches")
    assert shown(found, *COLUMNS) == lines(told)
    assert district.ask("account_breaches", as_of=before).is_empty()
    assert district.ask("account_breaches", scope=Scope.town("990001002")).is_empty()
    assert set(district.ask("account_breaches", scope=Scope.site("LS-2"))["town_code"]) == {"990001001"}
    alerts = watched(district)
    named = [alert for name, alert in alerts.items() if name.startswith("account_broken")]
    assert [alert.seen.subject for alert in named] == found["account_id"].to_list()
    assert all(alert.is_alarm and alert.seen.town_code == "990001001" for alert in named)
