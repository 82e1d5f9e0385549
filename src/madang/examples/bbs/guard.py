"""What is refused before a request is read: foreign Host names, and bodies over the limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

from madang.examples.bbs.problems import problem_response
from madang.kit.errors import ForbiddenError
from madang.settings import Settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

BODY_LIMIT = 2 * 1024 * 1024
"""Bytes of a request's body. The longest text that is allowed fits, however its characters are written in JSON."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The names by which the board may be called: those of this machine, and those that the operator set."""
    return _LOOPBACK | {name.lower() for name in (settings.host, *settings.public_hosts)} - _ANY


def host_of(value: str) -> str:
    """The name in a Host field (RFC 9110, 7.2), without port, brackets and case."""
    if value.startswith("["):
        return value[1:].partition("]")[0].lower()
    return value.partition(":")[0].rstrip(".").lower()


class HostGuard:
    """Answers 403 to a request for another host: a page that points its own name at this machine gets nothing."""

    def __init__(self, app: App, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and not self._is_allowed(scope):
            refusal = ForbiddenError("this Host is not one of the board's; set MADANG_PUBLIC_HOSTS to allow it")
            await problem_response(refusal)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_allowed(self, scope: Message) -> bool:
        found = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        return len(found) == 1 and host_of(found[0]) in self._hosts


class BodyGuard:
    """Stops reading a body at the limit, whatever its Content-Length says."""

    def __init__(self, app: App, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request."""
        read = 0

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._limit:
                raise HTTPException(413, f"the body is over {self._limit} bytes; send less")
            return message

        await self._app(scope, receive_some, send)
