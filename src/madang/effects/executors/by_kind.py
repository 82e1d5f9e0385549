"""The executor that asks another one by the kind of the function."""

from __future__ import annotations

from collections.abc import Mapping

from madang.effects.executors.port import Executor, Recalling
from madang.effects.values import Act, Attempt, NotSent, Scope
from madang.schema.functions import FunctionKind


class ByKind:
    """Performs an act by the executor of its function's kind. A kind that has none is not called."""

    def __init__(self, executors: Mapping[FunctionKind, Executor]) -> None:
        self._executors = executors

    async def attempt(self, scope: Scope, act: Act) -> Attempt:
        """Do it once."""
        kind = act.function.function.kind
        executor = self._executors.get(kind)
        if executor is None:
            return NotSent(reason=f"functions of kind {kind} cannot be called here", is_final=True)
        return await executor.attempt(scope, act)

    async def recall(self, scope: Scope, act: Act) -> Attempt | None:
        """What became of an attempt that was begun, where the executor of the kind can tell."""
        executor = self._executors.get(act.function.function.kind)
        return await executor.recall(scope, act) if isinstance(executor, Recalling) else None
