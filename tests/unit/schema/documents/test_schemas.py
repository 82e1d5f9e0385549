"""Every spelling of a schema in the one normal form."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import FunctionSet

Read = Callable[..., FunctionSet]


def with_parameter(schema: JsonValue) -> JsonObject:
    return {"parameters": [{"name": "p", "in": "query", "schema": schema}]}


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": True, "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
        (
            {"nullable": True, "description": "d", "allOf": [{"type": "string"}]},
            {"description": "d", "anyOf": [{"allOf": [{"type": "string"}]}, {"type": "null"}]},
        ),
        (
            {"nullable": True, "oneOf": [{"type": "string"}, {"type": "integer"}]},
            {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
        ),
        ({"$ref": "#/components/schemas/S", "nullable": True}, {"anyOf": [{"$ref": "#/$defs/S"}, {"type": "null"}]}),
        ({"$ref": "#/components/schemas/S", "description": "d"}, {"$ref": "#/$defs/S", "description": "d"}),
        ({"$ref": "#/components/schemas/S", "minLength": 3}, {"$ref": "#/$defs/S"}),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 1}),
        ({"type": "number", "maximum": 1, "exclusiveMaximum": False}, {"type": "number", "maximum": 1}),
        ({"type": "string", "example": "a"}, {"type": "string", "examples": ["a"]}),
        ({"type": "array", "items": [{"type": "string"}]}, {"type": "array", "prefixItems": [{"type": "string"}]}),
        ({"type": "any"}, {}),
        ({"type": ["string"]}, {"type": "string"}),
        ({"type": "Date"}, {"type": "string", "format": "date"}),
        ({"type": "integer", "enum": ["1", "2", "2"]}, {"type": "integer", "enum": [1, 2]}),
        ({"type": "string", "minLength": "3", "maxLength": 5.0}, {"type": "string", "minLength": 3, "maxLength": 5}),
        (
            {"type": "object", "xml": {}, "x-other": 1, "x-madang-human": True},
            {"type": "object", "x-madang-human": True},
        ),
        (None, True),
    ],
)
def test_a_schema_is_written_the_way_of_json_schema_2020_12(
    read_operation: Read, written: JsonValue, normal: JsonValue
) -> None:
    function_set = read_operation(with_parameter(written), schemas={"S": {"type": "string"}})

    assert function_set.functions[0].arguments[0].schema == normal


def test_keywords_beside_a_reference_count_from_3_1_on(read_operation: Read) -> None:
    schema: JsonObject = {"$ref": "#/components/schemas/S", "minLength": 3}

    function_set = read_operation(with_parameter(schema), version="3.1.0", schemas={"S": {"type": "string"}})

    assert function_set.functions[0].arguments[0].schema == {"$ref": "#/$defs/S", "minLength": 3}


def test_a_schema_that_is_nested_too_deep_is_cut_there_and_told(read_operation: Read) -> None:
    schema: JsonObject = {"type": "string"}
    for _ in range(120):
        schema = {"items": schema}

    function_set = read_operation(with_parameter(schema))

    assert [(remark.severity, remark.code) for remark in function_set.remarks] == [("loss", "schema-too-deep")]


def test_a_name_that_cannot_stand_in_a_reference_is_replaced_and_kept_as_title(read_operation: Read) -> None:
    schema: JsonObject = {"$ref": "#/components/schemas/Page«Pet»"}

    function_set = read_operation(with_parameter(schema), schemas={"Page«Pet»": {"type": "object"}})

    assert function_set.functions[0].arguments[0].schema == {"$ref": "#/$defs/Page_Pet"}
    assert function_set.schemas == {"Page_Pet": {"type": "object", "title": "Page«Pet»"}}


def test_read_only_properties_leave_the_request_also_deep_down_and_keep_the_answer_whole(read_operation: Read) -> None:
    schemas: JsonObject = {
        "Line": {
            "type": "object",
            "required": ["id", "text"],
            "properties": {"id": {"type": "integer", "readOnly": True}, "text": {"type": "string"}},
        },
        "Note": {
            "type": "object",
            "properties": {"lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}}},
        },
    }
    note: JsonObject = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}}
    operation: JsonObject = {"requestBody": note, "responses": {"200": {"description": "", **note}}}

    function_set = read_operation(operation, method="post", schemas=schemas)

    function = function_set.functions[0]
    assert function.arguments[0].schema == {"type": "array", "items": {"$ref": "#/$defs/Line_request"}}
    assert function.result == {"$ref": "#/$defs/Note"}
    assert function_set.schemas["Line_request"] == {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string"}},
    }
    assert function_set.schemas["Line"] == schemas["Line"]
