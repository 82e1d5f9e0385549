"""PostgreSQL URLs in the forms that our libraries want, and the name of our schema."""

from __future__ import annotations

from madang.kit.errors import UsageError

SCHEMA = "madang"
"""The schema of all tables but those of parts that own one."""

_SCHEMES = ("postgresql://", "postgres://")


def asyncpg_url(url: str) -> str:
    """`postgresql://...` as SQLAlchemy spells it for asyncpg. Raises UsageError for another kind of URL."""
    for scheme in _SCHEMES:
        if url.startswith(scheme):
            return "postgresql+asyncpg://" + url.removeprefix(scheme)
    raise UsageError("MADANG_DATABASE_URL must begin with postgresql:// (a PostgreSQL server, version 15 or newer)")
