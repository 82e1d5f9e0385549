"""Long work: rows that a caller queues in its own transaction and that workers claim with SKIP LOCKED.

A claim is a lease. Whoever holds it tells that it lives (`heartbeat`); a lease that ran out is claimed again, and the
former holder is fenced: its `attempt` is no longer the row's, so it can write nothing. Leases are measured by the
database's clock, which all workers share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import RowMapping, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.expression import bindparam

from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, NotFoundError
from madang.kit.ids import new_id
from madang.kit.json import JsonObject
from madang.kit.pages import Page, PageRequest
from madang.storage.engine import Database
from madang.storage.listing import page_by_id
from madang.storage.rows import JobRow

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]

CHANNEL = "madang_job"
MAX_ATTEMPTS = 3
_SUCCEEDED = "state = 'succeeded', result = :json, lease_until = NULL"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A piece of long work as it stands. `attempts` counts how often it was begun."""

    id: str
    account: str
    user: str
    kind: str
    state: JobState
    input: JsonObject
    progress: JsonObject | None
    result: JsonObject | None
    error: JsonObject | None
    attempts: int
    created_at: datetime
    updated_at: datetime

    @property
    def is_done(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state in {"succeeded", "failed", "cancelled"}

    @property
    def actor(self) -> Actor:
        """Whose work it is, without roles: what it may do was decided when it was queued."""
        return Actor(account=self.account, user=self.user)


class LeaseLostError(ConflictError):
    """The job was cancelled, or another worker has it now: stop, and write nothing."""

    code = "lease-lost"


async def enqueue(actor: Actor, db: AsyncSession, kind: str, data: JsonObject) -> Job:
    """Queue work in the caller's transaction; a worker hears of it when that commits."""
    row = await _one(
        db,
        """
        INSERT INTO madang.job (id, account_id, user_id, kind, state, input, attempts, created_at, updated_at)
        VALUES (:id, :account, :user, :kind, 'queued', :json, 0, now(), now()) RETURNING *
        """,
        json=data,
        id=new_id("job"),
        account=actor.account,
        user=actor.user,
        kind=kind,
    )
    await db.execute(text("SELECT pg_notify(:channel, :kind)"), {"channel": CHANNEL, "kind": kind})
    assert row is not None
    return row


async def find(actor: Actor, db: AsyncSession, job_id: str) -> Job | None:
    """The account's job, or None."""
    return await _one(
        db,
        "SELECT * FROM madang.job WHERE id = :id AND account_id = :account",
        id=job_id,
        account=actor.account,
    )


async def get(actor: Actor, db: AsyncSession, job_id: str) -> Job:
    """The account's job. Raises NotFoundError."""
    found = await find(actor, db, job_id)
    if found is None:
        raise NotFoundError(f"there is no job {job_id}")
    return found


async def list_jobs(
    actor: Actor, db: AsyncSession, kind: str, page: PageRequest, *, newest_first: bool = True
) -> Page[Job]:
    """The account's jobs of one kind, by time of creation."""
    query = select(JobRow).where(JobRow.account_id == actor.account, JobRow.kind == kind)
    found = await page_by_id(db, query, JobRow.id, page, newest_first=newest_first)
    return Page(data=[_value(row) for row in found.data], next=found.next)


async def cancel(actor: Actor, db: AsyncSession, job_id: str) -> Job:
    """End a job that is not done; one that runs is stopped at its worker's next heartbeat. Raises NotFoundError."""
    cancelled = await _one(
        db,
        """
        UPDATE madang.job SET state = 'cancelled', lease_until = NULL, updated_at = now()
        WHERE id = :id AND account_id = :account AND state IN ('queued', 'running') RETURNING *
        """,
        id=job_id,
        account=actor.account,
    )
    return cancelled or await get(actor, db, job_id)


async def claim(database: Database, kinds: Sequence[str], lease_seconds: float) -> Job | None:
    """Take the oldest open job of these kinds, or one whose lease ran out; None if there is none.

    Work that was begun `MAX_ATTEMPTS` times and never ended fails instead: it takes its worker down with it.
    """
    async with database.begin() as db:
        await _fail_hopeless(db, kinds)
        return await _one(
            db,
            """
            UPDATE madang.job SET state = 'running', attempts = attempts + 1, updated_at = now(),
              lease_until = clock_timestamp() + make_interval(secs => :seconds)
            WHERE id = (
              SELECT id FROM madang.job WHERE kind = ANY(:kinds) AND attempts < :most AND (
                state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp()))
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING *
            """,
            kinds=list(kinds),
            seconds=lease_seconds,
            most=MAX_ATTEMPTS,
        )


async def heartbeat(database: Database, job: Job, lease_seconds: float) -> None:
    """Say that the work goes on. Raises LeaseLostError."""
    await _write(
        database, job, "lease_until = clock_timestamp() + make_interval(secs => :seconds)", seconds=lease_seconds
    )


async def progress(database: Database, job: Job, done: JsonObject) -> None:
    """Say how far the work is. Raises LeaseLostError."""
    await _write(database, job, "progress = :json", json=done)


async def finish(database: Database, job: Job, result: JsonObject) -> None:
    """The work succeeded. Raises LeaseLostError."""
    await _write(database, job, _SUCCEEDED, json=result)


async def finish_within(db: AsyncSession, job: Job, result: JsonObject) -> None:
    """The work succeeded, in the transaction of what it made: both are there or neither is, and never twice.

    Raises LeaseLostError, which the caller lets roll its transaction back.
    """
    await _write_within(db, job, _SUCCEEDED, json=result)


async def fail(database: Database, job: Job, error: JsonObject) -> None:
    """The work failed; `error` is a problem document. Raises LeaseLostError."""
    await _write(database, job, "state = 'failed', error = :json, lease_until = NULL", json=error)


async def release(database: Database, job: Job) -> None:
    """Give work back that was not done, as when the worker is stopped; it does not count as an attempt."""
    await _write(database, job, "state = 'queued', attempts = attempts - 1, lease_until = NULL")
    async with database.begin() as db:
        await db.execute(text("SELECT pg_notify(:channel, :kind)"), {"channel": CHANNEL, "kind": job.kind})


async def _fail_hopeless(db: AsyncSession, kinds: Sequence[str]) -> None:
    error: JsonObject = {
        "type": "urn:madang:problem:abandoned",
        "title": "The work was abandoned",
        "status": 500,
        "detail": f"it was begun {MAX_ATTEMPTS} times and its worker ended each time; see the logs, then try again",
    }
    await db.execute(
        _with_json(
            """
            UPDATE madang.job SET state = 'failed', error = :json, lease_until = NULL, updated_at = now()
            WHERE id IN (
              SELECT id FROM madang.job WHERE kind = ANY(:kinds) AND state = 'running'
              AND lease_until < clock_timestamp() AND attempts >= :most FOR UPDATE SKIP LOCKED)
            """
        ),
        {"json": error, "kinds": list(kinds), "most": MAX_ATTEMPTS},
    )


async def _write(database: Database, job: Job, changes: str, **values: object) -> None:
    async with database.begin() as db:
        await _write_within(db, job, changes, **values)


async def _write_within(db: AsyncSession, job: Job, changes: str, **values: object) -> None:
    """Change a job that is still ours, by a fixed list of changes."""
    statement = (
        f"UPDATE madang.job SET {changes}, updated_at = now() "  # noqa: S608 - constants of this module
        "WHERE id = :id AND state = 'running' AND attempts = :attempts RETURNING id"
    )
    query = _with_json(statement) if "json" in values else text(statement)
    done = await db.execute(query, {"id": job.id, "attempts": job.attempts, **values})
    if done.first() is None:
        raise LeaseLostError(f"job {job.id} was cancelled or taken over")


async def _one(db: AsyncSession, statement: str, **values: object) -> Job | None:
    query = _with_json(statement) if "json" in values else text(statement)
    found = (await db.execute(query, values)).mappings().first()
    return None if found is None else _job(found)


def _with_json(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("json", type_=JSONB))


def _value(row: JobRow) -> Job:
    return Job(
        id=row.id,
        account=row.account_id,
        user=row.user_id,
        kind=row.kind,
        state=cast("JobState", row.state),
        input=row.input,
        progress=row.progress,
        result=row.result,
        error=row.error,
        attempts=row.attempts,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _job(row: RowMapping) -> Job:
    return Job(
        id=row["id"],
        account=row["account_id"],
        user=row["user_id"],
        kind=row["kind"],
        state=cast("JobState", row["state"]),
        input=row["input"],
        progress=row["progress"],
        result=row["result"],
        error=row["error"],
        attempts=row["attempts"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
