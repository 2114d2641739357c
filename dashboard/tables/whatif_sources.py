"""Where a what-if value comes from, in the viewer's language: the engine's own sources by key, others as they are."""

import re

from dashboard.formats import NOTHING
from dashboard.words import Words

SOURCES = {
    "assumption": "assumed",
    "campaign.toml, norms, or the question": "norms",
    "campaign.toml, arrivals.hours": "arrivals",
    "campaign.toml, service": "service",
    "6-8 % of arrivals by the census's ages": "census",
    "4-5 min after a drill: Harbin; 85 min: Yue Kang": "failover",
    "a photo of a card takes 5 s: Baoying; the rest assumed": "photo",
    "runs each 30-60 min, 15-50 min on the road: assumption": "courier",
    "card photo 2 s, typing 22 s a person more than a code: assumption": "typing",
    "a label a person, 2.5 s each (Q22); card photo 2 s, typing 22 s a person more than a code: assumption": "labels",
    "by appointment nearly flat, peak / mean 1.2: Tianjin, 2022-01": "tianjin",
    "free: three peaks, the evening's the highest, peak / mean 1.4: Shenzhen, 2022-03": "shenzhen",
    "2.5 times as many for the first 90 of 840 minutes: assumption": "surge",
    "131 persons a lane and hour: calibration of the design": "sanshui",
    "about 100 persons a sampling desk and hour: Beijing, press": "beijing",
    "more than 200 persons a sampling desk and hour: Liaoning, press": "liaoning",
    "200-300 persons a sampling desk and hour: a nurse's diary": "nurse",
    "about 60 s from code scan to swab done: Shunyi, 2021-01": "shunyi",
    "4-5 min a scan while the system was broken: Chengdu, 2022-09-02": "chengdu",
}
MEASURED = "measured today up to "
COUNTED = re.compile(
    r"counted at the (?P<where>gates|desks) on (?P<day>[0-9-]{10})(?:; from (?P<at>[0-9:]{5}) on as planned)?"
)


def source(told: str, words: Words) -> str:
    """Return a source in the viewer's language; one that a scenario of somebody's own names stays as it is."""
    if told.startswith(MEASURED):
        return words("whatif.source.measured", at=told.removeprefix(MEASURED))
    if found := COUNTED.fullmatch(told):
        counted = words(f"whatif.source.counted.{found['where']}", day=found["day"])
        return counted + (words("whatif.source.counted.until", at=found["at"]) if found["at"] else "")
    if key := SOURCES.get(told):
        return words(f"whatif.source.{key}")
    return told or NOTHING
