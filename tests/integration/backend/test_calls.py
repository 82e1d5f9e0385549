"""Direct calls, from the API through the journal and the proxy to another server, all real, all on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import text

from madang.catalog.connections import ConnectionFields, create_connection
from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.versions import StoredDocument, store_version
from madang.kit.actor import Actor
from madang.schema.reading import read_functions

CANARY = "canary-password"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Notes", "version": "1"},
    "paths": {
        "/notes": {
            "post": {
                "operationId": "notes.create",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                "responses": {"201": {"description": "made"}},
            }
        },
        "/notes/{id}": {
            "get": {
                "operationId": "notes.get",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "description": "it",
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"id": {"type": "integer"}}}
                            }
                        },
                    }
                },
            }
        },
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
NOTE = {"text": "hello", "password": CANARY}


@dataclass
class Notes:
    """The server behind: answers as `reply` says, and remembers the bodies of what it was asked."""

    reply: Callable[[bytes], Awaitable[bytes | None]]
    bodies: list[bytes]
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(x[15:]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:")), 0)
            self.bodies.append(await reader.readexactly(length))
            answer = await self.reply(head)
            if answer is not None:
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def http(status: int, body: object) -> bytes:
    data = orjson.dumps(body)
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + data


async def made(_head: bytes) -> bytes:
    return http(201, {"z": 1, "id": 7})


async def cut(_head: bytes) -> None:
    return None


@pytest.fixture
async def notes() -> AsyncIterator[Notes]:
    found = Notes(reply=made, bodies=[])
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


@dataclass
class House:
    """A backend with a proxy, and the connector `notes` with a connection to the server behind."""

    served: Any
    api: httpx.AsyncClient
    actor: Actor

    async def call(self, **body: Any) -> httpx.Response:
        headers = {"idempotency-key": body.pop("key")} if "key" in body else {}
        wanted = {"function": "notes.notes.create", "arguments": NOTE, **body}
        return await self.api.post("/api/calls", json=wanted, headers=headers)


@pytest.fixture
async def house(serve_with_proxy: Any, notes: Notes, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[House]:
    served = await serve_with_proxy()
    async with served.client(served.token) as api:
        session = (await api.get("/api/session")).json()
        actor = Actor(account=session["account"]["id"], user=session["user"]["id"], roles=frozenset({"owner"}))
        await _connect(served, actor, notes)
        yield House(served=served, api=api, actor=actor)
    printed = capsys.readouterr()
    assert CANARY not in printed.out + printed.err
    assert not await _rows_with_canary(served)


async def _connect(served: Any, actor: Actor, notes: Notes) -> None:
    data = orjson.dumps(DOCUMENT)
    async with served.database.begin() as db:
        connector = await create_connector(actor, db, NewConnector(name="notes"), now=NOW)
        stored = StoredDocument(key="x", hash="x", size=len(data))
        await store_version(actor, db, connector.id, read_functions(data), stored, now=NOW)
        host = f"127.0.0.1:{notes.port}"
        fields = ConnectionFields(label="default", server_url=f"http://{host}", allowed_hosts=(host,))
        await create_connection(actor, db, connector.id, fields, now=NOW)


async def _rows_with_canary(served: Any) -> list[str]:
    async with served.database.begin() as db:
        tables = (
            await db.execute(
                text("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'madang'")
            )
        ).scalars()
        found: list[str] = []
        for table in tables:
            rows = await db.execute(text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%{CANARY}%'"))
            if rows.scalar_one():
                found.append(table)
        return found


async def test_a_call_that_is_not_safe_waits_for_approval_and_is_then_done(house: House, notes: Notes) -> None:
    asked = (await house.call()).json()
    done = (await house.call(approved=True)).json()
    assert (asked["state"], asked["id"], asked["effect"]) == ("approval", None, "unsafe")
    assert asked["arguments"] == {"text": "hello", "password": "[hidden]"}
    assert (done["state"], done["outcome"]["status"], done["attempt"]) == ("done", 201, 1)
    assert list(done["outcome"]["value"]) == ["z", "id"]
    assert [orjson.loads(body) for body in notes.bodies] == [NOTE]
    assert (await house.api.get(f"/api/calls/{done['id']}")).json() == done


async def test_a_dry_run_shows_the_request_without_secrets_and_sends_nothing(house: House, notes: Notes) -> None:
    shown = (await house.call(dry_run=True)).json()
    assert (shown["state"], shown["request"]["method"]) == ("dry_run", "POST")
    assert shown["request"]["url"] == f"http://127.0.0.1:{notes.port}/notes"
    assert orjson.loads(shown["request"]["body"]) == {"text": "hello", "password": "[hidden]"}
    assert notes.bodies == []


async def test_wrong_arguments_are_named_with_what_was_expected_and_given(house: House, notes: Notes) -> None:
    refused = await house.call(arguments={"text": 5, "password": CANARY})
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (422, "urn:madang:problem:arguments")
    assert [(each["pointer"], each["code"], each["given"]) for each in problem["errors"]] == [("/text", "type", "5")]
    assert notes.bodies == []


async def test_the_same_idempotency_key_does_a_call_once(house: House, notes: Notes) -> None:
    first, second = await house.call(approved=True, key="k1"), await house.call(approved=True, key="k1")
    other = await house.call(approved=True, key="k1", arguments={**NOTE, "text": "other"})
    assert first.json() == second.json()
    assert (other.status_code, len(notes.bodies)) == (422, 1)


async def test_a_refusal_of_the_api_is_shown_with_status_and_body(house: House, notes: Notes) -> None:
    async def refuse(_head: bytes) -> bytes:
        return http(409, {"message": "taken"})

    notes.reply = refuse
    failed = (await house.call(approved=True)).json()
    assert (failed["state"], failed["outcome"]["status"]) == ("failed", 409)
    assert failed["outcome"]["value"] == {"message": "taken"}


async def test_a_call_whose_answer_was_cut_is_in_doubt_until_a_person_decides(house: House, notes: Notes) -> None:
    notes.reply = cut
    doubt = (await house.call(approved=True)).json()
    resolve = f"/api/calls/{doubt['id']}/resolve"
    happened = (await house.api.post(resolve, json={"happened": {"id": 3}})).json()
    again = await house.api.post(resolve, json={"again": True})
    assert (doubt["state"], len(notes.bodies)) == ("doubt", 1)
    assert (happened["state"], happened["outcome"]["value"]) == ("done", {"id": 3})
    assert again.status_code == 409


async def test_doing_a_call_again_needs_what_was_not_kept(house: House, notes: Notes) -> None:
    notes.reply = cut
    doubt = (await house.call(approved=True)).json()
    notes.reply = made
    resolve = f"/api/calls/{doubt['id']}/resolve"
    without = await house.api.post(resolve, json={"again": True})
    done = (await house.api.post(resolve, json={"again": True, "arguments": {"password": CANARY}})).json()
    assert [each["pointer"] for each in without.json()["errors"]] == ["/arguments/password"]
    assert (done["state"], done["attempt"]) == ("done", 2)
    assert [orjson.loads(body) for body in notes.bodies] == [NOTE, NOTE]


async def test_a_safe_call_is_tried_again_and_drift_is_noted(house: House, notes: Notes) -> None:
    async def first_cut(_head: bytes) -> bytes | None:
        return http(200, {"id": "seven"}) if len(notes.bodies) > 1 else None

    notes.reply = first_cut
    done = (await house.call(function="notes.notes.get", arguments={"id": "7"})).json()
    assert (done["state"], done["attempt"], done["outcome"]["value"]) == ("done", 2, {"id": "seven"})
    assert [each["path"] for each in done["outcome"]["drift"]] == ["/id"]


async def test_a_server_that_is_gone_fails_and_nothing_is_in_doubt(house: House, notes: Notes) -> None:
    async with house.served.database.begin() as db:
        await db.execute(text("UPDATE madang.connection SET server_url = 'http://127.0.0.1:1'"))
    failed = (await house.call(approved=True)).json()
    assert failed["state"] == "failed"
    assert "127.0.0.1" in failed["outcome"]["reason"]


async def test_a_function_without_a_connection_says_how_to_make_one(house: House) -> None:
    async with house.served.database.begin() as db:
        await db.execute(text("DELETE FROM madang.connection"))
    refused = await house.call()
    assert refused.status_code == 409
    assert "madang connection add notes" in refused.json()["detail"]


async def test_another_account_finds_neither_function_nor_call(house: House) -> None:
    done = (await house.call(approved=True)).json()
    _, key = await house.served.new_account("other")
    async with house.served.client(key) as other:
        assert (await other.get(f"/api/calls/{done['id']}")).status_code == 404
        assert (await other.post(f"/api/calls/{done['id']}/resolve", json={"again": True})).status_code == 404
        wanted = {"function": "notes.notes.create", "arguments": NOTE, "approved": True}
        assert (await other.post("/api/calls", json=wanted)).status_code == 404
