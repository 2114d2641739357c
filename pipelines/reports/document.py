"""One hourly report as a document: what pages draw, workbooks and prints are made of, and the city is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipelines.api import NameInfo
from pipelines.vocabulary import ScopeLevel, UserRole

Evidence = Mapping[str, str | int | float | bool | None]


class Why(StrEnum):
    """Why a version was issued: FROZEN the first at the hour, ENTERED site inputs came by the due time, LATE_DATA the
    feeds told more of a past hour (Q96), CORRECTED somebody corrected a figure that was already reported (Q86).
    """

    FROZEN = "frozen"
    ENTERED = "entered"
    LATE_DATA = "late_data"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Figures:
    """What counts, by when it happened: persons registered, tubes, third copies, special cases; then the tubes' way,
    results by when the labs told them.

    ``third_copies`` is what people counted (None: nobody has yet); ``persons`` and ``tubes`` are what was entered, and
    what the feeds counted where nothing was; ``persons_fed`` and ``tubes_fed`` are always the feeds'.
    """

    persons: int
    tubes: int
    third_copies: int | None
    special_cases: int
    persons_fed: int
    tubes_fed: int
    tubes_sampled: int
    tubes_received: int
    tubes_resulted: int
    tubes_missing: int


@dataclass(frozen=True)
class Inputs:
    """How the place's sites have entered this hour: of ``sites`` so many have, so many late, so many are missing."""

    sites: int
    entered: int
    late: int
    missing: int
    conflicts: int


@dataclass(frozen=True)
class Place:
    """Grain: a site, a town or the district: its figures since the opening, and those of the hour alone."""

    level: ScopeLevel
    id: str
    name: NameInfo
    version: int
    total: Figures
    hour: Figures
    planned_persons: int
    inputs: Inputs


@dataclass(frozen=True)
class Hour:
    """Grain: one hour so far, oldest first: what a chart of the day is drawn from."""

    hour_at: datetime
    persons: int
    persons_hour: int
    tubes: int
    tubes_hour: int


@dataclass(frozen=True)
class Disturbance:
    """Grain: one cause that was at work within the hour (Q61); ``ended_at`` None: it still was at the freeze."""

    cause: str
    subject_kind: str
    subject: str
    severity: str
    since: datetime
    ended_at: datetime | None
    sites: int
    desks: int


@dataclass(frozen=True)
class MissingTube:
    """Grain: one tube that the report counts as missing (Q84): ``kind`` lost or misrouted, missed ``since``."""

    barcode: str
    site_id: str
    site: NameInfo
    kind: str
    since: datetime


@dataclass(frozen=True)
class Note:
    """Grain: what one person noted about a recommended action of the report."""

    by: str
    role: UserRole | None
    at: datetime
    text: str


@dataclass(frozen=True)
class Action:
    """Grain: one recommended action, at most three, as they stood at the hour (Q87); kind: a word of AdviceKind.

    ``before`` and ``after``: the ``metric`` without it and with it, within ``effect_minutes``; ``evidence``: key to
    figure, the words are the reader's.
    """

    rank: int
    recommendation_id: str
    kind: str
    subject: str
    site_ids: tuple[str, ...]
    state: str
    metric: str
    before: float | None
    after: float | None
    effect_minutes: float | None
    person_minutes: float
    evidence: Evidence
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Change:
    """Grain: one figure of the report's own place that differs from the version before; figure: a field of Figures."""

    figure: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Signature:
    """Grain: one sign-off; ``version`` is the one that was seen and signed."""

    by: str
    role: UserRole | None
    at: datetime
    version: int
    is_late: bool
    text: str


@dataclass(frozen=True)
class Heading:
    """What stands above every report of a campaign."""

    district_name: NameInfo
    round_name: NameInfo
    timezone_offset_minutes: int


@dataclass(frozen=True)
class Report:
    """Grain: one version of one place's report for one hour; times are UTC campaign time.

    ``place`` is whom it is of, ``parts`` its towns (a district's) or sites (a town's), none for a site. ``is_revised``:
    figures were changed over three minutes after ``due_at``, up to which it settles. ``is_late``: not signed by then.
    """

    report_id: str
    heading: Heading
    hour_at: datetime
    due_at: datetime
    version: int
    versions: int
    why: Why
    frozen_at: datetime
    is_revised: bool
    is_late: bool
    place: Place
    parts: tuple[Place, ...]
    day: tuple[Hour, ...]
    disturbances: tuple[Disturbance, ...]
    actions: tuple[Action, ...]
    changes: tuple[Change, ...]
    signatures: tuple[Signature, ...]
    missing: tuple[MissingTube, ...] = ()

    @property
    def is_signed(self) -> bool:
        """Whether this very version, or a later one, was signed."""
        return any(one.version >= self.version for one in self.signatures)
