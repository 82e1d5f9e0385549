"""A supervised server ends when its supervisor does, however that one ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

from madang.kit.errors import UsageError

LAST_SECONDS = 8.0
"""How long an orderly end may take once the supervisor is gone."""
_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """End this process when the process `parent`, which started it, has ended.

    Linux sends a signal. Everywhere the supervisor holds the other end of our stdin, which ends with it; that way also
    a server whose event loop hangs ends, after LAST_SECONDS.
    """
    is_told = False
    if sys.platform == "linux":
        is_told = ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM) == 0
    if os.getppid() != parent:
        raise UsageError("the supervisor has ended meanwhile")
    threading.Thread(target=_watch_stdin, args=(is_told,), name="supervisor", daemon=True).start()


def _watch_stdin(is_told: bool) -> None:
    """`is_told`: the system sends the signal; a second one could come when an orderly end no longer listens to it."""
    while os.read(0, 1024):
        pass
    if not is_told:
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_SECONDS)
    os._exit(1)
