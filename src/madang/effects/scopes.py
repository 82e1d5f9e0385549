"""Scopes: claiming the lease of a turn, run or call, renewing it, and taking over when it has run out.

All times are the database's, so that machines with different clocks agree who may act.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.effects.values import Scope, ScopeKind
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError

LEASE_SECONDS = 30


class LeaseLostError(ConflictError):
    """Somebody else has taken the scope over: stop, and do nothing more in it."""

    code = "lease-lost"
    title = "Taken over"


_CLAIM = text(
    """
    INSERT INTO madang.effect_scope (id, account_id, kind, owner, epoch, lease_until, created_at)
    VALUES (:id, :account, :kind, :owner, 1, now() + make_interval(secs => :seconds), now())
    ON CONFLICT (id) DO UPDATE
        SET owner = excluded.owner, epoch = effect_scope.epoch + 1, lease_until = excluded.lease_until
        WHERE effect_scope.account_id = excluded.account_id AND effect_scope.lease_until < now()
    RETURNING epoch, lease_until
    """
)

_RENEW = text(
    """
    UPDATE madang.effect_scope SET lease_until = now() + make_interval(secs => :seconds)
    WHERE id = :id AND account_id = :account AND epoch = :epoch AND lease_until >= now()
    RETURNING lease_until
    """
)

_RELEASE = text(
    "UPDATE madang.effect_scope SET lease_until = now() WHERE id = :id AND account_id = :account AND epoch = :epoch"
)


async def claim_scope(
    actor: Actor,
    db: AsyncSession,
    scope_id: str,
    kind: ScopeKind,
    owner: str,
    *,
    lease_seconds: float = LEASE_SECONDS,
) -> Scope | None:
    """The scope with a new epoch, or None while another owner's lease lasts."""
    row = (
        await db.execute(
            _CLAIM,
            {"id": scope_id, "account": actor.account, "kind": kind, "owner": owner, "seconds": lease_seconds},
        )
    ).first()
    if row is None:
        return None
    return Scope(
        id=scope_id,
        account=actor.account,
        user=actor.user,
        kind=kind,
        owner=owner,
        epoch=row.epoch,
        lease_until=row.lease_until,
    )


async def renew_scope(db: AsyncSession, scope: Scope, *, lease_seconds: float = LEASE_SECONDS) -> Scope:
    """The scope with a longer lease. Raises LeaseLostError where it ran out or was taken over."""
    values = {"id": scope.id, "account": scope.account, "epoch": scope.epoch, "seconds": lease_seconds}
    row = (await db.execute(_RENEW, values)).first()
    if row is None:
        raise LeaseLostError(f"the lease of {scope.id} has run out")
    return replace(scope, lease_until=row.lease_until)


async def release_scope(db: AsyncSession, scope: Scope) -> None:
    """End the lease; somebody else may claim the scope at once. Nothing happens where it is lost already."""
    await db.execute(_RELEASE, {"id": scope.id, "account": scope.account, "epoch": scope.epoch})
