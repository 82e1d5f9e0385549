"""A server that answers as it is told, for clients of ours."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

Handler = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """Answers by path: bytes to send (the connection then closes), or a function; remembers heads."""

    pages: dict[str, bytes | Handler] = field(default_factory=dict[str, "bytes | Handler"])
    heads: list[bytes] = field(default_factory=list[bytes])
    port: int = 0
    connections: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def allowed(self) -> list[str]:
        return [f"127.0.0.1:{self.port}"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                page = self.pages.get(head.split(b" ")[1].decode(), b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
                if isinstance(page, bytes):
                    writer.write(page)
                    await writer.drain()
                    break
                await page(head, reader, writer)
        writer.close()


@asynccontextmanager
async def _serving() -> AsyncIterator[Site]:
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for writer in site.writers:
            writer.transport.abort()
        await asyncio.sleep(0.01)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with _serving() as found:
        yield found


@pytest.fixture
async def other_site() -> AsyncIterator[Site]:
    async with _serving() as found:
        yield found
