"""Three hundred tubes of the small district on their way, and what can be read of the steps they take."""

from collections import defaultdict
from datetime import timedelta

from pipelines.campaign import Campaign
from pipelines.intake.faults import Fault
from pipelines.intake.moments import MINUTE, SECOND, micros
from pipelines.intake.places import places
from pipelines.intake.world.custody import Custody, Filled, Step
from pipelines.vocabulary import FaultKind
from pipelines.vocabulary import TubeEventKind as Kind

DAY = 24 * 60 * MINUTE
LATER = 5 * DAY


def tubes(campaign: Campaign, count: int = 300, each: int = 30 * SECOND) -> list[Filled]:
    """Tubes handed over one each half minute from opening, site by site in turn, sampled two minutes later."""
    opens_at, sites = micros(campaign.round.opens_at), len(campaign.sites)
    handed = [opens_at + number * each for number in range(count)]
    return [Filled(f"T{n:05d}", n % sites, at, at + 2 * MINUTE) for n, at in enumerate(handed)]


def custody_of(campaign: Campaign, faults: list[Fault] | None = None, seed: int = 7) -> Custody:
    custody = Custody(campaign, places(campaign), seed)
    custody.change_faults(faults or [])
    return custody


def whole_day(
    campaign: Campaign, faults: list[Fault] | None = None, count: int = 300, each: int = 30 * SECOND
) -> list[Step]:
    custody = custody_of(campaign, faults)
    custody.expect_all(tubes(campaign, count, each))
    return custody.advance(micros(campaign.round.opens_at) + LATER)


def fault(campaign: Campaign, kind: FaultKind, strength: float, hours: float = 24.0, target: str = "") -> Fault:
    opens_at = campaign.round.opens_at
    ends_at = opens_at + timedelta(hours=hours)
    return Fault(fault_id="f1", kind=kind, target=target, strength=strength, starts_at=opens_at, ends_at=ends_at)


def lives(steps: list[Step]) -> dict[str, list[Step]]:
    taken: defaultdict[str, list[Step]] = defaultdict(list)
    for step in steps:
        taken[step.barcode].append(step)
    return dict(taken)


def at_labs(campaign: Campaign, steps: list[Step], kind: Kind) -> dict[str, list[int]]:
    by_lab: defaultdict[str, list[int]] = defaultdict(list)
    for step in steps:
        if step.kind is kind:
            by_lab[places(campaign)[step.site].lab_id].append(step.at)
    return dict(by_lab)
