"""Spoilt values fail where they were spoilt, and nowhere was a place forgotten."""

from __future__ import annotations

from random import Random

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.examples.generating import generate
from madang.schema.examples.mutating import mutate
from madang.schema.examples.wishes import Wishes
from madang.schema.validation import Validator

_DEFINITIONS: dict[str, JsonValue] = {
    "Tree": {
        "type": "object",
        "properties": {"name": {"type": "string", "pattern": "^[a-z]+$"}, "nodes": {"$ref": "#/$defs/Trees"}},
        "required": ["name"],
        "additionalProperties": False,
    },
    "Trees": {"type": "array", "items": {"$ref": "#/$defs/Tree"}, "maxItems": 3},
}


def _found(value: JsonValue, schema: JsonValue) -> set[tuple[str, str]]:
    return {(mutation.pointer, mutation.kind) for mutation in mutate(value, schema, _DEFINITIONS)}


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 5}, 3, {("", "type"), ("", "range")}),
        ({"type": "string", "minLength": 2, "maxLength": 5}, "abc", {("", "type"), ("", "length")}),
        ({"type": "string", "format": "date"}, "2026-01-31", {("", "type"), ("", "format")}),
        ({"enum": ["open", "closed"]}, "open", {("", "type"), ("", "enum")}),
        (
            {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2, "uniqueItems": True},
            [1],
            {("", "type"), ("", "count"), ("", "unique"), ("/0", "type")},
        ),
        (
            {"type": "object", "properties": {"a/b": {"type": "null"}}, "required": ["a/b"]},
            {"a/b": None},
            {("", "type"), ("/a~1b", "required"), ("/a~1b", "type")},
        ),
        ({"anyOf": [{"type": "integer", "maximum": 5}, {"type": "null"}]}, 3, {("", "type"), ("", "range")}),
        ({"anyOf": [{"type": "integer", "maximum": 5}, {"type": "integer"}]}, 3, {("", "type")}),
        (True, 1, set[tuple[str, str]]()),
    ],
)
def test_every_keyword_that_certainly_holds_is_broken(
    schema: JsonValue, value: JsonValue, expected: set[tuple[str, str]]
) -> None:
    assert _found(value, schema) == expected


def test_what_is_read_only_is_not_missed_in_a_request() -> None:
    schema: JsonObject = {"properties": {"id": {"type": "integer", "readOnly": True}}, "required": ["id"]}

    assert ("/id", "required") not in _found({"id": 1}, schema)
    assert ("/id", "required") in {
        (mutation.pointer, mutation.kind) for mutation in mutate({"id": 1}, schema, {}, is_answer=True)
    }


@pytest.mark.parametrize("number", range(5))
def test_spoilt_values_fail_at_their_place(number: int) -> None:
    schema: JsonObject = {"$ref": "#/$defs/Trees"}
    validator = Validator({**schema, "$defs": _DEFINITIONS})
    value = generate(schema, _DEFINITIONS, Random(number), wishes=Wishes(optional=1, depth=4, most_items=2))

    mutations = [*mutate(value, schema, _DEFINITIONS)]

    assert len(mutations) > 5
    for mutation in mutations:
        assert mutation.pointer in {error.path for error in validator.validate(mutation.value)}, mutation
