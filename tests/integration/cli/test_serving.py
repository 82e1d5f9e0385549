import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import websockets

from madang.kit.errors import UnavailableError, UsageError
from madang.logs import trace_id
from madang.net.listening import bind_socket
from madang.net.serving import HEAD_LIMIT, AsgiApp, serve_asgi

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class TinyApp:
    """Answers every request with its trace id; `/slow` takes as long as it is told; echoes WebSocket messages."""

    def __init__(self, *, slow_seconds: float = 0.3) -> None:
        self.slow_seconds = slow_seconds
        self.has_ended = False
        self.codes: list[int] = []

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self.has_ended = True
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "websocket":
            await self.echo(receive, send)
        else:
            if scope["path"] == "/slow":
                await asyncio.sleep(self.slow_seconds)
            body = (trace_id.get() or "").encode()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": body})

    async def echo(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                self.codes.append(message["code"])
                return
            await send({"type": "websocket.send", "text": message["text"]})


@asynccontextmanager
async def serving(app: AsgiApp, **options: Any) -> AsyncIterator[tuple[str, asyncio.Event, asyncio.Task[None]]]:
    stop, url = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        serve_asgi(app, host="127.0.0.1", port=0, server_name="tiny", ready=url.set_result, stop=stop, **options)
    )
    try:
        yield await asyncio.wait_for(url, 5), stop, task
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def test_a_request_is_answered_in_the_trace_of_its_caller_and_without_a_server_header() -> None:
    async with serving(TinyApp()) as (url, _, _), httpx.AsyncClient() as client:
        answer = await client.get(url, headers={"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"})
        other = await client.get(url, headers={"traceparent": "nonsense"})
    assert answer.text == "ab" * 16
    assert len(other.text) == 32
    assert "server" not in answer.headers


async def test_a_request_under_way_is_answered_before_the_server_ends() -> None:
    app = TinyApp()
    async with serving(app) as (url, stop, task), httpx.AsyncClient() as client:
        asking = asyncio.create_task(client.get(f"{url}/slow"))
        await asyncio.sleep(0.1)
        stop.set()
        answer = await asking
        await task
    assert answer.status_code == 200
    assert app.has_ended


async def test_a_request_that_does_not_end_is_cut_after_the_grace_time() -> None:
    app = TinyApp(slow_seconds=60)
    async with serving(app, grace_seconds=0.2) as (url, stop, task), httpx.AsyncClient() as client:
        asking = asyncio.create_task(client.get(f"{url}/slow", timeout=30))
        await asyncio.sleep(0.1)
        stop.set()
        await asyncio.wait_for(task, 3)
        with pytest.raises(httpx.HTTPError):
            (await asking).raise_for_status()
    assert app.has_ended


async def test_websockets_are_told_that_the_server_goes_away() -> None:
    app = TinyApp()
    async with serving(app) as (url, stop, task), websockets.connect(url.replace("http", "ws")) as client:
        await client.send("hello")
        assert await client.recv() == "hello"
        stop.set()
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await client.recv()
        await task
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    assert app.codes == [1001]


async def test_a_message_over_the_limit_closes_its_websocket() -> None:
    async with serving(TinyApp(), ws_max_size=1_000) as (url, _, _), websockets.connect(url.replace("http", "ws")) as c:
        await c.send("x" * 1_001)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await c.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize("is_complete", [True, False])
async def test_a_head_over_the_limit_is_refused_with_431(is_complete: bool) -> None:
    async with serving(TinyApp()) as (url, _, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * HEAD_LIMIT + b"\r\n\r\n" * is_complete)
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 431 ")


async def test_a_long_body_does_not_count_as_head() -> None:
    async with serving(TinyApp()) as (url, _, _), httpx.AsyncClient() as client:
        answers = [await client.post(url, content=b"x" * HEAD_LIMIT * 3) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]


async def test_what_the_lifespan_raises_at_start_is_raised_by_the_server() -> None:
    async def app(_scope: Any, receive: Receive, send: Send) -> None:
        await receive()
        try:
            raise UnavailableError("the database cannot be reached")
        except UnavailableError:
            await send({"type": "lifespan.startup.failed", "message": "Traceback ..."})
            raise

    with pytest.raises(UnavailableError, match="the database cannot be reached"):
        await serve_asgi(app, host="127.0.0.1", port=0, server_name="tiny")


def test_a_port_in_use_is_one_line_that_names_its_user_and_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError) as raised:
            bind_socket("127.0.0.1", port, setting="MADANG_PROXY_PORT")
    assert raised.value.detail.startswith(f"port {port} on 127.0.0.1 is in use: stop the program that uses it")
    assert raised.value.detail.endswith("or set MADANG_PROXY_PORT")
    assert "\n" not in raised.value.detail


def test_an_address_that_is_not_ours_is_one_line_that_names_the_setting() -> None:
    with pytest.raises(UsageError, match="MADANG_HOST"):
        bind_socket("203.0.113.7", 0)
