"""How fast acts are appended, each on disk before its answer, and how fast a whole ledger is verified."""

import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from pipelines.acts import ActLedger, verify
from pipelines.acts.entry import sealed
from pipelines.acts.opening import open_writer
from pipelines.api import Act, NewAct, Scope, Viewer
from pipelines.clock import cpu_seconds, stopwatch
from pipelines.vocabulary import ActKind, UserRole
from tests.benchmarks.report import Row, percentile, show

APPENDED, VERIFIED, AT_ONCE = 1_000, 300_000, 10_000
MOMENT = datetime(2021, 6, 6, 1, 40, tzinfo=UTC)
WHO = Viewer(user_id="liang.wei", name="梁伟", role=UserRole.COMMANDER, scope=Scope())
FACTS = {"contingency": "offline", "recommendation_id": "7f0c"}
REASON = "一号服务器登录过多，本镇先用离线 App"


def main() -> list[Row]:
    """Measure and return the rows that are also printed when run alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "acts.sqlite"
        ledger = ActLedger(path)
        took = [_append(ledger) for _ in range(APPENDED)]
        _fill(ledger)
        ledger.close()
        began, began_cpu = stopwatch(), cpu_seconds()
        told = verify(path)
        wall_s, cpu_s = stopwatch() - began, cpu_seconds() - began_cpu
    assert (told.entries, told.findings) == (APPENDED + VERIFIED, ())
    rate = f"{told.entries / wall_s:,.0f} entries/s; of CPU {told.entries / cpu_s:,.0f}/s"
    spread = f"p50 {percentile(took, 0.5) * 1e3:.1f} ms, p99 {percentile(took, 0.99) * 1e3:.1f} ms"
    return [
        Row(f"acts: append one, on disk before the answer ({APPENDED:,})", spread),
        Row(f"acts: verify a chain of {told.entries:,}", rate, "≥ 100,000 entries/s"),
    ]


def _append(ledger: ActLedger) -> float:
    began = stopwatch()
    ledger.append(_new(), WHO, "10.1.2.3", MOMENT, MOMENT)
    return stopwatch() - began


def _new() -> NewAct:
    scope = Scope.town("440607001")
    return NewAct(act_id=secrets.token_hex(16), kind=ActKind.ORDERED, scope=scope, facts=FACTS, reason=REASON)


def _fill(ledger: ActLedger) -> None:
    """Put many more rows after the head, as fast as SQLite takes them."""
    sequence, head = ledger.head()
    connection = open_writer(ledger.path)
    for first in range(0, VERIFIED, AT_ONCE):
        rows = []
        for number in range(first, first + AT_ONCE):
            rows.append(sealed(_act(sequence + 1 + number), head))
            head = rows[-1].hash
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO act VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.execute("COMMIT")
    connection.close()


def _act(sequence: int) -> Act:
    new = _new()
    return Act(
        sequence=sequence,
        act_id=new.act_id,
        kind=new.kind,
        by=WHO.user_id,
        role=WHO.role,
        scope=new.scope,
        target=new.target,
        facts=new.facts,
        reason=new.reason,
        address="10.1.2.3",
        happened_at=MOMENT,
        recorded_at=MOMENT,
    )


if __name__ == "__main__":
    show("Acts", main())
