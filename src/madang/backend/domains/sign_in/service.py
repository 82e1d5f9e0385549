"""Sign-in links: made for who holds an API key, used up once by a browser."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts import sign_in
from madang.accounts.values import Identity, SignInToken
from madang.kit.errors import ForbiddenError
from madang.settings import Mode
from madang.storage import audit


async def create_link(identity: Identity, db: AsyncSession, *, mode: Mode, now: datetime) -> SignInToken:
    """A token for a new link. Raises ForbiddenError in real mode, and for a browser, which could multiply itself."""
    if mode == "real":
        raise ForbiddenError("sign-in links are for local and test mode; this installation runs in real mode")
    if identity.kind != "api_key":
        raise ForbiddenError("a sign-in link is made with an API key; run `madang sign-in`")
    token = await sign_in.create_sign_in_token(identity.actor, db, now=now)
    await audit.record(identity.actor, db, "sign_in_link.create", identity.actor.user, {}, now=now)
    return token


async def use_link(db: AsyncSession, token: str, *, user_agent: str, now: datetime) -> str | None:
    """The value of the session's cookie; None where the link is no good."""
    opened = await sign_in.redeem_sign_in_token(db, token, user_agent=user_agent, now=now)
    if opened is None:
        return None
    actor, value = opened
    await audit.record(actor, db, "session.create", actor.user, {"user_agent": user_agent[:400]}, now=now)
    return value
