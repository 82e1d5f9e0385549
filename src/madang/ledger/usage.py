"""Call and usage records: written in batches, each call counted once however often its record arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from madang.kit.actor import Actor
from madang.kit.pages import Page, PageRequest
from madang.ledger.rows import CallRow, UsageRow
from madang.storage.listing import page_by_id

CallOutcome = Literal["pending", "answered", "failed", "cut", "unknown"]
"""`pending`: under way. `answered`: the whole answer was passed on. `failed`: there was no answer of the other server.
`cut`: its answer began and did not end. `unknown`: the process that made the call died, or lost it."""
UsageKind = Literal["call", "model"]

_BATCH = 2_000
_RECORD = text(
    """
    WITH given AS (
      SELECT DISTINCT ON (account, id) * FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS record (
        id text, account text, actor text, purpose text, mode text, connection text, function text, method text,
        path_template text, writer text, started_at timestamptz, run text, trace text, outcome text, is_sent boolean,
        status integer, error text, request_bytes bigint, response_bytes bigint, duration_ms integer)
      ORDER BY account, id, CASE outcome WHEN 'pending' THEN 2 WHEN 'unknown' THEN 1 ELSE 0 END
    ), calls AS (
      INSERT INTO madang.call_record AS known (
        account_id, id, actor, purpose, mode, connection_id, function_id, method, path_template, run_id, trace, writer,
        started_at, outcome, is_sent, status, error, request_bytes, response_bytes, duration_ms)
      SELECT account, id, actor, purpose, mode, connection, function, method, path_template, run, trace, writer,
        started_at, outcome, is_sent, status, error, request_bytes, response_bytes, duration_ms
      FROM given
      ON CONFLICT (account_id, id) DO UPDATE SET (
        outcome, is_sent, status, error, request_bytes, response_bytes, duration_ms) = (
        excluded.outcome, excluded.is_sent, excluded.status, excluded.error, excluded.request_bytes,
        excluded.response_bytes, excluded.duration_ms)
      WHERE known.outcome = 'pending' OR (known.outcome = 'unknown' AND excluded.outcome <> 'pending')
    )
    INSERT INTO madang.usage_record (
      account_id, id, actor, kind, function_id, units, price_minor, trace, at)
    SELECT account, id, actor, 'call', function, 1, 0, trace, started_at FROM given
    WHERE function <> '' AND (outcome = 'unknown' OR (outcome <> 'pending' AND is_sent IS NOT FALSE))
    ON CONFLICT DO NOTHING
    """
)


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """One mediated call: who called what and how it ended. Holds no path, query value, header or body.

    `writer` names the process that made it; `is_sent` says whether a byte of the request went to the other server
    (None: not known).
    """

    id: str
    account: str
    actor: str
    purpose: str
    mode: str
    connection: str
    function: str
    method: str
    path_template: str
    writer: str
    started_at: datetime
    run: str | None = None
    trace: str | None = None
    outcome: CallOutcome = "pending"
    is_sent: bool | None = None
    status: int | None = None
    error: str | None = None
    request_bytes: int = 0
    response_bytes: int = 0
    duration_ms: int | None = None


@dataclass(frozen=True, kw_only=True)
class UsageRecord:
    """What one act used: `units` of a function, at a price in minor units of a currency (0 and None: free).

    Of an answer of a model the function is the endpoint, the version is the model that answered, the units are its
    tokens, and `price_micro` is what its maker's price list asks for it, in millionths of `currency`; nothing is
    charged here, as the key is the account's own. None where no price is known.
    """

    id: str
    account: str
    actor: str
    kind: UsageKind
    function: str
    version: str | None
    units: int
    price_minor: int
    currency: str | None
    trace: str | None
    at: datetime
    input_tokens: int | None = None
    output_tokens: int | None = None
    price_micro: int | None = None


@dataclass(frozen=True, kw_only=True)
class CallFilter:
    """Which calls are wanted; what is None does not matter."""

    connection: str | None = None
    function: str | None = None
    run: str | None = None
    outcome: CallOutcome | None = None


async def record_calls(db: AsyncSession, records: Sequence[CallRecord]) -> None:
    """Write calls and the usage of those that reached, or may have reached, the other server.

    A message that performs no function (its `function` is empty: the greeting of an MCP server) uses nothing.

    The same record again changes nothing; an outcome replaces `pending` and `unknown`, and nothing replaces another
    outcome. Order does not matter.
    """
    await record_lines(db, [to_line(record) for record in records])


def to_line(record: CallRecord) -> bytes:
    """A record as one line of JSON, the form in which records are spooled."""
    return orjson.dumps(record)


def to_ended_line(
    record: CallRecord,
    *,
    outcome: CallOutcome,
    is_sent: bool,
    status: int | None,
    error: str | None,
    request_bytes: int,
    response_bytes: int,
    duration_ms: int,
) -> bytes:
    """The line of a record with its outcome. A second record for it would cost more than all else at a call's end."""
    ended = {
        "outcome": outcome,
        "is_sent": is_sent,
        "status": status,
        "error": error,
        "request_bytes": request_bytes,
        "response_bytes": response_bytes,
        "duration_ms": duration_ms,
    }
    return orjson.dumps({**vars(record), **ended})


