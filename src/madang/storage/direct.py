"""Plain asyncpg connections, for what has no place in a unit of work: locks, notifications, administration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg

from madang.kit.errors import MadangError, UnavailableError, UsageError

CONNECT_SECONDS = 10.0


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of its own, closed when the block ends.

    Raises UsageError for a URL, password or database that is wrong, UnavailableError for a server that is not there.
    """
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise connect_error(url, error) from None
    try:
        yield connection
    finally:
        await connection.close()


def connect_error(url: str, error: Exception) -> MadangError:
    """The one line that says why `url` could not be connected to, without its password."""
    where = f"the database at {masked(url)}"
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        return UsageError(f"{where} refuses the user or password; correct MADANG_DATABASE_URL")
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return UsageError(f"{where} does not exist on that server; create it or correct MADANG_DATABASE_URL")
    if isinstance(error, ValueError | asyncpg.InterfaceError):
        return UsageError(f"{where} has a URL that cannot be used ({error}); correct MADANG_DATABASE_URL")
    if isinstance(error, TimeoutError):
        return UnavailableError(f"{where} does not answer within {CONNECT_SECONDS:.0f} s; is the server running?")
    return UnavailableError(f"{where} cannot be reached ({error}); is the server running?")


def masked(url: str) -> str:
    """`host:port/database` of a PostgreSQL URL, without user and password."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2] or 'localhost'}{parts.path}"
