"""Signals that ask a process to end, as calls in its event loop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def on_signals(call: Callable[[], None], numbers: Sequence[int] = ENDING) -> Iterator[None]:
    """Call a function in the event loop on each of these signals, where this is the main thread."""
    loop = asyncio.get_running_loop()
    added: list[int] = []
    try:
        for number in numbers:
            loop.add_signal_handler(number, call)
            added.append(number)
    except (NotImplementedError, ValueError, RuntimeError):
        pass  # another thread than the main one (tests), or Windows
    try:
        yield
    finally:
        for number in added:
            loop.remove_signal_handler(number)
