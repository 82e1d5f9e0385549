"""The bridge between processes, as a port.

A message says that something has happened and where to look; the truth is in the database. A message may be lost, for
instance while a connection is down: then every subscription hears a *gap*, and whoever listens looks for himself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from madang.kit.json import JsonObject

Topic = Literal["conversation", "turn", "lending"]
TOPICS: tuple[Topic, ...] = ("conversation", "turn", "lending")


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something has happened to what `key` names. Messages of one key come in the order in which they were sent."""

    topic: Topic
    key: str
    data: JsonObject


@dataclass(frozen=True)
class Gap:
    """Messages may be missing here."""


class Bridge(Protocol):
    """Carries messages to every process that listens, this one included."""

    async def publish(self, topic: Topic, key: str, data: JsonObject) -> None:
        """Send a message. Never raises for a bridge that is down: it says so in the log, and listeners hear a gap."""
        ...

    def subscribe(
        self, topic: Topic, key: str | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[Message | Gap]]:
        """What is sent from now on under a topic, of one key or of all. The iterator ends with the bridge."""
        ...
