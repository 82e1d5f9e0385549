"""The journal of effects: an intent is committed before the first byte goes out, an outcome after the last came in.

The row of an act is unique by scope and key, and its insert is checked against the scope's epoch: of two workers that
believe they own a scope, one can write.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.effects.outcomes import json_text, jsonb_text
from madang.effects.scopes import LeaseLostError
from madang.effects.values import Act, Entry, EntryState, Scope
from madang.kit.actor import Actor
from madang.kit.errors import NotFoundError
from madang.kit.json import JsonObject

_COLUMNS = (
    "scope_id, key, function, connection_id, effect, state, attempt, shown, provenance, outcome, "
    "started_at, finished_at"
)

# FOR SHARE: a take-over that changes the epoch waits for this insert, or this insert sees the new epoch.
_INTEND = text(
    f"""
    INSERT INTO madang.effect
        (scope_id, key, account_id, function, function_id, connection_id, effect, state, attempt, epoch, shown,
         provenance, started_at)
    SELECT s.id, :key, s.account_id, :function, :function_id, :connection, :effect, 'intent', 1, s.epoch,
        CAST(:shown AS json), CAST(:provenance AS jsonb), now()
    FROM madang.effect_scope s
    WHERE s.id = :scope AND s.account_id = :account AND s.epoch = :epoch AND s.lease_until >= now()
    FOR SHARE OF s
    ON CONFLICT (scope_id, key) DO NOTHING
    RETURNING {_COLUMNS}
    """  # noqa: S608 - the columns are a constant
)

_AGAIN = text(
    f"""
    UPDATE madang.effect e
    SET state = 'intent', attempt = e.attempt + 1, epoch = s.epoch, outcome = NULL, finished_at = NULL,
        started_at = now()
    FROM madang.effect_scope s
    WHERE e.scope_id = :scope AND e.key = :key AND s.id = e.scope_id AND s.account_id = :account
      AND s.epoch = :epoch AND s.lease_until >= now() AND e.state = ANY(:states)
    RETURNING {", ".join("e." + column.strip() for column in _COLUMNS.split(","))}
    """  # noqa: S608 - the columns are a constant
)

# No epoch here: the late answer of an owner that was taken over resolves its own doubt.
_FINISH = text(
    f"""
    UPDATE madang.effect SET state = :state, outcome = CAST(:outcome AS json), finished_at = now()
    WHERE scope_id = :scope AND key = :key AND account_id = :account AND attempt = :attempt
      AND state IN ('intent', 'doubt')
    RETURNING {_COLUMNS}
    """  # noqa: S608 - the columns are a constant
)

_FIND = text(
    f"SELECT {_COLUMNS} FROM madang.effect WHERE scope_id = :scope AND key = :key AND account_id = :account"  # noqa: S608
)

_LIST = text(
    f"SELECT {_COLUMNS} FROM madang.effect WHERE scope_id = :scope AND account_id = :account ORDER BY started_at, key"  # noqa: S608
)

_AGE = text(
    """
    SELECT extract(epoch FROM clock_timestamp() - started_at) FROM madang.effect
    WHERE scope_id = :scope AND key = :key AND account_id = :account
    """
)


async def intend(db: AsyncSession, scope: Scope, act: Act) -> tuple[Entry, bool]:
    """Write the intent of an act, or find the row that is there: `(entry, is_fresh)`.

    Commit before performing. Raises LeaseLostError where the scope is no longer the caller's.
    """
    values = {
        **_place(scope, act.key),
        "epoch": scope.epoch,
        "function": act.function.full_name,
        "function_id": act.function.id,
        "connection": act.connection.id,
        "effect": act.effect,
        "shown": json_text(act.shown),
        "provenance": jsonb_text({name: where.to_json() for name, where in act.provenance.items()}),
    }
    row = (await db.execute(_INTEND, values)).first()
    if row is not None:
        return _entry(row), True
    existing = (await db.execute(_FIND, _place(scope, act.key))).first()
    if existing is None:
        raise LeaseLostError(f"the lease of {scope.id} has run out")
    return _entry(existing), False


async def intend_again(db: AsyncSession, scope: Scope, key: str, states: tuple[EntryState, ...]) -> Entry:
    """Open the next attempt of an act that is in one of `states`. Raises LeaseLostError."""
    values = {**_place(scope, key), "epoch": scope.epoch, "states": list(states)}
    row = (await db.execute(_AGAIN, values)).first()
    if row is None:
        raise LeaseLostError(f"{key} of {scope.id} cannot be tried again: it was decided, or the scope taken over")
    return _entry(row)


async def finish(
    db: AsyncSession, scope: Scope, key: str, attempt: int, state: EntryState, outcome: JsonObject
) -> Entry | None:
    """Write the outcome of an attempt; None where a later attempt or a person has decided meanwhile."""
    values = {**_place(scope, key), "attempt": attempt, "state": state, "outcome": json_text(outcome)}
    row = (await db.execute(_FINISH, values)).first()
    return None if row is None else _entry(row)


async def find_entry(actor: Actor, db: AsyncSession, scope_id: str, key: str) -> Entry | None:
    """A row of the journal; None where the act was never begun."""
    row = (await db.execute(_FIND, {"scope": scope_id, "key": key, "account": actor.account})).first()
    return None if row is None else _entry(row)


async def age_of(db: AsyncSession, scope: Scope, key: str) -> float:
    """Seconds since the newest attempt of an act began, by the database's clock."""
    return float((await db.execute(_AGE, _place(scope, key))).scalar_one())


async def get_entry(actor: Actor, db: AsyncSession, scope_id: str, key: str) -> Entry:
    """A row of the journal. Raises NotFoundError."""
    entry = await find_entry(actor, db, scope_id, key)
    if entry is None:
        raise NotFoundError(f"there is no call {key!r} in {scope_id}")
    return entry


async def list_entries(actor: Actor, db: AsyncSession, scope_id: str) -> list[Entry]:
    """All acts of a scope in the order in which they began."""
    rows = await db.execute(_LIST, {"scope": scope_id, "account": actor.account})
    return [_entry(row) for row in rows]


def _place(scope: Scope, key: str) -> dict[str, Any]:
    return {"scope": scope.id, "account": scope.account, "key": key}


def _entry(row: Any) -> Entry:
    return Entry(
        scope=row.scope_id,
        key=row.key,
        function=row.function,
        connection=row.connection_id,
        effect=row.effect,
        state=row.state,
        attempt=row.attempt,
        shown=row.shown,
        provenance=row.provenance,
        outcome=row.outcome,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
