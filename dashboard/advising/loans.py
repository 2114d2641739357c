"""Who could lend whom people for one more lane, in words: pure functions from staff_loans to lines of Markdown."""

from typing import Any

import polars as pl

from dashboard.formats import count, number, plain, waited
from dashboard.frames import Answers
from dashboard.once import KEPT, once
from dashboard.words import Words

Row = dict[str, Any]
ROLES = ("registrar", "medic")
HELPED = frozenset({"wait_long", "wait_medium", "lacking", "volunteer_down"})  # concerns that more people ease


def line(row: Row, words: Words) -> str:
    """Return one loan: who gives whom how many, when they are there, and the wait at both before and after."""
    return words(
        "loan.line",
        giver=plain(row[f"from_name_{words.language}"]),
        taker=plain(row[f"to_name_{words.language}"]),
        role=words(f"loan.role.{row['role']}", persons=count(row["persons"])),
        ready=number(row["ready_in_minutes"]),
        km=number(row["distance_km"], 1),
        before=waited(row["to_wait_before"]),
        after=number(row["to_wait_after"]),
        theirs_before=number(row["from_wait_before"]),
        theirs_after=number(row["from_wait_after"]),
    )


@once(KEPT)
def lines(frame: pl.DataFrame, words: Words) -> list[str]:
    """Return every loan, the one that saves most waiting first."""
    return [line(row, words) for row in frame.iter_rows(named=True)]


@once(KEPT)
def to_sites(answers: Answers, words: Words) -> dict[str, list[str]]:
    """Return the loans to each site; none where the ask failed."""
    found: dict[str, list[str]] = {}
    if "staff_loans" in answers.frames:
        for row in answers["staff_loans"].iter_rows(named=True):
            found.setdefault(row["to_site_id"], []).append(line(row, words))
    return found
