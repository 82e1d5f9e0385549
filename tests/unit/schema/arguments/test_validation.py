"""Errors name the deepest cause, the branch that was meant, and what was wanted in words."""

from __future__ import annotations

import time

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.validation import Validator

_PETS: JsonObject = {
    "anyOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}, {"type": "null"}],
    "$defs": {
        "Cat": {
            "type": "object",
            "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer", "maximum": 9}},
            "required": ["kind", "lives"],
        },
        "Dog": {"type": "object", "properties": {"kind": {"enum": ["dog", "puppy"]}}, "required": ["kind"]},
    },
}


def _errors(schema: JsonValue, value: JsonValue) -> list[tuple[str, str, str]]:
    found = Validator(schema).validate(value)
    return [(error.path, error.code, error.message.removeprefix("arguments: ")) for error in found]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "integer"}, "many", ("", "type", 'expected integer, given "many"')),
        ({"type": "integer", "minimum": 1, "maximum": 5}, 9, ("", "range", "expected integer from 1 to 5, given 9")),
        ({"type": "number", "exclusiveMinimum": 0}, 0, ("", "range", "expected number above 0, given 0")),
        ({"multipleOf": 5}, 7, ("", "range", "expected number a multiple of 5, given 7")),
        (
            {"enum": ["open", "closed"]},
            "opne",
            ("", "enum", 'expected one of "open" or "closed", given "opne" (did you mean "open"?)'),
        ),
        ({"const": 1}, True, ("", "enum", "expected 1, given true")),
        (
            {"type": "string", "maxLength": 2},
            "abc",
            ("", "length", 'expected text of at most 2 characters, given "abc" (it has 3 characters)'),
        ),
        ({"type": "string", "format": "date"}, "x", ("", "format", 'expected date as 2026-01-31, given "x"')),
        ({"pattern": "^[A-Z]+$"}, "x", ("", "pattern", 'expected text that matches ^[A-Z]+$, given "x"')),
        ({"minItems": 2}, [1], ("", "count", "expected list of at least 2 items, given [1] (it has 1)")),
        ({"uniqueItems": True}, [1, 1], ("", "unique", "expected list of items that all differ, given [1, 1]")),
        ({"items": {"type": "string"}}, ["a", 2], ("/1", "type", "[1]: expected text, given 2")),
        ({"prefixItems": [{"type": "string"}], "items": False}, ["a", 2], ("/1", "unknown", "[1] is not known here")),
        ({"contains": {"const": 3}}, [1], ("", "contains", "expected list that contains 3, given [1]")),
        ({"properties": {"a/b": {"type": "null"}}}, {"a/b": 1}, ("/a~1b", "type", "a/b: expected null, given 1")),
        (
            {"required": ["a"], "properties": {"a": {"type": "array"}}},
            {},
            ("/a", "required", "a is missing: expected list"),
        ),
        (
            {"properties": {"title": {}}, "additionalProperties": False},
            {"titel": 1},
            ("/titel", "unknown", 'titel is not known here (did you mean "title"?)'),
        ),
        (
            {"patternProperties": {"^x": {"type": "integer"}}},
            {"xa": "b"},
            ("/xa", "type", 'xa: expected integer, given "b"'),
        ),
        (
            {"propertyNames": {"maxLength": 1}},
            {"ab": 1},
            ("/ab", "key", 'ab: expected a key that is text of at most 1 characters, given "ab"'),
        ),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, ("/b", "required", "b is missing: expected value")),
        ({"allOf": [{"type": "object"}, {"required": ["a"]}]}, {}, ("/a", "required", "a is missing: expected value")),
        ({"not": {"type": "string"}}, "x", ("", "not", 'expected anything but text, given "x"')),
        (
            {"if": {"type": "string"}, "then": {"minLength": 2}},
            "x",
            ("", "length", 'expected text of at least 2 characters, given "x" (it has 1 characters)'),
        ),
        ({"anyOf": [{"type": "integer"}, {"type": "array"}]}, "x", ("", "type", 'expected integer or list, given "x"')),
        (_PETS, {"kind": "cat", "lives": 12}, ("/lives", "range", "lives: expected integer of at most 9, given 12")),
        (_PETS, {"kind": "bird"}, ("/kind", "enum", 'kind: expected one of "cat", "dog" or "puppy", given "bird"')),
        (_PETS, {}, ("/kind", "required", 'kind is missing: expected one of "cat", "dog" or "puppy"')),
    ],
)
def test_an_error_says_where_what_was_expected_and_what_was_given(
    schema: JsonValue, value: JsonValue, expected: tuple[str, str, str]
) -> None:
    assert _errors(schema, value) == [expected]


