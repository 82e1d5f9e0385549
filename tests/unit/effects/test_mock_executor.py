"""A dry run: acts are answered by a mock of their connector, which remembers what they did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from madang.catalog.values import CatalogFunction, Connection
from madang.effects.executors.mock import MockExecutor
from madang.effects.executors.port import Executor
from madang.effects.values import Act, Answered, NotSent, Scope
from madang.kit.json import JsonObject
from madang.schema.reading import read_functions
from madang.schema.values import FileValue

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_NOTE = {
    "type": "object",
    "required": ["id", "text"],
    "properties": {"id": {"type": "integer", "readOnly": True}, "text": {"type": "string"}},
}
_ANSWER = {"description": "", "content": {"application/json": {"schema": _NOTE}}}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_FILE = {"multipart/form-data": {"schema": {"properties": {"file": {"type": "string", "format": "binary"}}}}}
_DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Notes", "version": "1"},
    "security": [{"token": []}],
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        "/notes": {
            "post": {
                "operationId": "create",
                "requestBody": {"content": {"application/json": {"schema": _NOTE}}},
                "responses": {"201": _ANSWER},
            }
        },
        "/notes/{id}": {
            "parameters": [_ID],
            "get": {"operationId": "get", "responses": {"200": _ANSWER, "404": {"description": ""}}},
            "delete": {"operationId": "delete", "responses": {"204": {"description": ""}}},
        },
        "/files": {
            "post": {
                "operationId": "upload",
                "requestBody": {"content": _FILE},
                "responses": {"204": {"description": ""}},
            }
        },
    },
}


def _functions() -> dict[str, CatalogFunction]:
    found = read_functions(json.dumps(_DOCUMENT).encode())
    return {
        function.operation_id or "": CatalogFunction(
            id=f"fn-{function.name}",
            connector_id="connector",
            connector="notes",
            version=1,
            function=function,
            schemas=found.schemas,
            security_schemes=found.security_schemes,
            servers=found.servers,
        )
        for function in found.functions
    }


FUNCTIONS = _functions()
SCOPE = Scope(id="s", account="a", user="u", kind="call", owner="o", epoch=1, lease_until=_NOW)


async def _siblings(function: CatalogFunction) -> Sequence[CatalogFunction]:
    return [*FUNCTIONS.values()]


def _act(operation: str, arguments: JsonObject, connection: str = "one") -> Act:
    return Act(
        key="k",
        function=FUNCTIONS[operation],
        connection=Connection(
            id=connection,
            connector_id="connector",
            connector="notes",
            label=connection,
            server_url="https://notes.example",
            variables={},
            credentials={},
            allowed_hosts=(),
            effects={},
            revision=1,
            created_at=_NOW,
            updated_at=_NOW,
        ),
        arguments=arguments,
        shown=arguments,
    )


@pytest.fixture
def executor() -> Executor:
    return MockExecutor(_siblings)


async def test_later_acts_find_what_earlier_ones_did(executor: Executor) -> None:
    created = await executor.attempt(SCOPE, _act("create", {"text": "hello"}))
    got = await executor.attempt(SCOPE, _act("get", {"id": "1"}))
    deleted = await executor.attempt(SCOPE, _act("delete", {"id": "1"}))
    gone = await executor.attempt(SCOPE, _act("get", {"id": "1"}))

    assert created == Answered(status=201, media_type="application/json", value={"id": 1, "text": "hello"})
    assert got == Answered(status=200, media_type="application/json", value={"id": 1, "text": "hello"})
    assert deleted == Answered(status=204, media_type=None, value=None)
    assert isinstance(gone, Answered)
    assert gone.status == 404


async def test_connections_do_not_share_what_was_done(executor: Executor) -> None:
    await executor.attempt(SCOPE, _act("create", {"text": "hello"}, "one"))

    other = await executor.attempt(SCOPE, _act("get", {"id": "1"}, "two"))

    assert isinstance(other, Answered)
    assert other.value != {"id": 1, "text": "hello"}


async def test_wrong_arguments_are_not_sent(executor: Executor) -> None:
    attempt = await executor.attempt(SCOPE, _act("get", {"id": ".."}))

    assert attempt == NotSent(reason="id: a path value must not contain the segment '.' or '..'", is_final=True)


async def test_a_file_of_the_object_store_is_not_loaded(executor: Executor) -> None:
    file = FileValue(name="a.txt", reference="results/1").to_json()

    attempt = await executor.attempt(SCOPE, _act("upload", {"file": file}))

    assert attempt == Answered(status=204, media_type=None, value=None)
