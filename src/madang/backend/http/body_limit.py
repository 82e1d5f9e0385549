"""The size of a request's body: refused by its header before a byte is read, else as soon as it is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from madang.kit.errors import TooLargeError, UsageError

BODY_LIMIT: Final = 25 * 1024 * 1024
"""Bytes that a body may have."""


class BodyLimit:
    """The ASGI middleware. It counts what arrives, because a chunked body announces nothing. `larger` are the limits of
    paths that take more."""

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._limit = limit
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or raise TooLargeError."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger.get(scope.get("path", ""), self._limit)
        if _announced(Headers(scope=scope)) > limit:
            raise TooLargeError(f"the body is larger than {limit:,} bytes")
        await self._app(scope, self._counted(receive, limit), send)

    def _counted(self, receive: Receive, limit: int) -> Receive:
        size = 0

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                # An HTTPException, because FastAPI turns any other error while reading a body into a 400.
                raise HTTPException(413, f"the body is larger than {limit:,} bytes")
            return message

        return receive_counted


def _announced(headers: Headers) -> int:
    text = headers.get("content-length", "0")
    if not text.isascii() or not text.isdigit():
        raise UsageError("Content-Length is not a number")
    return int(text)
