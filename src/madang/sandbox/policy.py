"""What a program may use: one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The bounds of one run in the interpreter. Waiting for an effect does not count as running.

    Attributes:
        memory_bytes: All that its values take.
        turn_seconds: How long it may compute from one stop to the next.
        recursion: How deep calls may nest.
        suspensions: How often it may stop; an effect takes two.
    """

    memory_bytes: int = 256_000_000
    turn_seconds: float = 10.0
    recursion: int = 5_000
    suspensions: int = 1_000_000


STANDARD = Limits()
