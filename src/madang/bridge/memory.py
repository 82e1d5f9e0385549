"""The bridge within one process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from madang.bridge.fan_out import FanOut
from madang.bridge.port import Gap, Message, Topic
from madang.kit.json import JsonObject


class MemoryBridge:
    """Hands messages on at once. For tests and for programs of one process."""

    def __init__(self) -> None:
        self._fan_out = FanOut()

    async def publish(self, topic: Topic, key: str, data: JsonObject) -> None:
        """Send a message."""
        self._fan_out.deliver(Message(topic=topic, key=key, data=data))

    @asynccontextmanager
    async def subscribe(self, topic: Topic, key: str | None = None) -> AsyncIterator[AsyncIterator[Message | Gap]]:
        """What is sent from now on."""
        with self._fan_out.subscribed(topic, key) as messages:
            yield messages

    async def close(self) -> None:
        """End all subscriptions."""
        self._fan_out.end()
