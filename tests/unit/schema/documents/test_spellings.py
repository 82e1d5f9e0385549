"""All spellings of null, tuples, maps and named values; and the short way through leaves against the long one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.limits import STANDARD
from madang.schema.documents.places import Place
from madang.schema.documents.plain import plain_schema
from madang.schema.documents.references import References
from madang.schema.documents.remarks import Remarks
from madang.schema.documents.schemas import Schemas
from madang.schema.functions import FunctionSet

Read = Callable[..., FunctionSet]


def read_schema(read_operation: Read, schema: JsonValue, version: str = "3.1.0", **parts: Any) -> JsonValue:
    operation: JsonObject = {"parameters": [{"name": "p", "in": "query", "schema": schema}]}
    return read_operation(operation, version=version, **parts).functions[0].arguments[0].schema


@pytest.mark.parametrize(
    ("version", "written", "normal"),
    [
        ("3.0.3", {"type": "integer", "x-nullable": True}, {"type": ["integer", "null"]}),
        ("3.0.3", {"type": "integer", "nullable": False}, {"type": "integer"}),
        (
            "3.0.3",
            {"type": "string", "nullable": True, "enum": ["a", None]},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ("3.1.0", {"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ("3.1.0", {"type": ["string", None]}, {"type": ["string", "null"]}),
        ("3.1.0", {"type": "null"}, {"type": "null"}),
        ("3.1.0", {"anyOf": [{"type": "string"}, {"type": "null"}]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ("3.1.0", {"const": 1, "nullable": True}, {"anyOf": [{"const": 1}, {"type": "null"}]}),
    ],
)
def test_null_is_allowed_in_whatever_way_it_is_written(
    read_operation: Read, version: str, written: JsonObject, normal: JsonObject
) -> None:
    assert read_schema(read_operation, written, version) == normal


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["string", "integer"]},
        {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
        {"type": "object", "patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": False},
        {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        {"oneOf": [{"const": "a", "title": "A"}, {"const": "b", "description": "the B"}]},
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "dependentRequired": {"a": ["b"]}},
        {"type": "string", "default": "a", "deprecated": True, "readOnly": True},
    ],
)
def test_what_json_schema_says_is_kept_as_it_is(read_operation: Read, schema: JsonObject) -> None:
    assert read_schema(read_operation, schema) == schema


@pytest.mark.parametrize(
    ("beside", "description"),
    [
        ({"x-enum-varnames": ["OFF", "ON"]}, "0: OFF; 1: ON"),
        ({"x-enumDescriptions": {"0": "not working", "1": "working"}}, "0: not working; 1: working"),
        ({"x-enum-varnames": ["OFF", "ON"], "x-enum-descriptions": ["dark", "light"]}, "0: dark; 1: light"),
        ({"x-ms-enum": {"name": "Light", "values": [{"value": 0, "name": "Off"}, {"value": 1}]}}, "0: Off"),
        ({"x-enum-varnames": ["OFF", "ON"], "description": "The state."}, "The state.\n\n0: OFF; 1: ON"),
        ({"x-enum-varnames": ["OFF", "ON"], "description": "OFF or ON"}, "OFF or ON"),
        ({"x-enum-varnames": ["OFF"]}, None),
    ],
)
def test_what_the_values_of_an_enum_mean_is_said_in_the_description(
    read_operation: Read, beside: JsonObject, description: str | None
) -> None:
    schema = read_schema(read_operation, {"type": "integer", "enum": [0, 1], **beside})

    assert isinstance(schema, dict)
    assert schema.get("description") == description


def test_a_discriminator_leads_to_shared_schemas(read_operation: Read) -> None:
    schemas: JsonObject = {
        "Cat": {"type": "object", "properties": {"kind": {"const": "cat"}}},
        "Dog": {"type": "object", "properties": {"kind": {"const": "dog"}}},
    }
    schema: JsonObject = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat", "dog": "#/components/schemas/Dog"}},
    }

    assert read_schema(read_operation, schema, schemas=schemas) == {
        "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/$defs/Cat", "dog": "#/$defs/Dog"}},
    }


SCALARS = (
    st.none() | st.booleans() | st.integers(-3, 2**54) | st.sampled_from([1.5, 2.0, "", " a ", "[", "string", "x"])
)
KEYWORDS = (
    *("type", "title", "description", "format", "pattern", "default", "example", "enum", "nullable", "readOnly"),
    *("minimum", "maxLength", "multipleOf", "required", "items", "properties", "additionalProperties", "const"),
    *(
        "x-other",
        "x-nullable",
        "x-madang-human",
        "x-enum-varnames",
        "exclusiveMinimum",
        "examples",
        "xml",
        "deprecated",
    ),
)
LEAVES = st.dictionaries(
    st.sampled_from(KEYWORDS),
    SCALARS
    | st.sampled_from(["string", "integer", "object"])
    | st.lists(st.sampled_from(["a", "b", 1]), max_size=3)
    | st.just({}),
    max_size=5,
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(node=LEAVES)
def test_the_short_way_says_what_the_long_way_says_and_in_the_same_order(node: JsonObject) -> None:
    short = plain_schema(node)
    if short is None:
        return
    remarks = Remarks()
    references = References({}, source_url=None, resolve=None, limits=STANDARD, remarks=remarks)
    schemas = Schemas(references, remarks, STANDARD, home=("definitions",), reads_siblings=True, names={})

    long = schemas.read(node, Place(""))

    assert long == short
    assert list(long if isinstance(long, dict) else ()) == list(short)
    assert remarks.all() == ()


def test_the_short_way_is_gone_by_what_is_a_leaf() -> None:
    assert plain_schema({"description": " d ", "type": "string", "enum": ["a", "b", "a"], "nullable": True}) == {
        "type": ["string", "null"],
        "description": "d",
        "enum": ["a", "b", None],
    }
    assert plain_schema({"type": "object", "properties": {}}) is None
