"""Whether the proxy can serve: database and tables are there, its clock and ours agree, the spool has room."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from madang.kit.clock import Clock
from madang.kit.errors import MadangError
from madang.kit.json import JsonObject
from madang.proxy.spool import MAX_BYTES, Spool
from madang.storage.engine import Database

MOST_SKEW_SECONDS = 0.5
"""Grants end by the clock, so clocks that differ by more are not served with."""

_KEEP_SECONDS = 1.0
_QUERY = text("SELECT clock_timestamp() FROM (SELECT count(*) FROM madang.credential WHERE false) AS table_is_there")


class Readiness:
    """Asks the database, at most once a second."""

    def __init__(self, database: Database, clock: Clock, spool: Spool) -> None:
        self._database = database
        self._clock = clock
        self._spool = spool
        self._lock = asyncio.Lock()
        self._checked_at = float("-inf")
        self._problem: str | None = None

    async def check(self) -> JsonObject:
        """The state, for `/readyz`."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            if loop.time() - self._checked_at > _KEEP_SECONDS:
                self._problem = await self._find_problem()
                self._checked_at = loop.time()
        state: JsonObject = {"ready": self._problem is None, "spool_bytes": self._spool.waiting_bytes}
        return state if self._problem is None else {**state, "problem": self._problem}

    async def _find_problem(self) -> str | None:
        if self._spool.waiting_bytes >= MAX_BYTES:
            return "the spool is full"
        try:
            async with asyncio.timeout(2.0), self._database.begin() as db:
                before = self._clock.now()
                theirs: datetime = (await db.execute(_QUERY)).scalar_one()
                after = self._clock.now()
        except (OSError, TimeoutError, SQLAlchemyError, MadangError) as error:
            return f"the database cannot be used ({type(error).__name__})"
        middle = before + (after - before) / 2
        skew = abs((theirs - middle).total_seconds()) - (after - before).total_seconds() / 2
        if skew > MOST_SKEW_SECONDS:
            return f"this clock and the database's differ by {skew:.1f} s; set the time"
        return None
