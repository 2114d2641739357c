"""A scenario as arrays for the kernels; every default of the way to the desk stands here with its source."""

from dataclasses import dataclass

import numpy as np

from pipelines.planning.draws import Floats, gamma_quantiles
from pipelines.planning.kernel_labs import Labs
from pipelines.planning.kernel_words import FIRST_OWN, Places, Rules, Shapes
from pipelines.planning.paces import FULL, Pace, PaceBook, Servers, lab_pace, multiplied, outage_pace, site_outages
from pipelines.planning.scenario import Desk, Method, Scenario
from pipelines.planning.schedules import Steps, lane_steps, schedule_arrays
from pipelines.vocabulary import PERSONS_PER_TUBE, Mode

SCREENING_S, SCREENING_SPREAD = 5.0, 0.5
CAPTURE_S, CAPTURE_SPREAD = 40.0, 0.4
GENERATION_S = 90.0
LANES_PER_GATE_LINE, LANES_PER_COLLECTOR = 2, 4
GUIDE_WALK_S = 30.0
LABEL_SCAN_S = 2.5
METHOD_EXTRA_S = {Method.CODE: 0.0, Method.CARD: 2.0, Method.TYPED: 22.0}
SCANNERS_PER_TUBES = 5_000
COURIER_MINUTES, TURNAROUND_MINUTES = 55.0, 180.0
SHORT_MINUTES, LONG_MINUTES = 25.0, 50.0
BIN_MINUTES, MOST_BINS = 5.0, 300


@dataclass(frozen=True)
class Load:
    """A scenario, packed: what the kernels of every replication read."""

    scenario: Scenario
    steps: tuple[Steps, ...]
    paces: tuple[Pace, ...]
    places: Places
    rules: Rules
    shapes: Shapes
    labs: Labs
    bins: int

    @property
    def site_ids(self) -> tuple[str, ...]:
        """The sites in their order."""
        return tuple(site.site_id for site in self.scenario.sites)


def packed(scenario: Scenario) -> Load:
    """Return the scenario as arrays; it must be a checked one."""
    steps = tuple(lane_steps(scenario, site) for site in scenario.sites)
    book, tables = PaceBook(), _Tables()
    bin_s = _bin_minutes(scenario) * 60
    places = _places(scenario, steps, book, tables)
    labs = _labs(scenario, book)
    at, paces = book.arrays()
    edges, shares = arrivals(scenario)
    return Load(
        scenario=scenario,
        steps=steps,
        paces=tuple(book.kept),
        places=places,
        rules=_rules(scenario, bin_s),
        shapes=Shapes(edges, shares, tables.array(), at, paces),
        labs=labs,
        bins=int(np.ceil(scenario.end_minute * 60 / bin_s)) + 2,
    )


def registration_extra_s(scenario: Scenario) -> float:
    """Return the seconds a group of ten takes longer at registration than by code in mode two."""
    labels = (PERSONS_PER_TUBE - 1) * LABEL_SCAN_S if scenario.mode is Mode.ONE else 0.0
    return PERSONS_PER_TUBE * METHOD_EXTRA_S[scenario.method] + labels


class _Tables:
    """Each spread's quantiles once, behind those of screening and capture."""

    def __init__(self) -> None:
        self._spreads: list[float] = []

    def number(self, spread: float) -> int:
        if spread not in self._spreads:
            self._spreads.append(spread)
        return FIRST_OWN + self._spreads.index(spread)

    def array(self) -> Floats:
        first = (gamma_quantiles(SCREENING_SPREAD), gamma_quantiles(CAPTURE_SPREAD))
        return np.asarray([*first, *(gamma_quantiles(spread) for spread in self._spreads)])


def _bin_minutes(scenario: Scenario) -> float:
    return BIN_MINUTES if scenario.end_minute / BIN_MINUTES <= MOST_BINS else 3 * BIN_MINUTES


