"""Threads share few heaps of the C library, however many of them there have been at a time."""

import subprocess
import sys

import pytest

from dashboard.serving import heaps
from pipelines.config import ROOT

# Thirty threads that hold memory of their own at the same time, and how many heaps there are then.
COUNT = """
import ctypes, sys, threading
from dashboard.serving import heaps
if "share" in sys.argv: assert heaps.share()
libc, barrier = ctypes.CDLL(None), threading.Barrier(30)
libc.malloc.restype = ctypes.c_void_p
def hold():
    barrier.wait()
    libc.malloc(5000)
    barrier.wait()
threads = [threading.Thread(target=hold) for _ in range(30)]
for one in threads: one.start()
for one in threads: one.join()
libc.fopen.restype = ctypes.c_void_p
out = libc.fopen(b"/dev/stdout", b"w")
libc.malloc_info(0, ctypes.c_void_p(out))
libc.fclose(ctypes.c_void_p(out))
"""


def heaps_of_threads(*wanted: str) -> int:
    """Return how many heaps a process has after thirty threads."""
    command = [sys.executable, "-c", COUNT, *wanted]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    return told.count("<heap nr=")


@pytest.mark.skipif(sys.platform != "linux" or not heaps.share(), reason="the C library has one heap for all")
def test_threads_share_few_heaps_and_would_have_many() -> None:
    assert heaps_of_threads("share") <= heaps.HEAPS < heaps_of_threads()
