"""Following a conversation: all events after a number, then each as it comes, woken by the bridge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from madang.agent.conversations import get_conversation
from madang.agent.event_log import list_events
from madang.agent.values import Event
from madang.bridge.port import Bridge, Gap, Message
from madang.kit.actor import Actor
from madang.storage.engine import Database

LOOK_SECONDS = 5.0
"""How long a hint that was lost is waited for."""
LAST_SEQ = 2**53 - 1
"""The largest number that every client reads exactly."""
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
    is_live, has_news = False, True
    async with bridge.subscribe("conversation", conversation_id) as messages:
        hints = _Hints(messages)
        try:
            while True:
                async with database.begin() as db:
                    events = await list_events(actor.account, db, conversation_id, after=after, limit=MOST_AT_ONCE)
                    if not has_news:
                        await get_conversation(actor, db, conversation_id)
                if events:
                    after = events[-1].seq
                    yield events
                if len(events) == MOST_AT_ONCE:
                    continue
                if not is_live:
                    is_live = True
                    yield Live(after)
                has_news = await hints.wait(after)
                if hints.has_ended:
                    return
        finally:
            await hints.close()


class _Hints:
    """What the bridge says of one conversation. A hint that was subscribed to before its event was read is not lost."""

    def __init__(self, messages: AsyncIterator[Message | Gap]) -> None:
        self._messages = messages
        self._coming = asyncio.ensure_future(anext(messages, None))
        self.has_ended = False

    async def wait(self, after: int) -> bool:
        """Wait for a hint of something newer; false where none came for a while."""
        while True:
            await asyncio.wait([self._coming], timeout=LOOK_SECONDS)
            if not self._coming.done():
                return False
            message = self._coming.result()
            if message is None:
                self.has_ended = True
                return False
            self._coming = asyncio.ensure_future(anext(self._messages, None))
            if isinstance(message, Gap) or _seq_of(message) > after:
                return True

    async def close(self) -> None:
        self._coming.cancel()
        with suppress(asyncio.CancelledError):
            await self._coming


def _seq_of(message: Message) -> int:
    seq = message.data.get("seq")
    return seq if isinstance(seq, int) else LAST_SEQ
