"""Documents that break the rules: what can be repaired is, and what was done is told with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import FunctionSet
from madang.schema.reading import read_functions

ANSWERS: JsonObject = {"responses": {}}
THINGS = "/paths/~1things"


def read(paths: JsonValue, version: str = "3.0.3", **root: JsonValue) -> FunctionSet:
    document: JsonObject = {"openapi": version, "servers": [{"url": "https://a.example"}], "paths": paths, **root}
    return read_functions(json.dumps(document).encode())


def told(function_set: FunctionSet) -> list[tuple[str, str, str]]:
    return [(remark.severity, remark.code, remark.pointer) for remark in function_set.remarks]


def with_parameter(parameter: JsonValue) -> JsonObject:
    return {"/things": {"get": {"parameters": [parameter], **ANSWERS}}}


def test_an_operation_without_an_id_is_named_by_its_method_and_path() -> None:
    function_set = read({"/pets/{petId}/toys": {"get": ANSWERS}})

    assert [function.name for function in function_set.functions] == ["pets.get_pets_pet_id_toys"]


def test_an_operation_id_that_stands_twice_names_two_functions_apart() -> None:
    function_set = read({"/things": {"get": {"operationId": "a", **ANSWERS}, "put": {"operationId": "a", **ANSWERS}}})

    assert [function.name for function in function_set.functions] == ["things.a", "things.a_"]
    assert told(function_set) == [("note", "operation-id-twice", f"{THINGS}/put/operationId")]
    assert "/paths/~1things/get" in function_set.remarks[0].message


def test_paths_that_differ_by_the_name_of_a_parameter_are_both_kept() -> None:
    function_set = read({"/a/{id}": {"get": ANSWERS}, "/a/{name}": {"get": ANSWERS}})

    assert [function.path for function in function_set.functions] == ["/a/{id}", "/a/{name}"]
    assert ("note", "paths-alike", "/paths/~1a~1{name}") in told(function_set)


@pytest.mark.parametrize(
    ("parameter", "location", "severity", "code"),
    [
        ({"name": "p", "schema": {}}, "query", "note", "parameter-location-repaired"),
        ({"name": "p", "in": "Query", "schema": {}}, "query", "note", "parameter-location-repaired"),
        ({"name": "p", "in": "formdata", "schema": {}}, None, "loss", "parameter-location"),
        ({"in": "query", "schema": {}}, None, "loss", "parameter-nameless"),
        ("page", None, "loss", "parameter-invalid"),
        (None, None, "loss", "parameter-invalid"),
        ({"$ref": "#/components/parameters/Gone"}, None, "loss", "ref-dangling"),
        ({"name": "p", "in": "query", "type": "string"}, "query", "note", "parameter-schema"),
        ({"name": "p", "in": "query"}, "query", "note", "parameter-schemaless"),
        ({"name": "Accept", "in": "header", "schema": {}}, None, "note", "header-ignored"),
    ],
)
def test_a_parameter_that_breaks_a_rule_is_repaired_or_left_out(
    parameter: JsonValue, location: str | None, severity: str, code: str
) -> None:
    function_set = read(with_parameter(parameter))

    locations = [argument.location for argument in function_set.functions[0].arguments]
    assert locations == ([location] if location else [])
    assert told(function_set) == [(severity, code, f"{THINGS}/get/parameters/0")]


def test_a_parameter_whose_name_the_path_needs_is_of_the_path() -> None:
    parameter: JsonObject = {"name": "id", "schema": {"type": "integer"}}

    function_set = read({"/a/{id}": {"get": {"parameters": [parameter], **ANSWERS}}})

    (argument,) = function_set.functions[0].arguments
    assert (argument.location, argument.is_required, argument.schema) == ("path", True, {"type": "integer"})


@pytest.mark.parametrize(
    ("parameter", "name", "code"),
    [
        (None, "id", "path-parameter-missing"),
        ({"name": "ID", "in": "path", "schema": {}}, "id", "path-parameter-repaired"),
    ],
)
def test_what_the_path_needs_is_there(parameter: JsonValue, name: str, code: str) -> None:
    declared: list[JsonValue] = [] if parameter is None else [parameter]

    function_set = read({"/a/{id}": {"get": {"parameters": declared, **ANSWERS}}})

    assert [argument.name for argument in function_set.functions[0].arguments] == [name]
    assert code in [remark.code for remark in function_set.remarks]


@pytest.mark.parametrize(
    ("paths", "operations", "expected"),
    [
        ({"/things": None, "/a": {"get": ANSWERS}}, 1, ("note", "null-ignored", THINGS)),
        ({"/things": {"get": None}}, 1, ("note", "null-ignored", f"{THINGS}/get")),
        ({"/things": {"get": {"responses": {}, "tags": None}}}, 1, ("note", "null-ignored", f"{THINGS}/get/tags")),
        (
            {"/things": {"get": {**ANSWERS, "parameters": None}}},
            1,
            ("note", "null-ignored", f"{THINGS}/get/parameters"),
        ),
        ({"/things": {"get": 7, "put": ANSWERS}}, 1, ("refused", "operation-invalid", f"{THINGS}/get")),
        ({"things": {"get": ANSWERS}}, 1, ("note", "path-repaired", "/paths/things")),
        ({"/things": {"GET": ANSWERS}}, 1, ("note", "method-repaired", f"{THINGS}/GET")),
        ({"/things": {"get": {}}}, 1, ("note", "answers-missing", f"{THINGS}/get")),
        (
            {"/things": {"get": {"responses": {"2oo": {}}}}},
            1,
            ("loss", "status-invalid", f"{THINGS}/get/responses/2oo"),
        ),
        (
            {"/things": {"get": {"responses": {"200 OK": {}}}}},
            1,
            ("note", "status-repaired", f"{THINGS}/get/responses/200 OK"),
        ),
    ],
)
def test_paths_operations_and_answers_of_the_wrong_kind_are_told(
    paths: JsonValue, operations: int, expected: tuple[str, str, str]
) -> None:
    function_set = read(paths)

    assert len(function_set.functions) == operations
    assert expected in told(function_set)


@pytest.mark.parametrize(
    ("schema", "normal", "code"),
    [
        ({"type": "strng"}, {}, "type-unknown"),
        ({"type": "String"}, {"type": "string"}, "type-repaired"),
        ({"type": "string", "maxLength": "long"}, {"type": "string"}, "keyword-invalid"),
        ({"type": "string", "pattern": "("}, {"type": "string"}, "keyword-invalid"),
        ({"pattern": r"\A[\w-.]{,3}\Z"}, {"pattern": r"^[\w\-.]{0,3}$"}, "pattern-repaired"),
        ({"pattern": r"[\uD800\uDBFF-\uDC00\uDFFF]"}, {"pattern": r"[\u{10000}-\u{10FFFF}]"}, "pattern-repaired"),
        ({"type": "string", "enum": []}, {"type": "string"}, "enum-empty"),
        ({"type": "string", "enum": [1, 2]}, {"type": "string", "enum": ["1", "2"]}, "enum-repaired"),
        ({"type": "string", "minLength": None}, {"type": "string"}, "null-ignored"),
        ({"$ref": "#/components/schemas/Gone"}, True, "ref-dangling"),
        ({"$ref": 7}, {}, "ref-dangling"),
        ("text", True, "wrong-type"),
        ({"type": "array", "items": "text"}, {"type": "array", "items": True}, "wrong-type"),
        ({"allOf": {"type": "string"}}, {"allOf": [{"type": "string"}]}, "wrong-type"),
        (
            {"properties": {"a": {"type": "string", "required": True}}},
            {"properties": {"a": {"type": "string"}}, "required": ["a"]},
            "required-moved",
        ),
    ],
)
def test_a_schema_that_breaks_a_rule_says_what_it_can(schema: JsonValue, normal: JsonValue, code: str) -> None:
    function_set = read(with_parameter({"name": "p", "in": "query", "schema": schema}))

    assert function_set.functions[0].arguments[0].schema == normal
    assert [remark.code for remark in function_set.remarks] == [code]


def test_a_reference_that_means_a_schema_of_another_version_finds_it() -> None:
    schema: JsonObject = {"$ref": "#/definitions/Pet"}

    function_set = read(
        with_parameter({"name": "p", "in": "query", "schema": schema}),
        components={"schemas": {"Pet": {"type": "string"}}},
    )

    assert function_set.functions[0].arguments[0].schema == {"$ref": "#/$defs/Pet"}
    assert [remark.code for remark in function_set.remarks] == ["ref-repaired"]


def test_a_reference_into_another_path_is_followed() -> None:
    content: JsonObject = {"content": {"application/json": {"schema": {"type": "object", "properties": {"a": {}}}}}}
    pointer = "#/paths/~1things/get/responses/200/content/application~1json/schema"
    paths: JsonObject = {
        "/things": {"get": {"responses": {"200": {"description": "", **content}}}},
        "/other": {"put": {"requestBody": {"content": {"application/json": {"schema": {"$ref": pointer}}}}, **ANSWERS}},
    }

    function_set = read(paths)

    assert [argument.name for argument in function_set.functions[1].arguments] == ["a"]
    assert told(function_set) == []


def test_security_that_is_no_list_and_servers_that_are_none_are_told() -> None:
    schemes: JsonObject = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}
    function_set = read(
        {"/things": {"get": {**ANSWERS, "security": {"key": []}, "servers": ["x"]}}}, components=schemes
    )

    assert function_set.functions[0].security == ({"key": ()},)
    assert told(function_set) == [("loss", "server-invalid", f"{THINGS}/get/servers/0")]


def test_two_bodies_of_swagger_are_one_and_the_other_is_told() -> None:
    bodies: list[Any] = [{"name": name, "in": "body", "schema": {"type": "string"}} for name in ("a", "b")]
    document: JsonObject = {
        "swagger": "2.0",
        "host": "a.example",
        "paths": {"/things": {"put": {"parameters": bodies, **ANSWERS}}},
    }

    function_set = read_functions(json.dumps(document).encode())

    assert [argument.name for argument in function_set.functions[0].arguments] == ["body"]
    assert told(function_set) == [("loss", "body-twice", f"{THINGS}/put/parameters/1")]
