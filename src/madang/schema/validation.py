"""Compiles a schema once and says of a value whether it fits and, if not, where, what was wanted and what was given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import jsonschema_rs

from madang.kit.errors import FieldError
from madang.kit.json import JsonObject, JsonValue, pointer, unpointer
from madang.schema.describe import describe, shorten
from madang.schema.explain import Explainer, Problem, is_linear_pattern
from madang.schema.functions import Remark
from madang.schema.references import References, definition_name, rewrite
from madang.schema.values import FILE_SCHEMA, is_file_schema

_REPAIR_LIMIT = 32
_HIDDEN = "a value that is not shown"
_DROPPED = ("$schema", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "$comment", "definitions")


@dataclass(frozen=True, kw_only=True)
class ArgumentError:
    """One wrong place: its JSON pointer, what was expected and given as people read it, a sentence, a stable code."""

    path: str
    expected: str
    given: str
    message: str
    code: str

    def to_json(self) -> JsonObject:
        """The form of an API answer and of `--json`."""
        return {
            "path": self.path,
            "expected": self.expected,
            "given": self.given,
            "message": self.message,
            "code": self.code,
        }

    def to_field_error(self) -> FieldError:
        """For a problem document."""
        return FieldError(pointer=self.path, code=self.code, message=self.message)

    def hidden(self) -> ArgumentError:
        """The same error without the value that was given, and without words that quote it."""
        if self.code == "required":
            return self
        return replace(self, given=_HIDDEN, message=f"{place(self.path)}: expected {self.expected}")


def place(path: str) -> str:
    """A pointer as people write it: `/items/0/name` is `items[0].name`; the whole is `arguments`."""
    words = ""
    for segment in unpointer(path):
        words += f"[{segment}]" if segment.isdecimal() else f".{segment}" if words else segment
    return words or "arguments"


def to_error(problem: Problem) -> ArgumentError:
    """The problem as a sentence with its pointer."""
    path = pointer(*problem.path)
    given = "nothing" if problem.code == "required" else shorten(problem.value)
    if problem.code == "required":
        message = f"{place(path)} is missing: expected {problem.expected}"
    elif problem.code == "unknown":
        message = f"{place(path)} is not known here"
    else:
        message = f"{place(path)}: expected {problem.expected}, given {given}"
    hint = f" ({problem.hint})" if problem.hint else ""
    return ArgumentError(path=path, expected=problem.expected, given=given, message=message + hint, code=problem.code)


class Validator:
    """One schema with its own `$defs`, compiled. `remarks` says what of the schema could not be compiled.

    Patterns run on the linear engine, formats are checked. `oneOf` is read as `anyOf`: branches of real documents
    overlap, and a value that fits two of them is a value that the API takes. Properties that are `readOnly` are never
    required of a request, `writeOnly` ones never of an answer.
    """

    def __init__(self, schema: JsonValue, *, is_answer: bool = False) -> None:
        remarks: list[Remark] = []
        prepared = _prepare(schema, "writeOnly" if is_answer else "readOnly", remarks)
        self._compiled, self._schema = _compile(prepared, remarks)
        definitions = self._schema.get("$defs") if isinstance(self._schema, dict) else None
        self._references = References(definitions if isinstance(definitions, dict) else {})
        self.remarks = tuple(remarks)

    def is_valid(self, value: JsonValue) -> bool:
        """Whether the value fits; what cannot be looked at (too deep, half surrogates) does not."""
        try:
            return self._compiled.is_valid(value)
        except ValueError:
            return False

    def validate(self, value: JsonValue) -> tuple[ArgumentError, ...]:
        """Every wrong place with its deepest cause; empty where the value fits."""
        try:
            if self._compiled.is_valid(value):
                return ()
        except UnicodeEncodeError:
            return (_whole("text", "text without half surrogates", value),)
        except ValueError:
            return (_whole("depth", "a value that is nested less deeply", None),)
        problems = Explainer(self._references).problems(value, self._schema)
        if not problems:
            return (_whole("schema", describe(self._schema, self._references), value),)
        return tuple({(error.path, error.code): error for error in map(to_error, problems)}.values())


def _whole(code: str, expected: str, value: JsonValue) -> ArgumentError:
    given = "nothing" if value is None else shorten(value) if code == "schema" else "another"
    return ArgumentError(
        path="", expected=expected, given=given, message=f"arguments: expected {expected}, given {given}", code=code
    )


def _prepare(schema: JsonValue, one_way: str, remarks: list[Remark]) -> JsonValue:
    definitions = schema.get("$defs") if isinstance(schema, dict) else None
    references = References(definitions if isinstance(definitions, dict) else {})

    def change(inner: JsonObject) -> JsonValue:
        if is_file_schema(inner):
            kind = inner.get("type", "string")
            return {"anyOf": [FILE_SCHEMA, {"type": "string" if kind == "file" else kind}]}
        for keyword in _DROPPED:
            inner.pop(keyword, None)
        _drop_patterns(inner, remarks)
        _drop_reference(inner, references, remarks)
        _relax_required(inner, references, one_way)
        if "oneOf" in inner and "anyOf" not in inner:
            inner["anyOf"] = inner.pop("oneOf")
        elif "oneOf" in inner:
            branches = inner.pop("oneOf")
            every = inner.get("allOf")
            inner["allOf"] = [*(every if isinstance(every, list) else []), {"anyOf": branches}]
        return inner

    return rewrite(schema, change)


def _drop_patterns(schema: JsonObject, remarks: list[Remark]) -> None:
    pattern = schema.get("pattern")
    if pattern is not None and not (isinstance(pattern, str) and is_linear_pattern(pattern)):
        del schema["pattern"]
        remarks.append(_remark("pattern", f"the pattern {shorten(pattern)} is not checked: the linear engine lacks it"))
    members = schema.get("patternProperties")
    if not isinstance(members, dict):
        return
    wrong = [pattern for pattern in members if not is_linear_pattern(pattern)]
    if wrong:
        schema["patternProperties"] = {key: member for key, member in members.items() if key not in wrong}
        # Keys that the pattern would have allowed must not become unknown.
        schema.pop("additionalProperties", None)
        remarks.append(_remark("pattern", f"the key pattern {shorten(wrong[0])} is not checked"))


def _drop_reference(schema: JsonObject, references: References, remarks: list[Remark]) -> None:
    reference = schema.get("$ref")
    if reference is not None and definition_name(reference) not in references.schemas:
        del schema["$ref"]
        remarks.append(_remark("reference", f"the reference {shorten(reference)} points to nothing"))


def _relax_required(schema: JsonObject, references: References, one_way: str) -> None:
    required, properties = schema.get("required"), schema.get("properties")
    if isinstance(required, list) and isinstance(properties, dict):
        schema["required"] = [
            name
            for name in required
            if not (isinstance(name, str) and references.resolve(properties.get(name)).get(one_way) is True)
        ]


def _remark(code: str, message: str) -> Remark:
    return Remark(severity="note", pointer="", code=code, message=message)


def _compile(schema: JsonValue, remarks: list[Remark]) -> tuple[jsonschema_rs.Draft202012Validator, JsonValue]:
    """Compiles; a keyword that breaks the rules of JSON Schema is taken out, with a remark, and the rest compiled."""
    for _ in range(_REPAIR_LIMIT):
        try:
            return _compile_strictly(schema), schema
        except jsonschema_rs.ValidationError as error:
            if not error.instance_path:
                break
            remarks.append(_remark("keyword", f"{pointer(*error.instance_path)} is not JSON Schema and was left out"))
            schema = _without(schema, error.instance_path)
        except ValueError:
            break
    remarks.append(_remark("schema", "the schema could not be compiled, so nothing is checked"))
    return _compile_strictly({}), {}


def _compile_strictly(schema: JsonValue) -> jsonschema_rs.Draft202012Validator:
    checked = schema if isinstance(schema, (dict, bool)) else {}
    return jsonschema_rs.Draft202012Validator(
        checked, validate_formats=True, pattern_options=jsonschema_rs.RegexOptions(), offline=True
    )


def _without(value: JsonValue, path: list[str | int]) -> JsonValue:
    """A copy without the place; where the place is in a list of schemas it becomes True."""
    head, *rest = path
    if isinstance(value, dict):
        if rest:
            return {key: _without(item, rest) if key == head else item for key, item in value.items()}
        return {key: item for key, item in value.items() if key != head}
    if isinstance(value, list):
        return [(_without(item, rest) if rest else True) if index == head else item for index, item in enumerate(value)]
    return value
