"""Signals that ask a process to end, as calls in its event loop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def on_signals(call: Callable[[], None], numbers: Sequence[int] = ENDING) -> Iterator[None]:
    """Call a function in the event loop on each of these signals, where this is the main thread.

    A process that was told to end by SIGTERM ignores it from then on: Linux sends the signal of a parent's death once
    for each of the parent's threads that the child passes on to, and a later one must not cut an orderly end short.
    """
    loop = asyncio.get_running_loop()
    added: list[int] = []
    told: set[int] = set()

    def tell(number: int) -> None:
        told.add(number)
        call()

    try:
        for number in numbers:
            loop.add_signal_handler(number, tell, number)
            added.append(number)
    except (NotImplementedError, ValueError, RuntimeError):
        pass  # another thread than the main one (tests), or Windows
    try:
        yield
    finally:
        for number in added:
            if number == signal.SIGTERM and number in told:
                signal.signal(number, signal.SIG_IGN)
            else:
                loop.remove_signal_handler(number)
