"""The background task that keeps every connector indexed: started by the backend, woken by imports, else polling."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from madang.catalog.embedding import Embedder
from madang.catalog.indexing import find_unindexed, index_batch
from madang.kit.actor import Actor
from madang.kit.clock import Clock
from madang.logs import get_logger
from madang.storage.engine import Database

POLL_SECONDS = 5.0
REST_SECONDS = 0.02
"""Between batches, so that the embedder's lock is free for the query of somebody who waits."""

_log = get_logger("catalog")


class Indexer:
    """Indexes what is not indexed, connector by connector, until `run` is cancelled."""

    def __init__(self, database: Database, embedder: Embedder, clock: Clock) -> None:
        self._database = database
        self._embedder = embedder
        self._clock = clock
        self._woken = asyncio.Event()
        self._holds = 0
        self._is_free = asyncio.Event()
        self._is_free.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Index nothing while the block runs: an import wants the processor, and somebody waits for it."""
        self._holds += 1
        self._is_free.clear()
        try:
            yield
        finally:
            self._holds -= 1
            if not self._holds:
                self._is_free.set()

    def wake(self) -> None:
        """Look for work now."""
        self._woken.set()

    async def run(self) -> None:
        """Index until cancelled."""
        while True:
            self._woken.clear()
            try:
                for account, connector_id in await find_unindexed(self._database):
                    await self._index(Actor(account=account, user="indexer"), connector_id)
            except (SQLAlchemyError, OSError) as error:
                _log.warning("indexing waits for the database", reason=type(error).__name__)
            with suppress(TimeoutError):  # not wait_for, which forgets a cancel that comes with the event
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()

    async def _index(self, actor: Actor, connector_id: str) -> None:
        count = 0
        await self._is_free.wait()
        while done := await index_batch(
            actor, self._database, connector_id, self._embedder, now=self._clock.now(), limit=8
        ):
            count += done
            await asyncio.sleep(REST_SECONDS)
            await self._is_free.wait()
        if count:
            _log.info("connector indexed", connector=connector_id, functions=count)
