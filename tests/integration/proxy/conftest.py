"""A proxy in this process, the server behind it, and grants for it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from madang.accounts.rows import AccountRow
from madang.kit.actor import Actor
from madang.kit.clock import Clock
from madang.kit.pages import PageRequest
from madang.ledger.usage import CallFilter, CallRecord, list_calls
from madang.net.grants import GrantSigner, GrantTerms, make_key_pair
from madang.proxy.app import create_app
from madang.proxy.connections import ConnectionView, FunctionView, StaticConnections
from madang.proxy.limits import Limits
from madang.schema.functions import SecurityScheme
from madang.settings import load_settings
from madang.storage.engine import Database
from madang.storage.keys import new_ring

Handler = Callable[["Upstream", bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ACCOUNT = "acc_test"
CONNECTION = "cxn_test"
QUICK = Limits(
    connect_seconds=2.0,
    head_seconds=0.6,
    keep_alive_seconds=5.0,
    first_byte_seconds=0.6,
    idle_seconds=0.6,
    model_seconds=2.0,
    linger_seconds=0.5,
    grace_seconds=1.0,
    sweep_seconds=0.05,
)


@dataclass
class Upstream:
    """A server that answers as it is told, and remembers every head and body that came."""

    handler: Handler | None = None
    heads: list[bytes] = field(default_factory=list[bytes])
    bodies: list[bytes] = field(default_factory=list[bytes])
    connections: int = 0
    open: int = 0
    port: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def seen(self) -> bytes:
        return b"\n".join(self.heads + self.bodies)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        await self._count(1)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                await (self.handler or answer_hello)(self, head, reader, writer)
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            await self._count(-1)

    async def wait_open(self, count: int) -> None:
        async with asyncio.timeout(3), self.changed:
            await self.changed.wait_for(lambda: self.open == count)

    async def _count(self, step: int) -> None:
        self.open += step
        async with self.changed:
            self.changed.notify_all()


async def answer_hello(up: Upstream, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the body by its length, and answer with a small one."""
    body = await read_body(head, reader)
    up.bodies.append(body)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n" + b'{"hello": 1}\n')
    await writer.drain()


async def read_body(head: bytes, reader: asyncio.StreamReader) -> bytes:
    headers = headers_of(head)
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    parts: list[bytes] = []
    while "transfer-encoding" in headers:
        size = int(await reader.readuntil(b"\r\n"), 16)
        part = await reader.readexactly(size + 2)
        if not size:
            break
        parts.append(part[:-2])
    return b"".join(parts)


def headers_of(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}


