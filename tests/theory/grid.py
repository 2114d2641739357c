"""Twelve scenarios over which the preview is held against the simulation."""

from dataclasses import replace

from pipelines.campaign import Campaign
from pipelines.planning import Hit, Outage, Scenario, ServiceTime, base_case, volunteers_only, with_cadres
from pipelines.planning.presets import APPOINTMENT, OPENING_SURGE, THREE_PEAKS
from pipelines.vocabulary import Mode


def grid(campaign: Campaign) -> tuple[Scenario, ...]:
    """Return the fixed grid."""
    base = base_case(campaign)
    cadres = replace(with_cadres(campaign), overtime_minutes=240.0)
    slower = ServiceTime(330.0, 0.15)
    return (
        base,
        replace(base, name="two guides", guides_per_lane=2),
        replace(base, name="one guide", guides_per_lane=1),
        volunteers_only(campaign),
        cadres,
        replace(cadres, name="appointment", curve=APPOINTMENT),
        replace(base, name="three peaks", curve=THREE_PEAKS),
        replace(cadres, name="opening surge", curve=OPENING_SURGE),
        replace(base, name="mode one", mode=Mode.ONE),
        replace(cadres, name="stop of an hour", outages=(Outage(Hit.DISTRICT, 120.0, 60.0),)),
        replace(cadres, name="slower sampling", sampling=slower),
        replace(cadres, name="a tenth more, 16 % special", turnout=1.1, special_share=0.16),
    )
