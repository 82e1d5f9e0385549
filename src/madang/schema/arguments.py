"""Arguments of a function: their schema, and the way from what a model or person wrote to what the function takes.

compiled = compile_arguments(function, schemas)      # once per function and connector version
prepared = compiled.prepare('{"limit": "5",}')       # parse, coerce, validate; never raises
prepared.arguments, prepared.errors, prepared.notes
compiled.feedback(prepared)                          # text for a model
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from madang.kit.json import JsonObject, JsonValue, unpointer
from madang.schema.coercion import Coercion
from madang.schema.describe import shorten, type_of
from madang.schema.feedback import SIZE_LIMIT, annotate
from madang.schema.functions import Argument, Function, Remark
from madang.schema.lenient import clean_value, parse_lenient
from madang.schema.references import References, reachable
from madang.schema.shares import HUMAN_KEY, Shares
from madang.schema.validation import ArgumentError, Validator
from madang.schema.values import is_file_schema


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What became of an input. `arguments` are as close to the schema as could be, also where there are errors.

    Errors at a person's places do not quote the value. `notes` are sentences about repairs and readings.
    """

    arguments: JsonObject
    errors: tuple[ArgumentError, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether the function can be called with these arguments."""
        return not self.errors


def arguments_schema(function: Function, schemas: Mapping[str, JsonValue]) -> JsonObject:
    """The flat keyword object of a function as JSON Schema 2020-12, with only the `$defs` that it reaches."""
    schema = open_arguments_schema(function)
    definitions = reachable([schema], schemas)
    return {**schema, "$defs": definitions} if definitions else schema


def open_arguments_schema(function: Function) -> JsonObject:
    """The same without `$defs`: its references lead to the shared schemas."""
    properties: JsonObject = {argument.name: _argument_schema(argument, function) for argument in function.arguments}
    required: list[JsonValue] = [argument.name for argument in function.arguments if argument.is_required]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _argument_schema(argument: Argument, function: Function) -> JsonObject:
    schema: JsonObject = dict(argument.schema) if isinstance(argument.schema, dict) else {}
    body = function.body
    is_whole_body = argument.location == "body" and not argument.wire
    if is_whole_body and body is not None and body.form == "binary" and not is_file_schema(schema):
        schema = {"type": "string", "format": "binary"}
    if argument.description:
        schema["description"] = argument.description
    if argument.is_deprecated:
        schema["deprecated"] = True
    if argument.is_human:
        schema[HUMAN_KEY] = True
    return schema


class CompiledArguments:
    """The arguments of one function, ready: each part is made when it is first wanted, and kept."""

    def __init__(self, function: Function, schemas: Mapping[str, JsonValue]) -> None:
        self.function = function
        self._schemas = schemas

    @cached_property
    def schema(self) -> JsonObject:
        """The whole schema, both shares."""
        return arguments_schema(self.function, self._schemas)

    @cached_property
    def shares(self) -> Shares:
        """Who gives what."""
        return Shares(self.schema)

    @cached_property
    def _validator(self) -> Validator:
        return Validator(self.schema)

    @cached_property
    def _coercion(self) -> Coercion:
        definitions = self.schema.get("$defs")
        return Coercion(References(definitions if isinstance(definitions, dict) else {}))

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What of the schema cannot be checked."""
        return self._validator.remarks

    def validate(self, arguments: JsonValue) -> tuple[ArgumentError, ...]:
        """Every wrong place. What a person gave is not quoted."""
        errors = self._validator.validate(arguments)
        return tuple(self._without_secret(error) for error in errors) if errors else ()

    def prepare(self, raw: str | bytes | JsonValue) -> Prepared:
        """Parses (text and bytes), coerces and validates. Never raises; no text at all means no arguments."""
        parsed = parse_lenient(raw) if isinstance(raw, (str, bytes)) else clean_value(raw)
        notes = [note.message for note in parsed.notes]
        value = {} if parsed.value is None else parsed.value
        if not isinstance(value, dict):
            return Prepared(arguments={}, errors=(_not_an_object(value),), notes=tuple(notes))
        coerced, changes = self._coercion.coerce(value, self.schema)
        notes += [f"{change.path}: {change.message}" for change in changes]
        arguments = coerced if isinstance(coerced, dict) else value
        return Prepared(arguments=arguments, errors=self.validate(arguments), notes=tuple(notes))

    def feedback(self, prepared: Prepared, *, limit: int = SIZE_LIMIT) -> str:
        """The model's arguments with its errors beside them; empty where none of the errors is the model's.

        What a person gives is neither shown nor asked of the model.
        """
        errors = [error for error in prepared.errors if not self.is_human_error(error)]
        return annotate(self.shares.without_human(prepared.arguments), errors, limit=limit) if errors else ""

    def is_human_error(self, error: ArgumentError) -> bool:
        """Whether a person, not the model, has to repair it: a missing secret, a wrong file."""
        return self.shares.is_human_place(_segments(error.path))

    def _without_secret(self, error: ArgumentError) -> ArgumentError:
        return error.hidden() if self.is_human_error(error) or self._holds_secret(error) else error

    def _holds_secret(self, error: ArgumentError) -> bool:
        """An error about an object or the whole quotes what is inside, secrets too."""
        return error.given[:1] in ("{", "[") and self.shares.has_human


def _segments(path: str) -> tuple[str | int, ...]:
    return tuple(int(segment) if segment.isdecimal() else segment for segment in unpointer(path))


def _not_an_object(value: JsonValue) -> ArgumentError:
    expected = "object with the arguments by name"
    given = shorten(value)
    return ArgumentError(
        path="", expected=expected, given=given, message=f"expected {expected}, given {type_of(value)}", code="type"
    )


def compile_arguments(function: Function, schemas: Mapping[str, JsonValue]) -> CompiledArguments:
    """Compiles lazily; keep the answer per function and connector version."""
    return CompiledArguments(function, schemas)


def prepare(function: Function, schemas: Mapping[str, JsonValue], raw: str | bytes | JsonValue) -> Prepared:
    """`compile_arguments(function, schemas).prepare(raw)`, where nothing is to be kept."""
    return compile_arguments(function, schemas).prepare(raw)
