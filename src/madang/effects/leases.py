"""Holding a scope: claim it, renew its lease in the background, release it at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from madang.effects.scopes import LEASE_SECONDS, LeaseLostError, claim_scope, release_scope, renew_scope
from madang.effects.values import Scope, ScopeKind
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError
from madang.logs import get_logger
from madang.storage.engine import Database

_log = get_logger("effects")


class Lease:
    """A scope that is held. `scope` has the newest `lease_until`; after a loss it stays as it was last."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope


@asynccontextmanager
async def hold_scope(
    actor: Actor, database: Database, scope_id: str, kind: ScopeKind, owner: str, *, seconds: float = LEASE_SECONDS
) -> AsyncIterator[Lease]:
    """Hold a scope while the block runs. Raises ConflictError where another owner's lease lasts.

    A renewal that fails is tried again until the lease has run out; then whatever the block begins next fails on its
    epoch or its grant.
    """
    async with database.begin() as db:
        scope = await claim_scope(actor, db, scope_id, kind, owner, lease_seconds=seconds)
    if scope is None:
        raise ConflictError("this is under way already; wait for it to end")
    lease = Lease(scope)
    renewing = asyncio.create_task(_renew_for_ever(database, lease, seconds))
    try:
        yield lease
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        await _release(database, lease)


async def _renew_for_ever(database: Database, lease: Lease, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds / 3)
        try:
            async with database.begin() as db:
                lease.scope = await renew_scope(db, lease.scope, lease_seconds=seconds)
        except LeaseLostError:
            _log.warning("a lease was lost", scope=lease.scope.id)
            return
        except (SQLAlchemyError, OSError) as error:
            _log.warning("a lease could not be renewed", scope=lease.scope.id, reason=type(error).__name__)


async def _release(database: Database, lease: Lease) -> None:
    """A release that fails costs the next owner a wait until the lease runs out, nothing else."""
    with suppress(SQLAlchemyError, OSError):
        async with database.begin() as db:
            await release_scope(db, lease.scope)
