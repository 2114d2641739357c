"""Keys of the way out for a page's tables that the code makes at run time: the asks that pages offer."""

import re
from pathlib import Path

from dashboard.access import FOLDER

OFFERED = re.compile(r'"([a-z_]+)": (?:\{|of_lab)')


def offered(page: Path) -> list[str]:
    """Return the asks that a page offers as files."""
    text = page.read_text(encoding="utf-8")
    return OFFERED.findall(text) if "saving.tables(" in text else []


FAMILIES: dict[str, list[str]] = {"export.ask": sorted({ask for page in FOLDER.glob("*.py") for ask in offered(page)})}
