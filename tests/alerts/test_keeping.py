"""What people keep and let lie is an alarm: passwords and sheets past their time, tickets past their last desk's."""

from tests.alerts.looks import said, watched
from tests.store.test_custody_asks import DESTROYED, RETURNED, STEPS
from tests.store.test_ticket_asks import OPENED

KEPT = ("password_overdue", "sheets_overdue", "ticket_overdue")


def kept(district) -> list[str]:
    return [line for line in said(watched(district)) if line.startswith(KEPT)]


def test_before_their_time_neither_account_nor_sheets_are_an_alarm(district):
    district.minute("06:00")
    district.tick("06:50", thing_event=STEPS, act=RETURNED)
    assert kept(district) == []


def test_an_account_past_its_time_is_one_alarm_and_explains_its_sites_open_sheets(district):
    district.minute("06:00")
    district.tick("08:01", thing_event=STEPS, act=RETURNED + DESTROYED.splitlines()[2])
    assert "password_overdue:acc-north | firing | 3 | -" in kept(district)
    assert "sheets_overdue:LS-6 | firing | 1 | password_overdue:acc-north" in kept(district)
    assert not [line for line in kept(district) if "LS-5" in line], "its sheets are destroyed"


def test_a_changed_password_leaves_the_sheets_an_alarm_of_their_own(district):
    district.minute("06:00")
    changed = "sequence | act_id | kind | actor | scope_level | scope_id | target | facts | happened_at\n"
    changed += "9 | a9 | account_rotated | li | town | 990001002 | acc-north | {} | 08:01"
    district.tick("08:01", thing_event=STEPS)
    district.tick("08:02", act=changed)
    assert [line for line in kept(district) if "north" in line or "LS-6" in line] == [
        "sheets_overdue:LS-6 | firing | 1 | -"
    ]


def test_a_ticket_is_an_alarm_once_no_desk_above_takes_it(district):
    district.minute("00:20")
    district.tick("00:21", act=OPENED)
    late = district.ask("tickets_live").filter(is_overdue=True)
    assert late["next_level"].to_list() == ["town"] and kept(district) == [], "it goes on to the town by itself"
    district.tick("05:00")
    found = [alert for alert in watched(district).values() if alert.rule == "ticket_overdue"]
    assert [(alert.seen.subject, alert.seen.name_en) for alert in found] == [("t3", "#3")]
    assert found[0].seen.value == 226, "minutes after 01:14"
