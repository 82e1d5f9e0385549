"""The database as rooms use it: one engine a process, one transaction a unit of work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from madang.storage.addresses import asyncpg_url


class Database:
    """A pool of connections to one PostgreSQL. Opens nothing until first used; `close` ends all connections."""

    def __init__(self, url: str, *, pool_size: int = 10, pooled: bool = True) -> None:
        options = (
            {"pool_size": pool_size, "max_overflow": 0, "pool_pre_ping": True} if pooled else {"poolclass": NullPool}
        )
        self.url = url
        self.engine = create_async_engine(asyncpg_url(url), hide_parameters=True, **options)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A unit of work: committed when the block ends, rolled back when it raises."""
        async with self._sessions.begin() as session:
            yield session

    async def close(self) -> None:
        """End all connections."""
        await self.engine.dispose()
