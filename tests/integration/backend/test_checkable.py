"""Calls whose connector names a read that tells: asked before a person is, through journal and proxy, all real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import httpx
import orjson
import pytest
from sqlalchemy import text

from madang.catalog.connections import ConnectionFields, create_connection
from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.versions import StoredDocument, store_version
from madang.effects import policy
from madang.kit.actor import Actor
from madang.schema.reading import read_functions

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ORDER = {
    "type": "object",
    "required": ["reference"],
    "properties": {"reference": {"type": "string"}, "orderItem": {"type": "string"}},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Orders", "version": "1"},
    "paths": {
        "/orders": {
            "post": {
                "operationId": "orders.create",
                "x-madang-check": {
                    "operation": "orders.list",
                    "arguments": {"itemName": "{orderItem}"},
                    "match": {"reference": "{reference}"},
                },
                "requestBody": {"content": {"application/json": {"schema": ORDER}}},
                "responses": {"201": {"description": "made"}},
            },
            "get": {
                "operationId": "orders.list",
                "parameters": [{"name": "itemName", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "them"}},
            },
        }
    },
}
WANTED = {"reference": "r-1", "orderItem": "a book"}
Fault = Literal["cut before", "cut after", "none"]


@dataclass
class Orders:
    """The server behind. Each POST goes by the next fault; a list is as `list_status` says, and hides the first few."""

    faults: list[Fault] = field(default_factory=list[Fault])
    list_status: int = 200
    hidden: int = 0
    orders: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    heads: list[str] = field(default_factory=list[str])
    port: int = 0

    @property
    def posts(self) -> int:
        return sum(head.startswith("POST") for head in self.heads)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            length = next((int(x[15:]) for x in head.lower().split("\r\n") if x.startswith("content-length:")), 0)
            answer = self.answer(head, await reader.readexactly(length))
            if answer is not None:
                data = orjson.dumps(answer[1])
                writer.write(
                    f"HTTP/1.1 {answer[0]} X\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    f"Content-Length: {len(data)}\r\n\r\n".encode()
                    + data
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def answer(self, head: str, body: bytes) -> tuple[int, Any] | None:
        if head.startswith("GET"):
            self.hidden -= 1
            return self.list_status, {"data": self.orders if self.hidden < 0 else []}
        fault = self.faults.pop(0) if self.faults else "none"
        if fault == "cut before":
            return None
        order = {"id": len(self.orders) + 1, **orjson.loads(body)}
        self.orders.append(order)
        return None if fault == "cut after" else (201, order)


@pytest.fixture
async def orders() -> AsyncIterator[Orders]:
    found = Orders()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


@dataclass
class House:
    """A backend with a proxy and a connection to the orders."""

    served: Any
    api: httpx.AsyncClient

    async def call(self, key: str = "k1") -> dict[str, Any]:
        body = {"function": "orders.orders.create", "arguments": WANTED, "approved": True}
        answer = await self.api.post("/api/calls", json=body, headers={"idempotency-key": key}, timeout=30)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def house(serve_with_proxy: Any, orders: Orders, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(policy, "SETTLE_SECONDS", 1.5)
    served = await serve_with_proxy()
    async with served.client(served.token) as api:
        session = (await api.get("/api/session")).json()
        actor = Actor(account=session["account"]["id"], user=session["user"]["id"], roles=frozenset({"owner"}))
        data = orjson.dumps(DOCUMENT)
        host = f"127.0.0.1:{orders.port}"
        async with served.database.begin() as db:
            connector = await create_connector(actor, db, NewConnector(name="orders"), now=NOW)
            stored = StoredDocument(key="x", hash="x", size=len(data))
            await store_version(actor, db, connector.id, read_functions(data), stored, now=NOW)
            fields = ConnectionFields(label="default", server_url=f"http://{host}", allowed_hosts=(host,))
            await create_connection(actor, db, connector.id, fields, now=NOW)
        yield House(served=served, api=api)


async def test_an_order_whose_answer_was_lost_is_found_and_not_made_twice(house: House, orders: Orders) -> None:
    orders.faults = ["cut after"]

    done = await house.call()

    assert (done["state"], done["effect"], orders.posts) == ("done", "checkable", 1)
    assert done["outcome"]["value"] == {"id": 1, **WANTED}
    assert (done["outcome"]["is_assumed"], done["outcome"]["checked_by"]) == (True, "orders.orders.list")
    assert orders.heads[-1].startswith("GET /orders?itemName=a%20book ")


async def test_an_order_that_was_not_made_is_made_again(house: House, orders: Orders) -> None:
    orders.faults = ["cut before"]

    done = await house.call()

    assert (done["state"], done["attempt"], done["outcome"]["status"]) == ("done", 2, 201)
    assert (orders.posts, len(orders.orders)) == (2, 1)


async def test_an_order_that_shows_late_is_waited_for(house: House, orders: Orders) -> None:
    orders.faults, orders.hidden = ["cut after"], 2

    done = await house.call()

    assert (done["state"], done["attempt"], orders.posts, len(orders.orders)) == ("done", 1, 1, 1)


@pytest.mark.parametrize("status", [403, 500])
async def test_a_read_that_does_not_tell_leaves_the_doubt_to_a_person(
    house: House, orders: Orders, status: int
) -> None:
    orders.faults, orders.list_status = ["cut after"], status

    doubt = await house.call()

    assert (doubt["state"], orders.posts) == ("doubt", 1)
    assert f"orders.orders.list answered {status}, which does not tell" in doubt["outcome"]["reason"]


async def test_an_order_that_never_shows_fails_after_three_attempts(house: House, orders: Orders) -> None:
    orders.faults = ["cut before"] * 3

    failed = await house.call()

    assert (failed["state"], failed["attempt"], orders.posts) == ("failed", 3, 3)
    assert "it does not show that it happened" in failed["outcome"]["reason"]


@pytest.mark.parametrize(("was_made", "attempt"), [(True, 1), (False, 2)])
async def test_after_a_stop_in_the_middle_the_read_decides(
    house: House, orders: Orders, was_made: bool, attempt: int
) -> None:
    await house.call()
    if not was_made:
        orders.orders.clear()
    async with house.served.database.begin() as db:
        await db.execute(text("UPDATE madang.effect SET state = 'intent', outcome = NULL, finished_at = NULL"))

    done = await house.call()

    assert (done["state"], done["attempt"], orders.posts, len(orders.orders)) == ("done", attempt, attempt, 1)
