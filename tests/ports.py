"""Free ports for test runs side by side: each process looks elsewhere, below the ports that the system hands out."""

import itertools
import os
import socket

from pipelines.config import LOOPBACK

EACH, APART = 40, 211
BASES = range(11_000, 31_000, EACH)
_ASKED = itertools.count()


def free_ports() -> int:
    """Return a port such that it and the ``EACH`` - 1 after it are free now; raises AssertionError when none is."""
    first = (os.getpid() * APART + next(_ASKED)) % len(BASES)
    for base in (*BASES[first:], *BASES[:first]):
        if all(_is_free(base + offset) for offset in range(EACH)):
            return base
    raise AssertionError(f"no {EACH} free ports in a row between {BASES[0]} and {BASES[-1]}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
