"""What a person is asked for: the schema of a form that holds what is theirs to give and what is missing or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from madang.kit.json import JsonObject, JsonValue, unpointer
from madang.schema.arguments import CompiledArguments, Prepared
from madang.schema.references import reachable
from madang.schema.validation import ArgumentError

FormReason = Literal["human", "missing", "invalid"]


@dataclass(frozen=True, kw_only=True)
class Form:
    """What is asked: a JSON Schema of an object, values to begin with, and what is wrong with those given before."""

    schema: JsonObject
    value: JsonObject
    errors: Sequence[ArgumentError]
    reason: FormReason


def form_for(compiled: CompiledArguments, prepared: Prepared) -> Form:
    """The form for arguments that are not complete. A person's own share is in it whenever it has errors."""
    names = _names(prepared.errors)
    human, plain = _object(compiled.shares.human_schema()), _object(compiled.shares.model_schema())
    human_names = [name for name in _object(human.get("properties")) if name in names or _is_required(human, name)]
    properties: JsonObject = {
        **{name: _object(plain.get("properties"))[name] for name in names if name in _object(plain.get("properties"))},
        **{name: _object(human.get("properties"))[name] for name in human_names},
    }
    required: list[JsonValue] = [name for name in properties if _is_required(plain, name) or _is_required(human, name)]
    schema: JsonObject = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    definitions = reachable(properties.values(), {**_object(plain.get("$defs")), **_object(human.get("$defs"))})
    value = {
        name: each
        for name, each in compiled.shares.without_human(prepared.arguments).items()
        if name in properties and name not in human_names
    }
    errors = [error for error in prepared.errors if error.code != "required"]
    return Form(
        schema={**schema, "$defs": definitions} if definitions else schema,
        value=value,
        errors=errors,
        reason="invalid" if errors else "missing" if set(properties) - set(human_names) else "human",
    )


def is_missing_only(errors: Sequence[ArgumentError]) -> bool:
    """Whether nothing that was given is wrong: something is only not there."""
    return all(error.code == "required" for error in errors)


def _names(errors: Sequence[ArgumentError]) -> list[str]:
    """The arguments that errors are about, each once. An error at the whole is about what is required there."""
    return list({segments[0]: None for error in errors if (segments := unpointer(error.path))})


def _is_required(schema: JsonObject, name: str) -> bool:
    required = schema.get("required")
    return isinstance(required, list) and name in required


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
