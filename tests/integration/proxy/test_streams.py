"""Streams: what one side does not take is not taken from the other, and nothing waits that need not."""

import asyncio
import resource
from typing import Any

SIZE = 50_000_000
PART = bytes(65_536)
HELD = 35_000_000  # more than the sockets and buffers between the two ends hold


async def test_fifty_megabytes_to_a_slow_client_wait_at_the_other_server(lab: Any, proxy: Any, upstream: Any) -> None:
    sent = 0

    async def pour(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % SIZE)
        while sent < SIZE:
            part = PART[: SIZE - sent]
            writer.write(part)
            await writer.drain()
            sent += len(part)

    upstream.handler = pour
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, limit=65_536)
    writer.write(lab.request_bytes("GET", "/cxn_test/things/1", proxy.grant()))
    await reader.readuntil(b"\r\n\r\n")
    await asyncio.sleep(0.2)
    assert sent < HELD
    received = 0
    while received < SIZE:
        received += len(await reader.read(1_000_000))
    writer.close()
    assert (received, sent) == (SIZE, SIZE)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # kilobytes


async def test_fifty_megabytes_to_a_slow_server_wait_at_the_client(lab: Any, proxy: Any, upstream: Any) -> None:
    go = asyncio.Event()

    async def swallow(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        await go.wait()
        left = SIZE
        while left:
            left -= len(await reader.read(min(left, 1_000_000)))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    upstream.handler = swallow
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(lab.request_bytes("POST", "/cxn_test/things", proxy.grant(), {"Content-Length": str(SIZE)}))
    sent = 0

    async def pour() -> None:
        nonlocal sent
        while sent < SIZE:
            part = PART[: SIZE - sent]
            writer.write(part)
            await writer.drain()
            sent += len(part)

    pouring = asyncio.create_task(pour())
    await asyncio.sleep(0.3)
    assert sent < HELD
    go.set()
    await pouring
    assert (await lab.read_answer(reader)).body == b"ok"
    writer.close()


async def test_events_of_a_model_pass_one_by_one(lab: Any, proxy: Any, upstream: Any) -> None:
    step = asyncio.Event()

    async def speak(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        await lab.read_body(head, reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(3):
            event = b"data: %d\n\n" % number
            writer.write(b"%x\r\n%b\r\n" % (len(event), event))
            await writer.drain()
            await step.wait()
            step.clear()
        writer.write(b"0\r\n\r\n")

    upstream.handler = speak
    reader, writer = await proxy.open()
    writer.write(
        lab.request_bytes(
            "POST", "/cxn_test/things", proxy.grant(purpose="model"), {"Accept": "text/event-stream"}, b"{}"
        )
    )
    await reader.readuntil(b"\r\n\r\n")
    for number in range(3):
        async with asyncio.timeout(1):
            assert await reader.readexactly(14) == b"9\r\ndata: %d\n\n\r\n" % number
        step.set()
    assert await reader.readexactly(5) == b"0\r\n\r\n"
    writer.close()
