"""What the operator of an installation does, who has its database: no account acts here, so there is no actor yet.

Whoever can write to the database can do all of this by hand; a command makes it one step, with an entry in the audit
trail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts import rules
from madang.accounts.api_keys import create_api_key
from madang.accounts.people import create_account
from madang.accounts.rows import AccountRow, MembershipRow, UserRow
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, NotFoundError, UsageError
from madang.storage import audit

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LONGEST_USER = 80
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('madang.accounts.operating', 0))")


@dataclass(frozen=True, kw_only=True)
class AccountSummary:
    """An account of the installation and its first owner."""

    id: str
    name: str
    owner: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class FirstKey:
    """An API key of an account's owner, with its secret, which is not kept."""

    actor: Actor
    account: str
    user: str
    secret: str


async def open_account(db: AsyncSession, *, name: str, user_name: str, is_another: bool, now: datetime) -> FirstKey:
    """Make an account with its owner and an API key of that.

    Raises UsageError for a name that cannot be, ConflictError where it is taken, or where there is an account already
    and `is_another` is not said.
    """
    _check_names(name, user_name)
    await db.execute(_LOCK)
    there = await list_accounts(db)
    if there and not is_another:
        raise ConflictError(
            f"there is an account already ({there[0].name}): `madang account key {there[0].name}` gives a new key of "
            "its owner, --another makes one more account"
        )
    actor = await create_account(db, name=name, user_name=user_name, now=now)
    await audit.record(actor, db, "account.create", actor.account, {"name": name, "by": "operator"}, now=now)
    return await _key(actor, db, name, user_name, now=now)


async def give_key(db: AsyncSession, name: str, *, now: datetime) -> FirstKey:
    """A new API key of an account's first owner, as where the former one was lost. Raises NotFoundError."""
    query = (
        select(AccountRow.id, UserRow.id, UserRow.name, MembershipRow.roles)
        .join(MembershipRow, MembershipRow.account_id == AccountRow.id)
        .join(UserRow, UserRow.id == MembershipRow.user_id)
        .where(AccountRow.name == name, MembershipRow.roles.any_() == "owner")
        .order_by(MembershipRow.created_at)
        .limit(1)
    )
    found = (await db.execute(query)).one_or_none()
    if found is None:
        raise NotFoundError(f"there is no account {name!r} with an owner; `madang account list` shows all")
    account, user, user_name, roles = found
    actor = Actor(account=account, user=user, roles=rules.known_roles(roles))
    return await _key(actor, db, name, user_name, now=now)


async def list_accounts(db: AsyncSession) -> Sequence[AccountSummary]:
    """All accounts of the installation, the oldest first."""
    query = (
        select(AccountRow, UserRow.name)
        .join(MembershipRow, MembershipRow.account_id == AccountRow.id)
        .join(UserRow, UserRow.id == MembershipRow.user_id)
        .where(MembershipRow.roles.any_() == "owner")
        .order_by(AccountRow.created_at, AccountRow.id, MembershipRow.created_at)
    )
    found: dict[str, AccountSummary] = {}
    for row, owner in await db.execute(query):
        summary = AccountSummary(id=row.id, name=row.name, owner=owner, created_at=row.created_at)
        found.setdefault(row.id, summary)
    return [*found.values()]


async def _key(actor: Actor, db: AsyncSession, account: str, user: str, *, now: datetime) -> FirstKey:
    made, secret = await create_api_key(actor, db, name="by the operator", roles=actor.roles, expires_at=None, now=now)
    await audit.record(actor, db, "api_key.create", made.id, {"name": made.name, "by": "operator"}, now=now)
    return FirstKey(actor=actor, account=account, user=user, secret=secret)


def _check_names(name: str, user_name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot name an account: 1 to 40 of a-z, 0-9, '_' and '-', beginning with a-z or 0-9"
        )
    if not user_name.strip() or len(user_name) > _LONGEST_USER:
        raise UsageError(f"the name of a user has 1 to {_LONGEST_USER} characters")
