from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from madang.kit.actor import Actor
from madang.kit.errors import InvalidError, NotFoundError
from madang.kit.json import JsonObject
from madang.storage import jobs
from madang.storage.direct import connect
from madang.storage.engine import Database
from madang.storage.job_worker import Handler, JobWorker, Report
from madang.storage.jobs import Job, LeaseLostError

AMY = Actor(account="acc_amy", user="usr_amy")
BOB = Actor(account="acc_bob", user="usr_bob")


async def queue(database: Database, kind: str = "import", data: JsonObject | None = None) -> Job:
    async with database.begin() as db:
        return await jobs.enqueue(AMY, db, kind, data or {})


async def state_of(database: Database, job: Job) -> Job:
    async with database.begin() as db:
        return await jobs.get(AMY, db, job.id)


async def claim(database: Database, lease_seconds: float = 30) -> Job:
    found = await jobs.claim(database, ["import"], lease_seconds)
    assert found is not None
    return found


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await holds():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def working(database: Database, handlers: Mapping[str, Handler], **options: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(JobWorker(database, handlers, **options).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_job_is_claimed_once_and_finished_with_its_result(database: Database) -> None:
    queued = await queue(database, data={"url": "https://example.com"})

    job = await claim(database)
    assert (job.id, job.state, job.attempts, job.input) == (queued.id, "running", 1, {"url": "https://example.com"})
    assert job.actor == AMY
    assert await jobs.claim(database, ["import"], 30) is None
    await jobs.progress(database, job, {"read": 10})
    await jobs.finish(database, job, {"functions": 812})

    done = await state_of(database, queued)
    assert (done.state, done.progress, done.result, done.is_done) == (
        "succeeded",
        {"read": 10},
        {"functions": 812},
        True,
    )


async def test_the_oldest_job_of_a_wanted_kind_is_claimed_first(database: Database) -> None:
    await queue(database, "export")
    first, second = await queue(database), await queue(database)

    assert [(await claim(database)).id, (await claim(database)).id] == [first.id, second.id]


async def test_workers_that_claim_at_once_get_different_jobs(database: Database) -> None:
    queued = {(await queue(database)).id for _ in range(5)}

    claimed = await asyncio.gather(*(jobs.claim(database, ["import"], 30) for _ in range(8)))

    assert {job.id for job in claimed if job is not None} == queued
    assert sum(job is None for job in claimed) == 3


async def test_a_job_in_a_transaction_that_fails_was_never_queued(database: Database) -> None:
    async def queue_and_fail() -> None:
        async with database.begin() as db:
            await jobs.enqueue(AMY, db, "import", {})
            raise InvalidError("no")

    with pytest.raises(InvalidError):
        await queue_and_fail()

    assert await jobs.claim(database, ["import"], 30) is None


async def test_a_lease_that_ran_out_is_claimed_again_and_its_former_holder_is_fenced(database: Database) -> None:
    await queue(database)
    slow = await claim(database, lease_seconds=0)

    quick = await claim(database)

    assert (quick.id, quick.attempts) == (slow.id, 2)
    for write in (
        jobs.heartbeat(database, slow, 30),
        jobs.progress(database, slow, {}),
        jobs.finish(database, slow, {}),
    ):
        with pytest.raises(LeaseLostError):
            await write
    await jobs.finish(database, quick, {"by": "quick"})
    assert (await state_of(database, slow)).result == {"by": "quick"}


async def test_a_heartbeat_keeps_the_lease(database: Database) -> None:
    await queue(database)
    job = await claim(database, lease_seconds=0)

    await jobs.heartbeat(database, job, 30)

    assert await jobs.claim(database, ["import"], 30) is None


async def test_work_that_takes_its_worker_down_each_time_fails_in_the_end(database: Database) -> None:
    queued = await queue(database)
    for _ in range(jobs.MAX_ATTEMPTS):
        await claim(database, lease_seconds=0)

    assert await jobs.claim(database, ["import"], 30) is None

    done = await state_of(database, queued)
    assert done.state == "failed"
    assert done.error is not None
    assert done.error["type"] == "urn:madang:problem:abandoned"


async def test_a_cancelled_job_is_not_claimed_and_its_worker_is_fenced(database: Database) -> None:
    waiting, running = await queue(database), await queue(database)
    claimed = await claim(database)
    assert claimed.id == waiting.id

    async with database.begin() as db:
        assert (await jobs.cancel(AMY, db, waiting.id)).state == "cancelled"
        assert (await jobs.cancel(AMY, db, running.id)).state == "cancelled"

    assert await jobs.claim(database, ["import"], 30) is None
    with pytest.raises(LeaseLostError):
        await jobs.finish(database, claimed, {})


async def test_cancelling_what_is_done_changes_nothing(database: Database) -> None:
    await queue(database)
    job = await claim(database)
    await jobs.finish(database, job, {})

    async with database.begin() as db:
        assert (await jobs.cancel(AMY, db, job.id)).state == "succeeded"


async def test_another_account_neither_finds_nor_cancels_a_job(database: Database) -> None:
    job = await queue(database)

    async with database.begin() as db:
        assert await jobs.find(BOB, db, job.id) is None
        with pytest.raises(NotFoundError):
            await jobs.cancel(BOB, db, job.id)
    assert (await state_of(database, job)).state == "queued"


async def test_a_worker_is_woken_by_a_new_job_long_before_it_would_look(database: Database) -> None:
    async def handle(job: Job, report: Report) -> JsonObject:
        await report({"half": True})
        return {"got": job.input["n"]}

    async with working(database, {"import": handle}, poll_seconds=3600):
        await asyncio.sleep(0.3)
        queued = [await queue(database, data={"n": n}) for n in range(3)]

        async def all_done() -> bool:
            return all([(await state_of(database, job)).is_done for job in queued])

        await until(all_done)

    assert [(await state_of(database, job)).result for job in queued] == [{"got": 0}, {"got": 1}, {"got": 2}]
    assert (await state_of(database, queued[0])).progress == {"half": True}


async def test_a_worker_that_hears_nothing_finds_jobs_by_looking(database: Database) -> None:
    async def handle(_job: Job, _report: Report) -> JsonObject:
        return {}

    async with working(database, {"import": handle}, poll_seconds=0.05):
        await asyncio.sleep(0.3)
        async with connect(database.url) as connection:  # as a queue that lost the notification would look
            await connection.execute(
                "INSERT INTO madang.job (id, account_id, user_id, kind, state, input, attempts, created_at, updated_at)"
                " VALUES ('job_silent', 'acc_amy', 'usr_amy', 'import', 'queued', '{}', 0, now(), now())"
            )

        async def is_done() -> bool:
            async with database.begin() as db:
                return (await jobs.get(AMY, db, "job_silent")).is_done

        await until(is_done)


async def test_a_handlers_refusal_is_the_failure_of_the_job(database: Database) -> None:
    async def handle(_job: Job, _report: Report) -> JsonObject:
        raise InvalidError("the document has no operations")

    queued = await queue(database)
    assert await JobWorker(database, {"import": handle}).run_one()

    done = await state_of(database, queued)
    assert done.state == "failed"
    assert done.error is not None
    assert done.error["detail"] == "the document has no operations"


async def test_a_fault_of_a_handler_fails_its_job_without_telling_details(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async def handle(_job: Job, _report: Report) -> JsonObject:
        raise ZeroDivisionError("canary")

    queued = await queue(database)
    assert await JobWorker(database, {"import": handle}).run_one()

    done = await state_of(database, queued)
    assert done.state == "failed"
    assert "canary" not in str(done.error)


async def test_a_running_job_that_is_cancelled_stops_its_handler_and_the_worker_goes_on(database: Database) -> None:
    stopped = asyncio.Event()

    async def handle(job: Job, _report: Report) -> JsonObject:
        try:
            await asyncio.sleep(3600 if job.input.get("long") else 0)
        except asyncio.CancelledError:
            stopped.set()
            raise
        return {}

    long = await queue(database, data={"long": True})
    async with working(database, {"import": handle}, concurrency=1, lease_seconds=1, poll_seconds=0.05):

        async def is_running() -> bool:
            return (await state_of(database, long)).state == "running"

        await until(is_running)
        async with database.begin() as db:
            await jobs.cancel(AMY, db, long.id)
        await asyncio.wait_for(stopped.wait(), 10)
        short = await queue(database)

        async def is_done() -> bool:
            return (await state_of(database, short)).state == "succeeded"

        await until(is_done)

    assert (await state_of(database, long)).state == "cancelled"


async def test_a_worker_that_stops_gives_its_work_back_uncounted(database: Database) -> None:
    begun = asyncio.Event()

    async def handle(_job: Job, _report: Report) -> JsonObject:
        begun.set()
        await asyncio.sleep(3600)
        return {}

    job = await queue(database)
    async with working(database, {"import": handle}):
        await asyncio.wait_for(begun.wait(), 10)

    given_back = await state_of(database, job)
    assert (given_back.state, given_back.attempts) == ("queued", 0)


async def test_a_long_job_keeps_its_lease_while_its_worker_lives(database: Database) -> None:
    async def handle(_job: Job, _report: Report) -> JsonObject:
        await asyncio.sleep(3)
        return {}

    job = await queue(database)
    async with working(database, {"import": handle}, concurrency=2, lease_seconds=2, poll_seconds=0.05):

        async def is_done() -> bool:
            return (await state_of(database, job)).is_done

        await until(is_done)

    assert (await state_of(database, job)).attempts == 1


async def test_a_worker_whose_listening_was_cut_hears_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.storage.job_worker.RETRY_SECONDS", 0.05)

    async def handle(_job: Job, _report: Report) -> JsonObject:
        return {}

    async with working(database, {"import": handle}, poll_seconds=3600):
        await asyncio.sleep(0.3)
        async with connect(database.url) as connection:
            cut = await connection.fetchval(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
        assert cut == 1
        await asyncio.sleep(0.5)
        job = await queue(database)

        async def is_done() -> bool:
            return (await state_of(database, job)).is_done

        await until(is_done)
