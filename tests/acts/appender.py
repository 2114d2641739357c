"""A process that appends acts and says of each on stdout when it was acknowledged, until it is killed."""

import sys
from pathlib import Path

from pipelines.acts import ActLedger
from tests.acts.kit import append, note

if __name__ == "__main__":
    ledger = ActLedger(Path(sys.argv[1]))
    for number in range(100_000):
        new = note(f"note {number}")
        sys.stdout.write(f"{new.act_id} {append(ledger, new).sequence}\n")
        sys.stdout.flush()
