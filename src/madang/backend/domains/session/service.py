"""Browser sessions: listed and ended by their own user."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts import sign_in
from madang.accounts.values import Identity
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError
from madang.storage import audit


async def end(actor: Actor, db: AsyncSession, session_id: str, *, now: datetime) -> None:
    """Sign one of the actor's browsers out."""
    await sign_in.end_session(actor, db, session_id)
    await audit.record(actor, db, "session.delete", session_id, {}, now=now)


async def end_current(identity: Identity, db: AsyncSession, *, now: datetime) -> None:
    """Sign this browser out. Raises ConflictError for a caller that has no session but a key."""
    if identity.kind != "session":
        raise ConflictError("an API key has no session to end; revoke it by DELETE /api/api-keys/{id}")
    await end(identity.actor, db, identity.credential, now=now)
