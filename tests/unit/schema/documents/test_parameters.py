"""Parameters in every place and style, servers at three levels, security by operation."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Argument, FunctionSet
from madang.schema.reading import read_functions

Read = Callable[..., FunctionSet]


def one(function_set: FunctionSet) -> Argument:
    (argument,) = function_set.functions[0].arguments
    return argument


@pytest.mark.parametrize(
    ("said", "style", "explode"),
    [
        ({"in": "query"}, "form", True),
        ({"in": "query", "explode": False}, "form", False),
        ({"in": "query", "style": "spaceDelimited"}, "spaceDelimited", False),
        ({"in": "query", "style": "pipeDelimited", "explode": True}, "pipeDelimited", True),
        ({"in": "query", "style": "deepObject"}, "deepObject", True),
        ({"in": "header"}, "simple", False),
        ({"in": "cookie"}, "form", True),
        ({"in": "path"}, "simple", False),
        ({"in": "path", "style": "label", "explode": True}, "label", True),
        ({"in": "path", "style": "matrix"}, "matrix", False),
        ({"in": "header", "style": "deepObject"}, "simple", False),
    ],
)
def test_style_and_explode_are_written_out_for_every_place(
    read_operation: Read, said: JsonObject, style: str, explode: bool
) -> None:
    parameter: JsonObject = {"name": "p", "schema": {"type": "object"}, **said}
    path = "/things/{p}" if said["in"] == "path" else "/things"

    argument = one(read_operation({"parameters": [parameter]}, path=path))

    assert (argument.location, argument.style, argument.explode) == (said["in"], style, explode)
    assert argument.is_required is (said["in"] == "path")


@pytest.mark.parametrize(
    ("parameter", "style", "explode"),
    [
        ({"in": "query", "type": "array", "items": {"type": "string"}}, "form", False),
        ({"in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"}, "form", True),
        ({"in": "query", "type": "array", "items": {}, "collectionFormat": "pipes"}, "pipeDelimited", False),
        ({"in": "query", "type": "array", "items": {}, "collectionFormat": "ssv"}, "spaceDelimited", False),
        ({"in": "query", "type": "array", "items": {}, "collectionFormat": "tsv"}, "form", False),
        ({"in": "header", "type": "array", "items": {}, "collectionFormat": "csv"}, "simple", False),
    ],
)
def test_the_collection_formats_of_swagger_are_styles(parameter: JsonObject, style: str, explode: bool) -> None:
    operation: JsonObject = {"parameters": [{"name": "p", **parameter}], "responses": {}}
    document: JsonObject = {"swagger": "2.0", "host": "a.example", "paths": {"/a": {"get": operation}}}

    argument = one(read_functions(json.dumps(document).encode()))

    assert (argument.style, argument.explode) == (style, explode)


def test_a_parameter_with_content_is_written_in_its_media_type(read_operation: Read) -> None:
    schema: JsonObject = {"type": "object", "properties": {"a": {"type": "integer"}}}
    parameter: JsonObject = {"name": "filter", "in": "query", "content": {"application/json": {"schema": schema}}}

    argument = one(read_operation({"parameters": [parameter]}))

    assert (argument.content_type, argument.schema) == ("application/json", schema)


def test_parameters_of_the_path_are_taken_over_and_an_operations_own_comes_before() -> None:
    page: JsonObject = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    item: JsonObject = {
        "parameters": [page, {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {"parameters": [{**page, "schema": {"type": "string"}, "deprecated": True}], "responses": {}},
    }
    document: JsonObject = {"openapi": "3.0.3", "paths": {"/a/{id}": item}}

    arguments = read_functions(json.dumps(document).encode()).functions[0].arguments

    assert [(each.name, each.schema, each.is_deprecated) for each in arguments] == [
        ("page", {"type": "string"}, True),
        ("id", {"type": "string"}, False),
    ]


def test_the_nearest_servers_hold_with_their_variables() -> None:
    def servers(name: str) -> list[JsonValue]:
        variables: JsonObject = {"zone": {"default": "eu", "enum": ["eu", "us"], "description": "where"}}
        return [{"url": f"https://{name}.{{zone}}.example/", "variables": variables}]

    answers: JsonObject = {"responses": {}}
    document: JsonObject = {
        "openapi": "3.1.0",
        "servers": servers("all"),
        "paths": {
            "/a": {"get": answers, "servers": servers("path"), "post": {**answers, "servers": servers("own")}},
            "/b": {"get": answers},
        },
    }

    function_set = read_functions(json.dumps(document).encode())

    urls = [[server.url for server in function.servers] for function in function_set.functions]
    assert urls == [["https://path.{zone}.example"], ["https://own.{zone}.example"], []]
    assert [server.url for server in function_set.servers] == ["https://all.{zone}.example"]
    assert function_set.servers[0].variables == {
        "zone": {"default": "eu", "enum": ["eu", "us"], "description": "where"}
    }


def test_every_kind_of_security_scheme_is_read_and_another_is_a_loss(read_operation: Read) -> None:
    flow: JsonObject = {"tokenUrl": "https://a.example/token", "scopes": {"read": "reads"}}
    schemes: JsonObject = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "basic": {"type": "http", "scheme": "basic"},
        "bearer": {"type": "http", "scheme": "Bearer"},
        "oauth": {"type": "oauth2", "flows": {"clientCredentials": flow}},
        "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example/.well-known"},
        "mtls": {"type": "mutualTLS"},
        "digest": {"type": "http", "scheme": "digest"},
    }
    operation: JsonObject = {"security": [{"key": [], "oauth": ["read"]}, {"digest": []}, {}]}

    function_set = read_operation(operation, version="3.1.0", components={"securitySchemes": schemes})

    kinds = [(scheme.name, scheme.kind) for scheme in function_set.security_schemes]
    assert kinds == [
        *(("key", "apiKey"), ("basic", "basic"), ("bearer", "bearer")),
        *(("oauth", "oauth2"), ("oidc", "openIdConnect"), ("mtls", "mutualTLS")),
    ]
    assert function_set.security_schemes[3].flows == {"clientCredentials": flow}
    assert function_set.functions[0].security == ({"key": (), "oauth": ("read",)}, {})
    assert [remark.code for remark in function_set.remarks] == ["security-scheme", "security-unknown"]
