"""Who a secret stands for, as roles and memberships change, and the account of local mode."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts.api_keys import create_api_key, find_identity_by_api_key, list_api_keys
from madang.accounts.local import ensure_local, ensure_token_file
from madang.accounts.people import create_account, get_names
from madang.accounts.rows import AccountRow, ApiKeyRow, MembershipRow
from madang.accounts.sign_in import create_sign_in_token, find_identity_by_session, redeem_sign_in_token
from madang.accounts.values import Identity
from madang.kit.actor import Actor, Role
from madang.kit.clock import FixedClock, SystemClock
from madang.kit.errors import ConflictError, NotFoundError, UsageError
from madang.kit.pages import PageRequest
from madang.storage.engine import Database

NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def key_of(actor: Actor, db: AsyncSession, *roles: Role) -> str:
    _, secret = await create_api_key(actor, db, name="k", roles=roles or actor.roles, expires_at=None, now=NOW)
    return secret


async def set_roles(actor: Actor, db: AsyncSession, *roles: Role) -> None:
    await db.execute(update(MembershipRow).where(MembershipRow.user_id == actor.user).values(roles=list(roles)))


async def signed_in(actor: Actor, db: AsyncSession, now: datetime = NOW) -> str:
    token = await create_sign_in_token(actor, db, now=now)
    opened = await redeem_sign_in_token(db, token.secret, user_agent="test", now=now)
    assert opened is not None
    return opened[1]


async def test_a_secret_stands_for_its_user_in_its_account(database: Database) -> None:
    async with database.begin() as db:
        actor = await create_account(db, name="acme", user_name="kim", now=NOW)
        by_key = await find_identity_by_api_key(db, await key_of(actor, db), now=NOW)
        by_cookie = await find_identity_by_session(db, await signed_in(actor, db), now=NOW)
        names = await get_names(actor, db)
    assert isinstance(by_key, Identity)
    assert isinstance(by_cookie, Identity)
    assert (by_key.actor, by_key.kind) == (actor, "api_key")
    assert (by_cookie.actor, by_cookie.kind) == (actor, "session")
    assert (names.account, names.user) == ("acme", "kim")


async def test_who_loses_a_role_loses_it_in_keys_and_sessions_at_once(database: Database) -> None:
    async with database.begin() as db:
        actor = await create_account(db, name="acme", user_name="kim", now=NOW)
        secret, cookie = await key_of(actor, db, "owner", "member"), await signed_in(actor, db)
        await set_roles(actor, db, "member")
        by_key = await find_identity_by_api_key(db, secret, now=NOW)
        by_cookie = await find_identity_by_session(db, cookie, now=NOW)
    assert by_key is not None
    assert by_key.actor.roles == {"member"}
    assert by_cookie is not None
    assert by_cookie.actor.roles == frozenset()


async def test_who_leaves_an_account_leaves_nothing_that_opens_it(database: Database) -> None:
    async with database.begin() as db:
        actor = await create_account(db, name="acme", user_name="kim", now=NOW)
        secret, cookie = await key_of(actor, db), await signed_in(actor, db)
        token = await create_sign_in_token(actor, db, now=NOW)
        await db.execute(delete(MembershipRow).where(MembershipRow.user_id == actor.user))
        assert await find_identity_by_api_key(db, secret, now=NOW) is None
        assert await find_identity_by_session(db, cookie, now=NOW) is None
        assert await redeem_sign_in_token(db, token.secret, user_agent="", now=NOW) is None
        with pytest.raises(NotFoundError):
            await get_names(actor, db)


async def test_the_time_of_use_is_written_at_most_once_a_minute(database: Database) -> None:
    async with database.begin() as db:
        actor = await create_account(db, name="acme", user_name="kim", now=NOW)
        secret = await key_of(actor, db)
        seen: list[datetime | None] = []
        for seconds in (0, 59, 61):
            await find_identity_by_api_key(db, secret, now=NOW + timedelta(seconds=seconds))
            seen.append(await db.scalar(select(ApiKeyRow.last_used_at)))
    assert seen == [NOW, NOW, NOW + timedelta(seconds=61)]


async def test_one_name_is_one_account(database: Database) -> None:
    async with database.begin() as db:
        await create_account(db, name="acme", user_name="kim", now=NOW)
        with pytest.raises(ConflictError, match="acme"):
            await create_account(db, name="acme", user_name="lee", now=NOW)


async def test_starts_at_the_same_time_make_one_local_account_and_one_token(database: Database, tmp_path: Path) -> None:
    async def start() -> Actor:
        owner = await ensure_local(database, SystemClock())
        await ensure_token_file(database, SystemClock(), owner, tmp_path)
        return owner

    owners = await asyncio.gather(*(start() for _ in range(5)))
    async with database.begin() as db:
        accounts = await db.scalar(select(func.count()).select_from(AccountRow))
        keys = await list_api_keys(owners[0], db, PageRequest())
    assert (len(set(owners)), accounts, [key.kind for key in keys.data]) == (1, 1, ["command_line"])
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


async def test_the_token_file_is_private_from_its_first_moment(database: Database, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    path = await ensure_token_file(database, clock, await ensure_local(database, clock), tmp_path / "home")
    assert path.stat().st_mode & 0o777 == 0o600
    async with database.begin() as db:
        identity = await find_identity_by_api_key(db, path.read_text().strip(), now=NOW)
    assert identity is not None
    assert identity.actor.roles == {"owner"}


async def test_a_token_file_that_cannot_be_read_is_one_clear_line(database: Database, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    owner = await ensure_local(database, clock)
    (tmp_path / "token").mkdir()
    with pytest.raises(UsageError, match="remove it, and the next start makes it anew"):
        await ensure_token_file(database, clock, owner, tmp_path)
