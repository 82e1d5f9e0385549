"""What goes wrong between the three: each is one clear answer, and says truly whether the request was sent."""

import asyncio
from typing import Any

import pytest


async def test_an_other_server_that_is_not_there_is_502_and_nothing_was_sent(lab: Any, proxy: Any) -> None:
    gone = lab.Upstream(port=1)
    proxy.connections.put(lab.view_of(gone))
    answer = await proxy.call()
    assert (answer.status, answer.headers["madang-sent"]) == (502, "0")
    assert answer.json()["detail"].startswith("cannot connect to 127.0.0.1, port 1")


async def test_one_that_never_answers_is_504_after_the_time_limit(lab: Any, proxy: Any, upstream: Any) -> None:
    async def hang(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        await reader.read()

    upstream.handler = hang
    answer = await proxy.call()
    assert (answer.status, answer.headers["madang-sent"]) == (504, "1")
    assert answer.json()["type"] == "urn:madang:problem:upstream-slow"
    await upstream.wait_open(0)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000,
    ],
    ids=["nothing", "half a head", "no HTTP", "two lengths", "lengths differ", "gzip coding", "fold", "101", "huge"],
)
async def test_an_answer_that_is_no_proper_http_is_502(lab: Any, proxy: Any, upstream: Any, answer: bytes) -> None:
    upstream.handler = lab.fixed(answer, close=True)
    got = await proxy.call()
    assert (got.status, got.headers["madang-sent"]) == (502, "1")


async def test_more_than_the_answer_is_not_taken_for_the_next_one(lab: Any, proxy: Any, upstream: Any) -> None:
    upstream.handler = lab.fixed(
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    )
    grant = proxy.grant()
    reader, writer = await proxy.open()
    writer.write(lab.request_bytes("GET", "/cxn_test/things/1", grant) * 3)
    bodies = [(await lab.read_answer(reader)).body for _ in range(3)]
    writer.close()
    assert bodies == [b"good"] * 3
    assert upstream.connections == 3


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalfzz",
    ],
    ids=["length", "chunked", "broken chunk"],
)
async def test_an_answer_that_breaks_off_breaks_off_for_the_client_too(
    lab: Any, proxy: Any, upstream: Any, answer: bytes
) -> None:
    upstream.handler = lab.fixed(answer, close=True)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await proxy.call()
    (record,) = await proxy.records()
    assert (record.outcome, record.status, record.is_sent, record.error) == ("cut", 200, True, "upstream")


async def test_an_answer_that_stops_in_the_middle_is_cut_after_the_idle_time(
    lab: Any, proxy: Any, upstream: Any
) -> None:
    async def stop(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        await reader.read()

    upstream.handler = stop
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await proxy.call()
    assert (await proxy.records())[0].error == "upstream-slow"


async def test_a_client_that_goes_away_ends_the_call_upstream(lab: Any, proxy: Any, upstream: Any) -> None:
    async def hang(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        await reader.read()

    upstream.handler = hang
    _, writer = await proxy.open()
    writer.write(lab.request_bytes("GET", "/cxn_test/things/1", proxy.grant()))
    await upstream.wait_open(1)
    writer.close()
    await upstream.wait_open(0)
    (record,) = await proxy.records()
    assert (record.outcome, record.is_sent, record.error) == ("failed", True, "client-gone")


async def test_an_early_answer_arrives_while_the_request_still_comes(lab: Any, proxy: Any, upstream: Any) -> None:
    async def refuse(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
        await writer.drain()
        await reader.read(10_000_000)
        writer.close()

    upstream.handler = refuse
    reader, writer = await proxy.open()
    writer.write(lab.request_bytes("POST", "/cxn_test/things", proxy.grant(), {"Content-Length": "1000000"}))
    writer.write(bytes(1_000))
    answer = await lab.read_answer(reader)
    assert (answer.status, answer.body) == (413, b"big")
    writer.write(bytes(200_000))
    assert await reader.read() == b""
    writer.close()


async def test_a_kept_connection_that_was_closed_costs_a_safe_call_nothing(lab: Any, proxy: Any, upstream: Any) -> None:
    calls = 0

    async def close_second(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            writer.transport.abort()
        else:
            await lab.answer_hello(up, head, reader, writer)

    upstream.handler = close_second
    assert [(await proxy.call()).status for _ in range(3)] == [200, 200, 200]
    assert calls == 4


async def test_a_call_that_must_not_be_repeated_is_not(lab: Any, proxy: Any, upstream: Any) -> None:
    calls = 0

    async def close_second(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            writer.transport.abort()
        else:
            await lab.answer_hello(up, head, reader, writer)

    upstream.handler = close_second
    assert (await proxy.call("PUT", body=b"1")).status == 200
    answer = await proxy.call("PUT", body=b"2")
    assert (answer.status, answer.headers["madang-sent"], calls) == (502, "1", 2)


async def test_a_body_over_the_limit_is_refused_before_or_while_it_comes(lab: Any, proxy: Any, upstream: Any) -> None:
    from madang.proxy.connections import Overrides

    proxy.connections.put(lab.view_of(upstream, overrides=Overrides(max_request_bytes=1_000)))
    before = await proxy.call("POST", "/cxn_test/things", body=bytes(1_001))
    head = lab.request_bytes("POST", "/cxn_test/things", proxy.grant(), {"Transfer-Encoding": "chunked"})
    while_it_comes = await proxy.send(head + b"320\r\n" + bytes(800) + b"\r\n320\r\n" + bytes(800) + b"\r\n0\r\n\r\n")
    assert [(answer.status, answer.headers["madang-sent"]) for answer in (before, while_it_comes)] == [
        (413, "0"),
        (413, "1"),
    ]


async def test_a_client_that_does_not_finish_its_head_is_closed(proxy: Any) -> None:
    reader, writer = await proxy.open()
    writer.write(b"GET /cxn_test/things/1 HTTP/1.1\r\nHost: 127.")
    async with asyncio.timeout(3):
        assert await reader.read() == b""
    writer.close()


async def test_a_client_that_does_not_finish_its_body_is_408(lab: Any, proxy: Any, upstream: Any) -> None:
    answer = await proxy.send(
        lab.request_bytes("POST", "/cxn_test/things", proxy.grant(), {"Content-Length": "10"}) + b"half"
    )
    assert (answer.status, answer.headers["madang-sent"]) == (408, "1")
    await upstream.wait_open(0)


async def test_stopping_lets_calls_end_and_takes_no_new_ones(lab: Any, proxy: Any, upstream: Any) -> None:
    async def slow(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        await asyncio.sleep(0.3)
        await lab.answer_hello(up, head, reader, writer)

    upstream.handler = slow
    call = asyncio.create_task(proxy.call())
    await upstream.wait_open(1)
    proxy.stop.set()
    await asyncio.sleep(0.05)
    with pytest.raises(ConnectionRefusedError):
        await proxy.open()
    assert (await call).status == 200
    async with asyncio.timeout(3):
        await proxy.task
    assert (await proxy.records())[0].outcome == "answered"
    assert list((proxy.home / "run" / "spool").iterdir()) == []
