"""The one definition of a tube's life: which step may follow which, and at which rank it stands."""

from dataclasses import dataclass

from pipelines.vocabulary import TubeEventKind


@dataclass(frozen=True)
class Step:
    """One step: it may be taken only by a tube that stands at ``after``; ``by`` says who takes it."""

    kind: TubeEventKind
    after: TubeEventKind | None
    by: str


TUBE_STEPS = (
    Step(TubeEventKind.REGISTERED, None, "registration desk"),
    Step(TubeEventKind.SAMPLED, TubeEventKind.REGISTERED, "sampling desk"),
    Step(TubeEventKind.DISPATCHED, TubeEventKind.SAMPLED, "courier"),
    Step(TubeEventKind.RECEIVED, TubeEventKind.DISPATCHED, "lab"),
    Step(TubeEventKind.RESULTED, TubeEventKind.RECEIVED, "lab"),
)
BEFORE = {step.kind: step.after for step in TUBE_STEPS}
RANK = {step.kind: rank for rank, step in enumerate(TUBE_STEPS)}


def is_repeat(state: TubeEventKind, kind: TubeEventKind) -> bool:
    """Whether a tube at ``state`` has already taken the step ``kind``."""
    return RANK[kind] <= RANK[state]


def may_take(state: TubeEventKind, kind: TubeEventKind) -> bool:
    """Whether a tube at ``state`` may take the step ``kind`` now."""
    return BEFORE[kind] == state
