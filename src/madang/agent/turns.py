"""Turns: begun by a message, woken by what a person answers, taken up by whichever worker is free.

One turn of a conversation is worked at a time, the oldest that has not ended. A worker holds the turn's scope
(`effects`); a turn whose worker died is `running` without a lease, and is taken up like one that is `ready`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent.values import Turn, TurnState
from madang.effects.scopes import LeaseLostError
from madang.effects.values import Scope
from madang.kit.actor import Actor

_COLUMNS = "t.id, t.account_id, t.conversation_id, t.user_id, t.message_id, t.state, t.is_aborted"

_BEGIN = text(
    """
    INSERT INTO madang.turn (id, account_id, conversation_id, user_id, message_id, state, is_woken, is_aborted,
                             created_at, updated_at)
    VALUES (:id, :account, :conversation, :user, :message, 'ready', false, false, :now, :now)
    """
)

_WAKE = text(
    """
    UPDATE madang.turn
    SET is_woken = state = 'running', is_aborted = (is_aborted AND state <> 'ended') OR :aborts, updated_at = :now,
        state = CASE WHEN state = 'running' THEN state ELSE 'ready' END
    WHERE id = :id AND account_id = :account
    """
)

_READY = text(
    f"""
    SELECT {_COLUMNS} FROM madang.turn t
    LEFT JOIN madang.effect_scope s ON s.id = t.id
    WHERE t.state IN ('ready', 'running') AND (s.id IS NULL OR s.lease_until < now())
      AND NOT EXISTS (SELECT 1 FROM madang.turn b
                      WHERE b.conversation_id = t.conversation_id AND b.id < t.id AND b.state <> 'ended')
    ORDER BY t.updated_at LIMIT :limit
    """  # noqa: S608 - the columns are a constant
)

_GET = text(f"SELECT {_COLUMNS} FROM madang.turn t WHERE t.id = :id AND t.account_id = :account")  # noqa: S608

_TAKE_UP = text(
    f"""
    UPDATE madang.turn t SET state = 'running', is_woken = false
    WHERE t.id = :id AND t.account_id = :account AND t.state IN ('ready', 'running') RETURNING {_COLUMNS}
    """  # noqa: S608 - the columns are a constant
)

# A turn that was woken while it ran is looked at again, whatever its worker thinks.
_LEAVE = text(
    """
    UPDATE madang.turn SET state = CASE WHEN is_woken THEN 'ready' ELSE :state END, is_woken = false, updated_at = :now
    WHERE id = :id AND account_id = :account RETURNING state
    """
)

_OPEN = text(
    f"""
    SELECT {_COLUMNS} FROM madang.turn t
    WHERE t.conversation_id = :conversation AND t.account_id = :account AND t.state <> 'ended' ORDER BY t.id
    """  # noqa: S608 - the columns are a constant
)

_ABORTED = text("SELECT id FROM madang.turn WHERE id = ANY(:ids) AND is_aborted")

# FOR SHARE: a take-over, which changes the epoch, waits for this transaction, or this one sees the new epoch.
_HELD = text(
    """
    SELECT 1 FROM madang.effect_scope
    WHERE id = :id AND account_id = :account AND epoch = :epoch AND lease_until >= now() FOR SHARE
    """
)


async def begin_turn(
    actor: Actor, db: AsyncSession, turn_id: str, conversation_id: str, message_id: str, *, now: datetime
) -> None:
    """A turn that is ready to be worked."""
    values = {"id": turn_id, "account": actor.account, "user": actor.user, "conversation": conversation_id}
    await db.execute(_BEGIN, values | {"message": message_id, "now": now})


async def wake_turn(account: str, db: AsyncSession, turn_id: str, *, now: datetime, aborts: bool = False) -> None:
    """Have a turn looked at: a person has said something, or wants it to end (`aborts`).

    What is said of a turn that was stopped and has ended, of a call that it left in doubt, is to be done all the same.
    """
    await db.execute(_WAKE, {"id": turn_id, "account": account, "aborts": aborts, "now": now})


async def list_ready(db: AsyncSession, *, limit: int) -> list[Turn]:
    """Turns of all accounts that a worker may take up now, longest waiting first."""
    return [_turn(row) for row in await db.execute(_READY, {"limit": limit})]


async def find_turn(account: str, db: AsyncSession, turn_id: str) -> Turn | None:
    """A turn as it stands."""
    row = (await db.execute(_GET, {"id": turn_id, "account": account})).first()
    return None if row is None else _turn(row)


async def list_open(account: str, db: AsyncSession, conversation_id: str) -> list[Turn]:
    """The turns of a conversation that have not ended, in order."""
    return [_turn(row) for row in await db.execute(_OPEN, {"conversation": conversation_id, "account": account})]


async def list_aborted(db: AsyncSession, turn_ids: Collection[str]) -> list[str]:
    """Those of some turns, of whatever account, that a person wants to end."""
    return [*await db.scalars(_ABORTED, {"ids": list(turn_ids)})]


async def take_up(account: str, db: AsyncSession, turn_id: str) -> Turn | None:
    """Say that a turn is being worked; None where it waits or has ended meanwhile."""
    row = (await db.execute(_TAKE_UP, {"id": turn_id, "account": account})).first()
    return None if row is None else _turn(row)


async def leave(account: str, db: AsyncSession, turn_id: str, state: TurnState, *, now: datetime) -> TurnState:
    """Say how a turn stands; gives `ready` where something came in meanwhile."""
    row = await db.execute(_LEAVE, {"id": turn_id, "account": account, "state": state, "now": now})
    return row.scalar_one()


async def check_held(db: AsyncSession, scope: Scope) -> None:
    """Raise LeaseLostError unless the scope is still the caller's; it stays so until this transaction ends."""
    values = {"id": scope.id, "account": scope.account, "epoch": scope.epoch}
    if (await db.execute(_HELD, values)).first() is None:
        raise LeaseLostError(f"the lease of {scope.id} has run out")


def _turn(row: Any) -> Turn:
    return Turn(
        id=row.id,
        conversation=row.conversation_id,
        account=row.account_id,
        user=row.user_id,
        message=row.message_id,
        state=row.state,
        is_aborted=row.is_aborted,
    )
