"""The kernels' machine code is made once, by a process of its own, and found by those that simulate."""

import subprocess
import sys

import pytest

from pipelines.planning.compiled import HAS_NUMBA
from pipelines.planning.warming import is_warm

SIMULATES = """
from pipelines.planning import kernel_labs, kernel_site, simulate
from tests.planning.kit import small
simulate(small(), 2)
print(sum(sum(made.stats.cache_misses.values()) for made in (kernel_site.district_day, kernel_labs.labs_day)))
"""


def python(*words: str) -> str:
    """What a process prints."""
    ran = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.mark.skipif(not HAS_NUMBA, reason="there is nothing to compile without numba")
def test_what_one_process_compiled_no_other_compiles_again() -> None:
    python("-m", "pipelines.planning.warming")
    assert is_warm()
    assert python("-c", SIMULATES) == "0"
