"""Values of answers as they can be written down: PostgreSQL, our own API and a browser take not all that JSON may be.

Integers are kept exactly however long; half a surrogate pair, which is no character, becomes U+FFFD; what is nested
deeper than other readers follow becomes the text of itself.
"""

from __future__ import annotations

import json
import re

import orjson

from madang.kit.json import JsonObject, JsonValue

_WRAPPED = 6
"""Levels that are put around a value by an outcome, an event and an answer of our API."""

_MOST_LEVELS = 254 - _WRAPPED
_SURROGATES = re.compile("[\ud800-\udfff]")
_ESCAPES = re.compile(r"\\(?:u0000|.)")


def storable(value: JsonValue) -> JsonValue:
    """The value, or the nearest that can be written, sent and read back."""
    wrapped: JsonValue = value
    for _ in range(_WRAPPED):
        wrapped = [wrapped]
    try:
        orjson.dumps(wrapped)
    except TypeError:
        return _mended(value)
    return value


def json_text(value: JsonValue | JsonObject) -> str:
    """The JSON of a storable value."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return _dumps(value)


def jsonb_text(value: JsonValue | JsonObject) -> str:
    """The same for a column of type JSONB, which takes no NUL in a text: U+FFFD stands for it."""
    return _ESCAPES.sub(lambda found: "\\ufffd" if found[0] == "\\u0000" else found[0], json_text(value))


def _mended(value: JsonValue) -> JsonValue:
    """What orjson does not write has long integers, half surrogate pairs, or is too deep."""
    try:
        text = _SURROGATES.sub("�", _dumps(value))
    except RecursionError:
        return None
    return text if _is_deep(text) else json.loads(text)


def _dumps(value: JsonValue | JsonObject) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_deep(text: str) -> bool:
    """Whether the JSON is nested deeper than orjson follows: asked of its brackets alone."""
    depth = deepest = 0
    for part in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(part[0], 0)
        deepest = max(deepest, depth)
    return deepest > _MOST_LEVELS
