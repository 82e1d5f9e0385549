"""A backend on loopback as a process would serve it, and clients of it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from tests.ports import free_ports

from madang.accounts.api_keys import create_api_key
from madang.accounts.people import create_account
from madang.backend.app import create_app
from madang.kit.actor import Actor, Role
from madang.net.serving import serve_asgi
from madang.proxy.app import create_app as create_proxy
from madang.settings import Settings, load_settings
from madang.storage.engine import Database
from madang.storage.keys import ensure_keys


class MovableClock:
    """The machine's clock, which a test can put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True, kw_only=True)
class Served:
    """A backend that answers at `url`."""

    url: str
    app: FastAPI
    settings: Settings
    clock: MovableClock
    database: Database
    stop: asyncio.Event

    @property
    def token(self) -> str:
        """The command line's API key."""
        return (self.settings.home / "token").read_text().strip()

    def client(self, key: str | None = None, **headers: str) -> httpx.AsyncClient:
        """A client with an API key, or with nothing."""
        given = {"authorization": f"Bearer {key}"} if key else {}
        return httpx.AsyncClient(base_url=self.url, headers={**given, **headers})

    async def new_account(self, name: str, *roles: Role) -> tuple[Actor, str]:
        """Another account's user (owner by default) and an API key of it."""
        async with self.database.begin() as db:
            actor = await create_account(
                db, name=name, user_name=f"user of {name}", now=self.clock.now(), roles=roles or ("owner",)
            )
            _, secret = await create_api_key(
                actor, db, name=f"key of {name}", roles=actor.roles, expires_at=None, now=self.clock.now()
            )
        return actor, secret


Serve = Callable[..., Awaitable[Served]]


@pytest.fixture
async def serve(database_url: str, database: Database, tmp_path: Path) -> AsyncIterator[Serve]:
    """Starts backends on the test's database: `await serve(configure, MADANG_MODE="real")`."""
    async with AsyncExitStack() as stack:

        async def start(configure: Callable[[FastAPI], None] | None = None, **variables: str) -> Served:
            settings = settings_for(tmp_path, database_url, variables)
            clock = MovableClock()
            app = create_app(settings, clock=clock, body_limit=100_000)
            if configure is not None:
                configure(app)
            stop = asyncio.Event()
            url = await stack.enter_async_context(listening(app, stop))
            return Served(url=url, app=app, settings=settings, clock=clock, database=database, stop=stop)

        yield start


@pytest.fixture
async def serve_with_proxy(serve: Serve) -> AsyncIterator[Serve]:
    """Starts a backend with a proxy of its own beside it."""
    async with AsyncExitStack() as stack:

        async def start(configure: Callable[[FastAPI], None] | None = None, **variables: str) -> Served:
            port = free_ports(1)[0]
            served = await serve(configure, MADANG_PROXY_PORT=str(port), **variables)
            await stack.enter_async_context(running_proxy(served.settings))
            return served

        yield start


@asynccontextmanager
async def running_proxy(settings: Settings) -> AsyncIterator[None]:
    """The proxy of these settings, with the keys that its starter would give it, while the block runs."""
    keys = ensure_keys(load_settings({"MADANG_HOME": str(settings.home)}), {"credential_key", "grant_public_keys"})
    stop, ready = asyncio.Event(), asyncio.Event()
    own = dataclasses.replace(settings, grant_key=None, **keys)
    task = asyncio.create_task(create_proxy(own).serve(lambda _url: ready.set(), stop=stop))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    try:
        yield
    finally:
        stop.set()
        await task


def settings_for(home: Path, database_url: str, variables: dict[str, str]) -> Settings:
    """Settings of a server, with the keys that its starter would give it."""
    keys = ensure_keys(load_settings({"MADANG_HOME": str(home)}), {"grant_key", "journal_key"})
    environment = {
        "MADANG_HOME": str(home),
        "MADANG_DATABASE_URL": database_url,
        "MADANG_BACKEND_PORT": "0",
        "MADANG_GRANT_KEY": keys["grant_key"],
        "MADANG_JOURNAL_KEY": keys["journal_key"],
    }
    return load_settings({**environment, **variables})


@asynccontextmanager
async def listening(app: FastAPI, stop: asyncio.Event) -> AsyncIterator[str]:
    """The URL of an application on a free port of loopback, while the block runs or until `stop`."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        serve_asgi(app, host="127.0.0.1", port=0, server_name="backend", ready=ready.set_result, stop=stop)
    )
    await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    try:
        yield await ready
    finally:
        stop.set()
        await task


@pytest.fixture
async def served(serve: Serve) -> Served:
    """A backend in local mode."""
    return await serve()


@pytest.fixture
async def api(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the command line's API key."""
    async with served.client(served.token) as client:
        yield client


@pytest.fixture
async def browser(served: Served, api: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """A client that a link has signed in, and that sends what our pages send."""
    async with served.client(**{"madang-request": "1", "origin": served.url}) as client:
        link = (await api.post("/api/sign-in-links")).json()["url"]
        assert (await client.get(link)).status_code == 303
        yield client


SHOP: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "The Shop API", "version": "2"},
    "servers": [{"url": "/v1"}],
    "paths": {
        "/orders": {
            "get": {"operationId": "orders.list", "summary": "List orders", "responses": {}},
            "post": {"operationId": "orders.create", "summary": "Place an order", "responses": {}},
        }
    },
    "security": [{"key": []}],
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
}
Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """Somebody else's web server, with pages by path; it remembers every head that it was sent."""

    pages: dict[str, Reply] = field(default_factory=dict[str, Reply])
    heads: list[str] = field(default_factory=list[str])
    port: int = 0

    @property
    def host(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """The URL of one of its pages."""
        return f"http://{self.host}{path}"

    def put(self, path: str, body: bytes, *, status: int = 200, headers: str = "") -> None:
        """Have a page with this answer."""

        async def reply(writer: asyncio.StreamWriter) -> None:
            head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
            writer.write(head.encode() + body)

        self.pages[path] = reply

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            await self.pages[head.split()[1].partition("?")[0]](writer)
            await writer.drain()
        except (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError, KeyError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A web server on loopback with the shop's document at /openapi.json."""
    found = Site()
    found.put("/openapi.json", json.dumps(SHOP).encode())
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


@pytest.fixture
def shop() -> dict[str, Any]:
    """The shop's document, of two functions; a test may change it."""
    copy: dict[str, Any] = json.loads(json.dumps(SHOP))
    return copy


Importing = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def do_import() -> Importing:
    """Imports and waits for the end: `await do_import(api, document={...} or b"..." or nothing, url=..., name=...)`."""

    async def run(
        api: httpx.AsyncClient, document: dict[str, Any] | bytes | None = None, **body: Any
    ) -> dict[str, Any]:
        if document is not None:
            data = document if isinstance(document, bytes) else json.dumps(document).encode()
            sent = await api.post("/api/documents", content=data)
            assert sent.status_code == 201, sent.text
            body["document"] = sent.json()["id"]
        begun = await api.post("/api/imports", json=body)
        assert begun.status_code == 202, begun.text
        found: dict[str, Any] = begun.json()
        for _ in range(40):
            found = (await api.get(f"/api/imports/{found['id']}", params={"wait_seconds": 5})).json()
            if found["state"] not in {"queued", "running"}:
                return found
        raise AssertionError(f"the import is still {found['state']}")

    return run
