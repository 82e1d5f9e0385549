"""What a backend process opens when it starts and closes when it stops, and the work that goes on behind requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from madang.agent.application_executor import ApplicationExecutor
from madang.agent.models import Models
from madang.agent.running import Agent
from madang.agent.sealing import CallVault, FrameVault
from madang.backend.credentials import ProxyCredentials
from madang.backend.parts import Parts
from madang.bridge.postgres import PostgresBridge
from madang.catalog import importing
from madang.catalog.embedding import find_embedder
from madang.catalog.importing import Importer, Report
from madang.catalog.indexer import Indexer
from madang.effects.door import Door
from madang.effects.executors.by_kind import ByKind
from madang.effects.executors.mcp import McpExecutor
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
    signer = GrantSigner(keys["grant_key"], issuer="backend", clock=clock)
    proxy = ProxyClient(settings.url("proxy"), signer)
    models = Models(settings.url("proxy"), signer, database, clock)
    objects = Objects.open(settings)
    results = Results(objects)
    journal_keys = parse_keys(keys["journal_key"], name="journal_key")
    through_proxy = OpenApiExecutor(proxy, results, journal_key=journal_keys.current_key)
    calls = CallVault(journal_keys)
    embedder = find_embedder()
    try:
        async with PostgresBridge.open(database.url) as bridge:
            application = ApplicationExecutor(database, bridge, calls)
            tools = McpExecutor(proxy, results)
            executor = ByKind(
                {"openapi": through_proxy, "python": through_proxy, "mcp": tools, "application": application}
            )
            door = Door(database, executor)
            agent = Agent(
                database=database,
                bridge=bridge,
                clock=clock,
                door=door,
                vault=FrameVault(journal_keys),
                calls=calls,
                embedder=embedder,
                model_of=models.find,
            )
            yield Parts(
                settings=settings,
                database=database,
                clock=clock,
                proxy=proxy,
                door=door,
                credentials=ProxyCredentials(proxy),
                models=models,
                objects=objects,
                results=results,
                embedder=embedder,
                bridge=bridge,
                agent=agent,
            )
    finally:
        await models.close()
        await proxy.close()


@asynccontextmanager
async def background_work(parts: Parts) -> AsyncIterator[None]:
    """Imports, indexing and turns, while the block runs; the next process takes up what its end cuts off."""
    indexer = Indexer(parts.database, parts.embedder, parts.clock)
    importer = Importer(parts.database, parts.objects, parts.clock, proxy=parts.proxy)

    async def import_and_wake(job: Job, report: Report) -> JsonObject:
        with indexer.held():
            result = await importer(job, report)
        indexer.wake()
        return result

    worker = JobWorker(parts.database, {importing.KIND: import_and_wake}, concurrency=IMPORTS_AT_ONCE)
    tasks = [asyncio.create_task(each.run()) for each in (worker, parts.agent.worker(), indexer)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
