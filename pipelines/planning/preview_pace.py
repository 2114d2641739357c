"""How many groups a second a site's lanes take together, step by step: schedules, outages, overload, guides."""

import numpy as np

from pipelines.planning.draws import NODES, Floats
from pipelines.planning.packing import Load

COARSE = 16  # every so many quantiles are enough for the mean of the slower desk


def lane_rates(load: Load, edges: Floats) -> Floats:
    """Return sites × steps: groups a second of all open lanes while a line stands."""
    middles = (edges[1:] + edges[:-1]) / 2
    places, shares = load.places, _pace_shares(load, edges)
    parts = np.asarray([np.searchsorted(at, middles, side="right") - 1 for at in places.opens_at])
    open_lanes = np.take_along_axis(places.lanes_open, np.maximum(parts, 0), axis=1)
    book = _RateBook(load, shares)
    found = np.zeros(open_lanes.shape)
    for site in range(len(found)):
        whole = book.site(site)
        found[site] = whole[open_lanes[site], np.arange(whole.shape[1])]
    return found


class _RateBook:
    """Invariant: what lanes of the same times and paces take is worked out once."""

    def __init__(self, load: Load, shares: Floats) -> None:
        self._load, self._shares = load, shares
        self._by_step: dict[tuple[float, ...], Floats] = {}
        self._of_sites: dict[tuple[object, ...], Floats] = {}

    def site(self, site: int) -> Floats:
        """Return lanes + 1 × steps: groups a second of the first so many lanes."""
        places = self._load.places
        times = (*places.means[site].tolist(), *places.tables[site].tolist())
        lanes = places.pace_of[site, : places.lanes[site]].tolist()
        sampling = int(places.sampling_pace[site])
        key = (times, tuple(lanes), sampling)
        if key not in self._of_sites:
            each = np.asarray([self._steps((*times, own, sampling), site) for own in lanes])
            self._of_sites[key] = np.concatenate([np.zeros((1, each.shape[1])), np.cumsum(each, axis=0)])
        return self._of_sites[key]

    def _steps(self, key: tuple[float, ...], site: int) -> Floats:
        if key not in self._by_step:
            own, sampling = int(key[-2]), int(key[-1])
            paces = np.round(self._shares[[own, sampling]], 3)
            kinds, place = np.unique(paces, axis=1, return_inverse=True)
            self._by_step[key] = np.asarray([self._rate(site, float(a), float(b)) for a, b in kinds.T])[place.ravel()]
        return self._by_step[key]

    def _rate(self, site: int, registration: float, sampling: float) -> float:
        """Return groups a second of one lane whose desks work at these paces."""
        if min(registration, sampling) <= 0.0:
            return 0.0
        load = self._load
        quantiles = load.shapes.quantiles[load.places.tables[site]]
        middle = (quantiles[:, :-1] + quantiles[:, 1:]) / 2
        coarse = middle.reshape(2, NODES // COARSE, COARSE).mean(axis=2)
        one, two = load.places.means[site][:, None] * coarse / np.asarray([[registration], [sampling]])
        cycle = float(np.maximum(one[:, None], two[None, :]).mean())
        guides = load.rules.guides
        led = (float(one.mean() + two.mean()) + load.rules.walk_s) / guides if guides else 0.0
        return 1.0 / max(cycle, led)


def _pace_shares(load: Load, edges: Floats) -> Floats:
    """Return functions × steps: the mean pace of each work function in each step."""
    at, paces = load.shapes.pace_at, load.shapes.paces
    shares = np.ones((len(at), len(edges) - 1))
    for own in range(1, len(at)):
        finite = np.isfinite(at[own])
        knots = at[own][finite]
        if not len(knots):
            continue
        worked = np.concatenate([[0.0], np.cumsum(np.diff(knots) * paces[own][1:][: len(knots) - 1])])
        shares[own] = _mean_pace(edges, knots, worked, paces[own])
    return shares


def _mean_pace(edges: Floats, knots: Floats, worked: Floats, paces: Floats) -> Floats:
    after = paces[len(knots)]
    done = np.interp(edges, knots, worked)
    done = np.where(edges < knots[0], edges - knots[0], done)
    done = np.where(edges > knots[-1], worked[-1] + (edges - knots[-1]) * after, done)
    return np.diff(done) / np.maximum(np.diff(edges), 1e-9)
