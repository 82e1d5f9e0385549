"""The listening side: clients' connections, what each request is handed to, time limits, an orderly end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection
from contextlib import suppress

from madang.kit.errors import MadangError
from madang.kit.ids import new_id
from madang.net.pool import Pool
from madang.proxy.client_connection import ClientConnection, Work
from madang.proxy.dispatch import Dispatcher
from madang.proxy.incoming import Incoming
from madang.proxy.internal import InternalRoutes, OwnAnswer
from madang.proxy.limits import Limits
from madang.proxy.policy import check_host, find_health
from madang.proxy.relay import Relay
from madang.proxy.spool import Spool


class ProxyServer:
    """Serves clients of one listening socket in the running loop."""

    def __init__(
        self,
        *,
        dispatcher: Dispatcher,
        routes: InternalRoutes,
        pool: Pool,
        spool: Spool,
        limits: Limits,
        hosts: Collection[str],
    ) -> None:
        self._dispatcher = dispatcher
        self._routes = routes
        self._pool = pool
        self._spool = spool
        self._limits = limits
        self._hosts = frozenset(host.lower() for host in hosts)
        self._clients: set[ClientConnection] = set()
        self._is_empty = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._sweeping: asyncio.TimerHandle | None = None

    async def start(self, sock: socket.socket) -> None:
        """Accept connections."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, sock=sock, backlog=1_024)
        self._sweep()

    async def stop(self) -> None:
        """Accept none any more, end what is under way within the grace, then close the rest."""
        if self._server:
            self._server.close()
        if not self._clients:
            self._is_empty.set()
        for client in list(self._clients):
            client.drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.grace_seconds):
                await self._is_empty.wait()
        for client in list(self._clients):
            client.abort()
        await self._is_empty.wait()
        if self._sweeping:
            self._sweeping.cancel()

    def _accept(self) -> ClientConnection:
        client = ClientConnection(self._begin, self._forget, self._limits, _new_call_id)
        self._clients.add(client)
        self._is_empty.clear()
        if len(self._clients) > self._limits.max_connections:
            asyncio.get_running_loop().call_soon(client.abort)
        return client

    def _forget(self, client: ClientConnection) -> None:
        self._clients.discard(client)
        if not self._clients:
            self._is_empty.set()

    def _begin(self, incoming: Incoming, client: ClientConnection) -> Work:
        if find_health(incoming.method, incoming.target) is not None:
            return self._answer(incoming, client)
        try:
            check_host(incoming.headers, incoming.version, self._hosts)
        except MadangError as error:
            return _Refusal(error, client)
        if incoming.target.startswith(b"/-/"):
            return self._answer(incoming, client)
        relay = Relay(incoming, client, self._dispatcher, self._pool, self._spool)
        relay.start()
        return relay

    def _answer(self, incoming: Incoming, client: ClientConnection) -> Work:
        work = OwnAnswer(incoming, client, self._routes, _new_call_id())
        work.start()
        return work

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for client in list(self._clients):
            client.check_time(now)
        self._sweeping = loop.call_later(self._limits.sweep_seconds, self._sweep)


class _Refusal:
    """A request that is refused before anything is looked up."""

    def __init__(self, error: MadangError, client: ClientConnection) -> None:
        self.call_id = _new_call_id()
        self._error = error
        self._client = client
        self._handle = asyncio.get_running_loop().call_soon(self._answer)

    def abort(self) -> None:
        """The client has gone."""
        self._handle.cancel()

    def check_time(self, now: float) -> None:
        """It takes no time."""

    def pause_answer(self) -> None:
        """The answer is small."""

    def resume_answer(self) -> None:
        """The answer is small."""

    def _answer(self) -> None:
        self._client.answer_problem(self._error, self.call_id, sent=False)


def _new_call_id() -> str:
    return new_id("call")
