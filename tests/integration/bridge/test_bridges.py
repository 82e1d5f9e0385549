"""The contract of bridges, kept by the one in memory and the one over PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest

from madang.bridge.memory import MemoryBridge
from madang.bridge.port import Bridge, Gap, Message
from madang.bridge.postgres import MOST_BYTES, PostgresBridge

Make = Callable[[], Awaitable[Bridge]]


@pytest.fixture(params=["memory", "postgres"])
async def make(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[Make]:
    """Bridges of several processes: the same one where it is of one process."""
    shared = MemoryBridge()
    async with AsyncExitStack() as stack:

        async def open_one() -> Bridge:
            if request.param == "memory":
                return shared
            return await stack.enter_async_context(PostgresBridge.open(database_url))

        yield open_one
        await shared.close()


async def take(messages: AsyncIterator[Message | Gap], count: int) -> list[Message]:
    """The next messages, gaps left out."""
    found: list[Message] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            message = await anext(messages)
            if isinstance(message, Message):
                found.append(message)
    return found


def hint(key: str, **data: Any) -> Message:
    return Message(topic="conversation", key=key, data=data)


async def test_messages_of_a_key_come_to_every_process_in_the_order_in_which_they_were_sent(make: Make) -> None:
    one, other = await make(), await make()
    async with one.subscribe("conversation", "a") as here, other.subscribe("conversation", "a") as there:
        for seq in range(50):
            await one.publish("conversation", "a", {"seq": seq})
        expected = [hint("a", seq=seq) for seq in range(50)]
        assert await take(here, 50) == expected
        assert await take(there, 50) == expected


async def test_a_subscription_hears_its_topic_and_key_alone_or_all_keys(make: Make) -> None:
    bridge = await make()
    async with bridge.subscribe("conversation", "b") as one_key, bridge.subscribe("conversation") as all_keys:
        await bridge.publish("turn", "b", {})
        await bridge.publish("conversation", "a", {"seq": 1})
        await bridge.publish("conversation", "b", {"text": "한 마당"})
        assert await take(one_key, 1) == [hint("b", text="한 마당")]
        assert await take(all_keys, 2) == [hint("a", seq=1), hint("b", text="한 마당")]


async def test_one_that_does_not_keep_up_hears_a_gap_and_holds_up_nobody(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.bridge.fan_out.MOST_WAITING", 10)
    bridge = await make()
    async with bridge.subscribe("conversation") as slow, bridge.subscribe("conversation") as quick:
        reading = asyncio.create_task(take(quick, 35))
        for seq in range(35):
            await bridge.publish("conversation", "a", {"seq": seq})
            await asyncio.sleep(0)
        assert len(await reading) == 35
        await asyncio.sleep(0.1)
        heard = [await anext(slow) for _ in range(5)]
    assert Gap() in heard


async def test_what_is_sent_before_is_not_heard(make: Make) -> None:
    bridge = await make()
    await bridge.publish("conversation", "a", {"seq": 1})
    await asyncio.sleep(0.2)
    async with bridge.subscribe("conversation", "a") as messages:
        await bridge.publish("conversation", "a", {"seq": 2})
        assert await take(messages, 1) == [hint("a", seq=2)]


async def test_subscriptions_end_with_the_memory_bridge_and_later_ones_too() -> None:
    bridge = MemoryBridge()
    async with bridge.subscribe("turn") as messages:
        await bridge.close()
        await bridge.publish("turn", "a", {})
        assert [each async for each in messages] == []
    async with bridge.subscribe("turn") as messages:
        assert [each async for each in messages] == []


async def test_subscriptions_end_with_the_postgres_bridge(database_url: str) -> None:
    opened = PostgresBridge.open(database_url)
    bridge = await opened.__aenter__()
    async with bridge.subscribe("turn") as messages:
        reading = asyncio.create_task(all_of(messages))
        await opened.__aexit__(None, None, None)
        async with asyncio.timeout(5):
            await reading
    assert [each for each in await reading if isinstance(each, Message)] == []


async def all_of(messages: AsyncIterator[Message | Gap]) -> list[Message | Gap]:
    return [each async for each in messages]


async def test_a_connection_that_is_cut_is_a_gap_and_is_made_anew(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.bridge.postgres.RETRY_SECONDS", 0.05)
    async with PostgresBridge.open(database_url) as bridge, bridge.subscribe("turn", "a") as messages:
        await until_heard(bridge, messages)
        await cut(database_url)
        async with asyncio.timeout(20):
            while not isinstance(await anext(messages), Gap):
                pass
        await until_heard(bridge, messages)


async def until_heard(bridge: Bridge, messages: AsyncIterator[Message | Gap]) -> None:
    """Send until it is heard: a bridge that is down tells a gap for what it could not send."""
    async with asyncio.timeout(20):
        await bridge.publish("turn", "a", {})
        while not isinstance(await anext(messages), Message):
            await asyncio.sleep(0.1)
            await bridge.publish("turn", "a", {})


async def cut(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    await connection.close()


async def test_a_connection_that_carries_nothing_any_more_holds_nobody_up(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.bridge.postgres.RETRY_SECONDS", 0.05)
    monkeypatch.setattr("madang.bridge.postgres.SEND_SECONDS", 0.5)
    async with (
        Pipe(database_url) as pipe,
        PostgresBridge.open(pipe.url) as bridge,
        bridge.subscribe("turn", "a") as messages,
    ):
        await until_heard(bridge, messages)
        pipe.is_stuck = True
        async with asyncio.timeout(5):
            await bridge.publish("turn", "a", {})
        pipe.is_stuck = False
        await until_heard(bridge, messages)


class Pipe:
    """Stands before the database and carries bytes, until it is stuck."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.is_stuck = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Pipe:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        head, _, database = self._url.rpartition("/")
        credentials = head.rpartition("@")[0]
        port = self._server.sockets[0].getsockname()[1]
        return f"{credentials}@127.0.0.1:{port}/{database}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place = self._url.rpartition("@")[2].partition("/")[0]
        host, _, port = place.rpartition(":")
        there, to_there = await asyncio.open_connection(host, int(port))
        for source, target in ((reader, to_there), (there, writer)):
            task = asyncio.create_task(self._carry(source, target))
            self._tasks.add(task)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                if not self.is_stuck:
                    target.write(data)
        except ConnectionError:
            pass
        finally:
            target.close()


async def test_a_message_is_a_hint_and_no_more(database_url: str) -> None:
    async with PostgresBridge.open(database_url) as bridge:
        with pytest.raises(ValueError, match="hint"):
            await bridge.publish("turn", "a", {"text": "x" * MOST_BYTES})


async def test_a_bridge_over_a_database_that_is_down_says_so_by_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madang.bridge.postgres.RETRY_SECONDS", 0.05)
    url = "postgresql://nobody@127.0.0.1:1/none"
    async with PostgresBridge.open(url) as bridge, bridge.subscribe("turn") as messages:
        await bridge.publish("turn", "a", {})
        assert await anext(messages) == Gap()
