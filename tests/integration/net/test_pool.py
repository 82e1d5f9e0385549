"""Connections that are kept: bounded, handed over in turn, closed when they are old."""

import asyncio
from typing import Any

import pytest

from madang.net.exchange import Outgoing, Waits, send
from madang.net.guard import parse_url
from madang.net.pool import Pool, PoolKey
from madang.net.upstream import UpstreamSlowError

WAITS = Waits(first_byte_seconds=2, idle_seconds=2)


async def _answer(head: bytes, reader: Any, writer: Any) -> None:
    await asyncio.sleep(0.02)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    await writer.drain()


def _ask(site: Any) -> tuple[PoolKey, Outgoing]:
    site.pages["/"] = _answer
    target = parse_url(site.url)
    headers = [(b"host", target.authority.encode())]
    return PoolKey.of("test", target, None), Outgoing(method=b"POST", path=b"/", headers=headers)


async def test_no_more_connections_than_the_bound_and_all_get_their_turn(site: Any) -> None:
    key, request = _ask(site)
    pool = Pool(max_per_key=3)

    async def one() -> bytes:
        return await (await send(pool, key, request, WAITS)).read()

    bodies = await asyncio.gather(*(one() for _ in range(20)))
    await pool.close()
    assert bodies == [b"ok"] * 20
    assert site.connections == 3


async def test_who_waits_too_long_or_gives_up_takes_nothing_away(site: Any) -> None:
    key, request = _ask(site)
    pool = Pool(max_per_key=1, connect_seconds=0.1)
    held = await pool.acquire(key)
    with pytest.raises(UpstreamSlowError, match="are busy"):
        await pool.acquire(key)
    waiting = asyncio.create_task(pool.acquire(key))
    await asyncio.sleep(0.01)
    waiting.cancel()
    held.abort()
    await asyncio.sleep(0.01)
    assert await (await send(pool, key, request, WAITS)).read() == b"ok"
    await pool.close()


async def test_connections_of_two_owners_are_not_shared_and_old_ones_are_closed(site: Any) -> None:
    key, request = _ask(site)
    pool = Pool(idle_seconds=0.1)
    await (await send(pool, key, request, WAITS)).read()
    await (await send(pool, key._replace(owner="other"), request, WAITS)).read()
    assert site.connections == 2
    await asyncio.sleep(0.3)
    assert pool.find_idle(key) is None
    await pool.close()


async def test_an_answer_that_is_given_up_frees_its_place(site: Any) -> None:
    key, request = _ask(site)

    async def half(head: bytes, reader: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        await reader.read()
        writer.close()

    site.pages["/"] = half
    pool = Pool(max_per_key=1, connect_seconds=1)
    for _ in range(3):
        answer = await send(pool, key, request, WAITS)
        answer.close()
        await asyncio.sleep(0)
    await pool.close()
    assert site.connections == 3
