"""A definition in JSON becomes a function: its rules, and one error with its place for what breaks one.

    {"name": "cart.add",                      1 to 64 of A-Z a-z 0-9 _ - and dots between words
     "description": "Add an item to the cart",
     "parameters": {"type": "object", "properties": {...}, "required": [...], "$defs": {...}},
     "result": {...},                         a JSON Schema, checked against what comes back; `$defs` as above
     "effect": "safe",                        safe, idempotent, keyed or unsafe; unsafe where nothing is said
     "title": "Add to cart"}                  else the description's first sentence

A property with `x-madang-human: true` is given by a person, and no model sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final, cast

import jsonschema_rs

from madang.kit.errors import FieldError, InvalidError
from madang.kit.json import JsonObject, JsonValue, canonical, pointer
from madang.schema.explain import is_linear_pattern
from madang.schema.functions import Answer, Argument, Body, Function
from madang.schema.names import ArgumentNames, snake
from madang.schema.references import DEFINITIONS, References, reachable, rewrite
from madang.schema.shares import HUMAN_KEY
from madang.types.effects import EffectClass

MOST_FUNCTIONS = 64
MOST_PARAMETERS = 100
MOST_BYTES = 32 * 1024
"""Of one definition as JSON."""
LONGEST_NAME = 64
LONGEST_TITLE = 120
LONGEST_DESCRIPTION = 4_000
DEEPEST = 32

METHOD: Final = "CALL"
"""Where people read the method of an HTTP call."""
MEDIA_TYPE: Final = "application/json"

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*")
_MEMBERS = ("name", "title", "description", "parameters", "result", "effect")
_EFFECTS: Mapping[str, EffectClass] = {
    "safe": "safe",
    "idempotent": "idempotent",
    "keyed": "keyed",
    "unsafe": "unsafe",
}
_BESIDE_PROPERTIES = frozenset(
    {"type", "properties", "required", "additionalProperties", "description", "title", "$defs", "definitions"}
    | {"$schema", "$id", "$comment"}
)
_TEXTS = frozenset({"$ref", "pattern"})
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})
_VALUES = frozenset({"enum", "const", "default", "example", "examples"})
_SENTENCE = re.compile(r"(?<=[.!?])\s|\n")


@dataclass(frozen=True, kw_only=True)
class ApplicationFunction:
    """A function that an application lends, with the schemas that it reaches."""

    function: Function
    schemas: Mapping[str, JsonValue]

    @property
    def wire_name(self) -> str:
        """The name as the application gave it."""
        return wire_name(self.function)

    def wire_arguments(self, arguments: JsonObject) -> JsonObject:
        """Arguments by the names of the application."""
        return wire_arguments(self.function, arguments)


def wire_name(function: Function) -> str:
    """The name of an application function as the application gave it."""
    return function.operation_id or function.name


def wire_arguments(function: Function, arguments: JsonObject) -> JsonObject:
    """Arguments of an application function by the names of the application."""
    names = {argument.name: argument.wire for argument in function.arguments}
    return {names.get(name, name): value for name, value in arguments.items()}


def read_definitions(value: JsonValue, at: str = "") -> list[ApplicationFunction]:
    """A list of definitions whose names differ. Raises InvalidError that says what is wrong where."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_FUNCTIONS:
        raise _error(at, "length", f"a list of 1 to {MOST_FUNCTIONS} functions is expected")
    found: dict[str, ApplicationFunction] = {}
    for index, each in enumerate(value):
        place = f"{at}/{index}"
        read = read_definition(each, place)
        known = found.setdefault(read.function.name, read)
        if known is not read:
            word = f"{read.wire_name!r} is called {read.function.name}, as {known.wire_name!r} is; give it another name"
            raise _error(f"{place}/name", "taken", word)
    return list(found.values())


def read_definition(value: JsonValue, at: str = "") -> ApplicationFunction:
    """One definition. Raises InvalidError that says what is wrong where; `at` goes before the pointers."""
    if not isinstance(value, dict):
        raise _error(at, "type", "a function is a JSON object")
    for name in value:
        if name not in _MEMBERS:
            raise _error(
                f"{at}{pointer(name)}", "unknown", f"a function has no such member; it has {', '.join(_MEMBERS)}"
            )
    if len(canonical(value).encode("utf-8", "replace")) > MOST_BYTES:
        raise _error(at, "size", f"a function has at most {MOST_BYTES:,} bytes of JSON")
    called = _name(value, at)
    said = _text(value, "description", at, LONGEST_DESCRIPTION)
    schemas: dict[str, JsonValue] = {}
    properties, required = _parameters(value.get("parameters", {"type": "object"}), f"{at}/parameters", schemas)
    result = _result(value, at, schemas)
    return ApplicationFunction(
        function=_function(
            called,
            said,
            _text(value, "title", at, LONGEST_TITLE) or _SENTENCE.split(said.strip(), maxsplit=1)[0][:LONGEST_TITLE],
            _arguments(properties, required),
            result,
            _effect(value, at),
        ),
        schemas=reachable([*properties.values(), result], schemas),
    )


