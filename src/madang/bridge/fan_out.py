"""Handing messages to the subscriptions of this process. One that does not keep up hears a gap, and holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from madang.bridge.port import Gap, Message, Topic

MOST_WAITING = 1_000


class _Subscription:
    def __init__(self, topic: Topic, key: str | None) -> None:
        self.topic = topic
        self.key = key
        self._waiting: asyncio.Queue[Message | Gap | None] = asyncio.Queue()
        self._is_ended = False

    def put(self, message: Message | Gap | None) -> None:
        if self._is_ended:
            return
        self._is_ended = message is None
        if self._waiting.qsize() >= MOST_WAITING and message is not None:
            while not self._waiting.empty():
                self._waiting.get_nowait()
            message = Gap()
        self._waiting.put_nowait(message)

    async def messages(self) -> AsyncIterator[Message | Gap]:
        while (message := await self._waiting.get()) is not None:
            yield message


class FanOut:
    """The subscriptions of one process."""

    def __init__(self) -> None:
        self._subscriptions: set[_Subscription] = set()
        self._is_ended = False

    @contextmanager
    def subscribed(self, topic: Topic, key: str | None) -> Iterator[AsyncIterator[Message | Gap]]:
        """A subscription while the block runs."""
        subscription = _Subscription(topic, key)
        self._subscriptions.add(subscription)
        if self._is_ended:
            subscription.put(None)
        try:
            yield subscription.messages()
        finally:
            self._subscriptions.discard(subscription)

    def deliver(self, message: Message) -> None:
        """Hand a message to those who wait for it."""
        for subscription in self._subscriptions:
            if subscription.topic == message.topic and subscription.key in {None, message.key}:
                subscription.put(message)

    def tell_gap(self) -> None:
        """Tell everybody that messages may be missing."""
        for subscription in self._subscriptions:
            subscription.put(Gap())

    def end(self) -> None:
        """End all subscriptions, and those that come later."""
        self._is_ended = True
        for subscription in self._subscriptions:
            subscription.put(None)
