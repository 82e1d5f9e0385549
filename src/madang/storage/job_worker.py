"""A worker: claims jobs and runs their handlers, woken by NOTIFY, with polling for what it did not hear."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject
from madang.logs import get_logger
from madang.storage import jobs
from madang.storage.direct import connect
from madang.storage.engine import Database
from madang.storage.jobs import CHANNEL, Job, LeaseLostError

Report = Callable[[JsonObject], Awaitable[None]]
Handler = Callable[[Job, Report], Awaitable[JsonObject]]

RETRY_SECONDS = 2.0

_log = get_logger("storage.jobs")


class JobWorker:
    """Runs the jobs whose kinds have a handler, at most `concurrency` at once, until `run` is cancelled.

    A handler gets the job and a function that reports progress, and returns the result. A MadangError that it raises
    is the job's failure; another error is logged and fails the job without its details. A job that is cancelled, or
    whose lease was lost, has its handler cancelled. Work in hand when the worker stops is given back.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        concurrency: int = 2,
        lease_seconds: float = 30.0,
        poll_seconds: float = 5.0,
    ) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._concurrency = concurrency
        self._lease_seconds = lease_seconds
        self._poll_seconds = poll_seconds
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            for _ in range(self._concurrency):
                group.create_task(self._work())

    async def run_one(self) -> bool:
        """Claim one job and run it to its end. Returns whether there was one."""
        job = await jobs.claim(self._database, list(self._handlers), self._lease_seconds)
        if job is None:
            return False
        await self._run(job)
        return True

    async def _work(self) -> None:
        while True:
            self._woken.clear()
            try:
                if await self.run_one():
                    continue
            except (OSError, DBAPIError, MadangError) as error:
                _log.warning("jobs wait for the database", error=str(error))
                await asyncio.sleep(RETRY_SECONDS)
            with suppress(TimeoutError):  # not wait_for, which forgets a cancel that comes with the event
                async with asyncio.timeout(self._poll_seconds):
                    await self._woken.wait()

    async def _listen(self) -> None:
        """Hear of new jobs; while the database cannot be heard, polling goes on."""
        while True:
            with suppress(MadangError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                async with connect(self._database.url) as connection:
                    await connection.add_listener(CHANNEL, self._hear)
                    self._woken.set()
                    await _until_ended(connection)
            await asyncio.sleep(RETRY_SECONDS)

    def _hear(self, _connection: Any, _process: int, _channel: str, kind: Any) -> None:
        if kind in self._handlers:
            self._woken.set()

    async def _run(self, job: Job) -> None:
        log = _log.bind(job=job.id, kind=job.kind, attempt=job.attempts)
        log.info("job began")
        handling = asyncio.ensure_future(self._handlers[job.kind](job, lambda done: self._report(job, done)))
        beating = asyncio.create_task(self._beat(job, handling))
        try:
            result = await handling
        except (LeaseLostError, asyncio.CancelledError):
            await self._give_up(job)
        except MadangError as error:
            log.warning("job failed", error=error.detail)
            await self._fail(job, error)
        except Exception:
            log.exception("job failed by a fault of our own")
            await self._fail(job, MadangError("something failed inside Madang; the log of the worker says what"))
        else:
            with suppress(LeaseLostError):
                await jobs.finish(self._database, job, result)
            log.info("job ended")
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def _report(self, job: Job, done: JsonObject) -> None:
        await jobs.progress(self._database, job, done)

    async def _fail(self, job: Job, error: MadangError) -> None:
        with suppress(LeaseLostError):
            await jobs.fail(self._database, job, error.to_problem())

    async def _beat(self, job: Job, handling: asyncio.Future[JsonObject]) -> None:
        """Keep the lease; when it is lost, stop the handler."""
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            try:
                await jobs.heartbeat(self._database, job, self._lease_seconds)
            except LeaseLostError:
                handling.cancel()
                return
            except (OSError, DBAPIError) as error:
                _log.warning("a heartbeat was not heard", job=job.id, error=str(error))

    async def _give_up(self, job: Job) -> None:
        """The handler was stopped: by a lost lease, and the worker goes on; or as the worker stops, and so do we."""
        task = asyncio.current_task()
        if task is None or not task.cancelling():
            _log.warning("job was cancelled or taken over", job=job.id)
            return
        with suppress(LeaseLostError):
            await asyncio.shield(jobs.release(self._database, job))
        raise asyncio.CancelledError


async def _until_ended(connection: asyncpg.Connection) -> None:
    """Wait until the connection is cut."""
    ended = asyncio.Event()

    def end(_connection: Any) -> None:
        ended.set()

    connection.add_termination_listener(end)
    await ended.wait()