def _function(
    called: str, said: str, title: str, arguments: Sequence[Argument], result: JsonValue, effect: EffectClass
) -> Function:
    name = ".".join(snake(part) or "_" for part in called.split("."))
    return Function(
        name=name,
        model_name=re.sub(r"[^A-Za-z0-9_-]", "_", called)[:LONGEST_NAME],
        kind="application",
        operation_id=called,
        method=METHOD,
        path=called,
        title=title or called,
        description=said,
        arguments=arguments,
        body=Body(
            media_type=MEDIA_TYPE, form="json", is_required=any(each.is_required for each in arguments), is_flat=True
        ),
        answers=(Answer(status="200", description="", media_type=MEDIA_TYPE, schema=result),),
        result=result,
        effect=effect,
    )


def _name(value: JsonObject, at: str) -> str:
    name = value.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        rule = f"1 to {LONGEST_NAME} of A-Z, a-z, 0-9, _ and -, in words that dots may part, is expected"
        raise _error(f"{at}/name", "name", rule)
    return name


def _text(value: JsonObject, member: str, at: str, longest: int) -> str:
    text = value.get(member, "")
    if not isinstance(text, str):
        raise _error(f"{at}/{member}", "type", "a text is expected")
    if len(text) > longest:
        raise _error(f"{at}/{member}", "length", f"at most {longest:,} characters are expected")
    return text


def _effect(value: JsonObject, at: str) -> EffectClass:
    said = value.get("effect", "unsafe")
    found = _EFFECTS.get(said) if isinstance(said, str) else None
    if found is None:
        raise _error(f"{at}/effect", "enum", f"one of {', '.join(_EFFECTS)} is expected")
    return found


def _parameters(value: JsonValue, at: str, schemas: dict[str, JsonValue]) -> tuple[JsonObject, list[str]]:
    """The properties and the required ones of the schema of all arguments; its definitions go to `schemas`."""
    whole = _checked(value, at, schemas)
    bare = {name: each for name, each in whole.items() if name != "$defs"} if isinstance(whole, dict) else whole
    found = References(schemas).resolve(bare)
    if found.get("type", "object") != "object" or not isinstance(value, dict):
        raise _error(at, "type", "the JSON Schema of an object is expected: the arguments by their names")
    for keyword in found:
        if keyword not in _BESIDE_PROPERTIES and not keyword.startswith("x-"):
            raise _error(f"{at}{pointer(keyword)}", "keyword", "arguments have `properties` and `required` alone")
    if isinstance(found.get("additionalProperties"), dict):
        raise _error(f"{at}/additionalProperties", "keyword", "arguments are those of `properties`; give one an object")
    properties = cast("JsonObject", found.get("properties") or {})
    if len(properties) > MOST_PARAMETERS:
        raise _error(f"{at}/properties", "length", f"at most {MOST_PARAMETERS} parameters are expected")
    required = [str(name) for name in cast("list[JsonValue]", found.get("required") or [])]
    for index, name in enumerate(required):
        if name not in properties:
            raise _error(f"{at}/required/{index}", "unknown", f"there is no property {name!r}")
    return properties, required


def _result(value: JsonObject, at: str, schemas: dict[str, JsonValue]) -> JsonValue:
    if "result" not in value:
        return True
    result = _checked(value["result"], f"{at}/result", schemas)
    return {name: each for name, each in result.items() if name != "$defs"} if isinstance(result, dict) else result


def _checked(schema: JsonValue, at: str, schemas: dict[str, JsonValue]) -> JsonValue:
    """A schema that can be compiled, with its definitions under `$defs`; these are put into `schemas` too."""
    if not isinstance(schema, (dict, bool)):
        raise _error(at, "type", "a JSON Schema is expected")
    _check_depth(schema, at)
    _compile(schema, at)
    _check_inside(schema, at, {f"#/$defs/{name}" for name in schemas})
    whole = rewrite(schema, _with_defs)
    definitions = whole.get("$defs") if isinstance(whole, dict) else None
    for name, each in (definitions if isinstance(definitions, dict) else {}).items():
        if name in schemas and canonical(schemas[name]) != canonical(each):
            raise _error(f"{at}/$defs{pointer(name)}", "taken", "another schema of this function has this name")
        schemas[name] = each
    return whole


