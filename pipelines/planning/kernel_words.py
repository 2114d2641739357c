"""What the kernels of a day read and write: sites, rules, shapes in; counts out."""

from typing import NamedTuple

from pipelines.planning.draws import Floats
from pipelines.planning.kernel_lanes import Ints, Narrow

FIGURES = (
    *("finish_s", "served", "unserved", "late", "short", "medium", "long", "waited_s", "special_waited_s"),
    *("special", "longest_wait_s", "registering_s", "blocked_s", "sampling_s", "guiding_s", "screening_s", "tubes"),
)
(FINISH, SERVED, UNSERVED, LATE, SHORT, MEDIUM, LONG, WAITED, SPECIAL_WAITED) = range(9)
(SPECIAL, LONGEST, REGISTERING, BLOCKED, SAMPLING, GUIDING, SCREENING, TUBES) = range(9, 17)
ROWS = 7
SCREENED, CAPTURED, FIRST_OWN = range(3)


class Places(NamedTuple):
    """Grain: one site; ``opens_at`` and ``lanes_open`` are its schedule by column, closed with 0 lanes at the end."""

    persons: Ints
    waiting: Ints
    gates: Ints
    collectors: Ints
    lanes: Ints
    means: Floats
    tables: Ints
    opens_at: Floats
    lanes_open: Ints
    pace_of: Ints
    sampling_pace: Ints


class Rules(NamedTuple):
    """What holds at every site; seconds after opening, shares, persons."""

    starts_s: float
    closes_s: float
    ends_s: float
    bin_s: float
    special_from: float
    prepared: float
    screening_s: float
    capture_s: float
    generation_s: float
    guides: int
    walk_s: float
    short_s: float
    long_s: float


class Shapes(NamedTuple):
    """Arrival curve, quantiles of service times (table × node), work functions (function × part)."""

    edges: Floats
    shares: Floats
    quantiles: Floats
    pace_at: Floats
    paces: Floats


class Counts(NamedTuple):
    """What a replication counts. Sites × bins: persons in line, joining, seconds waited, sampled, tubes; figures."""

    queue: Narrow
    joined: Narrow
    waited: Narrow
    sampled: Narrow
    tubes: Narrow
    figures: Floats
