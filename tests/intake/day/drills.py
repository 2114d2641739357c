"""Drill plans drawn from a seed: every kind of fault, anywhere, at any time of the day."""

import random

from pipelines.campaign import Campaign
from pipelines.intake.drill.catalogue import CATALOGUE, targets
from pipelines.intake.drill.wishes import wished
from pipelines.intake.drill.words import FaultWish
from pipelines.intake.faults import Fault
from pipelines.vocabulary import FaultKind


def drawn_plan(campaign: Campaign, seed: int) -> list[Fault]:
    """Return one fault of every kind, and some more of any, each where and when the seed has it."""
    chance = random.Random(seed)
    span = (campaign.round.closes_at - campaign.round.opens_at).total_seconds() / 60
    kinds = [*FaultKind, *chance.choices(list(FaultKind), k=chance.randrange(8))]
    wishes = [_wish(campaign, kind, span, chance) for kind in kinds]
    return wished(campaign, wishes, campaign.round.opens_at, [])


def _wish(campaign: Campaign, kind: FaultKind, span: float, chance: random.Random) -> FaultWish:
    usual = CATALOGUE[kind]
    aims = sorted(name for name, kinds in targets(campaign).items() if kinds & set(usual.targets))
    return FaultWish(
        kind=kind,
        target=chance.choice(aims),
        in_minutes=chance.uniform(0, span),
        minutes=chance.uniform(1, 90),
        strength=chance.uniform(0.05, 1.0),
        seed=chance.randrange(1_000),
    )
