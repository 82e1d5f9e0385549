"""MCP servers that answer as they are told: with errors, in pieces, or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Scripted:
    """A server that answers each message as it is told."""

    answers: Mapping[str, Callable[[asyncio.StreamWriter, Any], Awaitable[None]]]
    port: int = 0
    said: list[str] = field(default_factory=list[str])
    tasks: set[asyncio.Task[Any] | None] = field(default_factory=set[Any])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task())
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.split("content-length: ")[1].split("\r\n")[0])
                message = json.loads(await reader.readexactly(length))
                self.said.append(message["method"])
                await self.answers.get(message["method"], accepted)(writer, message)
                await writer.drain()
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()


async def accepted(writer: asyncio.StreamWriter, message: Any) -> None:
    status = "202 Accepted" if "id" not in message else "400 Bad Request"
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())


def answering(body: bytes, kind: str = "application/json", status: str = "200 OK", more: str = "") -> Any:
    async def answer(writer: asyncio.StreamWriter, _message: Any) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)

    return answer


def result(value: Any, number: Any = 1) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "result": value}).encode()


async def hanging(_writer: asyncio.StreamWriter, _message: Any) -> None:
    await asyncio.sleep(30)


async def cut(writer: asyncio.StreamWriter, _message: Any) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {"jsonrpc"')
    await writer.drain()
    writer.close()


@asynccontextmanager
async def scripted(**answers: Any) -> AsyncIterator[Scripted]:
    found = Scripted(answers={name.replace("_", "/"): answer for name, answer in answers.items()})
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        for task in found.tasks:
            if task:
                task.cancel()
        await asyncio.gather(*filter(None, found.tasks), return_exceptions=True)
        await asyncio.sleep(0.01)
