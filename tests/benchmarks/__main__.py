"""Run every benchmark, or those named (``python -m tests.benchmarks pull store``), and print one table."""

import importlib
import sys
from pathlib import Path

from tests.benchmarks.report import Row, show

ALL = sorted(file.stem.removeprefix("bench_") for file in Path(__file__).parent.glob("bench_*.py"))


def main(names: list[str]) -> int:
    """Run the named benchmarks one after another; returns an exit code."""
    unknown = sorted(set(names) - set(ALL))
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}\n")
        return 2
    rows: list[Row] = []
    for name in names or ALL:
        sys.stderr.write(f"measuring {name} …\n")
        rows += importlib.import_module(f"tests.benchmarks.bench_{name}").main()
    show("Tenfold", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