def test_without_a_discriminator_the_branch_that_fits_best_was_meant() -> None:
    schema: JsonObject = {
        "anyOf": [
            {"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}},
            {
                "type": "object",
                "required": ["host", "port"],
                "properties": {"host": {"type": "string"}, "port": {"type": "integer"}},
            },
        ]
    }

    assert [error[0] for error in _errors(schema, {"host": "a", "port": "b"})] == ["/port"]


def test_a_value_that_fits_two_branches_of_one_of_is_taken() -> None:
    assert _errors({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 5) == []


def test_recursive_unions_are_explained_in_linear_time() -> None:
    tree: JsonObject = {
        "anyOf": [
            {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
            {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Tree"}},
            {"type": "array", "maxItems": 3, "items": {"$ref": "#/$defs/Tree"}},
            {"type": "integer"},
        ]
    }
    value: JsonValue = "wrong"
    for _ in range(15):
        value = [value]
    start = time.process_time()

    errors = _errors({"$ref": "#/$defs/Tree", "$defs": {"Tree": tree}}, value)

    assert [error[0] for error in errors] == ["/0" * 15]
    assert time.process_time() - start < 10


@pytest.mark.parametrize("pattern", ["(?=a)b", "(a)\\1", "["])
def test_a_pattern_beyond_the_linear_engine_is_not_checked_and_remarked(pattern: str) -> None:
    validator = Validator({"properties": {"a": {"type": "string", "pattern": pattern}}})

    assert validator.validate({"a": "anything"}) == ()
    assert [error.path for error in validator.validate({"a": 1})] == ["/a"]
    assert [remark.code for remark in validator.remarks] == ["pattern"]


@pytest.mark.parametrize(
    "keyword",
    [
        {"type": "unknown"},
        {"required": True},
        {"minLength": -1},
        {"enum": 5},
        {"$ref": "#/$defs/Nowhere"},
        {"allOf": []},
    ],
)
def test_a_keyword_that_breaks_the_rules_costs_no_more_than_itself(keyword: JsonObject) -> None:
    schema: JsonObject = {"properties": {"a": keyword, "b": {"type": "integer"}}}

    validator = Validator(schema)

    assert [error.path for error in validator.validate({"a": 1, "b": "x"})] == ["/b"]
    assert validator.remarks


def test_any_value_gets_an_answer_and_no_exception() -> None:
    deep: JsonValue = 1
    for _ in range(5000):
        deep = [deep]

    assert [error[1] for error in _errors({"type": "integer"}, deep)] == ["type"]
    assert [error[1] for error in _errors({"type": "string"}, "\ud800")] == ["text"]
    assert [error[1] for error in _errors({"type": "string"}, 10**400)] == ["type"]


def test_read_only_properties_are_not_required_of_a_request_nor_write_only_ones_of_an_answer() -> None:
    schema: JsonObject = {
        "required": ["id", "password"],
        "properties": {"id": {"readOnly": True}, "password": {"writeOnly": True}},
    }

    assert [error.path for error in Validator(schema).validate({})] == ["/password"]
    assert [error.path for error in Validator(schema, is_answer=True).validate({})] == ["/id"]


def test_a_file_is_taken_where_bytes_are_wanted() -> None:
    validator = Validator({"type": "string", "format": "binary"})

    assert validator.is_valid({"$file": {"name": "a", "reference": "sha256:1"}})
    assert validator.is_valid("text as it is")
    assert not validator.is_valid({"$file": {"name": "a"}})