def _with_defs(schema: JsonObject) -> JsonObject:
    """Older writers say `definitions`."""
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/definitions/"):
        schema["$ref"] = DEFINITIONS + reference.removeprefix("#/definitions/")
    older, newer = schema.pop("definitions", None), schema.get("$defs")
    if isinstance(older, dict):
        moved = cast("JsonObject", rewrite({"$defs": older}, _with_defs))
        schema["$defs"] = {**cast("JsonObject", moved["$defs"]), **(newer if isinstance(newer, dict) else {})}
    return schema


def _check_depth(schema: JsonValue, at: str) -> None:
    waiting: list[tuple[int, JsonValue]] = [(0, schema)]
    while waiting:
        depth, each = waiting.pop()
        if depth > DEEPEST:
            raise _error(at, "depth", f"at most {DEEPEST} levels of objects and lists are expected")
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        waiting += [(depth + 1, member) for member in inner]


def _check_inside(schema: JsonObject | bool, at: str, known: Set[str]) -> None:
    """References lead to a definition of the function, and patterns run in time that grows with the text alone."""
    places = set(known)
    for keyword in ("$defs", "definitions"):
        members = schema.get(keyword) if isinstance(schema, dict) else None
        places |= {f"#/{keyword}/{name}" for name in members} if isinstance(members, dict) else set()
    for path, keyword, text in _texts_of(schema):
        if keyword == "$ref" and "/".join(text.split("/")[:3]) not in places:
            raise _error(f"{at}{pointer(*path)}", "reference", f"{text[:100]!r} points to nothing in `$defs`")
        if keyword == "pattern" and not is_linear_pattern(text):
            wrong = "is no regular expression, or needs back references or look-around, which take too long"
            raise _error(f"{at}{pointer(*path)}", "pattern", f"{text[:100]!r} {wrong}")


def _texts_of(schema: JsonValue) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """References and patterns with their places; names of properties are no keywords."""
    waiting: list[tuple[tuple[str | int, ...], JsonValue, bool]] = [((), schema, False)]
    while waiting:
        path, each, is_map = waiting.pop()
        if isinstance(each, list):
            waiting += [((*path, index), item, False) for index, item in enumerate(each)]
        for keyword, member in each.items() if isinstance(each, dict) else ():
            place = (*path, keyword)
            if not is_map and keyword in _TEXTS and isinstance(member, str):
                yield place, keyword, member
            elif is_map or keyword not in _VALUES:
                waiting.append((place, member, not is_map and keyword in _MAPS))


def _compile(schema: JsonObject | bool, at: str) -> None:
    """What breaks the rules of JSON Schema itself."""
    try:
        jsonschema_rs.meta.validate({**schema, "$schema": _DIALECT} if isinstance(schema, dict) else schema)
    except jsonschema_rs.ValidationError as error:
        raise _error(
            f"{at}{pointer(*_path(error))}", "schema", f"this is not JSON Schema: {error.message[:200]}"
        ) from None
    except ValueError as error:
        raise _error(at, "schema", f"this is not JSON Schema: {str(error)[:200]}") from None


_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _path(error: Any) -> list[str | int]:
    return list(error.instance_path)


def _arguments(properties: JsonObject, required: Sequence[str]) -> list[Argument]:
    names = ArgumentNames({})
    return [
        Argument(
            name=names.name("body", wire),
            location="body",
            wire=wire,
            schema=_without_mark(schema),
            is_required=wire in required,
            description=_said_of(schema),
            is_human=isinstance(schema, dict) and schema.get(HUMAN_KEY) is True,
        )
        for wire, schema in properties.items()
    ]


def _without_mark(schema: JsonValue) -> JsonValue:
    if not isinstance(schema, dict):
        return schema
    return {name: value for name, value in schema.items() if name != HUMAN_KEY}


def _said_of(schema: JsonValue) -> str:
    said = schema.get("description") if isinstance(schema, dict) else None
    return said if isinstance(said, str) else ""


def _error(where: str, code: str, message: str) -> InvalidError:
    return InvalidError(
        f"the function{f' at {where}' if where else ''}: {message}",
        errors=[FieldError(pointer=where, code=code, message=message)],
    )
