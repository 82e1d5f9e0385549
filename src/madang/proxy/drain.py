"""Brings the spool to the ledger, in the background and in batches. Doing it twice changes nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from madang.ledger.usage import close_writer, record_lines
from madang.logs import get_logger
from madang.proxy.spool import FSYNC_SECONDS, Spool, newest_lines, read_segment
from madang.storage.engine import Database

DRAIN_SECONDS = 1.0
ADOPT_SECONDS = 10.0

_BATCH = 2_000
_log = get_logger("proxy")


class Drain:
    """Two tasks of the proxy: one that fsyncs, one that drains. `drain` and `adopt` may be called by hand."""

    def __init__(self, spool: Spool, database: Database) -> None:
        self._spool = spool
        self._database = database
        self._tasks: list[asyncio.Task[None]] = []
        self._is_failing = False

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._sync_for_ever()), asyncio.create_task(self._drain_for_ever())]

    async def stop(self) -> None:
        """End, after what is written now has been brought over, if the database is there."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError, OSError, SQLAlchemyError):
            async with asyncio.timeout(3.0):
                await self.drain()
        self._spool.close()

    async def drain(self) -> int:
        """Bring over what this process has written so far; the number of records."""
        count = 0
        for path in self._spool.rotate():
            count += await self._bring(path)
            self._spool.drop(path)
        return count

    async def adopt(self) -> int:
        """Bring over what ended processes left, and mark their calls without an outcome; the number of records."""
        count = 0
        for abandoned in self._spool.find_abandoned():  # each stays locked until its turn is over
            for path in abandoned.segments():
                count += await self._bring(path)
            async with self._database.begin() as db:
                lost = await close_writer(db, abandoned.writer)
            await asyncio.to_thread(abandoned.remove)
            _log.info("adopted the spool of an ended process", writer=abandoned.writer, unknown=lost)
        return count

    async def _bring(self, path: Path) -> int:
        lines = newest_lines(await asyncio.to_thread(read_segment, path))
        for start in range(0, len(lines), _BATCH):
            async with self._database.begin() as db:
                await record_lines(db, lines[start : start + _BATCH])
        return len(lines)

    async def _sync_for_ever(self) -> None:
        is_failing = False
        while True:
            await asyncio.sleep(FSYNC_SECONDS)
            try:
                await self._spool.sync()
                is_failing = False
            except OSError as error:
                if not is_failing:
                    _log.error("the spool cannot be brought to disk", reason=error.strerror)
                is_failing = True

    async def _drain_for_ever(self) -> None:
        loop = asyncio.get_running_loop()
        adopt_at = loop.time()
        while True:
            try:
                if loop.time() >= adopt_at:
                    adopt_at = loop.time() + ADOPT_SECONDS
                    await self.adopt()
                await self.drain()
                self._is_failing = False
            except (OSError, SQLAlchemyError) as error:
                if not self._is_failing:
                    _log.warning(
                        "calls wait in the spool: the database does not take them", reason=type(error).__name__
                    )
                self._is_failing = True
            await asyncio.sleep(DRAIN_SECONDS)
