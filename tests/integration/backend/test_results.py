"""Large answers of another server: kept by reference, looked at in slices, fetched whole; all real, on loopback."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest

from madang.catalog.connections import ConnectionFields, create_connection
from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.versions import StoredDocument, store_version
from madang.effects.results import INLINE_BYTES, MAX_RESULT_BYTES
from madang.kit.actor import Actor
from madang.schema.reading import read_functions

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Data", "version": "1"},
    "paths": {"/all": {"get": {"operationId": "rows.all", "responses": {"200": {"description": "all"}}}}},
}
MEGABYTE = 1024 * 1024


@dataclass
class Source:
    """The server behind: sends `body` with these headers, or as much of it as it is told to."""

    body: bytes = b"{}"
    headers: str = "Content-Type: application/json\r\n"
    most: int | None = None
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(self.body)}\r\n{self.headers}\r\n".encode())
            writer.write(self.body[: self.most])
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def source() -> AsyncIterator[Source]:
    found = Source()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


@dataclass
class House:
    """A backend with a proxy, and the connector `data` with a connection to the source."""

    served: Any
    api: httpx.AsyncClient
    actor: Actor

    async def outcome(self, state: str = "done") -> dict[str, Any]:
        answer = await self.api.post("/api/calls", json={"function": "data.rows.all", "arguments": {}}, timeout=60)
        assert answer.json().get("state") == state, answer.text
        outcome: dict[str, Any] = answer.json()["outcome"]
        return outcome

    async def look(self, stored: dict[str, Any], **params: Any) -> dict[str, Any]:
        answer = await self.api.get(f"/api/results/{stored['id']}", params=params, timeout=60)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def kept(self) -> list[str]:
        return [found.name async for found in self.served.app.state.parts.objects.list(self.actor, "results")]


@pytest.fixture
async def house(serve_with_proxy: Any, source: Source) -> AsyncIterator[House]:
    served = await serve_with_proxy()
    async with served.client(served.token) as api:
        session = (await api.get("/api/session")).json()
        actor = Actor(account=session["account"]["id"], user=session["user"]["id"], roles=frozenset({"owner"}))
        data = orjson.dumps(DOCUMENT)
        host = f"127.0.0.1:{source.port}"
        async with served.database.begin() as db:
            connector = await create_connector(actor, db, NewConnector(name="data"), now=NOW)
            stored = StoredDocument(key="x", hash="x", size=len(data))
            await store_version(actor, db, connector.id, read_functions(data), stored, now=NOW)
            fields = ConnectionFields(label="default", server_url=f"http://{host}", allowed_hosts=(host,))
            await create_connection(actor, db, connector.id, fields, now=NOW)
        yield House(served=served, api=api, actor=actor)


def rows(size: int) -> bytes:
    """A JSON array of somewhat more than `size` bytes."""
    row = {"name": "n" * 100, "tags": ["a", "b"]}
    return orjson.dumps([{"id": number, **row} for number in range(size // 130)])


async def test_a_small_answer_is_in_its_outcome(house: House, source: Source) -> None:
    source.body = orjson.dumps(["x" * 1000] * 200)

    outcome = await house.outcome()

    assert (outcome["value"], outcome["stored"], await house.kept()) == (["x" * 1000] * 200, None, [])


@pytest.mark.parametrize("size", [INLINE_BYTES * 2, 20 * MEGABYTE])
async def test_a_large_answer_is_kept_and_opened_slice_by_slice(house: House, source: Source, size: int) -> None:
    source.body = rows(size)
    value = orjson.loads(source.body)

    outcome = await house.outcome()
    stored = outcome["stored"]
    last = await house.look(stored, offset=len(value) - 2)
    deep = await house.look(stored, pointer="/7/tags")

    assert (outcome["value"], outcome["not_kept"]) == (None, None)
    assert (stored["kind"], stored["items"], stored["bytes"]) == ("array", len(value), len(source.body))
    assert stored["preview"] == value[:20]
    assert ([member["value"] for member in last["members"]], last["next"]) == (value[-2:], None)
    assert (deep["here"], [member["value"] for member in deep["members"]]) == ("array", ["a", "b"])
    assert (await house.look(stored, limit=5))["next"] == 5


async def test_the_whole_of_a_large_answer_is_a_file_to_keep(house: House, source: Source) -> None:
    source.body = rows(MEGABYTE)
    stored = (await house.outcome())["stored"]

    answer = await house.api.get(f"/api/results/{stored['id']}/content")

    assert answer.json() == orjson.loads(source.body)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''res_")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_is_kept_byte_by_byte(house: House, source: Source) -> None:
    source.body = bytes(range(256)) * 4096
    source.headers = 'Content-Type: image/png\r\nContent-Disposition: attachment; filename="../한.png"\r\n'

    stored = (await house.outcome())["stored"]
    answer = await house.api.get(f"/api/results/{stored['id']}/content")

    assert (stored["kind"], stored["media_type"], stored["bytes"]) == ("binary", "image/png", MEGABYTE)
    assert answer.content == source.body


async def test_fifty_megabytes_of_text_are_kept(house: House, source: Source) -> None:
    source.body = b"0123456789abcde\n" * (50 * MEGABYTE // 16)
    source.headers = "Content-Type: text/plain\r\n"

    stored = (await house.outcome())["stored"]
    last = await house.look(stored, offset=50 * MEGABYTE // 1000)

    assert (stored["kind"], stored["bytes"]) == ("text", 50 * MEGABYTE)
    assert last["members"][0]["value"].endswith("abcde\n")


@pytest.mark.parametrize("is_bomb", [True, False])
async def test_an_answer_over_the_limit_was_given_but_is_not_kept(house: House, source: Source, is_bomb: bool) -> None:
    source.body = b"x" * (MAX_RESULT_BYTES + 1)
    if is_bomb:
        source.body = gzip.compress(b" " * 200 * MEGABYTE, 1)
        source.headers += "Content-Encoding: gzip\r\n"

    outcome = await house.outcome()

    assert (outcome["status"], outcome["value"], outcome["stored"]) == (200, None, None)
    assert outcome["not_kept"] == "the answer is larger than 67,108,864 bytes and was not kept; ask for less of it"
    assert await house.kept() == []


async def test_a_large_answer_that_breaks_off_leaves_nothing(house: House, source: Source) -> None:
    source.body, source.most = rows(20 * MEGABYTE), 18 * MEGABYTE

    outcome = await house.outcome("failed")

    assert "broke off" in outcome["reason"]
    assert await house.kept() == []


async def test_small_containers_without_number_are_kept_as_text(house: House, source: Source) -> None:
    source.body = b"[" + b"[]," * 4_000_000 + b"[]]"

    stored = (await house.outcome())["stored"]

    assert (stored["kind"], stored["bytes"]) == ("text", len(source.body))


@pytest.mark.parametrize(
    "body", [b'{"id": ' + b"9" * 40 + b"}", b'{"a": "\\ud800"}', b"[" * 300 + b"]" * 300, b'{"a": "\\u0000"}']
)
async def test_what_a_database_does_not_take_is_no_fault_of_ours(house: House, source: Source, body: bytes) -> None:
    source.body = body

    outcome = await house.outcome()

    assert outcome["value"] is not None


async def test_a_store_that_fails_loses_the_value_but_not_the_outcome(house: House, source: Source) -> None:
    source.body = rows(MEGABYTE)
    # A file where the store's folder of this account would be.
    folder = house.served.settings.data / "objects"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / house.actor.account).write_text("in the way")

    outcome = await house.outcome()

    assert (outcome["status"], outcome["stored"]) == (200, None)
    assert outcome["not_kept"].startswith("the answer could not be kept: the object store cannot do this")


async def test_another_account_finds_no_result(house: House, source: Source) -> None:
    source.body = rows(MEGABYTE)
    stored = (await house.outcome())["stored"]
    _, key = await house.served.new_account("other")

    async with house.served.client(key) as other:
        assert (await other.get(f"/api/results/{stored['id']}")).status_code == 404
        assert (await other.get(f"/api/results/{stored['id']}/content")).status_code == 404


async def test_a_wrong_place_in_a_result_is_refused(house: House, source: Source) -> None:
    source.body = rows(MEGABYTE)
    stored = (await house.outcome())["stored"]

    missing = await house.api.get(f"/api/results/{stored['id']}", params={"pointer": "/nothing"})
    wrong = await house.api.get(f"/api/results/{stored['id']}", params={"limit": 0})

    assert (missing.status_code, missing.json()["detail"]) == (404, "the result has nothing at '/nothing'")
    assert wrong.status_code == 422
    assert json.dumps(wrong.json()["errors"])
