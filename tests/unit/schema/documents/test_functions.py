"""Parameters, bodies, answers, effects, servers and security of one operation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import FunctionSet

Read = Callable[..., FunctionSet]


def body(content: JsonObject, **more: JsonValue) -> JsonObject:
    return {"requestBody": {"content": content, **more}}


def codes(function_set: FunctionSet) -> list[str]:
    return [remark.code for remark in function_set.remarks]


@pytest.mark.parametrize(
    ("offered", "chosen", "form"),
    [
        (["text/plain", "application/json"], "application/json", "json"),
        (["application/xml", "application/vnd.a+json"], "application/vnd.a+json", "json"),
        (
            ["multipart/form-data", "application/x-www-form-urlencoded"],
            "application/x-www-form-urlencoded",
            "urlencoded",
        ),
        (["application/octet-stream", "text/csv"], "text/csv", "text"),
        (["image/png"], "image/png", "binary"),
        (["*/*"], "application/json", "json"),
    ],
)
def test_the_best_media_type_is_chosen_and_the_others_are_listed(
    read_operation: Read, offered: list[str], chosen: str, form: str
) -> None:
    schema: JsonObject = {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}

    function = read_operation(body(dict.fromkeys(offered, schema)), method="post").functions[0]

    assert function.body is not None
    assert (function.body.media_type, function.body.form) == (chosen, form)
    assert len(function.body.other_media_types) == len(offered) - 1


def test_a_form_with_a_file_is_sent_as_multipart(read_operation: Read) -> None:
    schema: JsonObject = {"type": "object", "properties": {"a": {"type": "string", "format": "binary"}}}
    content: JsonObject = {
        kind: {"schema": schema} for kind in ("application/x-www-form-urlencoded", "multipart/form-data")
    }

    function = read_operation(body(content), method="post").functions[0]

    assert function.body is not None
    assert function.body.form == "multipart"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}},
        {"type": "string"},
        {"type": "object"},
        {"oneOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "string"}}}]},
    ],
)
def test_a_body_that_is_no_plain_object_is_one_argument(read_operation: Read, schema: JsonObject) -> None:
    function = read_operation(body({"application/json": {"schema": schema}}, required=True), method="post").functions[0]

    assert [(each.name, each.wire, each.is_required, each.schema) for each in function.arguments] == [
        ("body", "", True, schema)
    ]
    assert function.body is not None
    assert not function.body.is_flat


@pytest.mark.parametrize(("said", "required"), [({}, True), ({"required": True}, True), ({"required": False}, False)])
def test_properties_are_required_unless_the_document_calls_the_body_optional(
    read_operation: Read, said: JsonObject, required: bool
) -> None:
    schema: JsonObject = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}

    function = read_operation(body({"application/json": {"schema": schema}}, **said), method="post").functions[0]

    assert function.arguments[0].is_required is required


def test_what_flat_arguments_cannot_say_of_the_object_is_told_as_a_loss(read_operation: Read) -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    }

    function_set = read_operation(body({"application/json": {"schema": schema}}), method="post")

    assert [each.name for each in function_set.functions[0].arguments] == ["a", "b"]
    assert codes(function_set) == ["body-flat"]


def test_what_says_nothing_of_an_object_is_no_loss(read_operation: Read) -> None:
    schema: JsonObject = {"properties": {"a": {"type": "string"}}, "minItems": 1, "uniqueItems": True, "maxLength": 3}

    function_set = read_operation(body({"application/json": {"schema": schema}}), method="post")

    assert codes(function_set) == []


@pytest.mark.parametrize(
    ("method", "said", "effect", "header"),
    [
        ("get", {}, "safe", None),
        ("delete", {}, "idempotent", None),
        ("post", {}, "unsafe", None),
        ("post", {"x-madang-effect": "safe"}, "safe", None),
        ("post", {"x-madang-idempotency-header": "X-Once"}, "keyed", "X-Once"),
        ("post", {"x-madang-check": {"operation": "a.b", "match": {"id": "{id}"}}}, "checkable", None),
        ("post", {"x-madang-check": {"operation": "a.b", "match": {}}}, "unsafe", None),
        ("put", {"x-madang-effect": "unsafe"}, "unsafe", None),
        ("post", {"x-madang-effect": "keyed"}, "unsafe", None),
        ("post", {"x-madang-effect": ["safe"]}, "unsafe", None),
    ],
)
def test_the_effect_is_what_the_document_says_and_otherwise_what_the_method_promises(
    read_operation: Read, method: str, said: JsonObject, effect: str, header: str | None
) -> None:
    function = read_operation(said, method=method).functions[0]

    assert (function.effect, function.idempotency_header) == (effect, header)


def test_a_person_gives_what_is_marked_or_a_password_also_through_a_reference(read_operation: Read) -> None:
    properties: JsonObject = {
        "pin": {"$ref": "#/components/schemas/Pin"},
        "code": {"type": "string", "x-madang-human": True},
        "open": {"type": "string", "format": "password", "x-madang-human": False},
    }
    content: JsonObject = {"application/json": {"schema": {"type": "object", "properties": properties}}}
    schemas: JsonObject = {"Pin": {"type": "string", "format": "password"}}

    function = read_operation(body(content), method="post", schemas=schemas).functions[0]

    assert {each.name: each.is_human for each in function.arguments} == {"pin": True, "code": True, "open": False}


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ({"201": 1, "200": 2, "default": 3}, {"const": 2}),
        ({"2XX": 1, "404": 2}, {"const": 1}),
        ({"default": 1, "404": 2}, {"const": 1}),
        ({"404": 1}, True),
        ({"204": None, "default": 1}, {"type": "null"}),
        ({"200": None, "default": 1}, True),
    ],
)
def test_the_result_is_the_schema_of_success(read_operation: Read, answers: JsonObject, result: JsonValue) -> None:
    responses: JsonObject = {}
    for status, value in answers.items():
        content: JsonObject = {} if value is None else {"application/json": {"schema": {"const": value}}}
        responses[status] = {"description": "", "content": content}

    assert read_operation({"responses": responses}).functions[0].result == result


def test_an_operation_has_the_security_of_the_document_or_its_own_or_none(read_operation: Read) -> None:
    root: dict[str, JsonValue] = {
        "components": {"securitySchemes": {"a": {"type": "http", "scheme": "Bearer"}, "b": {"type": "mutualTLS"}}},
        "security": [{"a": []}],
    }

    inherited = read_operation({}, **root).functions[0].security
    own = read_operation({"security": [{"a": ["x"], "b": []}, {}]}, **root).functions[0].security
    none = read_operation({"security": []}, **root).functions[0].security

    assert (inherited, own, none) == (({"a": ()},), ({"a": ("x",), "b": ()}, {}), ())


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        (None, "https://a.example.com"),
        ([{"url": "/v1/"}], "https://a.example.com/v1"),
        ([{"url": "//b.example.com/x"}], "https://b.example.com/x"),
        ([{"url": "{base}/v1"}], "{base}/v1"),
        ([{"url": "/{tenant}/api"}], "https://a.example.com/{tenant}/api"),
    ],
)
def test_a_relative_server_is_made_whole_by_the_documents_url(
    read_operation: Read, servers: JsonValue, expected: str
) -> None:
    root: dict[str, JsonValue] = {} if servers is None else {"servers": servers}

    assert read_operation({}, **root).servers[0].url == expected


def test_an_operation_of_another_method_is_read_from_3_2_and_refused_by_name_before(read_operation: Read) -> None:
    read = read_operation({}, version="3.2.0", method="query")
    other = read_operation({}, version="3.1.0", method="fetch")

    assert [function.method for function in read.functions] == ["QUERY"]
    assert (other.found, len(other.functions), codes(other)) == (1, 0, ["method-unknown"])
