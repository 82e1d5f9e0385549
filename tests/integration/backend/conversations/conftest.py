"""A backend with a proxy and a server behind it, and people who speak in a conversation by its WebSocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket

from madang.catalog.connections import ConnectionFields, create_connection
from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.versions import StoredDocument, store_version
from madang.kit.actor import Actor
from madang.kit.ids import new_id
from madang.schema.reading import read_functions

CANARY = "canary-password"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
POST = 'create a note with text "hello"'
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Notes", "version": "1"},
    "paths": {
        "/notes": {
            "post": {
                "operationId": "createNote",
                "summary": "Create a note",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                "responses": {"201": {"description": "made"}},
            },
            "get": {"operationId": "listNotes", "summary": "List all notes", "responses": {}},
        }
    },
    "components": {
        "schemas": {
            "New": {
                "type": "object",
                "required": ["text", "password"],
                "properties": {
                    "text": {"type": "string", "maxLength": 20},
                    "password": {"type": "string", "format": "password"},
                },
            }
        }
    },
}

Reply = Callable[[], Awaitable[bytes | None]]


async def made() -> bytes:
    return answer(201, {"id": 7})


async def cut() -> None:
    return None


def answer(status: int, body: object) -> bytes:
    data = orjson.dumps(body)
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + data


@dataclass
class Notes:
    """The server behind: answers as `reply` says, and remembers the bodies of what it was asked."""

    reply: Reply = made
    bodies: list[bytes] = field(default_factory=list[bytes])
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(x[15:]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:")), 0)
            self.bodies.append(await reader.readexactly(length))
            if (said := await self.reply()) is not None:
                writer.write(said)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@dataclass
class Tab:
    """One socket in a conversation; `events` are those with a number, `asked` what it is to run."""

    socket: ClientConnection
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    answers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    live: list[int] = field(default_factory=list[int])
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def send(self, kind: str, **data: Any) -> dict[str, Any]:
        """Send a frame and wait for its answer."""
        frame = {"id": new_id("frm"), "type": kind, **data}
        await self.socket.send(json.dumps(frame))
        while not (found := [each for each in self.answers if each["id"] == frame["id"]]):
            await self.read()
        return found[-1]

    async def until(self, name: str, count: int = 1) -> dict[str, Any]:
        """The event of this name, once so many have come."""
        while len(found := [each for each in self.events if name_of(each) == name]) < count:
            await self.read()
        return found[-1]

    async def until_live(self) -> None:
        while not self.live:
            await self.read()

    async def until_asked(self, count: int = 1) -> dict[str, Any]:
        """The call that is to be run, once there were so many."""
        while len(self.asked) < count:
            await self.read()
        return self.asked[-1]

    async def read(self) -> None:
        """Take the next message."""
        async with asyncio.timeout(30):
            message: dict[str, Any] = orjson.loads(await self.socket.recv())
        if "seq" in message:
            self.events.append(message)
        elif message["name"] == "frame":
            self.answers.append(message["value"])
        elif message["name"] == "call_request":
            self.asked.append(message["value"])
        else:
            self.live.append(message["value"]["seq"])


def name_of(event: dict[str, Any]) -> str:
    return str(event["name"] if event["type"] == "CUSTOM" else event["type"])


@dataclass
class House:
    """The backend, a client of it, and the account."""

    served: Any
    api: httpx.AsyncClient
    actor: Actor
    conversation: str

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.conversation}"

    @asynccontextmanager
    async def tab(
        self, *, after: int = 0, key: str | None = None, session: str | None = None, **headers: str
    ) -> AsyncIterator[Tab]:
        """A socket that has resumed; with a `session`, as that one."""
        async with self.socket(key=key, **headers) as socket:
            found = Tab(socket)
            named = {} if session is None else {"session": session}
            assert (await found.send("resume", after_seq=after, **named))["ok"]
            yield found

    def socket(self, *, key: str | None = None, **headers: str) -> Any:
        url = self.served.url.replace("http", "ws", 1) + f"{self.path}/session"
        given = {"authorization": f"Bearer {key or self.served.token}", **headers}
        return open_socket(url, additional_headers=given, compression=None)

    async def speak(self, kind: str, **data: Any) -> httpx.Response:
        return await self.api.post(f"{self.path}/frames", json={"id": new_id("frm"), "type": kind, **data})

    async def events(self) -> list[dict[str, Any]]:
        """All events, page by page."""
        found, after = list[dict[str, Any]](), 0
        while True:
            page = (await self.api.get(f"{self.path}/events", params={"after_seq": after, "limit": 7})).json()
            found += page["data"]
            if page["next"] is None:
                return found
            after = page["next"]


@pytest.fixture
async def notes() -> AsyncIterator[Notes]:
    found = Notes()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


@pytest.fixture
async def house(serve_with_proxy: Any, notes: Notes, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[House]:
    """A conversation over the connector `notes`; afterwards no log, no row has the password."""
    served = await serve_with_proxy()
    async with served.client(served.token) as api:
        session = (await api.get("/api/session")).json()
        actor = Actor(account=session["account"]["id"], user=session["user"]["id"], roles=frozenset({"owner"}))
        await _connect(served, actor, notes)
        conversation = (await api.post("/api/conversations", json={"model": "offline"})).json()["id"]
        yield House(served=served, api=api, actor=actor, conversation=conversation)
    printed = capsys.readouterr()
    assert CANARY not in printed.out + printed.err
    assert await _tables_with_canary(served) == []


async def _connect(served: Any, actor: Actor, notes: Notes) -> None:
    data = orjson.dumps(DOCUMENT)
    async with served.database.begin() as db:
        connector = await create_connector(actor, db, NewConnector(name="notes"), now=NOW)
        stored = StoredDocument(key="x", hash="x", size=len(data))
        await store_version(actor, db, connector.id, read_functions(data), stored, now=NOW)
        host = f"127.0.0.1:{notes.port}"
        fields = ConnectionFields(label="default", server_url=f"http://{host}", allowed_hosts=(host,))
        await create_connection(actor, db, connector.id, fields, now=NOW)


async def _tables_with_canary(served: Any) -> list[str]:
    async with served.database.begin() as db:
        query = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'madang'"
        found: list[str] = []
        for table in await db.scalars(text(query)):
            rows = await db.execute(text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%{CANARY}%'"))
            if rows.scalar_one():
                found.append(table)
        return found
