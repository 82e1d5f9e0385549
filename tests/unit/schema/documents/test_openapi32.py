"""What OpenAPI 3.2 adds, and what of any version is listed rather than imported."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import FunctionSet
from madang.schema.reading import read_functions

Read = Callable[..., FunctionSet]
FORM = "application/x-www-form-urlencoded"


def told(function_set: FunctionSet) -> list[tuple[str, str]]:
    return [(remark.code, remark.pointer) for remark in function_set.remarks]


def whole_query(content: JsonObject, **more: JsonValue) -> JsonObject:
    return {"parameters": [{"name": "q", "in": "querystring", "content": content, **more}]}


def test_operations_of_other_methods_are_functions() -> None:
    item: JsonObject = {
        "query": {"responses": {"200": {"summary": "the matches"}}},
        "additionalOperations": {"COPY": {"operationId": "things.copy", "responses": {"204": {}}}, "N/A": {}},
    }
    document: JsonObject = {"openapi": "3.2.0", "paths": {"/things": item}, "servers": [{"url": "https://a.example"}]}

    function_set = read_functions(json.dumps(document).encode())

    assert [(each.method, each.effect, each.source) for each in function_set.functions] == [
        ("QUERY", "safe", "/paths/~1things/query"),
        ("COPY", "unsafe", "/paths/~1things/additionalOperations/COPY"),
    ]
    assert function_set.functions[0].answers[0].description == "the matches"
    assert told(function_set) == [("method-unknown", "/paths/~1things/additionalOperations/N~1A")]


def test_a_whole_query_string_that_is_a_form_becomes_arguments(read_operation: Read) -> None:
    schema: JsonObject = {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
    }
    media: JsonObject = {"schema": {"$ref": "#/components/schemas/Q"}, "encoding": {"tags": {"style": "pipeDelimited"}}}

    function_set = read_operation(whole_query({FORM: media}, required=True), version="3.2.0", schemas={"Q": schema})

    arguments = function_set.functions[0].arguments
    assert [(each.name, each.location, each.style, each.explode, each.is_required) for each in arguments] == [
        ("text", "query", "form", True, True),
        ("tags", "query", "pipeDelimited", False, False),
    ]


@pytest.mark.parametrize("content", [{"application/json": {"schema": {"type": "object"}}}, {FORM: {}}, {}])
def test_a_whole_query_string_of_another_kind_is_a_loss(read_operation: Read, content: JsonObject) -> None:
    function_set = read_operation(whole_query(content), version="3.2.0")

    assert function_set.functions[0].arguments == ()
    assert told(function_set) == [("parameter-querystring", "/paths/~1things/get/parameters/0")]


def test_a_stream_of_items_is_a_list_of_them(read_operation: Read) -> None:
    item: JsonObject = {"type": "object", "properties": {"at": {"type": "string"}}}
    content: JsonObject = {"content": {"application/jsonl": {"itemSchema": item}, "text/html": {}}}

    function = read_operation({"responses": {"200": {"description": "", **content}}}, version="3.2.0").functions[0]

    assert function.answers[0].media_type == "application/jsonl"
    assert function.result == {"type": "array", "items": item}


def test_references_are_relative_to_what_the_document_calls_itself() -> None:
    asked: list[str] = []

    def resolve(url: str) -> bytes:
        asked.append(url)
        return b'{"type": "string"}'

    schema: JsonObject = {
        "anyOf": [{"$ref": "pet.json"}, {"$ref": "https://own.example/v1/api.json#/components/schemas/A"}]
    }
    content: JsonObject = {"content": {"application/json": {"schema": schema}}}
    document: JsonObject = {
        "openapi": "3.2.0",
        "$self": "https://own.example/v1/api.json",
        "paths": {"/a": {"get": {"responses": {"200": {"description": "", **content}}}}},
        "components": {"schemas": {"A": {"type": "integer"}}},
    }

    function_set = read_functions(
        json.dumps(document).encode(), source_url="https://a.example.com/openapi.json", resolve=resolve
    )

    assert asked == ["https://own.example/v1/pet.json"]
    assert function_set.functions[0].result == {"anyOf": [{"$ref": "#/$defs/Pet"}, {"$ref": "#/$defs/A"}]}
    assert function_set.servers[0].url == "https://a.example.com"


def test_media_types_and_parameters_may_be_shared_by_reference(read_operation: Read) -> None:
    components: JsonObject = {
        "mediaTypes": {"Pets": {"schema": {"type": "array", "items": {"type": "string"}}}},
        "parameters": {"Page": {"name": "page", "in": "query", "schema": {"type": "integer"}}},
    }
    operation: JsonObject = {
        "parameters": [{"$ref": "#/components/parameters/Page"}],
        "responses": {
            "200": {"description": "", "content": {"application/json": {"$ref": "#/components/mediaTypes/Pets"}}}
        },
    }

    function = read_operation(operation, version="3.2.0", components=components).functions[0]

    assert [each.name for each in function.arguments] == ["page"]
    assert function.result == {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(("version", "key"), [("3.1.0", "webhooks"), ("3.2.0", "webhooks"), ("3.0.3", "x-webhooks")])
def test_each_webhook_and_each_callback_is_listed_with_its_place(read_operation: Read, version: str, key: str) -> None:
    operation: JsonObject = {"callbacks": {"paid": {"{$url}": {"post": {}}}, "x-note": 1}}
    hooks: JsonObject = {"order/new": {"post": {}}, "order/gone": {"post": {}}}

    function_set = read_operation(operation, version=version, **{key: hooks})

    assert (function_set.found, len(function_set.functions)) == (1, 1)
    assert told(function_set) == [
        ("webhooks", f"/{key}/order~1new"),
        ("webhooks", f"/{key}/order~1gone"),
        ("callbacks", "/paths/~1things/get/callbacks/paid"),
    ]
