"""What the proxy knows of a connection, and the seam by which it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from madang.kit.errors import NotFoundError
from madang.schema.functions import SecurityRequirement, SecurityScheme
from madang.types.effects import EffectClass


@dataclass(frozen=True, kw_only=True)
class FunctionView:
    """One function of a connection: `path` is the document's template, below `server_url` or the connection's own.

    `tool` is the name of a tool of an MCP server, which has no path.
    """

    id: str
    method: str
    path: str
    security: Sequence[SecurityRequirement] = ()
    effect: EffectClass = "unsafe"
    server_url: str | None = None
    tool: str | None = None


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What a connection does differently: constant headers, and limits where None is the proxy's own."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    max_request_bytes: int | None = None
    first_byte_seconds: float | None = None
    idle_seconds: float | None = None
    total_seconds: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class ConnectionView:
    """A connection as the proxy needs it. `allowed_hosts` are `host:port` pairs that the guard lets pass;
    `credential_refs` name the credential of each security scheme that has one. A change is a new view.

    `is_mcp`: the server speaks MCP at `server_url` itself; `handshake_security` is what goes into messages that call
    no tool.
    """

    id: str
    account: str
    server_url: str
    functions: Sequence[FunctionView]
    allowed_hosts: frozenset[str] = frozenset()
    credential_refs: Mapping[str, str] = field(default_factory=dict[str, str])
    security_schemes: Mapping[str, SecurityScheme] = field(default_factory=dict[str, SecurityScheme])
    overrides: Overrides = field(default_factory=Overrides)
    is_mcp: bool = False
    handshake_security: Sequence[SecurityRequirement] = ()


class Connections(Protocol):
    """Tells about connections. Answers from memory on the way of a call, and gives the same view until it changes."""

    async def get(self, connection_id: str) -> ConnectionView:
        """The connection. Raises NotFoundError."""
        ...


class StaticConnections:
    """Connections that are given by the program; for tests, and for a proxy without a catalogue."""

    def __init__(self, views: Iterable[ConnectionView] = ()) -> None:
        self._views = {view.id: view for view in views}

    async def get(self, connection_id: str) -> ConnectionView:
        """The connection. Raises NotFoundError."""
        view = self._views.get(connection_id)
        if view is None:
            raise NotFoundError("there is no such connection")
        return view

    def put(self, view: ConnectionView) -> None:
        """Add or replace a connection."""
        self._views[view.id] = view

    def remove(self, connection_id: str) -> None:
        """Remove a connection; nothing happens where there is none."""
        self._views.pop(connection_id, None)
