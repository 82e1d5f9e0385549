"""API keys: made, listed, revoked, and recognised."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts import rules
from madang.accounts.rows import ApiKeyRow, MembershipRow
from madang.accounts.values import ApiKey, ApiKeyKind, Identity
from madang.kit.actor import Actor, Role
from madang.kit.errors import NotFoundError
from madang.kit.ids import new_id
from madang.kit.pages import Page, PageRequest
from madang.storage.listing import page_by_id


async def create_api_key(
    actor: Actor,
    db: AsyncSession,
    *,
    name: str,
    roles: Collection[Role],
    expires_at: datetime | None,
    now: datetime,
    kind: ApiKeyKind = "user",
) -> tuple[ApiKey, str]:
    """A new key of the actor and its secret, which is not kept.

    Raises ForbiddenError for a role that the actor does not have, InvalidError for an expiry in the past.
    """
    granted = rules.check_grantable(roles, actor.roles)
    rules.check_expiry(expires_at, now)
    secret = rules.new_secret(rules.API_KEY_PREFIX)
    row = ApiKeyRow(
        id=new_id("key"),
        account_id=actor.account,
        user_id=actor.user,
        kind=kind,
        name=name,
        key_hash=rules.digest(secret),
        hint=secret[-4:],
        roles=sorted(granted),
        created_at=now,
        expires_at=expires_at,
    )
    db.add(row)
    await db.flush()
    return _value(row), secret


async def list_api_keys(
    actor: Actor, db: AsyncSession, page: PageRequest, *, newest_first: bool = True
) -> Page[ApiKey]:
    """The keys that are not revoked: all of the account for who administers it, else the actor's own."""
    found = await page_by_id(db, _visible(actor), ApiKeyRow.id, page, newest_first=newest_first)
    return Page(data=[_value(row) for row in found.data], next=found.next)


async def revoke_api_key(actor: Actor, db: AsyncSession, key_id: str, *, now: datetime) -> ApiKey:
    """Make a key worthless from now on. Raises NotFoundError unless the actor may see it."""
    row = await db.scalar(_visible(actor).where(ApiKeyRow.id == key_id).with_for_update())
    if row is None:
        raise NotFoundError(f"there is no API key {key_id} (any more)")
    row.revoked_at = now
    await db.flush()
    return _value(row)


async def revoke_keys_of_kind(actor: Actor, db: AsyncSession, kind: ApiKeyKind, *, now: datetime) -> None:
    """Revoke all keys of a kind that the actor has."""
    own = (ApiKeyRow.account_id == actor.account, ApiKeyRow.user_id == actor.user, ApiKeyRow.kind == kind)
    await db.execute(update(ApiKeyRow).where(*own, ApiKeyRow.revoked_at.is_(None)).values(revoked_at=now))


async def find_identity_by_api_key(db: AsyncSession, secret: str, *, now: datetime) -> Identity | None:
    """Who holds this key; None where it is unknown, revoked or expired."""
    hashed = rules.digest(secret)
    query = (
        select(ApiKeyRow, MembershipRow.roles)
        .join(
            MembershipRow,
            (MembershipRow.account_id == ApiKeyRow.account_id) & (MembershipRow.user_id == ApiKeyRow.user_id),
        )
        .where(ApiKeyRow.key_hash == hashed, ApiKeyRow.revoked_at.is_(None), _alive(now))
    )
    found = (await db.execute(query)).one_or_none()
    if found is None or not hmac.compare_digest(found[0].key_hash, hashed):
        return None
    row, held = found
    await _touch(db, row, now)
    actor = Actor(account=row.account_id, user=row.user_id, roles=rules.effective(row.roles, held))
    return Identity(actor=actor, kind="api_key", credential=row.id)


async def _touch(db: AsyncSession, row: ApiKeyRow, now: datetime) -> None:
    before = now - rules.TOUCH_INTERVAL
    if row.last_used_at is None or row.last_used_at < before:
        stale = or_(ApiKeyRow.last_used_at.is_(None), ApiKeyRow.last_used_at < before)
        await db.execute(update(ApiKeyRow).where(ApiKeyRow.id == row.id, stale).values(last_used_at=now))


def _alive(now: datetime) -> ColumnElement[bool]:
    return or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > now)


def _visible(actor: Actor) -> Select[ApiKeyRow]:
    query = select(ApiKeyRow).where(ApiKeyRow.account_id == actor.account, ApiKeyRow.revoked_at.is_(None))
    if actor.roles.isdisjoint({"owner", "administrator"}):
        query = query.where(ApiKeyRow.user_id == actor.user)
    return query


def _value(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        user=row.user_id,
        kind=cast("ApiKeyKind", row.kind),
        name=row.name,
        hint=row.hint,
        roles=rules.known_roles(row.roles),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
    )
