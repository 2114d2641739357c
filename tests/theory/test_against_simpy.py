"""The recursion and an engine of events live the same day: every group at the same lane at the same moments."""

import numpy as np
import pytest

from pipelines.planning import kernel_site, kernel_words
from pipelines.planning.draws import stream_keys
from pipelines.planning.kernel_lanes import DONE, GROUP, LANE, MOVED, PERSONS, REGISTERED, STARTED, STREAM
from pipelines.planning.packing import packed
from pipelines.planning.validation import checked
from tests.theory.simpy_site import SimpySite, drawn
from tests.theory.sites import random_site

SITES, PARTS = 200, 8


@pytest.mark.parametrize("part", range(PARTS))
def test_every_group_of_random_sites_passes_every_desk_when_simpy_says(part: int) -> None:
    groups = 0
    for number in range(part, SITES, PARTS):
        load = packed(checked(random_site(number)))
        keys = stream_keys(number, 0, load.site_ids)
        room = np.empty((kernel_words.ROWS, load.places.persons[0] + load.places.waiting[0] + 2))
        *_, moments, marks, _ = kernel_site.site_day(0, keys, load.places, load.rules, load.shapes, room)
        begun = SimpySite(load, 0, drawn(load, keys, 0)).run()

        told = [(g.stream, g.number, g.lane, g.persons) for g in begun]
        assert marks[:, [STREAM, GROUP, LANE, PERSONS]].tolist() == [list(mark) for mark in told], number
        expected = np.asarray([(g.started, g.registered, g.moved, g.done) for g in begun]).reshape(-1, 4)
        assert np.abs(moments[:, [STARTED, REGISTERED, MOVED, DONE]] - expected).max(initial=0.0) <= 1e-9, number
        groups += len(begun)

    assert groups > 300
