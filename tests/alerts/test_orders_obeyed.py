"""The rule on orders: one that did not arrive, or that half its desks do not obey, is an alarm after ten minutes."""

from tests.alerts.looks import said, watched

ORDERS = """
sequence | act_id | kind            | target | scope_level | scope_id  | facts                     | happened_at
1        | a1     | ordered         | -      | town        | 990001002 | {"contingency":"offline"} | 01:00
2        | a2     | ordered         | -      | site        | LS-2      | {"contingency":"offline"} | 01:00
3        | a3     | ordered         | -      | site        | LS-9      | {"contingency":"offline"} | 01:00
4        | a4     | order_delivered | a1     | town        | 990001002 | -                         | 01:00
5        | a5     | order_delivered | a2     | site        | LS-2      | -                         | 01:00
"""


def desks(district, **obeying):
    """The desks of two sites: so many of each work offline."""
    rows = ["device_id | site_id | lane_no | contingency | server_id | is_online"]
    for site in district.campaign.sites:
        for lane in range(1, site.lanes + 1):
            is_offline = lane <= obeying.get(site.site_id.replace("-", "_"), 0)
            how = "offline | - | no" if is_offline else "province | p1 | yes"
            rows.append(f"{site.site_id}.{lane} | {site.site_id} | {lane} | {how}")
    return "\n".join(rows)


def test_an_order_that_did_not_arrive_or_that_half_the_desks_do_not_obey_alarms_after_ten_minutes(district):
    district.minute("01:00")
    district.tick("01:00:30", act=ORDERS, desk=desks(district))
    alerts = watched(district)
    district.minute("01:09")
    alerts = watched(district, alerts)
    assert {line for line in said(alerts) if "firing" in line and "order" in line} == set()
    district.minute("01:11")
    district.tick("01:11:30", desk=desks(district, LS_2=2, LS_5=1))
    alerts = watched(district, alerts)
    slow = sum(site.lanes for site in district.campaign.sites if site.town_code == "990001002") - 1
    assert [line for line in said(alerts) if line.startswith("order") and "firing" in line] == [
        f"order_not_obeyed:a1 | firing | {slow} | -",
        "order_not_obeyed:a3 | firing | - | -",
    ]
    assert (alerts["order_not_obeyed:a1"].seen.town_code, alerts["order_not_obeyed:a3"].seen.site_id) == (
        "990001002",
        "LS-9",
    )
    district.tick("01:12", desk=desks(district, LS_2=2, LS_5=3, LS_6=1))
    assert "order_not_obeyed:a1" in {name for name, alert in watched(district, alerts).items() if not alert.is_alarm}
