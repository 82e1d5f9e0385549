"""Generated values fit their schema, whatever it says, and are the same for the same seed."""

from __future__ import annotations

from random import Random

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.examples.errors import UngeneratableError
from madang.schema.examples.generating import Generator, generate
from madang.schema.examples.wishes import EXAMPLES, Wishes
from madang.schema.references import References
from madang.schema.validation import Validator

_DEFINITIONS: dict[str, JsonValue] = {
    "Tree": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "left": {"$ref": "#/$defs/Tree"},
            "nodes": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
        },
        "required": ["name"],
        "additionalProperties": False,
    },
    "Term": {"oneOf": [{"$ref": "#/$defs/Sum"}, {"$ref": "#/$defs/Product"}, {"type": "integer"}]},
    "Sum": {
        "type": "object",
        "properties": {"left": {"$ref": "#/$defs/Term"}, "right": {"$ref": "#/$defs/Term"}},
        "required": ["left", "right"],
    },
    "Product": {
        "type": "object",
        "properties": {"factors": {"type": "array", "items": {"$ref": "#/$defs/Term"}, "minItems": 2}},
        "required": ["factors"],
    },
    "Cat": {"type": "object", "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}}},
    "Dog": {"type": "object", "properties": {"kind": {"type": "string"}, "bark": {"type": "string"}}},
    "Endless": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Endless"}}, "required": ["next"]},
}

_SCHEMAS: list[JsonValue] = [
    True,
    {},
    {"type": "integer", "minimum": 3, "maximum": 4},
    {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    {"type": "integer", "multipleOf": 7, "minimum": 100},
    {"type": "integer", "maximum": -5},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    {"type": "number", "multipleOf": 0.01, "minimum": 1, "maximum": 1.05},
    {"allOf": [{"type": "number", "multipleOf": 4}, {"type": "integer", "multipleOf": 6}]},
    {"type": "string", "minLength": 40, "maxLength": 41},
    {"type": "string", "maxLength": 2},
    {"type": "string", "maxLength": 0},
    {"type": "string", "pattern": "^[A-Z]{2}-\\d{4,6}$"},
    {"type": "string", "pattern": "^(?:a|bc)+[^a-z]?(?<tail>\\.x)*$", "minLength": 20},
    {"type": "string", "pattern": "\\p{Lu}\\w*", "minLength": 30, "maxLength": 30},
    {"type": "string", "format": "email", "minLength": 50},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "uri", "maxLength": 12},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "ipv6"},
    {"type": "string", "format": "duration"},
    {"type": "string", "format": "hostname", "minLength": 70},
    {"const": {"a": [1, None]}},
    {"enum": [1, "a", None], "type": "string"},
    {"type": ["integer", "null"]},
    {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 2},
    {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 3},
    {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False, "minItems": 2},
    {"type": "array", "contains": {"const": 7}, "items": {"type": "integer"}, "minContains": 2},
    {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 3},
    {"type": "object", "patternProperties": {"^x-[a-z]+$": {"type": "integer"}}, "additionalProperties": False},
    {"type": "object", "propertyNames": {"pattern": "^[a-z]{3}$"}, "minProperties": 2, "maxProperties": 2},
    {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "maxProperties": 1},
    {"type": "object", "properties": {"a": True, "b": True}, "dependentRequired": {"a": ["b"], "b": ["z"]}},
    {
        "type": "object",
        "properties": {"a": {"const": 1}},
        "required": ["a"],
        "dependentSchemas": {"a": {"required": ["b"], "properties": {"b": {"type": "null"}}}},
    },
    {"type": "object", "required": ["undeclared"]},
    {
        "type": "object",
        "properties": {"kind": {"enum": ["a", "b"]}},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"required": ["a"]},
        "else": {"required": ["b"]},
    },
    {"type": "string", "not": {"enum": ["amber", "birch"]}},
    {"type": "integer", "minimum": 1, "maximum": 3, "not": {"const": 2}},
    {
        "allOf": [
            {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        ]
    },
    {"anyOf": [{"type": "string", "minLength": 5, "maxLength": 2}, {"type": "integer"}]},
    {"type": "string", "format": "binary"},
    {"type": "object", "properties": {"a": {"type": "string", "format": "binary"}}, "required": ["a"]},
    {"$ref": "#/$defs/Tree"},
    {"$ref": "#/$defs/Tree", "required": ["left"]},
    {"$ref": "#/$defs/Term"},
    {"type": "object", "properties": {"loop": {"$ref": "#/$defs/Endless"}, "a": {"type": "integer"}}},
]


