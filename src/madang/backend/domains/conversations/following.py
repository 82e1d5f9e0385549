"""Following a conversation: all events after a number, then each as it comes, woken by the bridge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass

from madang.agent.conversations import get_conversation
from madang.agent.event_log import list_events
from madang.agent.values import Event
from madang.bridge.port import Bridge
from madang.kit.actor import Actor
from madang.storage.engine import Database

LOOK_SECONDS = 5.0
"""How long a hint that was lost is waited for."""
MOST_AT_ONCE = 100
"""Events that are held for a client that reads slowly; some have a result of 256 KB."""


@dataclass(frozen=True)
class Live:
    """The past has been told; what follows is new."""

    seq: int


async def follow(
    actor: Actor, database: Database, bridge: Bridge, conversation_id: str, after: int
) -> AsyncGenerator[list[Event] | Live, None]:
    """Events in pieces, in order and without gaps; `Live` once, where the past ends. Ends when the bridge does.

    Raises NotFoundError once the conversation is deleted.
    """
    is_live = False
    async with bridge.subscribe("conversation", conversation_id) as messages:
        waiting = asyncio.ensure_future(anext(messages, None))
        try:
            while True:
                async with database.begin() as db:
                    events = await list_events(actor.account, db, conversation_id, after=after, limit=MOST_AT_ONCE)
                    if not events:
                        await get_conversation(actor, db, conversation_id)
                if events:
                    after = events[-1].seq
                    yield events
                if len(events) == MOST_AT_ONCE:
                    continue
                if not is_live:
                    is_live = True
                    yield Live(after)
                if waiting.done():
                    if waiting.result() is None:
                        return
                    waiting = asyncio.ensure_future(anext(messages, None))
                    continue  # what the hint tells of may have come after the look
                if not events:
                    await asyncio.wait([waiting], timeout=LOOK_SECONDS)
        finally:
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
