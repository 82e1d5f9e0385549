"""The proxy put together: `await create_app(settings).serve(ready)`, best under uvloop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from madang.kit.clock import Clock, SystemClock
from madang.kit.errors import UsageError
from madang.logs import get_logger
from madang.net.grants import GrantVerifier
from madang.net.guard import Resolver, resolve_by_system
from madang.net.listening import bind_socket, url_of
from madang.net.pool import Pool
from madang.net.signals import on_signals
from madang.proxy.catalog import CatalogConnections
from madang.proxy.connections import Connections
from madang.proxy.credentials import StoredCredentials
from madang.proxy.dispatch import Dispatcher
from madang.proxy.drain import Drain
from madang.proxy.internal import InternalRoutes
from madang.proxy.limits import Limits
from madang.proxy.oauth import Tokens
from madang.proxy.readiness import Readiness
from madang.proxy.server import ProxyServer
from madang.proxy.spool import Spool
from madang.settings import Settings
from madang.storage.engine import Database
from madang.storage.keys import parse_keys
from madang.storage.vault import Vault

_log = get_logger("proxy")


class ProxyApp:
    """One process of the proxy. Needs a database URL, the credential key and the public keys of grants."""

    def __init__(
        self,
        settings: Settings,
        *,
        connections: Connections | None = None,
        limits: Limits | None = None,
        clock: Clock | None = None,
        resolver: Resolver = resolve_by_system,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._connections = connections
        self._limits = limits or Limits()
        self._clock = clock or SystemClock()
        self._resolver = resolver
        self._ssl = ssl_context
        self._vault = Vault(parse_keys(_needed(settings, "credential_key"), name="credential_key"))
        self._verifier = GrantVerifier(_needed(settings, "grant_public_keys"), clock=self._clock)
        self._database_url = _needed(settings, "database_url")

    async def serve(self, ready: Callable[[str], None] | None = None, *, stop: asyncio.Event | None = None) -> None:
        """Serve until SIGTERM, SIGINT or `stop`. `ready` is called with the base URL once connections are accepted.

        Raises UsageError where the port cannot be had or the spool cannot be written.
        """
        stopping = stop or asyncio.Event()
        sock = bind_socket(self._settings.host, self._settings.proxy_port, setting="MADANG_PROXY_PORT")
        database = Database(self._database_url)
        try:
            spool = Spool(self._settings.home / "run" / "spool")
            drain = Drain(spool, database)
            pool = Pool(ssl_context=self._ssl, resolver=self._resolver, connect_seconds=self._limits.connect_seconds)
            tokens = Tokens(pool, self._clock)
            catalog = CatalogConnections(database)
            server = self._server(self._connections or catalog, database, spool, pool, tokens)
            drain.start()
            catalog.start()
            with on_signals(stopping.set):
                await server.start(sock)
                if ready:
                    ready(url_of(sock))
                await stopping.wait()
                _log.info("stopping")
                await server.stop()
            await catalog.stop()
            await tokens.close()
            await pool.close()
            await drain.stop()
        finally:
            sock.close()
            await database.close()

    def _server(
        self, connections: Connections, database: Database, spool: Spool, pool: Pool, tokens: Tokens
    ) -> ProxyServer:
        credentials = StoredCredentials(database, self._vault, self._clock)
        dispatcher = Dispatcher(
            verifier=self._verifier,
            connections=connections,
            credentials=credentials,
            tokens=tokens,
            clock=self._clock,
            limits=self._limits,
            writer=spool.writer,
        )
        readiness = Readiness(database, self._clock, spool)
        return ProxyServer(
            dispatcher=dispatcher,
            routes=InternalRoutes(credentials, dispatcher.verify, readiness.check),
            pool=pool,
            spool=spool,
            limits=self._limits,
            hosts=[self._settings.host, *self._settings.public_hosts],
        )


def create_app(
    settings: Settings,
    *,
    connections: Connections | None = None,
    limits: Limits | None = None,
    clock: Clock | None = None,
    resolver: Resolver = resolve_by_system,
    ssl_context: ssl.SSLContext | None = None,
) -> ProxyApp:
    """The proxy of these settings. Raises UsageError for a key or database that is not given."""
    return ProxyApp(
        settings,
        connections=connections,
        limits=limits,
        clock=clock,
        resolver=resolver,
        ssl_context=ssl_context,
    )


def _needed(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if not value:
        raise UsageError(f"the proxy needs MADANG_{name.upper()}; `madang up` gives it, or set it")
    return str(value)
