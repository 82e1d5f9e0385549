"""What a user chose for the pages."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts.rows import PreferenceRow
from madang.accounts.values import Language, Preferences, Theme
from madang.kit.actor import Actor
from madang.kit.errors import PreconditionError


async def get_preferences(actor: Actor, db: AsyncSession) -> Preferences:
    """The actor's choices, or the defaults."""
    query = select(PreferenceRow).where(PreferenceRow.account_id == actor.account, PreferenceRow.user_id == actor.user)
    row = await db.scalar(query)
    if row is None:
        return Preferences()
    return Preferences(language=cast("Language", row.language), theme=cast("Theme", row.theme), revision=row.revision)


async def change_preferences(
    actor: Actor,
    db: AsyncSession,
    *,
    language: Language | None,
    theme: Theme | None,
    expected: int | None,
    now: datetime,
) -> Preferences:
    """Change what is not None. Raises PreconditionError where `expected` is not the newest revision."""
    old = await get_preferences(actor, db)
    new = Preferences(language=language or old.language, theme=theme or old.theme, revision=old.revision + 1)
    values = {"language": new.language, "theme": new.theme, "revision": new.revision, "updated_at": now}
    statement = (
        insert(PreferenceRow)
        .values(account_id=actor.account, user_id=actor.user, **values)
        .on_conflict_do_update(
            index_elements=[PreferenceRow.account_id, PreferenceRow.user_id],
            set_=values,
            where=PreferenceRow.revision == old.revision,
        )
        .returning(PreferenceRow.revision)
    )
    if expected not in {None, old.revision} or await db.scalar(statement) is None:
        raise PreconditionError("the preferences have changed meanwhile; read them again and repeat the change")
    return new
