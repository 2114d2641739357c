"""What the asks answer of people: need against have by site and role, and the norms beside the plan."""

import polars as pl

from pipelines.api import Scope
from tests.store.kit import lines, shown

QUEUE = """
site_id | observed_at | is_open | queue_persons | wait_minutes | lanes_open
LS-1    | 01:00       | yes     | 10            | 20           | 2
LS-2    | 01:00       | no      | 0             | 0            | 2
"""
ROSTER = """
site_id | role      | observed_at | on_shift | planned
LS-1    | medic     | 01:00       | 5        | 6
LS-1    | volunteer | 01:00       | 4        | 9
LS-2    | police    | 01:00       | 1        | 2
"""
COLUMNS = ("site_id", "role", "registered", "planned", "on_shift", "need", "gap", "need_all_lanes")


def test_each_site_has_its_need_by_the_lanes_it_has_open_and_by_all_of_them(bench):
    bench.tick("01:00", site_queue=QUEUE, roster=ROSTER)
    assert shown(bench.ask("staff_by_site").head(12), *COLUMNS) == lines(
        """
        LS-1 | medic     | 6 | 6 | 5 | 4 | 1  | 6
        LS-1 | cadre     | 3 | 0 | 0 | 2 | -2 | 3
        LS-1 | volunteer | 9 | 9 | 4 | 6 | -2 | 9
        LS-1 | police    | 2 | 0 | 0 | 2 | -2 | 2
        LS-2 | medic     | 4 | 0 | 0 | 0 | 0  | 4
        LS-2 | cadre     | 2 | 0 | 0 | 0 | 0  | 2
        LS-2 | volunteer | 6 | 0 | 0 | 0 | 0  | 6
        LS-2 | police    | 2 | 2 | 1 | 0 | 1  | 2
        LS-3 | medic     | 4 | - | - | - | -  | 4
        LS-3 | cadre     | 2 | - | - | - | -  | 2
        LS-3 | volunteer | 6 | - | - | - | -  | 6
        LS-3 | police    | 2 | - | - | - | -  | 2
        """
    )


def test_the_scope_s_need_is_the_sum_of_its_sites_live_and_past(bench):
    early = bench.tick("01:00", site_queue=QUEUE, roster=ROSTER)
    told = bench.ask("staff_by_site")
    bench.tick("01:20", site_queue=QUEUE.replace("01:00", "01:20").replace("no ", "yes"))
    assert bench.ask("staff_by_site", as_of=early).equals(told)
    for as_of in (early, bench.clock.now()):
        told = bench.ask("staff_by_site", as_of=as_of)
        summed = told.group_by("role", maintain_order=True).agg(pl.col("need").sum())
        assert summed["need"].to_list() == bench.ask("staff_against_norm", as_of=as_of)["need"].to_list()
    assert shown(bench.ask("staff_by_site").head(5), "role", "on_shift", "need", "gap") == lines(
        """
        medic     | - | 4 | -
        cadre     | - | 2 | -
        volunteer | - | 6 | -
        police    | - | 2 | -
        medic     | - | 4 | -
        """
    )


def test_a_scope_sees_its_own_sites_people_only(bench):
    bench.tick("01:00", site_queue=QUEUE, roster=ROSTER)
    assert bench.ask("staff_by_site", scope=Scope.town("990001002"))["site_id"].unique().sort().to_list() == [
        *("LS-5", "LS-6", "LS-7", "LS-8")
    ]
    assert bench.ask("staff_by_site", scope=Scope.site("LS-1")).height == 4


def test_the_norms_stand_beside_what_the_plan_makes_of_them(bench):
    columns = ("residents", "samplers_needed", "medics_registered", "sites", "lanes", "planned_persons")
    assert shown(bench.ask("norms"), *columns) == ["11000 | 31 | 36 | 9 | 18 | 10000"]
    assert shown(bench.ask("norms", scope=Scope.town("990001001")), *columns) == ["6000 | 17 | 16 | 4 | 8 | 4445"]
    assert shown(bench.ask("norms", scope=Scope.site("LS-1")), *columns[:3]) == ["- | - | 6"]
    against = ("persons_per_site_to", "persons_per_site", "sites_above", "persons_per_desk_to", "sites_desks_above")
    assert shown(bench.ask("norms"), *against) == ["1500 | 1111.111 | 2 | 556 | 0"]
    assert shown(
        bench.ask("norms"), "guides_per_lane", "registrars_per_lane", "medics_per_lane", "police_per_site"
    ) == ["3 | 1 | 2 | 2"]


def test_volunteers_and_cadres_stand_in_for_each_other_others_do_not(bench):
    roster = """
    site_id | role      | observed_at | on_shift | planned
    LS-1    | volunteer | 01:00       | 4        | 9
    LS-1    | cadre     | 01:00       | {}       | 9
    LS-1    | medic     | 01:00       | 3        | 9
    LS-1    | police    | 01:00       | 9        | 9
    """
    lacking = []
    for at, cadres in (("01:00", 4), ("01:01", 3), ("01:02", 1)):
        bench.tick(at, site_queue=QUEUE.replace("01:00", at), roster=roster.format(cadres).replace("01:00", at))
        lacking.append(shown(bench.ask("staff_by_site").head(4), "role", "gap", "lacking"))
    assert lacking == [
        ["medic | -1 | 1", "cadre | 2 | 0", "volunteer | -2 | 0", "police | 7 | 0"],
        ["medic | -1 | 1", "cadre | 1 | 0", "volunteer | -2 | 1", "police | 7 | 0"],
        ["medic | -1 | 1", "cadre | -1 | 1", "volunteer | -2 | 2", "police | 7 | 0"],
    ]
