"""The seam behind the door: who performs an act."""

from __future__ import annotations

from typing import Protocol

from madang.effects.values import Act, Attempt, Scope


class Executor(Protocol):
    """Performs acts of one function kind. Never raises for what the other side does: that is an `Attempt`."""

    async def attempt(self, scope: Scope, act: Act) -> Attempt:
        """Do it once."""
        ...
