"""One function with an argument of every kind, over recursive and discriminated schemas."""

from __future__ import annotations

import pytest

from madang.kit.json import JsonValue
from madang.schema.arguments import CompiledArguments, compile_arguments
from madang.schema.functions import Argument, Function

SCHEMAS: dict[str, JsonValue] = {
    "Node": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
            "api_token": {"type": "string", "writeOnly": True},
        },
        "required": ["name"],
        "additionalProperties": False,
    },
    "Cat": {
        "type": "object",
        "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer", "minimum": 1, "maximum": 9}},
        "required": ["kind", "lives"],
    },
    "Dog": {
        "type": "object",
        "properties": {"kind": {"const": "dog"}, "bark": {"type": "string"}},
        "required": ["kind", "bark"],
    },
    "Pet": {"oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]},
    "Unused": {"type": "string"},
}


def _argument(name: str, schema: JsonValue, *, is_required: bool = False, is_human: bool = False) -> Argument:
    return Argument(name=name, location="query", wire=name, schema=schema, is_required=is_required, is_human=is_human)


@pytest.fixture
def function() -> Function:
    return Function(
        name="pets.create",
        model_name="pets_create",
        method="POST",
        path="/pets",
        title="Create a pet",
        description="",
        arguments=[
            _argument("limit", {"type": "integer", "minimum": 1, "maximum": 100}, is_required=True),
            _argument("state", {"enum": ["open", "closed"]}),
            _argument("node", {"$ref": "#/$defs/Node"}),
            _argument("pet", {"$ref": "#/$defs/Pet"}),
            _argument("password", {"type": "string", "format": "password"}),
            _argument("since", {"type": "string", "format": "date-time"}),
            _argument("tags", {"type": "array", "items": {"type": "string"}}),
            _argument("photo", {"type": "string", "format": "binary"}),
            _argument("flag", {"type": ["boolean", "null"]}),
            _argument("size", {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]}),
            _argument("ratio", {"type": "number"}),
            _argument("code", {"type": "string", "pattern": "^[A-Z]{2}$"}),
            _argument("pin", {"type": "integer"}, is_human=True),
            _argument("이름", {"type": "string"}),
        ],
    )


@pytest.fixture
def compiled(function: Function) -> CompiledArguments:
    return compile_arguments(function, SCHEMAS)
