"""Keys of the sources and jobs page that the code makes at run time."""

import re

from dashboard.reasons import SENTENCES
from pipelines.config import ROOT

TABLE = (ROOT / "pipelines" / "jobs" / "table.py").read_text(encoding="utf-8")
FAMILIES = {
    "card.jobs": ["card.jobs", "card.jobs.help"],
    "why": list(SENTENCES),
    "job": [*re.findall(r'_Row\("(\w+)"', TABLE), "flush"],
}
