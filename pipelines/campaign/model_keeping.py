"""A campaign's values for tickets, readiness and custody; what a campaign leaves out has its default here."""

from dataclasses import dataclass
from datetime import date

from pipelines.campaign.names import Name
from pipelines.vocabulary import BenchmarkMetric, ReadyCheck, Skill, TicketLevel


@dataclass(frozen=True)
class TicketClocks:
    """Within how many campaign minutes each level must have solved a ticket, or it is late (Q79, Q80).

    A late one goes from site to town to district by itself, to the vendor only by hand; a critical ticket's clocks run
    ``critical_share`` as long. The defaults are assumptions.
    """

    site_minutes: float = 15.0
    town_minutes: float = 30.0
    district_minutes: float = 60.0
    vendor_minutes: float = 120.0
    critical_share: float = 0.5

    def minutes(self, level: TicketLevel) -> float:
        """Return how long a level has for a ticket that is not critical."""
        return {
            TicketLevel.SITE: self.site_minutes,
            TicketLevel.TOWN: self.town_minutes,
            TicketLevel.DISTRICT: self.district_minutes,
            TicketLevel.VENDOR: self.vendor_minutes,
        }[level]


@dataclass(frozen=True)
class Custody:
    """Within how many hours of the end of the last shift an account's password is changed (Q75; assumption)."""

    rotation_hours: float = 3.0


@dataclass(frozen=True)
class Contact:
    """Grain: one whom a level calls about a ticket (Q21, Q79, Q80); ``town_code`` None: for the whole district."""

    contact_id: str
    level: TicketLevel
    town_code: str | None
    name: Name
    phone: str


@dataclass(frozen=True)
class Organisation:
    """Grain: one health office or medical institution whose ``persons`` are to be trained (Q19)."""

    organisation_id: str
    town_code: str
    name: Name
    persons: int


@dataclass(frozen=True)
class Training:
    """Grain: how many persons of an organisation were trained in a skill on a day (Q17-Q20)."""

    organisation_id: str
    skill: Skill
    on: date
    persons: int


@dataclass(frozen=True)
class Prepared:
    """Grain: on the evening of a day, at how many sites of a town a check was met, of how many (Q17, Q18)."""

    on: date
    town_code: str
    check: ReadyCheck
    ready: int
    needed: int


@dataclass(frozen=True)
class Benchmark:
    """Grain: one figure of another district's or an earlier day's (Q7, Q14), with its source."""

    profile_id: str
    name: Name
    metric: BenchmarkMetric
    value: float
    source: str
