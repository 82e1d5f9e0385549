"""API keys: every change of them is in the audit trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts import api_keys
from madang.accounts.values import ApiKey
from madang.backend.domains.api_keys.views import ApiKeyBody
from madang.kit.actor import Actor
from madang.kit.clock import iso
from madang.kit.json import JsonObject
from madang.storage import audit


async def create(actor: Actor, db: AsyncSession, wanted: ApiKeyBody, *, now: datetime) -> tuple[ApiKey, str]:
    """A new key and its secret."""
    key, secret = await api_keys.create_api_key(
        actor,
        db,
        name=wanted.name,
        roles=actor.roles if wanted.roles is None else wanted.roles,
        expires_at=wanted.expires_at,
        now=now,
    )
    detail: JsonObject = {
        "name": key.name,
        "roles": [*sorted(key.roles)],
        "expires_at": key.expires_at and iso(key.expires_at),
    }
    await audit.record(actor, db, "api_key.create", key.id, detail, now=now)
    return key, secret


async def revoke(actor: Actor, db: AsyncSession, key_id: str, *, now: datetime) -> None:
    """Make a key worthless."""
    key = await api_keys.revoke_api_key(actor, db, key_id, now=now)
    await audit.record(actor, db, "api_key.revoke", key.id, {"name": key.name}, now=now)
