"""Which type fits which, and where the deepest difference is when it does not."""

from __future__ import annotations

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.types.connector import Connector
from madang.types.covers import covers
from madang.types.literals import fault_of
from madang.types.model import ANY, STR, NamedType, RecordType, StrType, Type, resolve
from madang.types.printing import text_of
from madang.types.schema_reading import from_schema
from madang.types.schema_writing import to_schema
from madang.types.unions import members_of, optional, union_of, widened, without_none


def node(key: str) -> JsonObject:
    properties: JsonObject = {"name": {"type": "string"}, "next": {"$ref": f"#/$defs/{key}"}}
    return {"type": "object", "required": ["name"], "properties": properties}


NODE = node("node")
CONNECTOR = Connector(
    {
        "name": "x",
        "operations": {},
        "schemas": {
            "node": NODE,
            "other-node": node("other-node"),
            "cat": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
            },
            "dog": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"const": "dog"}, "owner": {"type": "string"}},
            },
        },
        "types": {"Node": "node", "OtherNode": "other-node", "Cat": "cat", "Dog": "dog"},
    }
)


def named(key: str) -> Type:
    names = {"node": "Node", "other-node": "OtherNode", "cat": "Cat", "dog": "Dog"}
    return NamedType(owner="x", name=names[key], definitions=CONNECTOR) if key in names else ANY


def of(schema: JsonValue) -> Type:
    return from_schema(schema, named)


def obj(*required: str, **properties: JsonValue) -> JsonObject:
    return {"type": "object", "required": list(required), "properties": dict(properties)}


INT: JsonObject = {"type": "integer"}
TEXT: JsonObject = {"type": "string"}
MAYBE: JsonObject = {"type": ["string", "null"]}
PET: JsonObject = {"oneOf": [{"$ref": "#/$defs/cat"}, {"$ref": "#/$defs/dog"}]}


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"type": "number"}, INT),
        (TEXT, {"enum": ["a", "b"]}),
        (MAYBE, TEXT),
        (MAYBE, {"type": "null"}),
        ({"enum": ["a", "b", "c"]}, {"enum": ["b", "a"]}),
        ({"type": "array", "items": {"type": "number"}}, {"type": "array", "items": INT}),
        ({"type": "object", "additionalProperties": INT}, obj("a", a=INT)),
        (obj("a", a=TEXT), obj("a", "b", a=TEXT, b=INT)),
        (obj(a=TEXT), obj("a", a=TEXT)),
        ({"$ref": "#/$defs/node"}, {"$ref": "#/$defs/other-node"}),
        (PET, {"$ref": "#/$defs/cat"}),
        ({}, {"anything": 1}),
        (TEXT, {}),
        ({"type": "string", "format": "date-time"}, {"const": "2026-01-31T10:00:00Z"}),
    ],
)
def test_what_fits(expected: JsonValue, actual: JsonValue) -> None:
    assert covers(of(expected), of(actual)) is None


