"""The task behind requests: it finds what is left, and stands back while somebody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import orjson

from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.indexer import Indexer
from madang.catalog.indexing import find_unindexed
from madang.catalog.versions import StoredDocument, store_version
from madang.kit.actor import Actor
from madang.kit.clock import FixedClock
from madang.schema.reading import read_functions
from madang.storage.engine import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AMY = Actor(account="acc_amy", user="usr_amy")


class CountingEmbedder:
    """Vectors without meaning, at once."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def passages(self, texts: Sequence[str]) -> list[list[float]]:
        self.texts += texts
        return [[1.0] + [0.0] * 383 for _ in texts]

    async def query(self, text: str) -> list[float]:
        raise AssertionError(text)


async def store(database: Database, name: str, functions: int) -> None:
    paths: dict[str, Any] = {
        f"/{name}/{number}": {"get": {"operationId": f"{name}.get{number}", "responses": {}}}
        for number in range(functions)
    }
    data = orjson.dumps({"openapi": "3.0.3", "info": {"title": name, "version": "1"}, "paths": paths})
    async with database.begin() as db:
        connector = await create_connector(AMY, db, NewConnector(name=name), now=NOW)
        document = StoredDocument(key="k", hash="h", size=len(data))
        await store_version(AMY, db, connector.id, read_functions(data), document, now=NOW)


@asynccontextmanager
async def indexing(indexer: Indexer) -> AsyncIterator[None]:
    task = asyncio.create_task(indexer.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def indexed(database: Database) -> None:
    async with asyncio.timeout(20):
        while await find_unindexed(database):
            await asyncio.sleep(0.02)


async def test_what_an_earlier_process_left_is_indexed_at_the_start(database: Database) -> None:
    await store(database, "one", 20)
    await store(database, "two", 3)
    embedder = CountingEmbedder()
    async with indexing(Indexer(database, embedder, FixedClock(NOW))):
        await indexed(database)
    assert (len(embedder.texts), len(set(embedder.texts))) == (23, 23)


async def test_nothing_is_indexed_while_an_import_holds_it(database: Database) -> None:
    await store(database, "one", 5)
    embedder = CountingEmbedder()
    indexer = Indexer(database, embedder, FixedClock(NOW))
    with indexer.held(), indexer.held():
        async with indexing(indexer):
            await asyncio.sleep(0.3)
            held = len(embedder.texts)
    async with indexing(indexer):
        await indexed(database)
    assert (held, len(embedder.texts)) == (0, 5)


async def test_a_woken_indexer_looks_at_once(database: Database) -> None:
    embedder = CountingEmbedder()
    indexer = Indexer(database, embedder, FixedClock(NOW))
    async with indexing(indexer):
        await asyncio.sleep(0.2)
        await store(database, "late", 1)
        indexer.wake()
        async with asyncio.timeout(2):
            while not embedder.texts:
                await asyncio.sleep(0.02)
