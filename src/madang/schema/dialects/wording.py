"""Descriptions that fit a limit, and names that a dialect takes."""

from __future__ import annotations

import hashlib
import re

from madang.kit.json import JsonObject
from madang.schema.describe import describe, shorten
from madang.schema.references import References

_NAME_FORBIDDEN = re.compile(r"[^A-Za-z0-9_-]")
_BREAK = re.compile(r"\s+(?=\S*\Z)")


def fit(text: str, limit: int) -> str:
    """The text within the limit: cut after a sentence if that keeps most of it, else after a word, then `…`."""
    text = text.strip()
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    room = text[: limit - 1]
    # A word that the cut would split goes as a whole, unless it is all there is.
    if room and not text[len(room)].isspace():
        found = _BREAK.search(room)
        room = room[: found.start()] if found else room
    room = room.rstrip()
    if room.endswith((".", "!", "?", "…")):
        return room
    sentence = max(room.rfind(mark) for mark in (". ", ".\n", "다. "))
    if sentence > len(room) * 3 // 4:
        return room[: room.index(".", sentence) + 1]
    return room + "…"


def tool_name(name: str, limit: int) -> str:
    """A name of letters, digits, `_` and `-` that begins with a letter or `_`; one that is too long ends in a hash."""
    safe = _NAME_FORBIDDEN.sub("_", name) or "_"
    if not (safe[0].isalpha() or safe[0] == "_"):
        safe = f"_{safe}"
    if safe == name and len(safe) <= limit:
        return safe
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{safe[: limit - 7]}_{digest}"


def with_words(schema: JsonObject, said: set[str], references: References, limit: int) -> str:
    """The description of a schema, with what the dialect cannot say put into words."""
    own = schema.get("description")
    parts = [own.strip() if isinstance(own, str) else ""]
    unsaid = [keyword for keyword in _SAID_IN_WORDS if keyword in schema and keyword not in said]
    if unsaid:
        parts.append(f"({describe(schema, references)})")
    if "default" in schema and "default" not in said:
        parts.append(f"Default: {shorten(schema['default'])}.")
    tail = " ".join(part for part in parts[1:] if part)
    if not tail:
        return fit(parts[0], limit)
    return " ".join(part for part in (fit(parts[0], max(limit - len(tail) - 1, 0)), fit(tail, limit)) if part)


_SAID_IN_WORDS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "enum",
    "const",
    "prefixItems",
    "not",
    "minProperties",
    "maxProperties",
)
