"""The bridge over PostgreSQL: NOTIFY on one channel, one connection a process that listens and sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import orjson

from madang.bridge.fan_out import FanOut
from madang.bridge.port import TOPICS, Gap, Message, Topic
from madang.kit.errors import MadangError
from madang.kit.json import JsonObject
from madang.logs import get_logger
from madang.storage.direct import connect

CHANNEL = "madang_bridge"
RETRY_SECONDS = 1.0
SEND_SECONDS = 5.0
"""A connection that takes longer to carry a message is dead, and is made anew."""
MOST_BYTES = 7_900
"""PostgreSQL takes 8,000 bytes a notification."""

_log = get_logger("bridge")


class PostgresBridge:
    """Listens from `open` to the end of the block; a connection that is cut is made anew, and a gap is told."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._fan_out = FanOut()
        self._sending = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None
        self._is_listening = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator[PostgresBridge]:
        """The bridge of this process."""
        bridge = cls(url)
        listening = asyncio.create_task(bridge._listen())
        try:
            with suppress(TimeoutError):  # a database that is down now is heard when it is back
                await asyncio.wait_for(bridge._is_listening.wait(), RETRY_SECONDS)
            yield bridge
        finally:
            bridge._fan_out.end()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def publish(self, topic: Topic, key: str, data: JsonObject) -> None:
        """Send a message of at most `MOST_BYTES`."""
        text = orjson.dumps([topic, key, data]).decode()
        if len(text.encode()) > MOST_BYTES:
            raise ValueError(f"a message of the bridge is a hint: {len(text):,} characters are too many")
        try:
            async with self._sending:
                await self._send(text)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("a message was not sent", topic=topic, reason=type(error).__name__)
            self._fan_out.tell_gap()

    async def _send(self, text: str) -> None:
        connection = self._connection
        if connection is None:
            raise asyncpg.InterfaceError("not connected")
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, text)
        except TimeoutError:
            connection.terminate()
            raise

    @asynccontextmanager
    async def subscribe(self, topic: Topic, key: str | None = None) -> AsyncIterator[AsyncIterator[Message | Gap]]:
        """What is sent from now on."""
        with self._fan_out.subscribed(topic, key) as messages:
            yield messages

    async def _listen(self) -> None:
        while True:
            with suppress(MadangError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                async with connect(self._url) as connection:
                    await self._until_cut(connection)
            self._connection = None
            self._is_listening.clear()
            _log.warning("the bridge is down; trying again")
            await asyncio.sleep(RETRY_SECONDS)

    async def _until_cut(self, connection: asyncpg.Connection) -> None:
        cut = asyncio.Event()

        def end(_connection: Any) -> None:
            cut.set()

        connection.add_termination_listener(end)
        await connection.add_listener(CHANNEL, self._hear)
        self._connection = connection
        self._is_listening.set()
        self._fan_out.tell_gap()
        await cut.wait()

    def _hear(self, _connection: Any, _process: int, _channel: str, payload: Any) -> None:
        topic, key, data = orjson.loads(payload)
        if topic in TOPICS:
            self._fan_out.deliver(Message(topic=topic, key=key, data=data))
