"""One-time sign-in tokens and the browser sessions that they open."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts import rules
from madang.accounts.rows import MembershipRow, SessionRow, SignInTokenRow
from madang.accounts.values import BrowserSession, Identity, SignInToken
from madang.kit.actor import Actor
from madang.kit.errors import NotFoundError
from madang.kit.ids import new_id
from madang.kit.pages import Page, PageRequest
from madang.storage.listing import page_by_id

_USER_AGENT_LENGTH = 400


async def create_sign_in_token(actor: Actor, db: AsyncSession, *, now: datetime) -> SignInToken:
    """A token that signs the actor's browser in, once, with at most the actor's present roles."""
    await db.execute(
        delete(SignInTokenRow).where(SignInTokenRow.account_id == actor.account, SignInTokenRow.expires_at <= now)
    )
    token = SignInToken(secret=rules.new_secret(), expires_at=now + rules.SIGN_IN_LIFETIME)
    db.add(
        SignInTokenRow(
            id=new_id("sit"),
            account_id=actor.account,
            user_id=actor.user,
            token_hash=rules.digest(token.secret),
            roles=sorted(actor.roles),
            created_at=now,
            expires_at=token.expires_at,
        )
    )
    await db.flush()
    return token


async def redeem_sign_in_token(
    db: AsyncSession, secret: str, *, user_agent: str, now: datetime
) -> tuple[Actor, str] | None:
    """Use a token up and open a session: who is signed in and the cookie's value.

    None where the token is unknown, used or expired. The database decides between two uses at the same time: the
    second waits for the row and then finds it used.
    """
    used = (
        update(SignInTokenRow)
        .where(
            SignInTokenRow.token_hash == rules.digest(secret),
            SignInTokenRow.used_at.is_(None),
            SignInTokenRow.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInTokenRow.account_id, SignInTokenRow.user_id, SignInTokenRow.roles)
    )
    found = (await db.execute(used)).one_or_none()
    if found is None:
        return None
    account, user, roles = found
    actor = Actor(account=account, user=user, roles=rules.known_roles(roles))
    return actor, await _open_session(actor, db, user_agent=user_agent, now=now)


async def find_identity_by_session(db: AsyncSession, value: str, *, now: datetime) -> Identity | None:
    """Who is signed in by this cookie; None where it is unknown or expired. Use makes it live on."""
    hashed = rules.digest(value)
    query = (
        select(SessionRow, MembershipRow.roles)
        .join(
            MembershipRow,
            (MembershipRow.account_id == SessionRow.account_id) & (MembershipRow.user_id == SessionRow.user_id),
        )
        .where(SessionRow.value_hash == hashed, SessionRow.expires_at > now)
    )
    found = (await db.execute(query)).one_or_none()
    if found is None or not hmac.compare_digest(found[0].value_hash, hashed):
        return None
    row, held = found
    await _touch(db, row, now)
    actor = Actor(account=row.account_id, user=row.user_id, roles=rules.effective(row.roles, held))
    return Identity(actor=actor, kind="session", credential=row.id)


async def list_sessions(
    actor: Actor, db: AsyncSession, page: PageRequest, *, now: datetime, newest_first: bool = True
) -> Page[BrowserSession]:
    """The browsers in which the actor is signed in."""
    query = _own(actor).where(SessionRow.expires_at > now)
    found = await page_by_id(db, query, SessionRow.id, page, newest_first=newest_first)
    return Page(data=[_value(row) for row in found.data], next=found.next)


async def end_session(actor: Actor, db: AsyncSession, session_id: str) -> BrowserSession:
    """Sign one of the actor's browsers out. Raises NotFoundError for a session that is not the actor's."""
    row = await db.scalar(_own(actor).where(SessionRow.id == session_id))
    if row is None:
        raise NotFoundError(f"there is no session {session_id} (any more)")
    await db.delete(row)
    await db.flush()
    return _value(row)


async def _open_session(actor: Actor, db: AsyncSession, *, user_agent: str, now: datetime) -> str:
    await db.execute(delete(SessionRow).where(SessionRow.account_id == actor.account, SessionRow.expires_at <= now))
    value = rules.new_secret()
    db.add(
        SessionRow(
            id=new_id("ses"),
            account_id=actor.account,
            user_id=actor.user,
            value_hash=rules.digest(value),
            roles=sorted(actor.roles),
            user_agent=user_agent[:_USER_AGENT_LENGTH],
            created_at=now,
            last_used_at=now,
            expires_at=now + rules.SESSION_LIFETIME,
        )
    )
    await db.flush()
    return value


async def _touch(db: AsyncSession, row: SessionRow, now: datetime) -> None:
    before = now - rules.TOUCH_INTERVAL
    if row.last_used_at < before:
        await db.execute(
            update(SessionRow)
            .where(SessionRow.id == row.id, SessionRow.last_used_at < before)
            .values(last_used_at=now, expires_at=now + rules.SESSION_LIFETIME)
        )


def _own(actor: Actor) -> Select[SessionRow]:
    return select(SessionRow).where(SessionRow.account_id == actor.account, SessionRow.user_id == actor.user)


def _value(row: SessionRow) -> BrowserSession:
    return BrowserSession(
        id=row.id,
        user=row.user_id,
        user_agent=row.user_agent,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
    )
