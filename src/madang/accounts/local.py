"""The one account of local and test mode, and the command line's way into it."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts import rules
from madang.accounts.api_keys import create_api_key, find_identity_by_api_key, revoke_keys_of_kind
from madang.accounts.people import create_account
from madang.accounts.rows import AccountRow, MembershipRow
from madang.kit.actor import Actor
from madang.kit.clock import Clock
from madang.kit.errors import UsageError
from madang.kit.ids import new_id
from madang.storage.engine import Database

LOCAL = "local"
TOKEN_FILE = "token"  # noqa: S105 - a file name

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('madang.accounts.local', 0))")


async def ensure_local(database: Database, clock: Clock) -> Actor:
    """The owner of the account `local`, made where it is missing; two processes at once make one."""
    async with database.begin() as db:
        await db.execute(_LOCK)
        query = (
            select(MembershipRow)
            .join(AccountRow, AccountRow.id == MembershipRow.account_id)
            .where(AccountRow.name == LOCAL)
            .order_by(MembershipRow.created_at)
            .limit(1)
        )
        row = await db.scalar(query)
        if row is None:
            return await create_account(db, name=LOCAL, user_name=LOCAL, now=clock.now())
        return Actor(account=row.account_id, user=row.user_id, roles=rules.known_roles(row.roles))


async def ensure_token_file(database: Database, clock: Clock, actor: Actor, home: Path) -> Path:
    """The file with the command line's API key, mode 0600: made where it is missing or its key is not good any more.

    The new file is in place before its key is committed, so a crash between the two leaves a file that the next
    start replaces, never a key that nobody holds.
    """
    path = home / TOKEN_FILE
    async with database.begin() as db:
        await db.execute(_LOCK)
        secret = _read_private(path)
        if secret is None or not await _opens(db, secret, actor, clock):
            now = clock.now()
            await revoke_keys_of_kind(actor, db, "command_line", now=now)
            _, secret = await create_api_key(
                actor, db, name="command line", roles=actor.roles, expires_at=None, now=now, kind="command_line"
            )
            save_token(home, secret)
    return path


def save_token(home: Path, secret: str) -> None:
    """Put an API key where the command line reads it, for its owner alone. Raises UsageError."""
    _write_private(home / TOKEN_FILE, secret)


async def _opens(db: AsyncSession, secret: str, actor: Actor, clock: Clock) -> bool:
    identity = await find_identity_by_api_key(db, secret, now=clock.now())
    return identity is not None and identity.actor.account == actor.account


def _read_private(path: Path) -> str | None:
    try:
        path.chmod(0o600)
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}); remove it, and the next start makes it anew") from None


def _write_private(path: Path, secret: str) -> None:
    beside = path.with_name(f".{path.name}.{new_id('new')}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror}; check MADANG_HOME") from None
