"""What a backend process opens when it starts and closes when it stops, and the work that goes on behind requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from madang.backend.credentials import ProxyCredentials
from madang.backend.parts import Parts
from madang.catalog import importing
from madang.catalog.embedding import find_embedder
from madang.catalog.importing import Importer, Report
from madang.catalog.indexer import Indexer
from madang.effects.door import Door
from madang.effects.executors.openapi import OpenApiExecutor
from madang.effects.results import Results
from madang.kit.clock import Clock
from madang.kit.json import JsonObject
from madang.net.grants import GrantSigner
from madang.net.proxy_client import ProxyClient
from madang.settings import Settings
from madang.storage.engine import Database
from madang.storage.job_worker import JobWorker
from madang.storage.jobs import Job
from madang.storage.keys import ensure_keys, parse_keys
from madang.storage.objects import Objects

IMPORTS_AT_ONCE = 2


@asynccontextmanager
async def opened_parts(settings: Settings, database: Database, clock: Clock) -> AsyncIterator[Parts]:
    """The parts of a backend, until the block ends."""
    keys = ensure_keys(settings, ("grant_key", "journal_key"))
    proxy = ProxyClient(settings.url("proxy"), GrantSigner(keys["grant_key"], issuer="backend", clock=clock))
    objects = Objects.open(settings)
    results = Results(objects)
    journal_key = parse_keys(keys["journal_key"], name="journal_key").current_key
    executor = OpenApiExecutor(proxy, results, journal_key=journal_key)
    try:
        yield Parts(
            settings=settings,
            database=database,
            clock=clock,
            proxy=proxy,
            door=Door(database, executor),
            credentials=ProxyCredentials(proxy),
            objects=objects,
            results=results,
            embedder=find_embedder(),
        )
    finally:
        await proxy.close()


@asynccontextmanager
async def background_work(parts: Parts) -> AsyncIterator[None]:
    """Imports and indexing, while the block runs. What is cut off by its end is taken up again by the next process."""
    indexer = Indexer(parts.database, parts.embedder, parts.clock) if parts.embedder else None
    importer = Importer(parts.database, parts.objects, parts.clock)

    async def import_and_wake(job: Job, report: Report) -> JsonObject:
        if indexer is None:
            return await importer(job, report)
        with indexer.held():
            result = await importer(job, report)
        indexer.wake()
        return result

    worker = JobWorker(parts.database, {importing.KIND: import_and_wake}, concurrency=IMPORTS_AT_ONCE)
    tasks = [asyncio.create_task(worker.run())]
    if indexer:
        tasks.append(asyncio.create_task(indexer.run()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
