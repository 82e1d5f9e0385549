"""JSON values as types, JSON pointers (RFC 6901), and one canonical text for hashing."""

from __future__ import annotations

import json
from typing import TypeAlias

JsonValue: TypeAlias = "None | bool | int | float | str | list[JsonValue] | dict[str, JsonValue]"
JsonObject: TypeAlias = "dict[str, JsonValue]"


def canonical(value: JsonValue) -> str:
    """The one text of a value: sorted keys, no blanks, no escapes beyond JSON's own. Same value, same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def pointer(*segments: str | int) -> str:
    """An RFC 6901 pointer: `pointer("paths", "/pets", 0)` is `/paths/~1pets/0`; no segments is the whole document."""
    return "".join("/" + str(segment).replace("~", "~0").replace("/", "~1") for segment in segments)


def unpointer(text: str) -> list[str]:
    """The segments of a pointer. Raises ValueError where it is neither empty nor begins with `/`."""
    if not text:
        return []
    if not text.startswith("/"):
        raise ValueError(f"a JSON pointer begins with '/': {text!r}")
    return [segment.replace("~1", "/").replace("~0", "~") for segment in text[1:].split("/")]
