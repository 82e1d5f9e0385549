"""Calls of lent functions, as rows: asked by who works the turn, delivered to the socket of the session that lends the
function, answered by it. A call is delivered once an attempt; what is answered too late is kept for the next attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent.lending import Lender
from madang.agent.sealing import CallVault
from madang.effects.outcomes import json_text
from madang.effects.values import Act, Scope
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, FieldError, ForbiddenError, NotFoundError
from madang.kit.json import JsonObject

CallState = Literal["asked", "withdrawn", "delivered", "missed", "answered", "taken"]

LEFT_SECONDS = 60.0
"""What was asked for longer ago, and not told yet, was left by a worker that died."""

_ASK = text(
    """
    INSERT INTO madang.lent_call (scope_id, key, account_id, lending_id, wire, state, sealed, asked_at)
    SELECT :scope, :key, :account, l.id, f.wire, 'asked', :sealed, now()
    FROM madang.lending l JOIN madang.lent_function f ON f.lending_id = l.id
    WHERE l.id = :lending AND l.account_id = :account AND l.alive_until > now() AND f.wire = :wire
    ON CONFLICT (scope_id, key) DO UPDATE
        SET state = 'asked', sealed = excluded.sealed, answer = NULL, asked_at = now(), deadline_at = NULL
        WHERE lent_call.account_id = excluded.account_id AND lent_call.state <> 'answered'
    """
)

_LOOK = text(
    """
    SELECT c.state, c.deadline_at < now() AS is_late, extract(epoch FROM now() - c.asked_at) AS waited_seconds,
           l.alive_until > now() AS is_alive,
           EXISTS (SELECT 1 FROM madang.lent_function f
                   WHERE f.lending_id = c.lending_id AND f.wire = c.wire) AS is_lent
    FROM madang.lent_call c JOIN madang.lending l ON l.id = c.lending_id
    WHERE c.scope_id = :scope AND c.key = :key AND c.account_id = :account
    """
)

_DELIVER = text(
    """
    UPDATE madang.lent_call c
    SET state = 'delivered', deadline_at = now() + make_interval(secs => :seconds)
    FROM madang.lending l
    WHERE l.account_id = :account AND l.conversation_id = :conversation AND l.session = :session AND l.owner = :owner
      AND c.lending_id = l.id AND c.state = 'asked' AND c.asked_at > now() - make_interval(secs => :left)
      AND EXISTS (SELECT 1 FROM madang.lent_function f WHERE f.lending_id = l.id AND f.wire = c.wire)
    RETURNING c.scope_id, c.key, c.wire, c.sealed, c.deadline_at
    """
)

_GET = text(
    """
    SELECT c.scope_id, c.state, c.lending_id, l.session FROM madang.lent_call c
    JOIN madang.lending l ON l.id = c.lending_id
    WHERE c.key = :key AND c.account_id = :account AND l.conversation_id = :conversation FOR UPDATE OF c
    """
)

_ANSWER = text(
    """
    UPDATE madang.lent_call SET state = 'answered', answer = CAST(:answer AS json), sealed = NULL
    WHERE scope_id = :scope AND key = :key AND account_id = :account
    """
)

# The answer stays until the call is over: who takes it may die before the journal has it.
_TAKE = text(
    """
    UPDATE madang.lent_call SET state = 'taken'
    WHERE scope_id = :scope AND key = :key AND account_id = :account AND state = 'answered' RETURNING answer
    """
)

_END = text(
    """
    UPDATE madang.lent_call SET state = :becomes, sealed = NULL
    WHERE scope_id = :scope AND key = :key AND account_id = :account AND state = :state RETURNING 1
    """
)


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a call stands, and whether its session lives and still lends its function."""

    state: CallState
    is_late: bool
    waited_seconds: float
    is_alive: bool
    is_lent: bool


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A call as the client is told of it; `arguments` with what a person gave."""

    call_id: str
    name: str
    arguments: JsonObject
    deadline_at: datetime

    def to_json(self, deadline: str) -> JsonObject:
        """The value of `call_request`; `deadline` is the time as text."""
        return {"call_id": self.call_id, "name": self.name, "arguments": self.arguments, "deadline": deadline}


async def ask_call(
    db: AsyncSession, scope: Scope, act: Act, wire: str, arguments: JsonObject, vault: CallVault
) -> None:
    """Ask for a call, once more where it was asked for before; one that was answered meanwhile stays so.

    Where nobody lends the function any more there is no row, or it is as it was.
    """
    sealed = vault.seal(scope.account, scope.id, act.key, arguments)
    values = {"lending": act.connection.id, "wire": wire, "sealed": sealed}
    await db.execute(_ASK, _place(scope, act) | values)


async def look_at_call(db: AsyncSession, scope: Scope, act: Act) -> Look | None:
    """How a call stands; None where it was never asked for."""
    row = (await db.execute(_LOOK, _place(scope, act))).first()
    if row is None:
        return None
    return Look(
        state=row.state,
        is_late=bool(row.is_late),
        waited_seconds=float(row.waited_seconds),
        is_alive=row.is_alive,
        is_lent=row.is_lent,
    )


async def end_call(db: AsyncSession, scope: Scope, act: Act, state: CallState, becomes: CallState) -> bool:
    """Wait for a call no longer; false where it is not in `state` any more."""
    return (await db.execute(_END, _place(scope, act) | {"state": state, "becomes": becomes})).first() is not None


async def take_answer(db: AsyncSession, scope: Scope, act: Act) -> JsonObject | None:
    """What a client answered, `{value}` or `{error}`, once; None where it has not."""
    return (await db.execute(_TAKE, _place(scope, act))).scalar()


async def deliver_calls(
    actor: Actor, db: AsyncSession, conversation_id: str, lender: Lender, vault: CallVault, *, seconds: float
) -> list[Delivery]:
    """The calls that the session of this socket is asked for and has not been told of. Commit before telling it.

    `seconds` is how long it has to answer.
    """
    values = {"account": actor.account, "conversation": conversation_id, "seconds": seconds, "left": LEFT_SECONDS}
    rows = await db.execute(_DELIVER, values | {"session": lender.session, "owner": lender.owner})
    return [
        Delivery(
            call_id=row.key,
            name=row.wire,
            arguments=vault.open(actor.account, row.scope_id, row.key, row.sealed),
            deadline_at=row.deadline_at,
        )
        for row in rows
    ]


async def answer_call(
    actor: Actor, db: AsyncSession, conversation_id: str, lender: Lender, call_id: str, answer: JsonObject
) -> str:
    """Take what a client answers; the id of its lending.

    Raises NotFoundError for a call that nobody was asked for, ForbiddenError for one of another session, ConflictError
    for one that is not waited for.
    """
    values = {"key": call_id, "account": actor.account, "conversation": conversation_id}
    row: Any = (await db.execute(_GET, values)).first()
    if row is None:
        error = FieldError(pointer="/call_id", code="unknown", message="no such call")
        raise NotFoundError("no call of this id was asked of this conversation's clients", errors=[error])
    if row.session != lender.session:
        error = FieldError(pointer="/call_id", code="other-session", message="asked of another session")
        raise ForbiddenError("this call was asked of another session; only that one answers it", errors=[error])
    if row.state not in {"delivered", "missed"}:
        words = {"answered": "it was answered already", "taken": "it was answered already", "asked": "it was not asked"}
        raise ConflictError(f"this call takes no answer now: {words.get(row.state, 'nobody waits for it any more')}")
    stored = {"scope": row.scope_id, "key": call_id, "account": actor.account, "answer": json_text(answer)}
    await db.execute(_ANSWER, stored)
    return row.lending_id


def _place(scope: Scope, act: Act) -> dict[str, Any]:
    return {"scope": scope.id, "key": act.key, "account": scope.account}
