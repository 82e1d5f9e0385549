"""The events of conversations: added under the lock of the conversation's row, so that `seq` has no gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent.values import Draft, Event
from madang.effects.outcomes import json_text
from madang.kit.errors import NotFoundError

MOST_EVENTS = 1_000

_NEXT = text(
    """
    UPDATE madang.conversation SET last_seq = last_seq + :count, updated_at = :now
    WHERE id = :id AND account_id = :account RETURNING last_seq
    """
)

_ADD = text(
    """
    INSERT INTO madang.conversation_event (conversation_id, seq, account_id, turn_id, type, body, created_at)
    VALUES (:id, :seq, :account, :turn, :type, CAST(:body AS json), :now)
    """
)

_LIST = text(
    """
    SELECT seq, turn_id, type, body, created_at FROM madang.conversation_event
    WHERE conversation_id = :id AND account_id = :account AND seq > :after ORDER BY seq LIMIT :limit
    """
)

_OF_CALL = text(
    """
    SELECT seq, turn_id, type, body, created_at FROM madang.conversation_event
    WHERE conversation_id = :id AND account_id = :account AND type <> 'TEXT_MESSAGE_CONTENT'
      AND turn_id = (SELECT turn_id FROM madang.conversation_event
                     WHERE conversation_id = :id AND account_id = :account AND type = 'TOOL_CALL_START'
                       AND body ->> 'toolCallId' = :call LIMIT 1)
    ORDER BY seq
    """
)


async def add_events(
    account: str, db: AsyncSession, conversation_id: str, drafts: Sequence[Draft], *, now: datetime
) -> list[Event]:
    """Write events in their order. Raises NotFoundError where the conversation is gone."""
    if not drafts:
        return []
    place = {"id": conversation_id, "account": account, "now": now}
    last = (await db.execute(_NEXT, place | {"count": len(drafts)})).scalar()
    if last is None:
        raise NotFoundError(f"there is no conversation {conversation_id!r}; it may have been deleted")
    events = [
        Event(conversation=conversation_id, seq=seq, turn=draft.turn, type=draft.type, body=draft.body, at=now)
        for seq, draft in enumerate(drafts, start=last - len(drafts) + 1)
    ]
    rows = [
        place | {"seq": each.seq, "turn": each.turn, "type": each.type, "body": json_text(each.body)} for each in events
    ]
    await db.execute(_ADD, rows)
    return events


async def list_events(
    account: str, db: AsyncSession, conversation_id: str, *, after: int = 0, limit: int = MOST_EVENTS
) -> list[Event]:
    """The events that follow `after`, oldest first."""
    rows = await db.execute(_LIST, {"id": conversation_id, "account": account, "after": after, "limit": limit})
    return [_event(conversation_id, row) for row in rows]


async def list_call_events(account: str, db: AsyncSession, conversation_id: str, call_id: str) -> list[Event]:
    """The events of the turn that a call is in, without what texts say, oldest first; none where there is no such call.

    So that an answer to a question costs the same in a long conversation as in a short one.
    """
    rows = await db.execute(_OF_CALL, {"id": conversation_id, "account": account, "call": call_id})
    return [_event(conversation_id, row) for row in rows]


def _event(conversation_id: str, row: Any) -> Event:
    return Event(
        conversation=conversation_id,
        seq=row.seq,
        turn=row.turn_id,
        type=row.type,
        body=row.body,
        at=row.created_at,
    )
