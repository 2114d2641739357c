"""What was lived once is not lived again: whose inputs are the same is copied, whose are not is simulated."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.planning import Hit, Outage, Runs, Scenario, ServiceTime, simulate
from pipelines.planning.packing import packed
from pipelines.planning.runs import BY_LAB, BY_SITE
from pipelines.planning.sameness import Shelf
from pipelines.planning.simulation import Conduct, lived
from tests.planning.kit import site, small

COUNT = 4


def shelf_with(*scenarios: Scenario, count: int = COUNT) -> Shelf:
    shelf = Shelf()
    for scenario in scenarios:
        lived(scenario, count, Conduct(shelf=shelf))
    return shelf


def are_equal(one: Runs, other: Runs) -> bool:
    return all((getattr(one, name) == getattr(other, name)).all() for name in (*BY_SITE, *BY_LAB))


def known_sites(shelf: Shelf, scenario: Scenario) -> list[int]:
    known = shelf.nearest(packed(scenario))
    return [] if known is None else known.mine.tolist()


def more_lanes(number: int) -> Scenario:
    base = small()
    sites = [replace(one, lanes=one.lanes + 1) if n == number else one for n, one in enumerate(base.sites)]
    return replace(base, name="more lanes", sites=tuple(sites))


CHANGES = {
    "one site's lanes": (more_lanes(1), [0, 2]),
    "the name alone": (replace(small(), name="other"), [0, 1, 2]),
    "a lab's pace": (replace(small(), labs=tuple(replace(lab, tubes_per_day=500) for lab in small().labs)), [0, 1, 2]),
    "an outage at one site": (replace(small(), outages=(Outage(Hit.SITE, 10, 30, small().sites[2].site_id),)), [0, 1]),
    "how many come": (replace(small(), turnout=0.9), []),
    "how long sampling takes": (replace(small(), sampling=ServiceTime(300, 0.15)), []),
    "how even sampling is": (replace(small(), sampling=replace(small().sampling, spread=0.4)), []),
    "the seed": (replace(small(), seed=8), []),
    "what a day leaves open": (replace(small(), pace_spread=0.1), []),
    "the sites' order": (replace(small(), sites=small().sites[::-1]), [0, 1, 2]),
    "another site beside": (replace(small(), sites=(*small().sites, site(9))), [0, 1, 2]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_known_of_a_changed_scenario_and_what_it_answers(what: str) -> None:
    changed, known = CHANGES[what]
    shelf = shelf_with(small())

    assert known_sites(shelf, changed) == known
    assert are_equal(lived(changed, COUNT, Conduct(shelf=shelf)), simulate(changed, COUNT))


def test_the_scenario_with_most_in_common_is_taken() -> None:
    shelf = shelf_with(small(), more_lanes(0))

    assert known_sites(shelf, more_lanes(0)) == [0, 1, 2]
    assert known_sites(shelf, more_lanes(1)) == [0, 2]


@pytest.mark.parametrize("counts", [(3, 7), (7, 3)])
def test_fewer_and_more_replications_than_are_known_are_the_same_days(counts: tuple[int, int]) -> None:
    known, asked = counts
    shelf = shelf_with(small(), count=known)

    assert are_equal(lived(small(), asked, Conduct(shelf=shelf)), simulate(small(), asked))
    found = shelf.nearest(packed(small()))
    assert found is not None
    assert found.runs.replications == 7


def test_the_shelf_has_an_end_and_what_was_asked_for_longest_ago_leaves_first() -> None:
    one = simulate(small(), COUNT)
    shelf = Shelf(most_bytes=2 * one.size_bytes)
    cases = [replace(small(), seed=seed) for seed in (1, 2, 3)]
    for case in (cases[0], cases[1], cases[0], cases[2]):
        lived(case, COUNT, Conduct(shelf=shelf))

    assert [bool(known_sites(shelf, case)) for case in cases] == [True, False, True]


def test_what_is_larger_than_the_shelf_is_answered_and_not_kept() -> None:
    shelf = Shelf(most_bytes=1_000)

    assert np.isfinite(lived(small(), COUNT, Conduct(shelf=shelf)).figures).all()
    assert known_sites(shelf, small()) == []
