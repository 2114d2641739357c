"""Keys of the what-if page that the code makes at run time."""

from dashboard.charts.whatif import KINDS
from dashboard.planning.answered import FIGURES
from dashboard.planning.asking import State
from dashboard.planning.choosing import MOVES
from dashboard.planning.controls import DESKS
from dashboard.planning.levers import DAY_CURVES, GUIDES, HITS, METHODS, MODES, SHARES, STARTS
from dashboard.planning.sharing import FILES
from dashboard.tables.whatif import MEASURES
from dashboard.tables.whatif_sources import SOURCES
from pipelines.planning.presets import CURVES

CARDS = ("levers", "map", "curves", "measures", "labs", "keep", "plan", "teams", "lanes", "moves")
LEVERS = (*SHARES, "start", "guides", "mode", "method", "curve", *DESKS, "hours", "hits", "target", "from_minute")
SHOWN_ONLY = (State.CANCELLED, State.REFUSED, State.GONE)
FAULTS = ("older", "newer", "lever", "range", "place", "long", "goal")
ASSUMED = (
    *("persons", "waiting", "lanes_built", "lane_staff", "curve", "mode", "method", "guides_per_lane"),
    *("registrars_per_lane", "absence_share", "turnout", "pace_spread", "turnout_spread", "special_share"),
    *("prepared_share", "overtime", "failover", "fallback", "outages", "registration_mean", "registration_spread"),
    *("sampling_mean", "sampling_spread", "registration_extra", "screening", "capture", "generation"),
    *("lanes_per_gate_line", "lanes_per_collector", "guide_walk", "courier", "turnaround"),
)
NO_CURVES = ("yesterday.none", "yesterday.unreadable", "today_so_far.none")
FAMILIES: dict[str, list[str]] = {
    "whatif.page": ["page.whatif"],
    "whatif.cards": [f"card.whatif_{card}{end}" for card in CARDS for end in ("", ".help")],
    "whatif.card": ["card.whatif_assumptions", "card.whatif_capped", "whatif.score"],
    "whatif": [f"whatif.{lever}{end}" for lever in (*LEVERS, "minutes") for end in ("", ".help")],
    "whatif.start": list(STARTS),
    "whatif.guides": list(map(str, GUIDES)),
    "whatif.mode": list(MODES),
    "whatif.method": list(METHODS),
    "whatif.curve": ["as_is", *CURVES, *DAY_CURVES],
    "whatif.no_curve": [f"whatif.no_curve.{why}" for why in NO_CURVES],
    "whatif.source.counted": ["gates", "desks"],
    "whatif.hits": ["as_is", *HITS],
    "whatif.sampling": ["as_is", *DESKS["sampling"]],
    "whatif.registration": ["as_is", *DESKS["registration"]],
    "whatif.state": list(SHOWN_ONLY),
    "whatif.fault": list(FAULTS),
    "whatif.m": list(MEASURES),
    "whatif.figures": [f"whatif.m.{name}.help" for name in FIGURES],
    "whatif.a": list(ASSUMED),
    "whatif.kept": ["waiting", "inside", "outside"],
    "whatif.source": list(SOURCES.values()),
    "whatif.curve_of": [f"whatif.curve_of.{kind}{end}" for kind in KINDS for end in ("", ".unit")],
    "whatif.moves": list(MOVES),
    "whatif.sentences": ["whatif.sentence", "whatif.sentence.same", "whatif.open.choose"],
    "whatif.files": [f"whatif.files.{form if form == 'toml' else f'{table}.{form}'}" for table, form in FILES],
}
