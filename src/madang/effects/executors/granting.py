"""What an executor asks a grant for."""

from __future__ import annotations

from madang.effects.values import Act, Scope
from madang.net.grants import GrantTerms


def terms_of(scope: Scope, act: Act) -> GrantTerms:
    """The terms of a grant for one act: its function alone, over its connection, for as long as its scope is ours."""
    return GrantTerms(
        account=scope.account,
        actor=scope.user,
        connection=act.connection.id,
        functions=frozenset({act.function.id}),
        purpose="run" if scope.kind == "run" else "chat",
        run=scope.id if scope.kind == "run" else None,
        epoch=scope.epoch,
    )
