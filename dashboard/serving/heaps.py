"""Few heaps of memory: pages are drawn by many threads, and the C library gives each new thread one of many heaps.

What a thread frees stays in its heap, so that with sixteen of them a dashboard grows all day by what none can use.
"""

import ctypes
import sys

M_ARENA_MAX = -8
HEAPS = 2


def share() -> bool:
    """Have all threads share a few heaps from now on; return whether the C library has such heaps (glibc has)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and mallopt(M_ARENA_MAX, HEAPS) == 1
