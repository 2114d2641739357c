"""One thread of another process stopped, the others going on: for what must be noticed when a part of it hangs."""

import ctypes
import json
import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
TOLD_WITHIN_S = 10.0


def stop(tid: int) -> None:
    """Stop that thread until ``go_on`` or until this process ends; raises OSError where this process may not."""
    _ptrace(SEIZE, tid)
    _ptrace(INTERRUPT, tid)


def go_on(tid: int) -> None:
    """Let a stopped thread go on; one whose process is gone needs nothing."""
    try:
        _ptrace(DETACH, tid)
    except ProcessLookupError:
        return


def names(pid: int, file: Path) -> dict[str, int]:
    """Return the threads of a process that runs under this module, by name; ``file`` is where it tells them."""
    file.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    deadline = time.monotonic() + TOLD_WITHIN_S
    while time.monotonic() < deadline:
        if file.exists():
            return json.loads(file.read_text(encoding="utf-8"))
        time.sleep(0.05)
    raise AssertionError(f"process {pid} did not tell its threads within {TOLD_WITHIN_S:.0f} s")


def _ptrace(request: int, tid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    if libc.ptrace(request, tid, None, None) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _tell(file: Path) -> None:
    told = {thread.name: thread.native_id for thread in threading.enumerate()}
    whole = file.with_suffix(".part")
    whole.write_text(json.dumps(told), encoding="utf-8")
    whole.rename(file)


if __name__ == "__main__":
    told_in = Path(sys.argv[1])
    signal.signal(signal.SIGUSR1, lambda *_: _tell(told_in))
    sys.argv = [sys.argv[2], *sys.argv[3:]]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
