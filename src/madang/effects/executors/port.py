"""The seam behind the door: who performs an act."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from madang.effects.values import Act, Attempt, Scope


class Executor(Protocol):
    """Performs acts of one function kind. Never raises for what the other side does: that is an `Attempt`."""

    async def attempt(self, scope: Scope, act: Act) -> Attempt:
        """Do it once."""
        ...


@runtime_checkable
class Recalling(Protocol):
    """An executor that may still learn what becomes of an act when whoever began it has died."""

    async def recall(self, scope: Scope, act: Act) -> Attempt | None:
        """What became of the attempt that was begun, without beginning another; None where nobody can tell."""
        ...
