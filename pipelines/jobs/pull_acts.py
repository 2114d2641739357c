"""The job that brings acts from their ledger into the store, like any source; the cursor is the act's sequence."""

from collections.abc import Sequence

import polars as pl

from pipelines.acts import Entry
from pipelines.jobs.work import Desk, Harvest
from pipelines.vocabulary import Outcome

EVERY_S = 1.0
_MOMENT = pl.Datetime("us", "UTC")
ACT = pl.Schema(
    dict.fromkeys(("sequence",), pl.Int64())
    | dict.fromkeys(
        ("act_id", "kind", "actor", "role", "scope_level", "scope_id", "target", "facts", "reason"), pl.String()
    )
    | {"happened_at": _MOMENT, "recorded_at": _MOMENT, "hash": pl.String()}
)


def pull_acts(desk: Desk) -> Harvest:
    """Bring the acts since the last one stored; refuse them all when the ledger no longer holds what was stored."""
    if desk.acts is None:
        return Harvest()
    sequence, stored_hash = desk.store.newest_act()
    found = desk.acts.feed(max(sequence - 1, 0))
    if sequence:
        before, found = found[:1], found[1:]
        if not before or (before[0].act.sequence, before[0].hash) != (sequence, stored_hash):
            sentence = f"act {sequence} in the ledger is not the one that was pulled from it: it was changed or lost"
            return Harvest(outcome=Outcome.REJECTED, reason=f"{sentence}; see `tenfold acts verify`")
    return Harvest({"act": act_rows(found)} if found else {}, rows_pulled=len(found))


def act_rows(entries: Sequence[Entry]) -> pl.DataFrame:
    """Return the rows of the table ``act``."""
    return pl.DataFrame([_row(entry) for entry in entries], schema=ACT)


def _row(entry: Entry) -> dict[str, object]:
    act = entry.act
    return {
        "sequence": act.sequence,
        "act_id": act.act_id,
        "kind": act.kind.value,
        "actor": act.by,
        "role": act.role.value if act.role else None,
        "scope_level": act.scope.level.value,
        "scope_id": act.scope.id,
        "target": act.target,
        "facts": entry.facts_json,
        "reason": act.reason,
        "happened_at": act.happened_at,
        "recorded_at": act.recorded_at,
        "hash": entry.hash,
    }