def fixed(answer: bytes, *, close: bool = False) -> Handler:
    """A handler that reads the request and sends these bytes."""

    async def handle(up: Upstream, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up.bodies.append(await read_body(head, reader))
        writer.write(answer)
        await writer.drain()
        if close:
            writer.close()

    return handle


@dataclass
class Answer:
    """An answer as raw as a client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes
    raw: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Proxy:
    """A running proxy and what is needed to call it."""

    port: int
    home: Path
    signer: GrantSigner
    connections: StaticConnections
    database: Database
    stop: asyncio.Event
    task: asyncio.Task[None]

    def grant(self, *, seconds: float | None = None, **changes: Any) -> str:
        terms = GrantTerms(account=ACCOUNT, actor="usr_1", connection=CONNECTION, functions=None, purpose="chat")
        return self.signer.sign(replace(terms, **changes), seconds=seconds)

    def internal(self) -> str:
        return self.grant(connection="-", purpose="internal")

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)

    async def send(self, data: bytes) -> Answer:
        """Send raw bytes on a connection of their own and read one answer."""
        reader, writer = await self.open()
        try:
            writer.write(data)
            async with asyncio.timeout(10):
                return await read_answer(reader, is_head=data.startswith(b"HEAD"))
        finally:
            writer.close()

    async def call(
        self,
        method: str = "GET",
        path: str = f"/{CONNECTION}/things/1",
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        grant: str | None = "",
    ) -> Answer:
        token = self.grant() if grant == "" else grant
        return await self.send(request_bytes(method, path, token, headers, body))

    async def records(self, count: int = 1, *, account: str = ACCOUNT) -> list[CallRecord]:
        """The call records, newest first, once there are `count` that have ended."""
        actor = Actor(account=account, user="usr_1")
        found: list[CallRecord] = []
        for _ in range(200):
            async with self.database.begin() as db:
                page = await list_calls(actor, db, CallFilter(), PageRequest(limit=200))
            found = [record for record in page.data if record.outcome != "pending"]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.03)
        raise AssertionError(f"there are {len(found)} call records, not {count}")

    async def end(self) -> None:
        self.stop.set()
        await self.task


def request_bytes(
    method: str,
    path: str,
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines += [f"Content-Length: {len(body)}"] if body is not None else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (body or b"")


async def read_answer(reader: asyncio.StreamReader, *, is_head: bool = False) -> Answer:
    head = await reader.readuntil(b"\r\n\r\n")
    status, headers = int(head.split(b" ", 2)[1]), headers_of(head)
    if is_head or status in {204, 304} or status < 200:
        body = b""
    elif "content-length" in headers or "transfer-encoding" in headers:
        body = await read_body(head, reader)
    else:
        body = await reader.read()
    return Answer(status=status, headers=headers, body=body, raw=head + body)


FUNCTIONS = (
    FunctionView(id="fun_get", method="GET", path="/things/{id}", effect="safe"),
    FunctionView(id="fun_head", method="HEAD", path="/things/{id}", effect="safe"),
    FunctionView(id="fun_list", method="GET", path="/things", effect="safe"),
    FunctionView(id="fun_post", method="POST", path="/things"),
    FunctionView(id="fun_put", method="PUT", path="/things/{id}"),
    FunctionView(id="fun_delete", method="DELETE", path="/things/{id}"),
)
SCHEMES = {
    "header": SecurityScheme(name="header", kind="apiKey", location="header", parameter="X-Api-Key"),
    "query": SecurityScheme(name="query", kind="apiKey", location="query", parameter="key"),
    "cookie": SecurityScheme(name="cookie", kind="apiKey", location="cookie", parameter="sid"),
    "basic": SecurityScheme(name="basic", kind="basic"),
    "bearer": SecurityScheme(name="bearer", kind="bearer"),
}


def view_of(upstream: Upstream, **changes: Any) -> ConnectionView:
    values: dict[str, Any] = {
        "id": CONNECTION,
        "account": ACCOUNT,
        "server_url": f"{upstream.url}/base",
        "functions": FUNCTIONS,
        "allowed_hosts": frozenset({f"127.0.0.1:{upstream.port}"}),
        "security_schemes": SCHEMES,
    }
    return ConnectionView(**{**values, **changes})


def secured(*names: str, **changes: Any) -> dict[str, Any]:
    """Changes of a view: every function needs these schemes, whose credential has the name of the scheme."""
    functions = [replace(function, security=(dict.fromkeys(names, ()),)) for function in FUNCTIONS]
    return {"functions": functions, "credential_refs": {name: f"crd_{name}" for name in names}, **changes}


@asynccontextmanager
async def serving(handler: Handler | None = None) -> AsyncIterator[Upstream]:
    """A server on a free port."""
    upstream = Upstream(handler=handler)
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0, limit=2**22)
    upstream.port = server.sockets[0].getsockname()[1]
    try:
        yield upstream
    finally:
        server.close()
        for writer in upstream.writers:
            writer.transport.abort()
        await asyncio.sleep(0.01)


@asynccontextmanager
async def proxying(
    home: Path, database_url: str, *, limits: Limits = QUICK, clock: Clock | None = None, **options: Any
) -> AsyncIterator[Proxy]:
    """A proxy on a free port, without connections."""
    private, public = make_key_pair("k1")
    environment = {
        "MADANG_HOME": str(home),
        "MADANG_PROXY_PORT": "0",
        "MADANG_DATABASE_URL": database_url,
        "MADANG_CREDENTIAL_KEY": new_ring().to_text(),
        "MADANG_GRANT_PUBLIC_KEYS": public,
    }
    connections, stop = StaticConnections(), asyncio.Event()
    app = create_app(load_settings(environment), connections=connections, limits=limits, clock=clock, **options)
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(app.serve(url.set_result, stop=stop))
    await asyncio.wait([url, task], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    database = Database(database_url, pooled=False)
    proxy = Proxy(
        port=int((await url).rpartition(":")[2]),
        home=home,
        signer=GrantSigner(private, issuer="test", clock=clock),
        connections=connections,
        database=database,
        stop=stop,
        task=task,
    )
    try:
        yield proxy
    finally:
        await proxy.end()
        await database.close()


@pytest.fixture
def lab() -> Any:
    """This file's functions and classes, for tests that need more than one proxy and one server."""
    return sys.modules[__name__]


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with serving() as found:
        yield found


@pytest.fixture
async def proxy(tmp_path: Path, database_url: str, upstream: Upstream) -> AsyncIterator[Proxy]:
    """A proxy with one connection, `CONNECTION`, to `upstream`."""
    async with proxying(tmp_path, database_url) as found:
        async with found.database.begin() as db:
            db.add(AccountRow(id=ACCOUNT, name="test", created_at=datetime.now(UTC)))
        found.connections.put(view_of(upstream))
        yield found
