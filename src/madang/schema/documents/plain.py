"""The cheap way through most schemas: a leaf whose keywords are all as they should be.

Most schemas of real documents are such leaves. What is read here comes out as `Schemas` reads it, key by key; whatever
needs a remark, a repair or a look at another schema is left to `Schemas`.
"""

from __future__ import annotations

from typing import Literal

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.keyword_values import LARGEST_COUNT, LARGEST_INTEGER, is_pattern
from madang.schema.documents.keywords import (
    ENUM_WORDS,
    KEPT_EXTENSIONS,
    KINDS,
    NULLABLE_WORDS,
    REF_WORDS,
    SPECIAL,
    TYPES,
)
from madang.schema.documents.spellings import make_nullable

_Way = Literal["type", "text", "flag", "count", "number", "pattern", "scalar", "last", "never"]

_WAYS: dict[str, _Way] = {
    **dict.fromkeys((*KINDS, *KEPT_EXTENSIONS, *ENUM_WORDS, *NULLABLE_WORDS, *REF_WORDS, *SPECIAL), "never"),
    **{key: kind for key, kind in KINDS.items() if kind in ("text", "flag", "count", "pattern")},
    **dict.fromkeys(("minimum", "maximum"), "number"),
    **dict.fromkeys(("enum", "example", "nullable"), "last"),
    "type": "type",
    "default": "scalar",
    "additionalProperties": "flag",
}
_NUMBERS = 1e308


def plain_schema(node: JsonObject) -> JsonObject | None:
    """The schema of a leaf in the normal form; None where more than its own keywords has to be looked at."""
    schema: JsonObject = {}
    if "type" in node:
        kind = node["type"]
        if not isinstance(kind, str) or kind not in TYPES:
            return None
        schema["type"] = kind
    is_whole = True
    for key, value in node.items():
        way = _WAYS.get(key)
        if way == "text":
            if not isinstance(value, str):
                return None
            schema[key] = value.strip()
        elif way is None:
            if key.startswith("x-madang-"):
                return None
        elif way == "last":
            is_whole = False
        elif way != "type":
            if not _is_good(way, value):
                return None
            schema[key] = value
    return schema if is_whole or _write_last(node, schema) else None


def _is_good(way: _Way, value: JsonValue) -> bool:
    if way == "scalar":
        return not isinstance(value, dict | list)
    if way == "pattern":
        return isinstance(value, str) and is_pattern(value)
    if isinstance(value, bool):
        return way == "flag"
    if way == "count":
        return isinstance(value, int) and 0 <= value <= LARGEST_COUNT
    if way == "number" and isinstance(value, int):
        return -LARGEST_INTEGER <= value <= LARGEST_INTEGER
    return way == "number" and isinstance(value, float) and -_NUMBERS < value < _NUMBERS


def _write_last(node: JsonObject, schema: JsonObject) -> bool:
    """Write what comes after all other keywords; whether that could be done."""
    if "enum" in node:
        values = node["enum"]
        if not isinstance(values, list) or not values or schema.get("type", "string") != "string":
            return False
        if not all(isinstance(value, str) for value in values):
            return False
        schema["enum"] = [*dict.fromkeys(str(value) for value in values)]
    if "example" in node:
        example = node["example"]
        if isinstance(example, dict | list):
            return False
        schema["examples"] = [example]
    if node.get("nullable") is True:
        make_nullable(schema)
    return True
