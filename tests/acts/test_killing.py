"""A process killed while it appends loses nothing that it had acknowledged, and the chain stays whole."""

import subprocess
import sys
import time
from contextlib import closing

from pipelines.acts import ActLedger, verify
from pipelines.config import ROOT
from tests.acts.kit import append, note

ROUNDS = 4


def test_what_was_acknowledged_before_a_kill_is_there_after_it(tmp_path):
    path, told = tmp_path / "acts.sqlite", {}
    for killed_at in range(ROUNDS):
        told |= _killed(path, 20 + 37 * killed_at)
        with closing(ActLedger(path)) as ledger:
            kept = {entry.act.act_id: entry.act.sequence for entry in ledger.feed()}
            assert told.items() <= kept.items()
            assert len(kept) - len(told) <= ROUNDS  # at most the one under way each time
            after = append(ledger, note("after the kill"))
            assert after.sequence == len(kept) + 1
            told[after.act_id] = after.sequence
        assert verify(path).findings == ()


def _killed(path, after):
    """Kill an appending process once it has acknowledged ``after`` acts; return all it acknowledged."""
    command = [sys.executable, "-m", "tests.acts.appender", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(after)]
        time.sleep(0.003 * (after % 7))
        process.kill()
        lines += process.stdout.readlines()
    return {act_id: int(sequence) for act_id, sequence in (line.split() for line in lines if line.endswith("\n"))}
