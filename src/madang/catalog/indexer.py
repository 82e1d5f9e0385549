"""The background task that keeps every connector found by the newest words, and indexed by meaning: started by the
backend, woken by imports, else polling."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from madang.catalog.embedding import Embedder
from madang.catalog.indexing import find_unindexed, index_batch
from madang.catalog.terms import find_outdated, renew_terms
from madang.kit.actor import Actor
from madang.kit.clock import Clock
from madang.logs import get_logger
from madang.storage.engine import Database

POLL_SECONDS = 5.0
REST_SECONDS = 0.02
"""Between batches, so that the embedder's lock is free for the query of somebody who waits."""

_log = get_logger("catalog")


class Indexer:
    """Makes terms of an older making anew, then indexes what is not indexed, connector by connector, until `run` is
    cancelled. Without an embedder there is nothing to index, and `run` ends when all terms are new."""

    def __init__(self, database: Database, embedder: Embedder | None, clock: Clock) -> None:
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
                await self._renew()
                if self._embedder is None:
                    return
                for account, connector_id in await find_unindexed(self._database):
                    await self._index(Actor(account=account, user="indexer"), connector_id, self._embedder)
            except (SQLAlchemyError, OSError) as error:
                _log.warning("indexing waits for the database", reason=type(error).__name__)
            with suppress(TimeoutError):  # not wait_for, which forgets a cancel that comes with the event
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()

    async def _renew(self) -> None:
        for account, connector_id in await find_outdated(self._database):
            await self._is_free.wait()
            if await renew_terms(Actor(account=account, user="indexer"), self._database, connector_id):
                _log.info("search terms made anew", connector=connector_id)
            await asyncio.sleep(REST_SECONDS)

    async def _index(self, actor: Actor, connector_id: str, embedder: Embedder) -> None:
        count = 0
        await self._is_free.wait()
        while done := await index_batch(actor, self._database, connector_id, embedder, now=self._clock.now(), limit=8):
            count += done
            await asyncio.sleep(REST_SECONDS)
            await self._is_free.wait()
        if count:
            _log.info("connector indexed", connector=connector_id, functions=count)
