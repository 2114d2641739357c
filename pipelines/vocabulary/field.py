"""The words of the field: people, tubes, desks, networks, sources, as the requirements name them."""

from enum import StrEnum


class Role(StrEnum):
    """A person's role on site (Q2-Q5)."""

    MEDIC = "medic"
    CADRE = "cadre"
    VOLUNTEER = "volunteer"
    POLICE = "police"


class SystemKind(StrEnum):
    """A registration system: the provincial one leads, the city's stands by (Q16)."""

    PROVINCE = "province"
    CITY = "city"


class Mode(StrEnum):
    """How codes meet tubes: ONE, a lab label per person; TWO, ten persons under one label (Q22, Q23)."""

    ONE = "one"
    TWO = "two"


class TubeEventKind(StrEnum):
    """A step in a tube's life, as the feed names it: a good day's in their order, then what goes wrong.

    A half-filled tube is OPENED, SUSPENDED and RESUMED (Q62); a group that is registered whole goes straight to
    REGISTERED.
    """

    REGISTERED = "registered"
    HANDED_OVER = "handed_over"
    SAMPLED = "sampled"
    BAGGED = "bagged"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    RESULTED = "resulted"
    OPENED = "opened"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    VOIDED = "voided"
    LOST = "lost"
    MISROUTED = "misrouted"


class ShortReason(StrEnum):
    """Why a tube closed with fewer than ten persons (Q63); SEPARATE: a diverted person, sampled alone (Q49)."""

    SITE_CLOSING = "site_closing"
    NO_MORE_PERSONS = "no_more_persons"
    INTERRUPTED = "interrupted"
    SEPARATE = "separate"


class Entry(StrEnum):
    """How a code came into the phone (Q68)."""

    SCAN = "scan"
    RESCAN = "rescan"
    MANUAL = "manual"


class Diversion(StrEnum):
    """Why the gate sends a person aside (Q49)."""

    FEVER = "fever"
    RISK_TRAVEL = "risk_travel"
    VACCINATED = "vaccinated"


class Task(StrEnum):
    """What a person does on site: the volunteers' three kinds (Q37), the cadres', the medics', the police's."""

    GUIDE = "guide"
    COLLECTOR = "collector"
    REGISTRAR = "registrar"
    SITE_OFFICER = "site_officer"
    KEEPER = "keeper"
    SWABBER = "swabber"
    LABELLER = "labeller"
    GATE_MEDIC = "gate_medic"
    ENTRANCE = "entrance"
    QUEUE = "queue"
    EXIT = "exit"
    TRAFFIC = "traffic"


class PhoneKind(StrEnum):
    """The phone a person brought; only an Android phone runs the registration app (Q40)."""

    ANDROID = "android"
    APPLE = "apple"
    NONE = "none"


class VehicleState(StrEnum):
    """Where a signal vehicle is (Q91)."""

    DEPOT = "depot"
    ON_THE_WAY = "on_the_way"
    ON_SITE = "on_site"


class CaseOutcome(StrEnum):
    """What became of a diverted person (Q49)."""

    TURNED_AWAY = "turned_away"
    TESTED_SEPARATELY = "tested_separately"


class Contingency(StrEnum):
    """Which system a site works on (Q16, Q94, Q95)."""

    PROVINCE = "province"
    OFFLINE = "offline"
    CITY = "city"
    STOPPED = "stopped"


class Cause(StrEnum):
    """What interrupted a registration (Q61)."""

    SERVER = "server"
    SITE_NETWORK = "site_network"
    CARRIER = "carrier"
    APP = "app"
    POWER = "power"
    OPERATOR = "operator"


class ExceptionKind(StrEnum):
    """What was found twice, late, and is kept beside the count."""

    PERSON_TWICE = "person_twice"
    TUBE_TWICE = "tube_twice"


class FaultKind(StrEnum):
    """What a drill can break."""

    SERVER_DOWN = "server_down"
    PROVINCE_DOWN = "province_down"
    LOGIN_OVERLOAD = "login_overload"
    WIFI_SLOW = "wifi_slow"
    VOLUNTEER_WIFI_DOWN = "volunteer_wifi_down"
    CARRIER_DOWN = "carrier_down"
    POWER_CUT = "power_cut"
    STAFF_ABSENT = "staff_absent"
    STAFF_LATE = "staff_late"
    FEVER_SURGE = "fever_surge"
    UNREADABLE_CODES = "unreadable_codes"
    WRONG_LAB = "wrong_lab"
    LABEL_REUSED = "label_reused"
    SCANNED_TWICE = "scanned_twice"
    PERSON_TWICE = "person_twice"
    ELEVENTH_PERSON = "eleventh_person"
    TUBE_LOST = "tube_lost"
    LAB_STOPS = "lab_stops"
    ANSWER_LOST = "answer_lost"
    CLOCK_SKEW = "clock_skew"
    SITE_SILENT = "site_silent"
    COUNTER_FROZEN = "counter_frozen"
    REPLAY_STORM = "replay_storm"
    REPORT_FORGOTTEN = "report_forgotten"


class Network(StrEnum):
    """The two Wi-Fi networks of a site (Q90)."""

    VOLUNTEER = "volunteer"
    PUBLIC = "public"


class WaitClass(StrEnum):
    """A site's wait as the public is told it: under 25 min, 25 to 50, 50 and more, or closed."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Health(StrEnum):
    """The state of a network or a server as a screen shows it."""

    OK = "ok"
    SLOW = "slow"
    DOWN = "down"
    UNKNOWN = "unknown"


class SourceKind(StrEnum):
    """What a source tells (the routes of the source contract)."""

    SITE_COUNTS = "site_counts"
    TUBE_EVENTS = "tube_events"
    SITE_QUEUES = "site_queues"
    ROSTER = "roster"
    NETWORK = "network"
    SERVER_STATUS = "server_status"
    LAB_COUNTS = "lab_counts"
    GATES = "gates"
    DESKS = "desks"
    KIT = "kit"
    VEHICLES = "vehicles"
    LABELS = "labels"
    QUALITY = "quality"
    ORDERS = "orders"
    PEOPLE = "people"
    STEPS = "steps"
    INPUTS = "inputs"
    SPECIAL_CASES = "special_cases"
    EXCEPTIONS = "exceptions"


class Outcome(StrEnum):
    """How one pull of one source, or one run of one job, ended."""

    OK = "ok"
    PARTIAL = "partial"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    HTTP_ERROR = "http_error"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    REJECTED = "rejected"
    FAILED = "failed"
    SKIPPED = "skipped"


class ScopeLevel(StrEnum):
    """How far a viewer sees (Q77)."""

    DISTRICT = "district"
    TOWN = "town"
    SITE = "site"


PERSONS_PER_TUBE = 10
