"""Connections that wait for their next request, by who uses them and where they lead.

A connection leads to an address that the guard has checked; another connection of another owner is never shared.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict, deque
from math import inf
from typing import NamedTuple

from madang.net.guard import Resolver, Target, resolve_by_system, resolve_checked
from madang.net.upstream import UpstreamConnection, UpstreamFailedError, UpstreamSlowError

BRIEF_IDLE_SECONDS = 3.0
"""A request that must not be repeated takes no connection that was idle for longer: servers close theirs after 5 s."""


class PoolKey(NamedTuple):
    """Who uses a connection (a connection id, or our own name) and where it leads.

    `allowed` are the addresses that the guard lets pass; None is an address of the operator's settings: trusted.
    """

    owner: str
    scheme: str
    host: str
    port: int
    allowed: frozenset[str] | None = frozenset()

    @classmethod
    def of(cls, owner: str, target: Target, allowed: frozenset[str] | None = frozenset()) -> PoolKey:
        """The key for a target."""
        return cls(owner, target.scheme, target.host, target.port, allowed)


class Pool:
    """Opens connections through the guard, keeps idle ones, and bounds how many there are for a key."""

    def __init__(
        self,
        *,
        ssl_context: ssl.SSLContext | None = None,
        resolver: Resolver = resolve_by_system,
        connect_seconds: float = 10.0,
        idle_seconds: float = 60.0,
        max_per_key: int = 256,
    ) -> None:
        self._ssl = ssl_context
        self._resolver = resolver
        self._connect_seconds = connect_seconds
        self._idle_seconds = idle_seconds
        self._max = max_per_key
        self._idle: dict[PoolKey, deque[tuple[float, UpstreamConnection]]] = defaultdict(deque)
        self._open: dict[UpstreamConnection, PoolKey] = {}
        self._counts: dict[PoolKey, int] = defaultdict(int)
        self._waiting: dict[PoolKey, deque[asyncio.Future[UpstreamConnection | None]]] = defaultdict(deque)
        self._sweeping: asyncio.TimerHandle | None = None

    def find_idle(self, key: PoolKey, max_idle_seconds: float = inf) -> UpstreamConnection | None:
        """A connection that waits, the last used first, if it was used within `max_idle_seconds`, or None."""
        waiting = self._idle.get(key)
        oldest = asyncio.get_running_loop().time() - max_idle_seconds
        while waiting and waiting[-1][0] > oldest:
            _, connection = waiting.pop()
            if not connection.is_closed:
                return connection
        return None

    async def acquire(self, key: PoolKey, max_idle_seconds: float = inf) -> UpstreamConnection:
        """A connection, opened if none waits that was used within `max_idle_seconds` (0: a new one).

        Raises UpstreamFailedError (not sent) where none can be had, and what the guard raises.
        """
        while True:
            if found := self.find_idle(key, max_idle_seconds):
                return found
            if self._counts[key] < self._max:
                self._counts[key] += 1
                break
            given = await self._wait(key)
            if given is None:
                break
            if not given.is_closed:
                return given
        try:
            return await self._connect(key)
        except BaseException:
            self._free(key)
            raise

    async def close(self) -> None:
        """Close all connections, those in use too."""
        if self._sweeping:
            self._sweeping.cancel()
        for connection in list(self._open):
            connection.abort()
        await asyncio.sleep(0)

    async def _wait(self, key: PoolKey) -> UpstreamConnection | None:
        future: asyncio.Future[UpstreamConnection | None] = asyncio.get_running_loop().create_future()
        self._waiting[key].append(future)
        try:
            async with asyncio.timeout(self._connect_seconds):
                return await future
        except (TimeoutError, asyncio.CancelledError) as error:
            if future.done() and not future.cancelled():
                self._give_back(key, future.result())
            if isinstance(error, asyncio.CancelledError):
                raise
            raise UpstreamSlowError(
                f"all {self._max} connections to {key.host} are busy; try again later", is_sent=False
            ) from None

    def _give_back(self, key: PoolKey, given: UpstreamConnection | None) -> None:
        if given is None:
            self._free(key)
        else:
            self._release(given)

    async def _connect(self, key: PoolKey) -> UpstreamConnection:
        try:
            async with asyncio.timeout(self._connect_seconds):
                if key.allowed is None:
                    addresses = list(await self._resolver(key.host, key.port))
                else:
                    addresses = await resolve_checked(key.host, key.port, key.allowed, self._resolver)
                return await self._connect_to(key, addresses)
        except TimeoutError:
            raise UpstreamSlowError(
                f"{key.host}, port {key.port}, does not accept a connection within {self._connect_seconds:g} s",
                is_sent=False,
            ) from None

    async def _connect_to(self, key: PoolKey, addresses: list[str]) -> UpstreamConnection:
        loop = asyncio.get_running_loop()
        problem = "it has no address"
        for address in addresses:
            connection = UpstreamConnection(self._release, self._forget)
            try:
                await loop.create_connection(
                    lambda made=connection: made,
                    address,
                    key.port,
                    ssl=self._tls() if key.scheme == "https" else None,
                    server_hostname=key.host if key.scheme == "https" else None,
                )
            except ssl.SSLError as error:
                problem = f"TLS: {getattr(error, 'verify_message', '') or error.reason or 'handshake failed'}"
            except OSError as error:
                problem = error.strerror or "no connection"
            else:
                self._open[connection] = key
                return connection
        raise UpstreamFailedError(f"cannot connect to {key.host}, port {key.port}: {problem}", is_sent=False)

    def _tls(self) -> ssl.SSLContext:
        if self._ssl is None:
            self._ssl = ssl.create_default_context()
            self._ssl.set_alpn_protocols(["http/1.1"])
        return self._ssl

    def _release(self, connection: UpstreamConnection) -> None:
        key = self._open.get(connection)
        if key is None or connection.is_closed:
            return
        if not self._hand_over(key, connection):
            self._idle[key].append((asyncio.get_running_loop().time(), connection))
            self._schedule_sweep()

    def _forget(self, connection: UpstreamConnection) -> None:
        key = self._open.pop(connection, None)
        if key is not None:
            self._free(key)

    def _free(self, key: PoolKey) -> None:
        if self._hand_over(key, None):
            return
        self._counts[key] -= 1
        if not self._counts[key]:
            for table in (self._counts, self._idle, self._waiting):
                table.pop(key, None)

    def _hand_over(self, key: PoolKey, connection: UpstreamConnection | None) -> bool:
        """Give a connection, or the right to open one (None), to who waits longest."""
        waiting = self._waiting.get(key)
        while waiting:
            future = waiting.popleft()
            if not future.done():
                future.set_result(connection)
                return True
        return False

    def _schedule_sweep(self) -> None:
        if self._sweeping is None:
            self._sweeping = asyncio.get_running_loop().call_later(self._idle_seconds / 2, self._sweep)

    def _sweep(self) -> None:
        self._sweeping = None
        oldest = asyncio.get_running_loop().time() - self._idle_seconds
        for waiting in list(self._idle.values()):
            while waiting and (waiting[0][1].is_closed or waiting[0][0] < oldest):
                waiting.popleft()[1].abort()
        if any(self._idle.values()):
            self._schedule_sweep()
