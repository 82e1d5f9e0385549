"""This installation, and whether this server can serve."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from madang import __version__
from madang.backend.domains.system.views import CheckView, DatabaseView, ReadinessView, ServerView, SystemView
from madang.backend.parts import Parts
from madang.kit.actor import Actor
from madang.kit.errors import MadangError, UsageError
from madang.settings import Settings
from madang.storage.direct import connect
from madang.storage.keys import parse_keys
from madang.storage.migrate import applied_heads, pending

CLOCK_TOLERANCE: Final = timedelta(milliseconds=500)
"""Grants live for seconds and are checked without leeway, so clocks have to agree."""

_SERVERS: Final = ("backend", "proxy")
_LOCAL_SERVERS: Final = (*_SERVERS, "bbs")


async def describe(actor: Actor, db: AsyncSession, parts: Parts) -> SystemView:
    """What this installation is; where its data is only for who administers it, and not in real mode."""
    settings = parts.settings
    is_shown = settings.mode == "local" and not actor.roles.isdisjoint({"owner", "administrator"})
    names = _SERVERS if settings.mode == "real" else _LOCAL_SERVERS
    return SystemView(
        version=__version__,
        mode=settings.mode,
        home=str(settings.home) if is_shown else None,
        servers=[ServerView(name=name, url=settings.url(name)) for name in names],
        database=await _describe_database(db, parts),
    )


async def check_readiness(parts: Parts) -> ReadinessView:
    """Every check, all of them run, so that one look shows all that is missing."""
    database, clock = await _check_database(parts)
    checks = [database, await _check_migrations(parts), check_keys(parts.settings), clock]
    missing = [check for check in checks if not check.is_ok]
    return ReadinessView(
        status="not ready" if missing else "ready",
        version=__version__,
        detail=f"{missing[0].name}: {missing[0].detail}" if missing else "",
        checks=checks,
    )


def check_keys(settings: Settings) -> CheckView:
    """Whether this server was given the key that signs grants."""
    if settings.grant_key is None:
        return _check("keys", "MADANG_GRANT_KEY is not set; `madang up` and `madang serve` give it to this server")
    try:
        parse_keys(settings.grant_key, name="grant_key")
    except UsageError as error:
        return _check("keys", error.detail)
    return _check("keys")


async def _check_database(parts: Parts) -> tuple[CheckView, CheckView]:
    try:
        async with parts.database.begin() as db:
            before = parts.clock.now()
            there = (await db.execute(text("SELECT clock_timestamp()"))).scalar_one()
            after = parts.clock.now()
    except (OSError, SQLAlchemyError):
        unknown = _check("clock", "the database's time is not known")
        return _check("database", "the database cannot be reached"), unknown
    apart = max(before - there, there - after, timedelta())
    late = "" if apart <= CLOCK_TOLERANCE else f"{apart.total_seconds():.1f} s from the database's; set the clocks"
    return _check("database"), _check("clock", late)


async def _check_migrations(parts: Parts) -> CheckView:
    try:
        missing = await pending(parts.database.url)
    except MadangError as error:
        return _check("migrations", error.detail)
    return _check("migrations", f"still to run: {', '.join(missing)}" if missing else "")


async def _describe_database(db: AsyncSession, parts: Parts) -> DatabaseView:
    version = (await db.execute(text("SELECT current_setting('server_version')"))).scalar_one()
    async with connect(parts.database.url) as connection:
        applied = await applied_heads(connection)
    return DatabaseView(version=str(version), migrations=[*applied], pending=[*await pending(parts.database.url)])


def _check(name: Literal["database", "migrations", "keys", "clock"], fault: str = "") -> CheckView:
    return CheckView(name=name, is_ok=not fault, detail=fault)
