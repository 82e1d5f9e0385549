"""What a document shows as an answer is what its mock answers first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from madang.kit.json import JsonValue
from madang.schema.mock.core import Mock
from madang.schema.mock.declared import DeclaredExamples
from madang.schema.mock.state import State
from madang.schema.mock.wire import Incoming
from madang.schema.reading import read_functions

_PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "age": {"type": "integer"}},
}
_ID = {"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}


def _answer(schema: dict[str, Any], **examples: Any) -> dict[str, Any]:
    return {"200": {"description": "", "content": {"application/json": {"schema": schema, **examples}}}}


_OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/pets": {
            "get": {
                "responses": _answer(
                    {"type": "array", "items": _PET}, example=[{"id": 7, "name": "Rex"}, {"id": 9, "name": "Tom"}]
                )
            },
        },
        "/pets/{petId}": {
            "parameters": [_ID],
            "get": {"responses": _answer(_PET, examples={"one": {"$ref": "#/components/examples/one"}})},
        },
        "/word": {"get": {"responses": _answer({"type": "string"}, example="hello")}},
        "/wrong": {"get": {"responses": _answer(_PET, example={"id": "seven", "name": "Rex"})}},
        "/undescribed": {
            "get": {"responses": {"200": {"description": "", "content": {"application/json": {"example": {"a": 1}}}}}}
        },
    },
    "components": {"examples": {"one": {"value": {"id": 1, "name": "Shown", "age": 3}}}},
}
_SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "T", "version": "1"},
    "produces": ["application/json"],
    "paths": {
        "/word": {
            "get": {
                "responses": {
                    "200": {"description": "", "schema": {"type": "string"}, "examples": {"application/json": "hello"}}
                }
            }
        }
    },
}


def _get(document: dict[str, Any], path: str, state: State | None = None) -> tuple[State, Any]:
    data = json.dumps(document).encode()
    state, outgoing = Mock(read_functions(data), document=document).respond(
        state or State(), Incoming(method="GET", path=path)
    )
    return state, json.loads(outgoing.body)


@pytest.mark.parametrize("document", [_OPENAPI, _SWAGGER])
def test_an_example_of_the_media_type_is_the_answer(document: dict[str, Any]) -> None:
    assert _get(document, "/word")[1] == "hello"


def test_a_list_begins_with_its_example_and_its_resources_can_be_got() -> None:
    state, listed = _get(_OPENAPI, "/pets")

    assert listed[:2] == [{"id": 7, "name": "Rex"}, {"id": 9, "name": "Tom"}]
    assert _get(_OPENAPI, "/pets/9", state)[1] == {"id": 9, "name": "Tom"}


def test_a_resource_that_is_made_up_is_as_the_example_shows_it_but_for_its_id() -> None:
    assert _get(_OPENAPI, "/pets/5")[1] == {"id": 5, "name": "Shown", "age": 3}


def test_of_a_wrong_example_what_fits_is_kept() -> None:
    shown = _get(_OPENAPI, "/wrong")[1]

    assert (shown["name"], type(shown["id"])) == ("Rex", int)


def test_an_example_without_a_schema_is_answered_too() -> None:
    assert _get(_OPENAPI, "/undescribed")[1] == {"a": 1}


def test_a_document_that_is_not_what_its_functions_say_has_no_examples() -> None:
    function = read_functions(json.dumps(_OPENAPI).encode()).functions[0]

    circle: JsonValue = {"paths": {"/pets": {"get": {"$ref": "#/paths/~1pets/get"}}}}
    others: list[JsonValue] = [None, [], {"paths": []}, circle]
    for document in others:
        assert [*DeclaredExamples(document).of(function, "200", "application/json")] == []
