"""A small shop as a document, and a client of its mock that carries the state from request to request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from madang.schema.functions import FunctionSet
from madang.schema.mock.core import Mock, MockSettings
from madang.schema.mock.state import State
from madang.schema.mock.wire import Incoming, Outgoing
from madang.schema.reading import read_functions


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def _parameter(name: str, schema: dict[str, Any], location: str = "query") -> dict[str, Any]:
    return {"name": name, "in": location, "required": location == "path", "schema": schema}


_PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "kind": {"enum": ["cat", "dog"]},
        "owner": {"type": "object", "properties": {"name": {"type": "string"}, "city": {"type": "string"}}},
        "created_at": {"type": "string", "format": "date-time", "readOnly": True},
    },
}
_ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
}
_PETS = {
    "type": "object",
    "required": ["data", "total", "next_cursor"],
    "properties": {
        "data": {"type": "array", "items": _ref("Pet")},
        "total": {"type": "integer"},
        "next_cursor": {"type": ["string", "null"]},
    },
}
_INTEGER = {"type": "integer"}
_DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "https://shop.example/v1"}],
    "security": [{"key": []}],
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "parameters": [_parameter("limit", _INTEGER), _parameter("cursor", {"type": "string"})],
                "responses": {"200": _content(_ref("Pets"))},
            },
            "post": {
                "operationId": "createPet",
                "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Pet")}}},
                "responses": {"201": _content(_ref("Pet")), "400": _content(_ref("Error"))},
            },
        },
        "/pets/{petId}": {
            "parameters": [_parameter("petId", _INTEGER, "path")],
            "get": {
                "operationId": "getPet",
                "responses": {"200": _content(_ref("Pet")), "404": _content(_ref("Error"))},
            },
            "put": {
                "operationId": "replacePet",
                "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Pet")}}},
                "responses": {"200": _content(_ref("Pet"))},
            },
            "patch": {
                "operationId": "updatePet",
                "requestBody": {"content": {"application/json": {"schema": {**_PET, "required": []}}}},
                "responses": {"200": _content(_ref("Pet"))},
            },
            "delete": {"operationId": "deletePet", "responses": {"204": {"description": ""}}},
        },
        "/pets/{petId}/visits": {
            "parameters": [_parameter("petId", _INTEGER, "path")],
            "get": {
                "operationId": "listVisits",
                "parameters": [_parameter("page", _INTEGER), _parameter("per_page", _INTEGER)],
                "responses": {"200": _content({"type": "array", "items": _ref("Visit")})},
            },
            "post": {
                "operationId": "createVisit",
                "requestBody": {"content": {"application/json": {"schema": _ref("Visit")}}},
                "responses": {"201": _content(_ref("Visit"))},
            },
        },
        "/pets/{petId}/visits/{visitId}": {
            "get": {
                "operationId": "getVisit",
                "parameters": [
                    _parameter("petId", _INTEGER, "path"),
                    _parameter("visitId", {"type": "string", "format": "uuid"}, "path"),
                ],
                "responses": {"200": _content(_ref("Visit"))},
            }
        },
        "/settings": {
            "get": {"operationId": "getSettings", "responses": {"200": _content(_ref("Settings"))}},
            "patch": {
                "operationId": "updateSettings",
                "requestBody": {"content": {"application/json": {"schema": _ref("Settings")}}},
                "responses": {"200": _content(_ref("Settings"))},
            },
        },
        "/motto": {
            "get": {
                "operationId": "getMotto",
                "security": [],
                "responses": {
                    "200": {"description": "", "content": {"text/plain": {"schema": {"const": "Woof"}}}},
                    "503": _content(_ref("Error")),
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Pet": _PET,
            "Pets": _PETS,
            "Error": _ERROR,
            "Visit": {
                "type": "object",
                "required": ["id", "reason"],
                "properties": {"id": {"type": "string", "format": "uuid"}, "reason": {"type": "string"}},
            },
            "Settings": {
                "type": "object",
                "properties": {"theme": {"enum": ["light", "dark"]}, "size": {"type": "integer", "default": 12}},
            },
        },
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    },
}


class Client:
    """Sends requests to a mock and keeps its state."""

    def __init__(self, function_set: FunctionSet, settings: MockSettings | None = None) -> None:
        self.mock = Mock(function_set, settings)
        self.state = State()

    def send(
        self, method: str, url: str, body: object = None, headers: dict[str, str] | None = None, key: str = "secret"
    ) -> Outgoing:
        path, _, query = url.partition("?")
        sent = {**({"X-Key": key} if key else {}), **(headers or {})}
        data = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        incoming = Incoming(method=method, path=path, query=query, headers=tuple(sent.items()), body=data)
        self.state, outgoing = self.mock.respond(self.state, incoming)
        return outgoing

    def json(self, method: str, url: str, body: object = None, *, status: int = 200) -> Any:
        outgoing = self.send(method, url, body)
        assert outgoing.status == status, outgoing
        return json.loads(outgoing.body) if outgoing.body else None


MakeClient = Callable[..., Client]


@pytest.fixture(scope="session")
def shop() -> FunctionSet:
    return read_functions(json.dumps(_DOCUMENT).encode())


@pytest.fixture
def make_client(shop: FunctionSet) -> MakeClient:
    def make(**settings: Any) -> Client:
        return Client(shop, MockSettings(**settings))

    return make


@pytest.fixture
def client(shop: FunctionSet) -> Client:
    return Client(shop)
