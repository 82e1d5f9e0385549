"""Preferences: merged, with the revision that was read as a condition."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts.preferences import change_preferences
from madang.accounts.values import Preferences
from madang.backend.domains.preferences.views import PreferencesBody
from madang.kit.actor import Actor
from madang.storage import audit


async def change(
    actor: Actor, db: AsyncSession, wanted: PreferencesBody, *, expected: int | None, now: datetime
) -> Preferences:
    """Change the fields that the body has (RFC 7396)."""
    given = wanted.model_fields_set
    new = await change_preferences(
        actor,
        db,
        language=wanted.language if "language" in given else None,
        theme=wanted.theme if "theme" in given else None,
        expected=expected,
        now=now,
    )
    detail = wanted.model_dump(include=given)
    await audit.record(actor, db, "preferences.change", actor.user, detail, now=now)
    return new
