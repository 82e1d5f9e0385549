"""The audit trail, for who administers the account."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from madang.kit.actor import Actor
from madang.kit.pages import Page, PageRequest
from madang.storage.audit import AuditEntry, AuditFilter, list_entries


async def find_entries(
    actor: Actor, db: AsyncSession, wanted: AuditFilter, page: PageRequest, *, newest_first: bool
) -> Page[AuditEntry]:
    """A page of the account's entries. Raises ForbiddenError for a member or viewer."""
    actor.require("owner", "administrator")
    return await list_entries(actor, db, wanted, page, newest_first=newest_first)
