"""The words in which faults are asked for, listed and refused."""

from typing import Annotated

from msgspec import Meta, Struct

from pipelines.config import ConfigError
from pipelines.contract import Moment
from pipelines.intake.drill.catalogue import TargetKind
from pipelines.intake.faults import Fault
from pipelines.vocabulary import FaultKind

FAULTS_AT_MOST = 1_000


class FaultRefused(ConfigError):
    """A fault that cannot be: ``rule`` names why, the message says what to do instead."""

    def __init__(self, rule: str, sentence: str, field: str) -> None:
        """Keep the parts."""
        super().__init__(sentence)
        self.rule, self.field = rule, field


class FaultWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault asked for. It starts ``at`` a moment, or ``in_minutes`` from now; what is left out is the kind's own.

    All minutes are the campaign's.
    """

    kind: FaultKind
    target: str = ""
    minutes: float | None = None
    in_minutes: float = 0.0
    at: Moment | None = None
    strength: float | None = None
    seed: int = 0


class FaultWishes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Faults to add, all or none. ``POST /v1/faults``."""

    faults: Annotated[list[FaultWish], Meta(min_length=1, max_length=FAULTS_AT_MOST)]


class FaultList(Struct, frozen=True, kw_only=True):
    """Grain: one fault, past and planned ones too. ``GET /v1/faults``; the answer to adding and clearing."""

    observed_at: Moment
    faults: list[Fault]


class FaultKindRow(Struct, frozen=True, kw_only=True):
    """What a kind means, what it may be aimed at, and what stands in for minutes and strength that are not said."""

    kind: FaultKind
    what: str
    targets: list[TargetKind]
    minutes: float
    strength: float
    is_graded: bool


class FaultKinds(Struct, frozen=True, kw_only=True):
    """Grain: every kind of fault. ``GET /v1/faults/kinds``."""

    kinds: list[FaultKindRow]
