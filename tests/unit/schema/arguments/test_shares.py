"""What a person gives never reaches a model, a log or a history, however deep it stands."""

from __future__ import annotations

import json

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import CompiledArguments
from madang.schema.shares import Shares, merge

_TREE: JsonObject = {
    "type": "object",
    "properties": {
        "root": {"$ref": "#/$defs/Tree"},
        "accounts": {"type": "array", "items": {"$ref": "#/$defs/Account"}},
        "plain": {"$ref": "#/$defs/Plain"},
    },
    "required": ["root"],
    "$defs": {
        "Tree": {
            "type": "object",
            "properties": {
                "left": {"$ref": "#/$defs/Tree"},
                "leaf": {"anyOf": [{"$ref": "#/$defs/Account"}, {"type": "null"}]},
            },
        },
        "Account": {
            "allOf": [
                {"type": "object", "properties": {"user": {"type": "string"}}, "required": ["user"]},
                {"properties": {"key": {"type": "string", "x-madang-human": True}}, "required": ["key"]},
            ]
        },
        "Plain": {"type": "object", "properties": {"plain": {"$ref": "#/$defs/Plain"}}},
    },
}


def _properties(schema: JsonObject) -> list[str]:
    properties = schema["properties"]
    assert isinstance(properties, dict)
    return list(properties)


def test_the_shares_divide_the_arguments(compiled: CompiledArguments) -> None:
    model, human = compiled.shares.model_schema(), compiled.shares.human_schema()

    assert not {"password", "photo", "pin"} & set(_properties(model))
    assert _properties(human) == ["node", "password", "photo", "pin"]
    assert "api_token" not in json.dumps(model)
    assert "api_token" in json.dumps(human)
    assert "Cat" not in json.dumps(human)


def test_a_share_is_found_through_recursion_and_intersections() -> None:
    shares = Shares(_TREE)

    model, human = shares.model_schema(), shares.human_schema()

    assert '"key"' not in json.dumps(model)
    assert _properties(human) == ["root", "accounts"]
    assert "Plain" not in json.dumps(human)


def test_values_of_a_person_are_marked_for_logs_and_taken_out_for_models() -> None:
    arguments: JsonObject = {
        "root": {"left": {"leaf": {"user": "sam", "key": "canary"}}, "leaf": None},
        "accounts": [{"user": "kim"}, {"user": "lee", "key": "canary"}],
    }
    shares = Shares(_TREE)

    assert shares.redact(arguments) == {
        "root": {"left": {"leaf": {"user": "sam", "key": "[hidden]"}}, "leaf": None},
        "accounts": [{"user": "kim"}, {"user": "lee", "key": "[hidden]"}],
    }
    assert "canary" not in json.dumps(shares.without_human(arguments))
    assert arguments["accounts"] == [{"user": "kim"}, {"user": "lee", "key": "canary"}]


def test_merging_puts_back_what_was_taken_out() -> None:
    model: JsonObject = {"root": {"leaf": {"user": "sam"}}, "accounts": [{"user": "kim"}, {"user": "lee"}]}
    human: JsonObject = {"root": {"leaf": {"key": "k1"}}, "accounts": [None, {"key": "k2"}]}

    assert merge(model, human) == {
        "root": {"leaf": {"user": "sam", "key": "k1"}},
        "accounts": [{"user": "kim"}, {"user": "lee", "key": "k2"}],
    }


@pytest.mark.parametrize(
    ("schema", "name", "is_human"),
    [
        ({"type": "string", "format": "password"}, "a", True),
        ({"type": "string", "format": "password", "x-madang-human": False}, "a", False),
        ({"type": "string", "writeOnly": True}, "client_secret", True),
        ({"type": "string", "writeOnly": True}, "title", False),
        ({"type": "string"}, "page_token", False),
        ({"type": "string", "format": "binary"}, "a", True),
        ({"type": "array", "items": {"type": "string", "format": "binary"}}, "a", True),
        ({"anyOf": [{"format": "password"}, {"type": "null"}]}, "a", True),
        ({"anyOf": [{"format": "password"}, {"type": "integer"}]}, "a", False),
        ({"type": "object", "properties": {"p": {"format": "password"}}}, "a", True),
        ({"type": "object", "properties": {"p": {"format": "password"}, "q": {}}}, "a", False),
        (True, "password", False),
    ],
)
def test_what_makes_a_place_a_persons(schema: JsonValue, name: str, is_human: bool) -> None:
    assert Shares({"type": "object", "properties": {}}).is_human(schema, name) is is_human


def test_a_file_is_named_in_logs_without_its_bytes(compiled: CompiledArguments) -> None:
    redacted = compiled.shares.redact({"photo": {"$file": {"name": "a.png", "data": "AAEC"}}})

    assert redacted == {"photo": "[file a.png]"}
