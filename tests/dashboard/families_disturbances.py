"""Keys of what disturbs the day that the code makes at run time, by family."""

import re

from dashboard.advising.disturbances import COUNTS, NAMED, SHARES, TOLD
from pipelines.advice.at_servers import PHASE, Fall
from pipelines.advice.words import SubjectKind
from pipelines.config import ROOT
from pipelines.vocabulary import Cause

BY_HAND = (ROOT / "pipelines" / "advice" / "by_hand.py").read_text(encoding="utf-8")
FAMILIES: dict[str, list[str]] = {
    "probe.phase": [f"phase.{phase}" for phase in PHASE.values()],
    "slip": re.findall(r'"what": "(\w+)"', BY_HAND),
    "fall": list(Fall),
    "cause": list(Cause),
    "carrier": ["mobile", "telecom", "unicom"],
    "disturbed": list(SubjectKind),
    "evidence": [*SHARES, *COUNTS, *NAMED, *TOLD],
}
