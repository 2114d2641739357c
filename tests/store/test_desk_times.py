"""Measured desk times: what tubes' steps tell of how long a group takes at each desk, the same now and in the past."""

from tests.store.kit import lines, shown

# One lane of LS-1: groups 1 to 4 stand close on each other, so that each walks on when the one before is sampled.
EVENTS = """
sequence | barcode      | kind        | site_id | persons | happened_at
1        | LK1000000001 | registered  | LS-1    | 10      | 00:02:00
2        | LK1000000001 | handed_over | LS-1    | 10      | 00:02:00
3        | LK1000000002 | registered  | LS-1    | 10      | 00:04:00
4        | LK1000000001 | sampled     | LS-1    | 10      | 00:06:00
5        | LK1000000002 | handed_over | LS-1    | 10      | 00:06:00
6        | LK1000000003 | registered  | LS-1    | 10      | 00:08:10
7        | LK1000000002 | sampled     | LS-1    | 10      | 00:11:00
8        | LK1000000003 | handed_over | LS-1    | 10      | 00:11:00
9        | LK1000000004 | registered  | LS-1    | 4       | 00:12:50
10       | LK1000000003 | sampled     | LS-1    | 10      | 00:15:00
11       | LK1000000004 | handed_over | LS-1    | 4       | 00:15:00
12       | LK1000000004 | sampled     | LS-1    | 4       | 00:16:00
"""


def test_each_desk_is_measured_from_full_groups_per_town_and_whole(bench):
    bench.tick("00:20", tube_event=EVENTS)
    town = bench.ask("sites_live").filter(site_id="LS-1")["town_code"][0]

    # sampling 240, 300, 240 s; registration of group 3 alone: from group 2's walking on at 6:00 to 8:10
    found = bench.ask("desk_times")
    assert shown(
        found.select("town_code", "desk", "groups", "mean_s"), "town_code", "desk", "groups", "mean_s"
    ) == lines(
        f"""
        -     | registration | 1 | 130
        -     | sampling     | 3 | 260
        {town} | registration | 1 | 130
        {town} | sampling     | 3 | 260
        """
    )
    assert found["spread"].round(3).to_list() == [0.0, 0.133, 0.0, 0.133]


def test_what_was_measured_at_a_moment_stays(bench):
    before = bench.tick("00:10", tube_event="\n".join(EVENTS.strip().splitlines()[:5]))
    bench.tick("00:20", tube_event="\n".join([EVENTS.strip().splitlines()[0], *EVENTS.strip().splitlines()[5:]]))

    assert bench.ask("desk_times", as_of=before)["groups"].to_list() == [1, 1]
    assert bench.ask("desk_times")["groups"].to_list() == [1, 3, 1, 3]


def test_nothing_sampled_is_nothing_measured(bench):
    bench.tick("00:05", tube_event="sequence | site_id | persons | happened_at\n1 | LS-1 | 10 | 00:01")
    assert bench.ask("desk_times").is_empty()
