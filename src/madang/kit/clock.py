"""The clock as a value that is passed in, so that time in tests stands where a test puts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time now, in UTC, aware."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time now, in UTC, aware."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests and replays."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The time that was set last."""
        return self._at

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._at += timedelta(seconds=seconds)


def iso(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, the one form of time in our APIs."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
