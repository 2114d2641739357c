"""One row of the ledger: an act, its place in the chain, and the hash that ties it to the row before."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from pipelines.api import Act, Fact, Scope
from pipelines.vocabulary import ActKind, ScopeLevel, UserRole

GENESIS = "0" * 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_encode = msgspec.json.Encoder(order="sorted").encode
_FACTS = msgspec.json.Decoder(dict[str, Fact])


class Row(NamedTuple):
    """The columns of ``act`` in their order; ``facts`` is JSON with sorted keys, times are microseconds."""

    sequence: int
    act_id: str
    kind: str
    by: str
    role: str | None
    scope_level: str
    scope_id: str | None
    target: str
    facts: str
    reason: str
    address: str
    happened_us: int
    recorded_us: int
    prev_hash: str
    hash: str


class Entry(NamedTuple):
    """An act with its link in the chain."""

    act: Act
    facts_json: str
    prev_hash: str
    hash: str


def row_hash(columns: tuple[Any, ...]) -> str:
    """Return the SHA-256 (64 hex digits) over the canonical JSON of all columns but the hash, ``prev_hash`` last."""
    return sha256(_encode(columns)).hexdigest()


def sealed(act: Act, prev_hash: str) -> Row:
    """Return the row of an act that follows the row whose hash is ``prev_hash``."""
    columns = (
        *(act.sequence, act.act_id, act.kind.value, act.by, act.role.value if act.role else None),
        *(act.scope.level.value, act.scope.id, act.target, facts_json(act.facts), act.reason, act.address),
        *(_micros(act.happened_at), _micros(act.recorded_at), prev_hash),
    )
    return Row(*columns, row_hash(columns))


def entry_of(row: Row) -> Entry:
    """Return what a row says; raises ValueError or msgspec.DecodeError when it holds what never was appended."""
    act = Act(
        sequence=row.sequence,
        act_id=row.act_id,
        kind=ActKind(row.kind),
        by=row.by,
        role=UserRole(row.role) if row.role is not None else None,
        scope=Scope(ScopeLevel(row.scope_level), row.scope_id),
        target=row.target,
        facts=_FACTS.decode(row.facts),
        reason=row.reason,
        address=row.address,
        happened_at=_EPOCH + timedelta(microseconds=row.happened_us),
        recorded_at=_EPOCH + timedelta(microseconds=row.recorded_us),
    )
    return Entry(act, row.facts, row.prev_hash, row.hash)


def facts_json(facts: dict[str, Fact]) -> str:
    """Return facts as the ledger keeps them."""
    return _encode(facts).decode()


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
