"""The fields of a form: what each wants, and the value that a text stands for. Pure.

A field is an argument, or a part of one where a person gives only parts of an object: `login.password`.
"""

from __future__ import annotations

import base64
import json
import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from madang.cli.answers import inner, items, text
from madang.kit.json import JsonObject, JsonValue, unpointer
from madang.schema.coercion import Coercion
from madang.schema.describe import accepted_types, describe
from madang.schema.references import References
from madang.schema.shares import Shares
from madang.schema.validation import Validator
from madang.schema.values import FileValue, is_file_schema

_DEEPEST = 4
_MOST_CHOICES = 20
_YES_NO = {"y": True, "yes": True, "n": False, "no": False}
MOST_FILE_BYTES = 180 * 1024
"""What fits into a frame of 256 KB as base64."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that is asked. `given` is what stood there before and may be kept; None where nothing did."""

    path: tuple[str, ...]
    schema: JsonObject
    wants: str
    about: str
    is_required: bool
    is_hidden: bool
    is_file: bool
    choices: Sequence[JsonValue] = ()
    given: JsonValue = None
    errors: Sequence[str] = field(default_factory=tuple[str, ...])

    @property
    def name(self) -> str:
        """How it is written: `password`, `login.password`."""
        return ".".join(self.path)


class Form:
    """The fields of a form event, and the checks of its schema."""

    def __init__(self, asked: JsonObject) -> None:
        self._schema = inner(asked, "schema")
        self._references = References(inner(self._schema, "$defs"))
        self._shares = Shares(self._schema)
        self._coercion = Coercion(self._references)
        self._validator = Validator(self._schema)
        self._errors = items(asked, "errors")
        self.fields = list(self._fields(self._schema, (), inner(asked, "value"), is_required=True))

    def read(self, asked: Field, written: str) -> JsonValue:
        """The value that a text stands for in a field; a text that stands for none stays as it is."""
        types = accepted_types(asked.schema, self._references)
        if asked.choices and written.isdecimal() and 0 < int(written) <= len(asked.choices):
            choice = asked.choices[int(written) - 1]
            return choice if written not in map(str, asked.choices) else self._coerced(asked, written)
        if "boolean" in types and "string" not in types and written.lower() in _YES_NO:
            return _YES_NO[written.lower()]
        if written[:1] in ("{", "[") and types & {"object", "array"} and "string" not in types:
            return _json_or_text(written)
        return self._coerced(asked, written)

    def problems(self, asked: Field, value: JsonValue) -> list[str]:
        """What is wrong with a value, a sentence each; never with the value itself where it is hidden."""
        errors = self._validator.validate(nested({asked.path: value}))
        wrong = [error for error in errors if tuple(unpointer(error.path))[: len(asked.path)] == asked.path]
        return [
            f"expected {e.expected}" if asked.is_hidden else f"expected {e.expected}, given {e.given}" for e in wrong
        ]

    def _coerced(self, asked: Field, written: str) -> JsonValue:
        return self._coercion.coerce(written, asked.schema)[0]

    def _fields(
        self, schema: JsonObject, path: tuple[str, ...], given: JsonObject, *, is_required: bool
    ) -> Iterator[Field]:
        required = schema.get("required")
        for name, written in inner(schema, "properties").items():
            member = self._references.resolve(written)
            is_wanted = is_required and isinstance(required, list) and name in required
            here = (*path, name)
            if _is_divided(member) and len(here) < _DEEPEST:
                parts = list(self._fields(member, here, inner(given, name), is_required=is_wanted))
                yield from parts
                if parts:
                    continue
            found = self._field(member, here, given.get(name), is_required=is_wanted)
            if not path or found.errors or found.is_hidden or (found.is_required and found.given is None):
                yield found

    def _field(self, schema: JsonObject, path: tuple[str, ...], given: JsonValue, *, is_required: bool) -> Field:
        options = schema.get("enum")
        is_file = is_file_schema(schema)
        return Field(
            path=path,
            schema=schema,
            wants="file" if is_file else describe(schema, self._references),
            about=" ".join(text(schema, "description").split()),
            is_required=is_required,
            is_hidden=not is_file and self._shares.is_human(schema, path[-1]),
            is_file=is_file,
            choices=tuple(options[:_MOST_CHOICES]) if isinstance(options, list) else (),
            given=given,
            errors=tuple(
                text(each, "message")
                for each in self._errors
                if tuple(unpointer(text(each, "path")))[: len(path)] == path
            ),
        )


def _is_divided(schema: JsonObject) -> bool:
    """Whether the parts of an object are asked for one by one; of them, those that are needed."""
    return bool(inner(schema, "properties") and schema.get("required")) and not schema.keys() & {
        *("anyOf", "oneOf", "allOf", "enum", "const")
    }


def nested(values: dict[tuple[str, ...], JsonValue]) -> JsonObject:
    """Values at their paths as one object."""
    made: JsonObject = {}
    for (*way, last), value in values.items():
        here = made
        for step in way:
            below = here.setdefault(step, {})
            assert isinstance(below, dict)
            here = below
        here[last] = value
    return made


def file_value(path: Path) -> JsonValue:
    """A file as an argument. Raises OSError, and ValueError for one that is too large for a form."""
    data = path.read_bytes()
    if len(data) > MOST_FILE_BYTES:
        raise ValueError(f"{path} has {len(data):,} bytes; a form takes files of at most {MOST_FILE_BYTES:,}")
    return FileValue(name=path.name, media_type=mimetypes.guess_type(path.name)[0], data=data).to_json()


def file_of_text(written: str) -> JsonValue:
    """A text as a file without a name."""
    return {"$file": {"data": base64.b64encode(written.encode()).decode()}}


def _json_or_text(written: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(written)
    except (ValueError, RecursionError):
        return written
    return value