def _places(scenario: Scenario, steps: tuple[Steps, ...], book: PaceBook, tables: _Tables) -> Places:
    sites = scenario.sites
    opens_at, lanes_open = schedule_arrays(list(steps))
    times = [scenario.times_of(site.town_code) for site in sites]
    extra = registration_extra_s(scenario)
    pace_of, sampling_pace = _paces(scenario, steps, book)
    lanes = np.asarray([site.lanes for site in sites])
    return Places(
        persons=np.asarray([round(site.persons * scenario.turnout) for site in sites]),
        waiting=np.asarray([site.waiting for site in sites]),
        gates=-(-lanes // LANES_PER_GATE_LINE),
        collectors=-(-lanes // LANES_PER_COLLECTOR),
        lanes=lanes,
        means=np.asarray([(registration.mean_s + extra, sampling.mean_s) for registration, sampling in times]),
        tables=np.asarray([(tables.number(one.spread), tables.number(two.spread)) for one, two in times]),
        opens_at=opens_at,
        lanes_open=lanes_open,
        pace_of=pace_of,
        sampling_pace=sampling_pace,
    )


def _paces(scenario: Scenario, steps: tuple[Steps, ...], book: PaceBook) -> tuple["np.ndarray", "np.ndarray"]:
    servers = Servers(scenario, steps)
    by_server = [servers.pace(server) for server in range(servers.count)]
    most = max(site.lanes for site in scenario.sites)
    pace_of = np.zeros((len(steps), most), np.int64)
    sampling = np.zeros(len(steps), np.int64)
    for n, site in enumerate(scenario.sites):
        own = outage_pace(site_outages(scenario, site, Desk.REGISTRATION))
        numbers = [book.number(multiplied(own, pace) if own != FULL else pace) for pace in by_server]
        pace_of[n] = [numbers[(n + lane) % servers.count] for lane in range(most)]
        sampling[n] = book.number(outage_pace(site_outages(scenario, site, Desk.SAMPLING)))
    return pace_of, sampling


def _rules(scenario: Scenario, bin_s: float) -> Rules:
    special_from = 1.0 - scenario.special_share
    return Rules(
        starts_s=scenario.starts_minute * 60,
        closes_s=scenario.open_minutes * 60,
        ends_s=scenario.end_minute * 60,
        bin_s=bin_s,
        special_from=special_from,
        prepared=min(scenario.prepared_share, special_from),
        screening_s=SCREENING_S,
        capture_s=CAPTURE_S,
        generation_s=GENERATION_S,
        guides=scenario.guides_per_lane,
        walk_s=GUIDE_WALK_S,
        short_s=SHORT_MINUTES * 60,
        long_s=LONG_MINUTES * 60,
    )


def arrivals(scenario: Scenario) -> tuple[Floats, Floats]:
    """Return the seconds of the curve's edges from the start on, and the share of those to come by each."""
    weights = np.asarray(scenario.curve.weights, float)
    edges = np.linspace(0.0, scenario.open_minutes * 60, len(weights) + 1)
    shares = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
    start = scenario.starts_minute * 60
    if start > 0.0:
        begun = float(np.interp(start, edges, shares))
        later = edges > start
        edges, shares = np.concatenate([[start], edges[later]]), np.concatenate([[begun], shares[later]])
        left = 1.0 - begun
        shares = (shares - begun) / left if left > 0 else np.linspace(0.0, 1.0, len(edges))
    return edges, shares


def _labs(scenario: Scenario, book: PaceBook) -> Labs:
    names = [lab.lab_id for lab in scenario.labs]
    labels = PERSONS_PER_TUBE if scenario.mode is Mode.ONE else 1
    scanners = [-(-lab.tubes_per_day // SCANNERS_PER_TUBES) for lab in scenario.labs]
    return Labs(
        of_site=np.asarray([names.index(s.lab_id) if s.lab_id in names else -1 for s in scenario.sites]),
        scan_s=np.asarray([labels * LABEL_SCAN_S / count for count in scanners], float),
        interval_s=np.asarray([86_400.0 / lab.tubes_per_day for lab in scenario.labs], float),
        pace=np.asarray([book.number(lab_pace(scenario, name)) for name in names], np.int64),
        courier_s=COURIER_MINUTES * 60,
        turnaround_s=TURNAROUND_MINUTES * 60,
    )
