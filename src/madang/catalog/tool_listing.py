"""What an MCP server offers, asked of it for an import: straight through the guard, or through the proxy where a
connection has a credential for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from madang.catalog.connections import list_connections
from madang.catalog.values import Connection
from madang.kit.actor import Actor
from madang.kit.errors import MadangError, UpstreamError
from madang.kit.json import JsonObject
from madang.kit.pages import MAX_LIMIT, PageRequest
from madang.net.grants import GrantTerms
from madang.net.guard import AddressRefusedError
from madang.net.mcp_client import Listing, McpClient, McpRefusedError, Transport
from madang.net.mcp_transports import FetchTransport, ProxyTransport
from madang.net.pool import Pool
from madang.net.proxy_client import Call, ProxyClient
from madang.storage.engine import Database

TOLD_SECONDS: Final = 0.3
_CREDENTIAL_WANTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

Told = Callable[[int], Awaitable[None]]
"""Told now and then how many tools have been listed."""


class ToolLister:
    """Asks servers for their tools."""

    def __init__(self, database: Database, proxy: ProxyClient | None, *, seconds: float, max_bytes: int) -> None:
        self._database = database
        self._proxy = proxy
        self._seconds = seconds
        self._max_bytes = max_bytes

    async def listing(
        self, actor: Actor, url: str, told: Told, *, allowed_hosts: Sequence[str], connector_id: str | None
    ) -> JsonObject:
        """The listing of the server at `url`, as `schema.mcp` reads it.

        A new connector's server that wants a credential gives a listing without tools, so that there is a connection
        which the credential can be given to. Raises UpstreamError, and what the guard raises.
        """
        connection = None if connector_id is None else await self._connection(actor, connector_id, url)
        pool = Pool()
        transport = self._transport(actor, url, allowed_hosts, connection, pool)
        try:
            async with asyncio.timeout(self._seconds):
                return listing_json(await _listed(McpClient(transport), told))
        except McpRefusedError as error:
            if error.http_status not in _CREDENTIAL_WANTED:
                raise UpstreamError(f"{_shown(url)}: {error.detail}") from None
            if connector_id is not None:
                raise UpstreamError(_wanting(url, connection)) from None
            return {"mcp": {"wants_credential": True}, "tools": []}
        except AddressRefusedError:
            raise
        except TimeoutError:
            raise UpstreamError(f"{_shown(url)}: it did not list its tools within {self._seconds:g} s") from None
        except UpstreamError as error:
            raise UpstreamError(f"{_shown(url)}: {error.detail}") from None
        finally:
            await pool.close()

    async def _connection(self, actor: Actor, connector_id: str, url: str) -> Connection | None:
        """The connection to this very address that has a credential: no credential goes to another one."""
        async with self._database.begin() as db:
            found = await list_connections(actor, db, PageRequest(limit=MAX_LIMIT), connector_id=connector_id)
        return next((each for each in found.data if each.credentials and each.server_url == url), None)

    def _transport(
        self, actor: Actor, url: str, allowed_hosts: Sequence[str], connection: Connection | None, pool: Pool
    ) -> Transport:
        if connection is None or self._proxy is None:
            return FetchTransport(
                url, allowed=allowed_hosts, timeout_seconds=self._seconds, max_bytes=self._max_bytes, pool=pool
            )
        terms = GrantTerms(
            account=actor.account,
            actor=actor.user,
            connection=connection.id,
            functions=frozenset(),  # to list is no function's act; tools cannot be called with it
            purpose="outside",
        )

        def call_of(headers: Sequence[tuple[str, str]], body: bytes) -> Call:
            return Call(method="POST", path="/", terms=terms, headers=headers, body=body)

        return ProxyTransport(self._proxy, call_of, max_bytes=self._max_bytes)


def listing_json(listing: Listing) -> JsonObject:
    """A listing as the document that an import keeps."""
    about: JsonObject = {"protocol": listing.version, "server": listing.server, "instructions": listing.instructions}
    return {"mcp": about, "tools": [*listing.tools]}


async def _listed(client: McpClient, told: Told) -> Listing:
    """All tools; meanwhile `told` hears how many there are, but no oftener than every little while."""
    seen = 0

    def note(count: int) -> None:
        nonlocal seen
        seen = count

    async def tell() -> None:
        while True:
            await asyncio.sleep(TOLD_SECONDS)
            # A report that failed is no failure of the listing.
            with suppress(MadangError):
                await told(seen)

    telling = asyncio.create_task(tell())
    try:
        return await client.list_tools(note)
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


def _wanting(url: str, connection: Connection | None) -> str:
    if connection is None:
        return (
            f"{_shown(url)} wants a credential, and no connection to this address has one: give it "
            "(`madang connection credential CONNECTION bearer`), then update again"
        )
    return f"{_shown(url)} does not take the credential of the connection {connection.label!r}: give it another one"


def _shown(url: str) -> str:
    """A URL as it may be shown: without its query, which may hold a token."""
    return url.partition("?")[0]
