"""One ASGI application on one port in this process: `await serve_asgi(app, host=..., port=..., server_name=...)`.

One process a server, without workers below it: kill -9 leaves no orphan, and N of them stand behind a load balancer.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Generator, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from madang.logs import get_logger, trace_id
from madang.net.listening import bind_socket, url_of
from madang.net.signals import on_signals

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]

HEAD_LIMIT = 32 * 1024
"""Bytes of a request's first line and headers; more is answered 431."""
MESSAGE_LIMIT = 1024 * 1024
"""Bytes of one WebSocket message, unless a server says otherwise."""
GRACE_SECONDS = 2.0
"""How long requests that are under way may take to end when the server stops."""

STOPPING = "madang.stopping"
"""The member of a request's scope that holds an `asyncio.Event`, set when the server begins to stop."""

_QUIET_PATHS = ("/healthz", "/readyz")
_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_log = get_logger("http")


async def serve_asgi(
    app: AsgiApp,
    *,
    host: str,
    port: int,
    server_name: str,
    ready: Callable[[str], None] | None = None,
    ws_max_size: int = MESSAGE_LIMIT,
    grace_seconds: float = GRACE_SECONDS,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or `stop`; then end open requests, close WebSockets with 1001, end the lifespan.

    `ready` is called with the base URL once connections are accepted. A request that waits for something to happen
    finds under `STOPPING` in its scope the event that tells it to answer now.

    Raises UsageError where the port cannot be had, and what the application's lifespan raised at start.
    """
    sock = bind_socket(host, port, setting=f"MADANG_{server_name.upper()}_PORT")
    stopping = asyncio.Event()
    observed = _Observed(app, stopping)
    config = uvicorn.Config(
        cast("Any", observed),
        http=_Http,
        ws=_WebSocket,
        ws_max_size=ws_max_size,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=cast("int", grace_seconds),
    )
    server = _Server(config, lambda: ready(url_of(sock)) if ready else None)
    try:
        with _stopping(server, stop, stopping.set):
            await server.serve(sockets=[sock])
    except SystemExit:
        raise observed.failure or RuntimeError(f"{server_name} did not start") from None
    finally:
        sock.close()


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals, which would end the process by the signal."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


class _Http(HttpToolsProtocol):
    """HTTP/1.1 with a limit on the size of a request's head, which httptools itself does not have."""

    _in_head = True
    _head_bytes = 0
    _is_refused = False

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_LIMIT and not self._is_refused:
            self.send_400_response("")

    def on_headers_complete(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_LIMIT:
            raise ValueError("the head is over its limit")
        self._in_head, self._head_bytes = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._is_refused = True
        if self._in_head and self._head_bytes > HEAD_LIMIT:
            self.transport.write(_HEAD_TOO_LARGE)
            self.transport.close()
        else:
            super().send_400_response(msg)


class _WebSocket(WebSocketsSansIOProtocol):
    """WebSockets that are told "going away" when the server stops."""

    def shutdown(self) -> None:
        if self.close_sent or not self.handshake_complete:
            super().shutdown()
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": 1001})
        self.conn.send_close(1001)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()


class _Observed:
    """An application with its trace id set and its requests logged; keeps why the lifespan failed."""

    def __init__(self, app: AsgiApp, stopping: asyncio.Event) -> None:
        self._app = app
        self._stopping = stopping
        self.failure: BaseException | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._run_lifespan(scope, receive, send)
        elif scope["type"] == "websocket":
            trace_id.set(_trace_of(scope))
            await self._app(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _run_lifespan(self, scope: Message, receive: Receive, send: Send) -> None:
        async def send_brief(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                self.failure = RuntimeError(message.get("message") or "the application did not start")
                message = {"type": message["type"]}
            await send(message)

        try:
            await self._app(scope, receive, send_brief)
        except BaseException as error:
            if self.failure is not None:
                self.failure = error
            raise

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        trace_id.set(_trace_of(scope))
        started = time.perf_counter()
        status = 0

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        scope[STOPPING] = self._stopping
        try:
            await self._app(scope, receive, send_noted)
        finally:
            quiet = scope["path"].endswith(_QUIET_PATHS) and status < 500
            _log.log(
                "debug" if quiet else "info",
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round((time.perf_counter() - started) * 1_000, 1),
            )


def _trace_of(scope: Message) -> str:
    """The trace that the caller is in (W3C Trace Context), or a new one."""
    for name, value in scope["headers"]:
        if name == b"traceparent" and (match := _TRACEPARENT.fullmatch(value)):
            return match[1].decode()
    return secrets.token_hex(16)


@contextmanager
def _stopping(server: uvicorn.Server, stop: asyncio.Event | None, tell: Callable[[], None]) -> Iterator[None]:
    """End the server by a signal, or by the event; a second Ctrl-C ends it without waiting for requests."""

    def end() -> None:
        server.should_exit = True
        tell()

    def interrupt() -> None:
        server.force_exit = server.should_exit
        end()

    async def end_after(event: asyncio.Event) -> None:
        await event.wait()
        end()

    waiting = asyncio.create_task(end_after(stop)) if stop else None
    with on_signals(end, [signal.SIGTERM]), on_signals(interrupt, [signal.SIGINT]):
        try:
            yield
        finally:
            if waiting:
                waiting.cancel()
