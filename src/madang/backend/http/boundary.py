"""The outermost layer: a trace id for every request, security headers on every answer, every error a problem."""

from __future__ import annotations

import re
import secrets
from collections.abc import MutableMapping
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from madang.backend.http.document import methods_at
from madang.backend.http.problems import MethodNotAllowedError, problem_response, translate
from madang.logs import get_logger, trace_id

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: Final = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_TRACEPARENT: Final = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")
_REFUSED_SOCKET: Final = 1008
_FAILED_SOCKET: Final = 1011
"""A client comes again after this one."""
_log = get_logger("backend")


class Boundary:
    """The ASGI middleware. `except Exception` here is the one place where an unforeseen error ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or talk on a WebSocket; nothing is raised before an answer has begun."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        token = trace_id.set(trace_id.get() or trace_of(Headers(scope=scope)))
        try:
            await (self._answer if scope["type"] == "http" else self._talk)(scope, receive, send)
        finally:
            trace_id.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_started = False

        async def send_guarded(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                _set_headers(message, scope["path"])
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        except Exception as error:
            if is_started:
                raise  # half an answer is out: the server cuts the connection, so that nobody takes it for a whole
            await respond_to(error)(scope, receive, send_guarded)

    async def _talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_closed = False

        async def send_noted(message: Message) -> None:
            nonlocal is_closed
            is_closed = is_closed or message["type"] == "websocket.close"
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception as error:  # noqa: BLE001 - a boundary: logged, and the socket is told
            problem = translate(error)
            _note(error, problem.status)
            if not is_closed:
                code = _FAILED_SOCKET if problem.status >= 500 else _REFUSED_SOCKET
                await send({"type": "websocket.close", "code": code, "reason": problem.title})


def respond_to(error: Exception) -> Response:
    """The answer to an error; one that is our fault is logged with its traceback."""
    problem = translate(error)
    _note(error, problem.status)
    return problem_response(problem, trace_id.get())


async def respond(request: Request, error: Exception) -> Response:
    """`respond_to` as FastAPI wants a handler, for the errors that it would answer itself."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        # Each method is a route of its own to FastAPI, and its Allow names the first that it came upon.
        error = MethodNotAllowedError(methods_at(request.app.openapi(), request.url.path) or ("GET", "HEAD"))
    return respond_to(error)


def trace_of(headers: Headers) -> str:
    """The trace id of a W3C `traceparent` header, or a new one."""
    match = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    return match[1] if match else secrets.token_hex(16)


def _note(error: Exception, status: int) -> None:
    if status >= 500:
        _log.error("request failed", status=status, exc_info=error)


def _set_headers(message: MutableMapping[str, Any], path: str) -> None:
    headers = MutableHeaders(raw=message.setdefault("headers", []))
    for name, value in SECURITY_HEADERS:
        headers.setdefault(name, value)
    if path.startswith("/api"):
        headers.setdefault("Cache-Control", "no-store")
