"""The words of the domain: every enumeration that more than one module speaks."""

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
    """A step in a tube's life, in the only order it may take."""

    REGISTERED = "registered"
    SAMPLED = "sampled"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    RESULTED = "resulted"


class ShortReason(StrEnum):
    """Why a tube closed with fewer than ten persons (Q63)."""

    SITE_CLOSING = "site_closing"
    NO_MORE_PERSONS = "no_more_persons"
    INTERRUPTED = "interrupted"


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
