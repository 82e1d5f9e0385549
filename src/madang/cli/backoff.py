"""How long to wait before a server that ended is started again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(kw_only=True)
class Backoff:
    """0.5 s, doubled each time up to 30 s; begun anew after a server was well for a minute."""

    first_seconds: float = 0.5
    most_seconds: float = 30.0
    well_after_seconds: float = 60.0
    _failures: int = 0

    def next_delay(self, *, well_seconds: float) -> float:
        """The seconds to wait now; `well_seconds` is how long the server had been ready before it ended."""
        if well_seconds >= self.well_after_seconds:
            self._failures = 0
        delay = min(self.first_seconds * 2**self._failures, self.most_seconds)
        self._failures = min(self._failures + 1, 32)
        return delay
