"""Imports as long work: whatever stops them, they are done once or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from madang.catalog.connectors import list_connectors
from madang.catalog.importing import KIND, Importer, ImportRequest
from madang.kit.actor import Actor
from madang.kit.clock import SystemClock
from madang.kit.errors import UpstreamError
from madang.kit.json import JsonObject
from madang.kit.pages import PageRequest
from madang.storage import jobs
from madang.storage.engine import Database
from madang.storage.job_worker import JobWorker
from madang.storage.jobs import Job, LeaseLostError
from madang.storage.objects import Objects, local_store

AMY = Actor(account="acc_amy", user="usr_amy")
Stop = Callable[[Job], Awaitable[None]]


class Work:
    """An importer on a database and a store of its own, with one document queued."""

    def __init__(self, database: Database, folder: Path, **options: Any) -> None:
        self.database = database
        self.objects = Objects(local_store(folder / "objects"))
        self.importer = Importer(database, self.objects, SystemClock(), **options)

    async def queue(self, request: ImportRequest) -> Job:
        async with self.database.begin() as db:
            return await jobs.enqueue(AMY, db, KIND, request.to_json())

    async def queue_document(self, document: dict[str, Any]) -> Job:
        data = json.dumps(document).encode()
        stored = await self.objects.put(AMY, "documents/x", data)
        await self.objects.put(AMY, f"documents/{stored.sha256}", data)
        return await self.queue(ImportRequest(document=stored.sha256))

    async def run(self, job: Job, at_stage: str = "", stop: Stop | None = None) -> JsonObject:
        """The import, with something that happens when it comes to a stage."""

        async def report(progress: JsonObject) -> None:
            if stop and progress["stage"] == at_stage:
                await stop(job)

        return await self.importer(job, report)

    async def claim(self, lease_seconds: float = 30) -> Job:
        found = await jobs.claim(self.database, [KIND], lease_seconds)
        assert found is not None
        return found

    async def names(self) -> list[str]:
        async with self.database.begin() as db:
            return [each.name for each in (await list_connectors(AMY, db, PageRequest())).data]

    async def state(self, job: Job) -> str:
        async with self.database.begin() as db:
            return (await jobs.get(AMY, db, job.id)).state


async def only(database: Database, query: str) -> Any:
    async with database.begin() as db:
        return (await db.execute(text(query))).scalar_one()


@pytest.fixture
def work(database: Database, tmp_path: Path) -> Work:
    return Work(database, tmp_path)


async def test_an_import_has_ended_as_soon_as_its_connector_is_there(work: Work, shop: Any) -> None:
    job = await work.queue_document(shop)
    await work.run(await work.claim())
    # The worker died before it could say so: nobody takes the work up again.
    assert (await work.state(job), await jobs.claim(work.database, [KIND], 30)) == ("succeeded", None)
    assert await work.names() == ["shop"]


async def test_an_import_that_is_cancelled_while_it_is_read_stores_nothing(work: Work, shop: Any) -> None:
    async def cancel(job: Job) -> None:
        async with work.database.begin() as db:
            await jobs.cancel(AMY, db, job.id)

    job = await work.queue_document(shop)
    with pytest.raises(LeaseLostError):
        await work.run(await work.claim(), "storing", cancel)
    assert (await work.state(job), await work.names()) == ("cancelled", [])


async def test_an_import_that_was_taken_over_is_stored_by_the_new_owner_alone(work: Work, shop: Any) -> None:
    async def take_over(_job: Job) -> None:
        await work.run(await work.claim())

    await work.queue_document(shop)
    late = await work.claim(lease_seconds=0)
    with pytest.raises(LeaseLostError):
        await work.run(late, "storing", take_over)
    assert await work.names() == ["shop"]


@pytest.mark.parametrize("stage", ["reading", "storing"])
async def test_an_import_whose_process_died_is_done_by_the_next(work: Work, shop: Any, stage: str) -> None:
    async def die(_job: Job) -> None:
        raise asyncio.CancelledError

    job = await work.queue_document(shop)
    with pytest.raises(asyncio.CancelledError):
        await work.run(await work.claim(lease_seconds=0), stage, die)
    assert await work.names() == []
    await JobWorker(work.database, {KIND: work.importer}).run_one()
    assert (await work.state(job), await work.names()) == ("succeeded", ["shop"])


async def test_a_server_that_stops_answers_who_waits_and_gives_the_import_back(served: Any, site: Any) -> None:
    asked = asyncio.Event()

    async def never(_writer: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.sleep(30)

    site.pages["/never"] = never
    async with served.client(served.token) as api:
        begun = (await api.post("/api/imports", json={"url": site.url("/never"), "allowed_hosts": [site.host]})).json()
        await asyncio.wait_for(asked.wait(), 10)
        waiting = asyncio.create_task(api.get(f"/api/imports/{begun['id']}", params={"wait_seconds": 25}))
        await asyncio.sleep(0.3)
        served.stop.set()
        answer = await asyncio.wait_for(waiting, 5)
    assert (answer.status_code, answer.json()["state"]) == (200, "running")
    async with asyncio.timeout(10):
        while await only(served.database, "SELECT state FROM madang.job") != "queued":
            await asyncio.sleep(0.05)


async def test_an_upstream_that_hangs_ends_the_import_in_time(database: Database, tmp_path: Path, site: Any) -> None:
    async def never(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
        await asyncio.sleep(30)

    site.pages["/never"] = never
    work = Work(database, tmp_path, fetch_seconds=0.3)
    await work.queue(ImportRequest(url=site.url("/never"), allowed_hosts=[site.host]))
    with pytest.raises(UpstreamError, match=r"127\.0\.0\.1"):
        await work.run(await work.claim())
