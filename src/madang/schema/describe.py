"""Schemas and values in words: `integer from 1 to 100`, `one of "open", "closed"`, a value shortened."""

from __future__ import annotations

import json
from collections.abc import Sequence

from madang.kit.json import JsonObject, JsonValue
from madang.schema.references import References
from madang.schema.values import FILE_KEY, is_file_schema

ALL_TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
GIVEN_LIMIT = 80
_ENUM_SHOWN = 12
_BRANCHES_SHOWN = 6
_SCHEMAS_LIMIT = 128
_NAMES = {
    "null": "null",
    "boolean": "true or false",
    "integer": "integer",
    "number": "number",
    "string": "text",
    "array": "list",
    "object": "object",
}
_FORMATS = {
    "date-time": "date and time as 2026-01-31T09:30:00Z",
    "date": "date as 2026-01-31",
    "time": "time as 09:30:00Z",
    "email": "email address",
    "uri": "URL",
    "url": "URL",
    "uuid": "UUID",
    "ipv4": "IPv4 address",
    "ipv6": "IPv6 address",
    "byte": "base64 text",
    "hostname": "host name",
}


def type_of(value: JsonValue) -> str:
    """The JSON Schema type of a value; a float without fraction is an integer, as JSON Schema counts."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def own_types(schema: JsonObject) -> frozenset[str]:
    """What the `type` keyword allows, integers counted with numbers; everything where there is none."""
    kind = schema.get("type")
    names = [kind] if isinstance(kind, str) else kind
    if not isinstance(names, list):
        return ALL_TYPES
    found = {name for name in names if isinstance(name, str)}
    if "number" in found:
        found.add("integer")
    return frozenset(found & ALL_TYPES) or ALL_TYPES


def accepted_types(
    schema: JsonValue, references: References, known: dict[int, frozenset[str]] | None = None
) -> frozenset[str]:
    """The types of value that a schema can accept, through references, unions, intersections, enum and const."""
    resolved = references.resolve(schema)
    known = {} if known is None else known
    if id(resolved) not in known:
        # Within its own definition a schema adds nothing to a union.
        known[id(resolved)] = frozenset()
        known[id(resolved)] = _accepted_types(resolved, references, known)
    return known[id(resolved)]


def _accepted_types(resolved: JsonObject, references: References, known: dict[int, frozenset[str]]) -> frozenset[str]:
    types = own_types(resolved)
    if resolved.get("not") == {} or len(known) > _SCHEMAS_LIMIT:
        return frozenset() if resolved.get("not") == {} else types
    options = resolved.get("enum")
    if isinstance(options, list):
        types &= frozenset(map(type_of, options))
    if "const" in resolved:
        types &= frozenset({type_of(resolved["const"])})
    every = resolved.get("allOf")
    for part in every if isinstance(every, list) else ():
        types &= accepted_types(part, references, known)
    branches = references.branches(resolved)
    if branches:
        types &= frozenset[str]().union(*(accepted_types(branch, references, known) for branch in branches))
    return types


def shorten(value: JsonValue, limit: int = GIVEN_LIMIT) -> str:
    """A value as JSON on one line; what is longer than the limit ends in `…`. Costs no more than what is shown."""
    text = json.dumps(_shallow(value, limit), ensure_ascii=False, default=str)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _shallow(value: JsonValue, limit: int, depth: int = 0) -> JsonValue:
    if isinstance(value, str):
        return value[: limit + 1].encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 1024:
        return "integer of very many digits"
    if isinstance(value, dict):
        if depth >= 6:
            return {}
        return {key[:limit]: _shallow(item, limit, depth + 1) for key, item in list(value.items())[:limit]}
    if isinstance(value, list):
        return [] if depth >= 6 else [_shallow(item, limit, depth + 1) for item in value[:limit]]
    return value


def join_words(words: Sequence[str], last: str = "or") -> str:
    """`a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def describe(schema: JsonValue, references: References, depth: int = 0) -> str:
    """What a schema wants, in words that a person and a model read. Short: inner properties are not listed."""
    resolved = references.resolve(schema)
    if depth >= 4 or resolved.get("not") == {}:
        return "nothing" if resolved.get("not") == {} else "value"
    if "const" in resolved:
        return shorten(resolved["const"])
    options = resolved.get("enum")
    if isinstance(options, list):
        return describe_options(options)
    if is_file_schema(resolved):
        return f'file as {{"{FILE_KEY}": {{...}}}}'
    branches = references.branches(resolved)
    if branches:
        words = dict.fromkeys(describe(branch, references, depth + 1) for branch in branches[:_ENUM_SHOWN])
        shown = list(words)[:_BRANCHES_SHOWN]
        return join_words([*shown, "another form"] if len(words) > len(shown) else shown)
    every = resolved.get("allOf")
    if isinstance(every, list) and "type" not in resolved and every:
        return describe(every[0], references, depth + 1)
    return (
        join_words([_describe_type(kind, resolved, references, depth) for kind in _ordered_types(resolved)]) or "value"
    )


def describe_options(options: Sequence[JsonValue]) -> str:
    """`one of "a", "b" or "c"`, the first dozen."""
    shown = [shorten(option, 40) for option in options[:_ENUM_SHOWN]]
    if len(options) > _ENUM_SHOWN:
        return f"one of {', '.join(shown)} and {len(options) - _ENUM_SHOWN} more"
    return shown[0] if len(shown) == 1 else f"one of {join_words(shown)}"


_TYPE_OF_KEYWORD = {
    "properties": "object",
    "minProperties": "object",
    "maxProperties": "object",
    "items": "array",
    "minItems": "array",
    "maxItems": "array",
    "pattern": "string",
    "format": "string",
    "minLength": "string",
    "maxLength": "string",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "multipleOf": "number",
}


def _ordered_types(schema: JsonObject) -> list[str]:
    kind = schema.get("type")
    names = [kind] if isinstance(kind, str) else kind
    if not isinstance(names, list):
        return [next((name for keyword, name in _TYPE_OF_KEYWORD.items() if keyword in schema), "")]
    return [name for name in names if isinstance(name, str) and name in _NAMES]


def _describe_type(kind: str, schema: JsonObject, references: References, depth: int) -> str:
    if kind in ("integer", "number"):
        return _NAMES[kind] + describe_range(schema)
    if kind == "string":
        return _describe_text(schema)
    if kind == "array":
        items = schema.get("items")
        inner = f" of {describe(items, references, depth + 1)}" if isinstance(items, dict) else ""
        return f"list{inner}{describe_count(schema, 'minItems', 'maxItems', 'item')}"
    if kind == "object" and isinstance(schema.get("title"), str) and not depth:
        return f"object ({shorten(schema['title'], 60)[1:-1]})"
    return _NAMES.get(kind, "")


def describe_range(schema: JsonObject) -> str:
    """` from 1 to 100`, ` above 0`, with `, a multiple of 5`; empty where there is no bound."""
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    words: list[str] = []
    if low is not None and high is not None:
        words.append(f"from {low} to {high}")
    elif low is not None:
        words.append(f"of at least {low}")
    elif high is not None:
        words.append(f"of at most {high}")
    if above is not None and not isinstance(above, bool):
        words.append(f"above {above}")
    if below is not None and not isinstance(below, bool):
        words.append(f"below {below}")
    if "multipleOf" in schema:
        words.append(f"a multiple of {schema['multipleOf']}")
    return "".join(f" {word}" if index == 0 else f", {word}" for index, word in enumerate(words))


def describe_count(schema: JsonObject, low_key: str, high_key: str, noun: str) -> str:
    """` of 1 to 20 characters`; empty where there is no bound."""
    low, high = schema.get(low_key), schema.get(high_key)
    if low is not None and high is not None:
        return f" of {low} {noun}s" if low == high else f" of {low} to {high} {noun}s"
    if low is not None and low != 0:
        return f" of at least {low} {noun}" + ("" if low == 1 else "s")
    return f" of at most {high} {noun}s" if high is not None else ""


def _describe_text(schema: JsonObject) -> str:
    shape = schema.get("format")
    words = _FORMATS.get(shape, "text") if isinstance(shape, str) else "text"
    words += describe_count(schema, "minLength", "maxLength", "character")
    pattern = schema.get("pattern")
    return f"{words} that matches {shorten(pattern, 60)[1:-1]}" if isinstance(pattern, str) else words
