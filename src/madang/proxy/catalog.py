"""Connections from the catalogue: read once, kept until the catalogue says that they changed.

PostgreSQL tells of changes on a channel. While nothing is heard (start, a lost connection), nothing is kept either, so
that a removed connection or a changed address is never served from an old memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from madang.catalog.mediation import CHANNEL, Mediated, MediatedFunction, find_mediated
from madang.kit.errors import MadangError, NotFoundError, UnavailableError
from madang.logs import get_logger
from madang.proxy.connections import ConnectionView, FunctionView, Overrides
from madang.schema.functions import SecurityRequirement
from madang.storage.direct import connect
from madang.storage.engine import Database

LISTEN_AGAIN_SECONDS = 1.0
ALIVE_SECONDS = 5.0

_PORTS = {"http": 80, "https": 443}
_TOOL_SECONDS = 300.0
"""Between bytes of an answer of an MCP server: a tool is often at work for minutes, and says nothing meanwhile."""

_log = get_logger("proxy")


class CatalogConnections:
    """`Connections` over the catalogue. `start` begins to listen; `stop` ends it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._views: dict[str, tuple[str, ConnectionView]] = {}
        self._is_listening = False
        self._generation = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen, in the background."""
        self._task = asyncio.create_task(self._listen_for_ever())

    async def stop(self) -> None:
        """End listening."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def get(self, connection_id: str) -> ConnectionView:
        """The connection. Raises NotFoundError, and UnavailableError where the database is not there."""
        kept = self._views.get(connection_id)
        if kept is not None:
            return kept[1]
        generation = self._generation
        try:
            async with self._database.begin() as db:
                found = await find_mediated(db, connection_id)
        except (SQLAlchemyError, OSError):
            raise UnavailableError("the catalogue cannot be read now; is the database running?") from None
        if found is None:
            raise NotFoundError("there is no such connection")
        view = view_of(found)
        # A change that was heard while this was read may be newer than what was read.
        if self._is_listening and generation == self._generation:
            self._views[connection_id] = (found.connector_id, view)
        return view

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except (MadangError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("changes of the catalogue are not heard", reason=str(error))
            finally:
                self._is_listening = False
                self._forget_all()
            await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    async def _listen(self) -> None:
        async with connect(self._database.url) as connection:
            await connection.add_listener(CHANNEL, self._heard)
            self._forget_all()
            self._is_listening = True
            while True:
                await asyncio.sleep(ALIVE_SECONDS)
                await connection.execute("SELECT 1")

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self._generation += 1
        changed = str(payload)
        self._views = {key: kept for key, kept in self._views.items() if changed not in (key, kept[0])}

    def _forget_all(self) -> None:
        self._generation += 1
        self._views.clear()


def view_of(found: Mediated) -> ConnectionView:
    """A connection of the catalogue as the proxy sees it."""
    schemes = {scheme.name: scheme for scheme in (*found.own_schemes, *found.security_schemes)}
    own = _own_requirement(found)
    waits = Overrides(first_byte_seconds=_TOOL_SECONDS, idle_seconds=_TOOL_SECONDS) if found.is_mcp else Overrides()
    return ConnectionView(
        id=found.id,
        account=found.account,
        server_url=found.server_url,
        functions=[_function(found, function, own) for function in found.functions],
        allowed_hosts=frozenset(found.allowed_hosts),
        credential_refs=dict(found.credentials),
        security_schemes=schemes,
        overrides=waits,
        is_mcp=found.is_mcp,
        handshake_security=(*own, *({scheme.name: ()} for scheme in found.security_schemes)) if found.is_mcp else (),
    )


def _function(found: Mediated, function: MediatedFunction, own: Sequence[SecurityRequirement]) -> FunctionView:
    asks_for_something = any(function.security)
    if function.tool is not None:  # every MCP server is taken to know a bearer token; what a person declares goes first
        own = (*own, *function.security)
        asks_for_something = False
    return FunctionView(
        id=function.id,
        method=function.method,
        path=function.path,
        security=function.security if asks_for_something else own,
        effect=function.effect,
        server_url=_own_server(found, function),
        tool=function.tool,
    )


def _own_requirement(found: Mediated) -> Sequence[SecurityRequirement]:
    """What the connection itself puts into a call whose document asks for nothing: all its schemes with a credential.

    A scheme that the document has by the same name is the document's, and not meant here.
    """
    taken = {scheme.name for scheme in found.security_schemes}
    names = [each.name for each in found.own_schemes if each.name in found.credentials and each.name not in taken]
    return (dict.fromkeys(names, ()),) if names else ()


def _own_server(found: Mediated, function: MediatedFunction) -> str | None:
    """The server that the operation names itself, where the connection may reach it: its own origin, or one that it
    allow-lists. A document alone cannot send a credential elsewhere."""
    for server in function.servers:
        url = urljoin(found.server_url, server)
        if "{" not in url and (_origin(url) == _origin(found.server_url) or _origin(url) in found.allowed_hosts):
            return url
    return None


def _origin(url: str) -> str:
    """`host:port` of a URL, as connections allow-list it; empty where there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return ""
    host = parts.hostname or ""
    return f"{f'[{host}]' if ':' in host else host}:{port}" if host and port else ""
