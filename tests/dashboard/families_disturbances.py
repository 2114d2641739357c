"""Keys of what disturbs the day that the code makes at run time, by family."""

from dashboard.advising.disturbances import COUNTS, NAMED, SHARES, TOLD
from pipelines.advice.at_servers import PHASE, Fall
from pipelines.advice.words import SubjectKind
from pipelines.vocabulary import Cause

FAMILIES: dict[str, list[str]] = {
    "probe.phase": [f"phase.{phase}" for phase in PHASE.values()],
    "fall": list(Fall),
    "cause": list(Cause),
    "carrier": ["mobile", "telecom", "unicom"],
    "disturbed": list(SubjectKind),
    "evidence": [*SHARES, *COUNTS, *NAMED, *TOLD],
}
