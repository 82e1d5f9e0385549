"""The audit trail: who changed a setting, a credential or a permission. Never holds a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from madang.kit.actor import Actor
from madang.kit.ids import new_id
from madang.kit.json import JsonObject
from madang.kit.pages import Page, PageRequest
from madang.storage.listing import page_by_id
from madang.storage.rows import AuditRow


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One change: `action` is `noun.verb`, `target` the identifier of what was changed."""

    id: str
    user: str
    action: str
    target: str
    detail: JsonObject
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which entries are wanted; what is None does not matter."""

    action: str | None = None
    target: str | None = None
    user: str | None = None
    after: datetime | None = None
    before: datetime | None = None


async def record(
    actor: Actor, db: AsyncSession, action: str, target: str, detail: JsonObject, *, now: datetime
) -> None:
    """Write one entry in the transaction of the change, so that both happen or neither.

    `detail` says what is new in words and numbers; a secret, a token or a credential has no place in it.
    """
    entry = AuditRow(
        id=new_id("aud"),
        account_id=actor.account,
        user_id=actor.user,
        action=action,
        target=target,
        detail=detail,
        at=now,
    )
    db.add(entry)
    await db.flush()


async def list_entries(
    actor: Actor, db: AsyncSession, wanted: AuditFilter, page: PageRequest, *, newest_first: bool = True
) -> Page[AuditEntry]:
    """The entries of the actor's account. The caller checks the role."""
    query = select(AuditRow).where(AuditRow.account_id == actor.account)
    for column, value in (
        (AuditRow.action, wanted.action),
        (AuditRow.target, wanted.target),
        (AuditRow.user_id, wanted.user),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.after is not None:
        query = query.where(AuditRow.at >= wanted.after)
    if wanted.before is not None:
        query = query.where(AuditRow.at < wanted.before)
    found = await page_by_id(db, query, AuditRow.id, page, newest_first=newest_first)
    return Page(data=[_value(row) for row in found.data], next=found.next)


def _value(row: AuditRow) -> AuditEntry:
    return AuditEntry(id=row.id, user=row.user_id, action=row.action, target=row.target, detail=row.detail, at=row.at)