@pytest.mark.parametrize(
    ("expected", "actual", "reason", "path"),
    [
        (TEXT, INT, "type", ()),
        (INT, {"type": "boolean"}, "type", ()),
        (INT, {"type": "number"}, "type", ()),
        ({"type": "number"}, {"type": "boolean"}, "type", ()),
        (TEXT, MAYBE, "optional", ()),
        (TEXT, {"type": "null"}, "type", ()),
        ({"enum": ["a"]}, TEXT, "type", ()),
        ({"enum": ["a"]}, {"const": "b"}, "value", ()),
        ({"const": 1}, {"const": True}, "value", ()),
        ({"type": "string", "maxLength": 2}, {"const": "abc"}, "value", ()),
        ({"type": "integer", "exclusiveMinimum": 3}, {"const": 3}, "value", ()),
        (
            {"type": "array", "items": obj("a", a=TEXT)},
            {"type": "array", "items": obj("a", a=INT)},
            "type",
            ("[]", "a"),
        ),
        (obj("a", a=TEXT), obj("b", b=TEXT), "missing", ("a",)),
        (obj("a", a=TEXT), obj(a=TEXT), "optional", ("a",)),
        (obj("a", a=obj("b", b=TEXT)), obj("a", a=obj("b", b=INT)), "type", ("a", "b")),
        ({**obj(a=TEXT), "additionalProperties": False}, obj("a", "z", a=TEXT, z=INT), "unknown", ("z",)),
        (PET, obj("kind", "owner", kind={"const": "dog"}, owner=INT), "type", ("owner",)),
        ({"$ref": "#/$defs/node"}, obj("name", name=INT), "type", ("name",)),
        ({"type": "string", "format": "date"}, {"const": "31.1.2026"}, "value", ()),
        ({"type": "string", "format": "date-time"}, TEXT, "type", ()),
    ],
)
def test_what_does_not_fit_and_where(
    expected: JsonValue, actual: JsonValue, reason: str, path: tuple[str, ...]
) -> None:
    found = covers(of(expected), of(actual))
    assert found is not None
    assert (found.reason, found.path) == (reason, path)


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (MAYBE, "str | None"),
        ({"type": ["null", "integer"]}, "int | None"),
        ({"enum": ["a", 1, None]}, 'Literal["a", 1] | None'),
        ({"anyOf": [TEXT, {"const": "x"}]}, "str"),
        ({"type": "array", "items": {"$ref": "#/$defs/node"}}, "list[x.types.Node]"),
        ({"type": "object"}, "dict[str, Any]"),
        ({"type": "object", "patternProperties": {"^x": INT}}, "dict[str, int]"),
        (obj("a", a=INT, b=TEXT), "{a: int, b?: str}"),
        ({"allOf": [obj("a", a=INT), obj("b", b=TEXT)]}, "{a: int, b: str}"),
        ({"allOf": [{"type": "number"}, INT]}, "int"),
        ({"type": "string", "format": "binary"}, "File"),
        ({"prefixItems": [INT, TEXT], "items": False}, "list[int | str]"),
        (False, "Never"),
        (True, "Any"),
        ({"type": "object", "required": ["a"], "additionalProperties": INT}, "{a: Any}"),
        ({"$ref": "#/$defs/cat", "description": "a cat"}, "x.types.Cat"),
    ],
)
def test_a_schema_reads_as_a_type(schema: JsonValue, text: str) -> None:
    assert text_of(of(schema)) == text


@pytest.mark.parametrize(
    "schema",
    [
        TEXT,
        {"type": "string", "format": "email", "minLength": 3, "pattern": "@"},
        {"type": "integer", "minimum": 1, "maximum": 5, "multipleOf": 2},
        {"type": "array", "items": INT, "minItems": 1},
        obj("a", a=INT, b=TEXT),
        {**obj(a=INT), "additionalProperties": False},
        {"type": "object", "additionalProperties": TEXT},
        {"enum": ["a", "b"]},
        {"anyOf": [TEXT, INT, {"type": "null"}]},
        {"type": "string", "format": "date-time"},
    ],
)
def test_a_type_written_as_a_schema_reads_as_the_same_type(schema: JsonValue) -> None:
    assert of(to_schema(of(schema))) == of(schema)


def test_a_recursive_type_is_written_once() -> None:
    assert to_schema(of({"$ref": "#/$defs/node"})) == {
        "$ref": "#/$defs/x.Node",
        "$defs": {
            "x.Node": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "next": {"$ref": "#/$defs/x.Node"}},
                "required": ["name"],
            }
        },
    }


def test_a_name_that_stands_for_itself_is_any() -> None:
    looping = Connector({"name": "x", "schemas": {"a": {"$ref": "#/$defs/a"}}, "types": {"A": "a"}})
    found = looping.find_type("A")
    assert found is not None
    assert resolve(found) == ANY


def test_unions_are_flat_without_doubles_and_literals_join() -> None:
    assert text_of(union_of([of({"const": 1}), of({"const": 2}), of(MAYBE), STR])) == "Literal[1, 2] | str | None"
    assert without_none(optional(STR)) == STR
    assert text_of(widened(of({"enum": ["a", 1, True]}))) == "str | int | bool"
    assert [text_of(each) for each in members_of(of(PET))] == ["x.types.Cat", "x.types.Dog"]


def test_a_discriminator_tells_which_member_was_meant() -> None:
    schema: JsonObject = {**PET, "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/$defs/cat"}}}
    found = covers(of(schema), of(obj("kind", "lives", kind={"const": "cat"}, lives=TEXT)))
    assert found is not None
    assert (found.path, text_of(found.expected), text_of(found.actual)) == (("lives",), "int", "str")


@pytest.mark.parametrize("pattern", ["(a+)+$", "(", "a{99999999999}", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_a_pattern_that_cannot_be_tried_in_bounded_time_is_no_fault(pattern: str) -> None:
    assert fault_of("a" * 200 + "!", StrType(pattern=pattern)) is None


def test_deep_types_are_compared_without_end_and_without_recursion_errors() -> None:
    deep: JsonObject = TEXT
    other: JsonObject = INT
    for _ in range(400):
        deep, other = {"type": "array", "items": deep}, {"type": "array", "items": other}
    assert covers(of(deep), of(other)) is None
    assert isinstance(of(NODE), RecordType)
