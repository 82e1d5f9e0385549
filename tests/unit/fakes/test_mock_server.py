"""A document as a server: what it answers over HTTP, and what it refuses to start with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from madang.fakes.mock.app import create_server
from madang.kit.errors import UsageError
from madang.settings import load_settings

_NOTE = {
    "type": "object",
    "required": ["id", "text"],
    "properties": {"id": {"type": "integer", "readOnly": True}, "text": {"type": "string"}},
}
_ANSWER = {"description": "", "content": {"application/json": {"schema": _NOTE}}}
_LIST = {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": _NOTE}}}}
_DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Notes <b>", "version": "1"},
    "paths": {
        "/notes": {
            "get": {"summary": "List <i>notes</i>", "responses": {"200": _LIST}},
            "post": {
                "requestBody": {"content": {"application/json": {"schema": _NOTE}}},
                "responses": {"201": _ANSWER},
            },
        },
        "/notes/{id}": {
            "get": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"200": _ANSWER},
            }
        },
    },
}


def _server(tmp_path: Path, data: bytes, **options: Any) -> Starlette:
    return create_server(load_settings({"MADANG_HOME": str(tmp_path)}), document=("notes.json", data), **options)


def _client(app: Starlette, host: str = "127.0.0.1") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{host}")


@pytest.fixture
def app(tmp_path: Path) -> Starlette:
    return _server(tmp_path, json.dumps(_DOCUMENT).encode())


async def test_resources_live_until_the_reset(app: Starlette) -> None:
    async with _client(app) as client:
        created = await client.post("/notes", json={"text": "hello"})
        listed = (await client.get("/notes")).json()
        await client.post("/-/reset")
        after = (await client.get("/notes")).json()

    assert (created.status_code, created.headers["location"], created.json()) == (201, "/notes/1", listed[0])
    assert [note["id"] for note in after] == [1, 2, 3]


async def test_the_page_lists_operations_as_text(app: Starlette) -> None:
    async with _client(app) as client:
        page = await client.get("/")
        listed = (await client.get("/-/operations")).json()
        document = await client.get("/-/document")

    assert "List &lt;i&gt;notes&lt;/i&gt;" in page.text
    assert "<h1>Notes &lt;b&gt;</h1>" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert [(each["method"], each["path"]) for each in listed["operations"]] == [
        ("GET", "/notes"),
        ("POST", "/notes"),
        ("GET", "/notes/{id}"),
    ]
    assert document.json() == _DOCUMENT


async def test_a_head_is_answered_where_a_get_is_declared(app: Starlette) -> None:
    async with _client(app) as client:
        assert (await client.head("/notes")).status_code == 200
        assert (await client.delete("/notes")).headers["allow"] == "GET, POST"


async def test_another_host_is_refused(app: Starlette) -> None:
    async with _client(app, "evil.example") as client:
        assert (await client.get("/notes")).status_code == 400


async def test_yaml_is_read_too(tmp_path: Path) -> None:
    text = "openapi: 3.0.0\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {responses: {'204': {description: y}}}}}"

    async with _client(_server(tmp_path, text.encode())) as client:
        assert (await client.get("/a")).status_code == 204
        assert (await client.get("/-/document")).headers["content-type"] == "application/yaml"


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (b"{", {}, "notes.json: "),
        (b"[]", {}, "notes.json: An OpenAPI document is an object; this one is a list."),
        (b"{}", {}, "notes.json: The document says neither"),
        (json.dumps(_DOCUMENT).encode(), {"latency": "soon"}, "--latency is milliseconds from 0 to 60000, not 'soon'"),
        (json.dumps(_DOCUMENT).encode(), {"error_rate": "2"}, "--error-rate is a share from 0 to 1, not '2'"),
    ],
)
def test_a_wrong_start_is_said_in_one_sentence(
    tmp_path: Path, data: bytes, options: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError) as raised:
        _server(tmp_path, data, **options)

    assert raised.value.detail.startswith(message)


def test_a_mock_needs_a_document_and_no_real_mode(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a document"):
        create_server(load_settings({"MADANG_HOME": str(tmp_path)}))
    with pytest.raises(UsageError, match="MADANG_MODE=real refuses it"):
        create_server(load_settings({"MADANG_HOME": str(tmp_path), "MADANG_MODE": "real"}))
