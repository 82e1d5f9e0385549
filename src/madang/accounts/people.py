"""Accounts and their users: made, named."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts.rows import AccountRow, MembershipRow, UserRow
from madang.accounts.values import Names
from madang.kit.actor import Actor, Role
from madang.kit.errors import ConflictError, NotFoundError
from madang.kit.ids import new_id


async def create_account(
    db: AsyncSession, *, name: str, user_name: str, now: datetime, roles: Collection[Role] = ("owner",)
) -> Actor:
    """A new account with its first user. Raises ConflictError where an account of this name exists."""
    if await db.scalar(select(AccountRow.id).where(AccountRow.name == name)) is not None:
        raise ConflictError(f"there is an account {name} already")
    account, user = new_id("acc"), new_id("usr")
    db.add_all([AccountRow(id=account, name=name, created_at=now), UserRow(id=user, name=user_name, created_at=now)])
    await db.flush()
    db.add(MembershipRow(account_id=account, user_id=user, roles=sorted(roles), created_at=now))
    await db.flush()
    return Actor(account=account, user=user, roles=frozenset(roles))


async def get_names(actor: Actor, db: AsyncSession) -> Names:
    """How the actor's account and the actor are called."""
    query = (
        select(AccountRow.name, UserRow.name)
        .join(MembershipRow, MembershipRow.account_id == AccountRow.id)
        .join(UserRow, UserRow.id == MembershipRow.user_id)
        .where(AccountRow.id == actor.account, UserRow.id == actor.user)
    )
    found = (await db.execute(query)).one_or_none()
    if found is None:
        raise NotFoundError("this user is not a member of the account any more")
    return Names(account=found[0], user=found[1])
