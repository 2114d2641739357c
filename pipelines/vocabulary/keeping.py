"""The words of tickets, readiness, custody and close-out."""

from enum import StrEnum


class TicketLevel(StrEnum):
    """Who has a ticket on the desk: the site, its town, the district, the maker of the system (Q79, Q80)."""

    SITE = "site"
    TOWN = "town"
    DISTRICT = "district"
    VENDOR = "vendor"

    @property
    def above(self) -> "TicketLevel | None":
        """The next level, None above the last one."""
        levels = list(TicketLevel)
        place = levels.index(self) + 1
        return levels[place] if place < len(levels) else None


class TicketCategory(StrEnum):
    """What a ticket is about (Q78)."""

    NETWORK = "network"
    SERVER = "server"
    DEVICE = "device"
    POWER = "power"
    LABEL = "label"
    TUBE = "tube"
    STAFF = "staff"
    CROWD = "crowd"
    ACCOUNT = "account"
    OTHER = "other"


class ReadyCheck(StrEnum):
    """What a site must have before it opens (Q38-Q42, Q56, Q64, Q70, Q90, Q95)."""

    TRAINED = "trained"
    PHONES = "phones"
    POWER = "power"
    LABELS = "labels"
    NETWORKS = "networks"
    STANDBY = "standby"
    SHEETS = "sheets"
    LAYOUT = "layout"


class Skill(StrEnum):
    """What people are trained for, counted apart: the province's system, its offline app, the city's (Q20, Q39)."""

    ONLINE = "online"
    OFFLINE = "offline"
    CITY = "city"


class CloseoutKind(StrEnum):
    """What must be at zero before a day is declared closed (Q98)."""

    TUBES = "tubes"
    SHEETS = "sheets"
    PASSWORDS = "passwords"
    DEVICES = "devices"
    TICKETS = "tickets"
    REPORTS = "reports"


class BenchmarkMetric(StrEnum):
    """By which another district's day is held beside ours (Q7, Q14)."""

    PERSONS_PER_DESK_HOUR = "persons_per_desk_hour"
    PERSONS_PER_DESK = "persons_per_desk"
    PERSONS_PER_SITE = "persons_per_site"
    RESIDENTS_PER_MEDIC = "residents_per_medic"
    LAB_TUBES_PER_DAY = "lab_tubes_per_day"
    PEAK_OVER_MEAN = "peak_over_mean"
