"""Following a conversation: all events after a number, then each as it comes, woken by the bridge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass

from madang.agent.event_log import MOST_EVENTS, list_events
from madang.agent.values import Event
from madang.bridge.port import Bridge
from madang.kit.actor import Actor
from madang.storage.engine import Database

LOOK_SECONDS = 5.0
"""How long a hint that was lost is waited for."""


@dataclass(frozen=True)
class Live:
    """The past has been told; what follows is new."""

    seq: int


async def follow(
    actor: Actor, database: Database, bridge: Bridge, conversation_id: str, after: int
) -> AsyncGenerator[list[Event] | Live, None]:
    """Events in pieces, in order and without gaps; `Live` once, where the past ends. Never ends by itself."""
    is_live = False
    async with bridge.subscribe("conversation", conversation_id) as messages:
        waiting = asyncio.ensure_future(anext(messages, None))
        try:
            while True:
                async with database.begin() as db:
                    events = await list_events(actor.account, db, conversation_id, after=after)
                if events:
                    after = events[-1].seq
                    yield events
                if len(events) == MOST_EVENTS:
                    continue
                if not is_live:
                    is_live = True
                    yield Live(after)
                if waiting.done():
                    if waiting.result() is None:
                        return
                    waiting = asyncio.ensure_future(anext(messages, None))
                if not events:
                    await asyncio.wait([waiting], timeout=LOOK_SECONDS)
        finally:
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