async def record_lines(db: AsyncSession, lines: Sequence[bytes]) -> None:
    """Write records as `record_calls` does, from their lines: the database reads the JSON, this process does not."""
    for start in range(0, len(lines), _BATCH):
        batch = b"[" + b",".join(lines[start : start + _BATCH]) + b"]"
        await db.execute(_RECORD, {"records": batch.decode()})


async def record_usage(db: AsyncSession, record: UsageRecord) -> None:
    """Write what one act used that is no call. The same record again changes nothing."""
    values = asdict(record)
    values["account_id"] = values.pop("account")
    values["function_id"] = values.pop("function")
    await db.execute(insert(UsageRow).values(**values).on_conflict_do_nothing())


async def close_writer(db: AsyncSession, writer: str) -> int:
    """Mark the calls that a process left `pending` as `unknown`, with their usage. The caller knows that it is dead."""
    query = (
        update(CallRow)
        .where(CallRow.writer == writer, CallRow.outcome == "pending")
        .values(outcome="unknown")
        .returning(CallRow)
        .execution_options(synchronize_session=False)
    )
    lost = [_call_of(row) for row in (await db.scalars(query)).all()]
    await record_calls(db, lost)
    return len(lost)


async def list_calls(actor: Actor, db: AsyncSession, wanted: CallFilter, page: PageRequest) -> Page[CallRecord]:
    """The calls of the actor's account, newest first."""
    query: Select[CallRow] = select(CallRow).where(CallRow.account_id == actor.account)
    for column, value in (
        (CallRow.connection_id, wanted.connection),
        (CallRow.function_id, wanted.function),
        (CallRow.run_id, wanted.run),
        (CallRow.outcome, wanted.outcome),
    ):
        if value is not None:
            query = query.where(column == value)
    found = await page_by_id(db, query, CallRow.id, page)
    return Page(data=[_call_of(row) for row in found.data], next=found.next)


async def list_usage(actor: Actor, db: AsyncSession, page: PageRequest) -> Page[UsageRecord]:
    """The usage of the actor's account, newest first."""
    query = select(UsageRow).where(UsageRow.account_id == actor.account)
    found = await page_by_id(db, query, UsageRow.id, page)
    return Page(data=[_usage_value(row) for row in found.data], next=found.next)


async def count_units(
    actor: Actor, db: AsyncSession, *, after: datetime, before: datetime, kind: UsageKind = "call"
) -> int:
    """The units of a kind that the actor's account used in `[after, before)`: calls, or tokens of models."""
    query = select(func.coalesce(func.sum(UsageRow.units), 0)).where(
        UsageRow.account_id == actor.account, UsageRow.kind == kind, UsageRow.at >= after, UsageRow.at < before
    )
    return int(await db.scalar(query) or 0)


def _call_of(row: CallRow) -> CallRecord:
    values: dict[str, Any] = {column.key: getattr(row, column.key) for column in CallRow.__table__.columns}
    for name in ("account", "connection", "function", "run"):
        values[name] = values.pop(f"{name}_id")
    return CallRecord(**values)


def _usage_value(row: UsageRow) -> UsageRecord:
    values: dict[str, Any] = {column.key: getattr(row, column.key) for column in UsageRow.__table__.columns}
    values["account"] = values.pop("account_id")
    values["function"] = values.pop("function_id")
    return UsageRecord(**values)
