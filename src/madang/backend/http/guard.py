"""Host and Origin: a page of another site, and a name that was rebound to our address, get nothing.

Binding to loopback does not keep a browser out. A foreign page can post to 127.0.0.1 (Origin tells), and a foreign
name can be made to resolve to 127.0.0.1, after which its page is same-origin with us (Host tells).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from madang.kit.errors import ForbiddenError
from madang.settings import Settings

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


def own_hosts(settings: Settings) -> frozenset[str]:
    """The names under which this server may be addressed, without ports, in lower case."""
    names = (settings.host, *settings.public_hosts)
    return frozenset({*_LOOPBACK, *(_bracketed(name.lower()) for name in names)})


def is_own_host(header: str | None, hosts: Iterable[str]) -> bool:
    """Whether a Host header names us; its port does not matter."""
    name = _name_of(header or "")
    return name is not None and name in set(hosts)


def is_own_origin(origin: str | None, host: str | None, scheme: str) -> bool:
    """Whether a request may change things: no Origin (not a browser's page), or ours by name and port.

    `https` is accepted on a server that speaks http, because TLS may end before us; the reverse is not.
    """
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.path or parts.query or parts.fragment or parts.scheme not in {"https", _plain(scheme)}:
        return False
    default = 443 if parts.scheme == "https" else 80
    return _with_port(parts.netloc.lower(), default) == _with_port((host or "").lower(), default)


def check_request(headers: Headers, scope: Scope, hosts: Iterable[str]) -> None:
    """Raise ForbiddenError for a foreign Host, and for a foreign Origin on a change or a WebSocket."""
    host = headers.get("host")
    if len(headers.getlist("host")) != 1 or not is_own_host(host, hosts):
        raise ForbiddenError("this server does not go by that Host; MADANG_PUBLIC_HOSTS names further ones")
    if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
        return
    if not all(is_own_origin(origin, host, scope["scheme"]) for origin in headers.getlist("origin")):
        raise ForbiddenError("pages of another site may not do this")


class Guard:
    """The ASGI middleware of `check_request`; a WebSocket is refused before it is accepted."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is ours to answer, or raise ForbiddenError."""
        if scope["type"] in {"http", "websocket"}:
            check_request(Headers(scope=scope), scope, self._hosts)
        await self._app(scope, receive, send)


def _name_of(header: str) -> str | None:
    """The name in a Host header without its port; None where it has not the form of one."""
    name, _, port = header.lower().rpartition(":")
    if not name or header.endswith("]"):
        name, port = header.lower(), "0"
    if not port.isascii() or not port.isdigit() or any(c in name for c in "/@\\ ?#"):
        return None
    return name.removesuffix(".")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _with_port(netloc: str, default: int) -> str:
    has_port = ":" in netloc.rpartition("]")[2]
    return netloc if has_port else f"{netloc}:{default}"


def _plain(scheme: str) -> str:
    """The web's scheme of a request: a WebSocket's page is http where the socket is ws."""
    return {"ws": "http", "wss": "https"}.get(scheme, scheme)