def _whole(schema: JsonValue) -> JsonValue:
    return {**schema, "$defs": _DEFINITIONS} if isinstance(schema, dict) else schema


@pytest.mark.parametrize("schema", _SCHEMAS, ids=str)
def test_a_value_fits_its_schema(schema: JsonValue) -> None:
    validator = Validator(_whole(schema))

    for number in range(5):
        value = generate(schema, _DEFINITIONS, Random(number))
        assert validator.validate(value) == (), value


@pytest.mark.parametrize("wishes", [Wishes(depth=0), Wishes(nodes=1), Wishes(optional=1, depth=3)], ids=str)
def test_recursion_ends_at_the_smallest_values(wishes: Wishes) -> None:
    for name in ("Tree", "Term"):
        schema: JsonObject = {"$ref": f"#/$defs/{name}"}
        value = generate(schema, _DEFINITIONS, Random(1), wishes=wishes)

        assert Validator(_whole(schema)).validate(value) == ()


def test_the_same_seed_gives_the_same_value() -> None:
    schema: JsonObject = {"$ref": "#/$defs/Tree"}

    values = [generate(schema, _DEFINITIONS, Random("seed")) for _ in range(2)]

    assert values[0] == values[1]
    assert values[0] != generate(schema, _DEFINITIONS, Random("another"))


@pytest.mark.parametrize(
    ("schema", "path", "reason"),
    [
        ({"$ref": "#/$defs/Endless"}, "", "nested too deep"),
        ({"type": "string", "pattern": "/^[a-z]+$/i"}, "", "no text of 0 to"),
        ({"type": "integer", "minimum": 5, "maximum": 4}, "", "no multiple of 1 from 5 to 4"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "", "types exclude each other"),
        ({"type": "array", "items": {"enum": [1, 2]}, "uniqueItems": True, "minItems": 3}, "/2", "differs"),
        ({"type": "object", "required": ["a"], "additionalProperties": False}, "/a", "nothing is allowed"),
        ({"enum": ["a"], "type": "integer"}, "", "none of its listed values"),
    ],
)
def test_what_no_value_fits_is_said_with_its_place(schema: JsonValue, path: str, reason: str) -> None:
    with pytest.raises(UngeneratableError, match=reason) as raised:
        generate(schema, _DEFINITIONS, Random(1))

    assert raised.value.errors[0].pointer.startswith(path)


def test_a_discriminator_gets_the_word_of_the_branch() -> None:
    schema: JsonObject = {
        "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/$defs/Cat"}},
    }

    made = [generate(schema, _DEFINITIONS, Random(number), wishes=Wishes(optional=1)) for number in range(10)]

    tags = {("lives" in value, value["kind"]) for value in made if isinstance(value, dict)}
    assert tags == {(True, "cat"), (False, "Dog")}


def test_declared_examples_come_first_when_they_are_wished_and_fit() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "examples": ["Rex"]},
            "age": {"type": "integer", "examples": ["old"], "default": 7},
        },
        "required": ["name", "age"],
    }

    assert generate(schema, {}, Random(1), wishes=EXAMPLES) == {"name": "Rex", "age": 7}


def test_what_is_given_stays_where_it_fits() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "name": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string", "maxLength": 3}},
        },
        "required": ["id", "name"],
        "additionalProperties": False,
    }
    given: JsonObject = {"name": "Rex", "tags": ["a", "too long"], "other": 1}

    value = Generator(References({}), Random(1)).make([schema], given)

    assert isinstance(value, dict)
    assert (value["name"], set(value)) == ("Rex", {"id", "name", "tags"})
    tags = value["tags"]
    assert isinstance(tags, list)
    assert (tags[0], len(tags)) == ("a", 2)
    assert Validator(schema).validate(value) == ()


def test_what_is_given_gives_way_where_its_type_is_wrong() -> None:
    assert Generator(References({}), Random(1)).make([{"enum": ["allow"]}], {"id": 1}) == "allow"
    assert Generator(References({}), Random(1)).make([{"type": "integer", "maximum": 1, "minimum": 1}], {"id": 1}) == 1
