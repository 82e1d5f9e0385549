"""Values of single keywords: checked, repaired where the meaning is plain, otherwise left out and told."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import jsonschema_rs

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.keywords import ANY_TYPES, LOOSE_TYPES, TYPES, Kind
from madang.schema.documents.limits import Limits
from madang.schema.documents.places import Place
from madang.schema.documents.remarks import Remarks
from madang.schema.documents.values import flag_at, is_deeper, kind_of, text_at

_MOST_EXAMPLES = 5
LARGEST_COUNT = 2**53
LARGEST_INTEGER = 2**63 - 1
_OTHER_WORDS = (
    (re.compile(r"(?<!\\)\\A"), "^"),
    (re.compile(r"(?<!\\)\\[zZ]"), "$"),
    (re.compile(r"\{,(?=\d+\})"), "{0,"),
    (re.compile(r"(?<!\\)(\\[wdsWDS])-(?!\])"), r"\1\\-"),
    (re.compile(r"\\uD800\\uDBFF-\\uDC00\\uDFFF"), r"\\u{10000}-\\u{10FFFF}"),
)


class KeywordValues:
    """Writes single keywords into a schema."""

    def __init__(self, remarks: Remarks, limits: Limits) -> None:
        self._remarks = remarks
        self._limits = limits

    def read(self, kind: Kind, key: str, value: JsonValue, place: Place, schema: JsonObject) -> None:
        """Write `key` into `schema` if `value` is what a keyword of this kind may hold, or can be made so."""
        if kind == "value":
            if self.is_flat_enough(value, key, place):
                schema[key] = value
            return
        if kind == "pattern":
            value = self._mended(value, place.child(key))
        good = _READERS[kind](value, key)
        if good is None:
            if not (key == "required" and isinstance(value, bool)):
                self.refuse(key, value, place.child(key))
        else:
            schema[key] = good

    def _mended(self, value: JsonValue, place: Place) -> JsonValue:
        if not isinstance(value, str) or is_pattern(value):
            return value
        mended = mended_pattern(value)
        if mended is None:
            return value
        self._remarks.note(place, "pattern-repaired", f"The pattern was read as '{mended[:200]}'.")
        return mended

    def refuse(self, key: str, value: JsonValue, place: Place) -> None:
        """Tell that a keyword's value is of no use."""
        if value is None:
            self._remarks.note(place, "null-ignored", f"'{key}' is null; it was left out.")
        else:
            shown = f" ({str(value)[:60]!r})" if isinstance(value, str | int | float) else ""
            message = f"'{key}' cannot be {kind_of(value)}{shown} here; it was left out."
            self._remarks.loss(place, "keyword-invalid", message)

    def types(self, value: JsonValue, place: Place, schema: JsonObject) -> None:
        """Write `type`, loose spellings included; a format that a loose type means is written too."""
        if isinstance(value, str) and value in TYPES:
            schema["type"] = value
            return
        if value is None or not isinstance(value, str | list):
            self.refuse("type", value, place)
            return
        found: list[JsonValue] = []
        for word in value if isinstance(value, list) else [value]:
            name = "null" if word is None else self._type(word, place, schema)
            if name == "any":
                return
            if name is not None and name not in found:
                found.append(name)
        if found:
            schema["type"] = found[0] if len(found) == 1 else found

    def examples(self, node: JsonObject, schema: JsonObject, place: Place) -> None:
        """Write `examples` from `example` and from `examples` in any of their forms, a few at most."""
        given = node.get("examples")
        if not self.is_flat_enough([given, node.get("example")], "examples", place):
            return
        found: list[JsonValue] = []
        if isinstance(given, list):
            found.extend(given[:_MOST_EXAMPLES])
        elif isinstance(given, dict):
            members = list(given.values())[:_MOST_EXAMPLES]
            found.extend(
                member.get("value", member.get("dataValue", member)) if isinstance(member, dict) else member
                for member in members
            )
        if "example" in node and node["example"] not in found:
            found.insert(0, node["example"])
        if found:
            schema["examples"] = found

    def _type(self, word: JsonValue, place: Place, schema: JsonObject) -> str | None:
        if not isinstance(word, str):
            self.refuse("type", word, place)
            return None
        if word in TYPES:
            return word
        lowered = word.strip().lower()
        if lowered in TYPES or lowered in ANY_TYPES:
            self._remarks.note(place, "type-repaired", f"The type '{word}' was read as '{lowered or 'any'}'.")
            return lowered if lowered in TYPES else "any"
        loose = LOOSE_TYPES.get(lowered)
        if loose is None:
            self._remarks.loss(place, "type-unknown", f"There is no type '{word[:60]}'; any value is allowed here.")
            return "any"
        if lowered != "file":
            self._remarks.note(place, "type-repaired", f"The type '{word}' was read as '{loose[0]}'.")
        if loose[1] is not None:
            schema.setdefault("format", loose[1])
        return loose[0]

    def is_flat_enough(self, value: JsonValue, key: str, place: Place) -> bool:
        """Whether a plain value is not nested too deep to be kept; if it is, that is told."""
        if isinstance(value, dict | list) and is_deeper(value, max(1, self._limits.depth - place.depth)):
            self._remarks.loss(place, "value-too-deep", f"'{key}' is nested too deep; it was left out.")
            return False
        return True


def _count(value: JsonValue, key: str) -> JsonValue:
    number = _number(value, key)
    if isinstance(number, bool) or not isinstance(number, int | float) or number < 0 or number != int(number):
        return None
    return int(number) if number <= LARGEST_COUNT else None


def _number(value: JsonValue, key: str) -> JsonValue:
    if isinstance(value, str):
        try:
            value = float(value) if any(letter in value for letter in ".eE") else int(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e308 < value < 1e308:
        return None
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        value = float(value)
    return None if key == "multipleOf" and value <= 0 else value


def _flag(value: JsonValue, key: str) -> JsonValue:
    return flag_at({key: value}, key)


def _text(value: JsonValue, key: str) -> JsonValue:
    return text_at({key: value}, key) if isinstance(value, str | int | float) else None


def _pattern(value: JsonValue, key: str) -> JsonValue:
    return value if isinstance(value, str) and is_pattern(value) else None


def _strings(value: JsonValue, key: str) -> JsonValue:
    if not isinstance(value, list):
        return None
    return [*dict.fromkeys(item for item in value if isinstance(item, str))]


def _lists(value: JsonValue, key: str) -> JsonValue:
    if not isinstance(value, dict):
        return None
    return {name: _strings(names, key) for name, names in value.items() if isinstance(names, list)}


_READERS: dict[Kind, Callable[[JsonValue, str], JsonValue]] = {
    "count": _count,
    "number": _number,
    "flag": _flag,
    "text": _text,
    "pattern": _pattern,
    "strings": _strings,
    "lists": _lists,
}


def mended_pattern(pattern: str) -> str | None:
    """A pattern as ECMA-262 writes what other languages mean: anchors, a repetition without a lower bound, a hyphen
    after a class inside brackets, halves of characters. None where that is not enough."""
    for found, meant in _OTHER_WORDS:
        pattern = found.sub(meant, pattern)
    return pattern if is_pattern(pattern) else None


@lru_cache(maxsize=20_000)
def is_pattern(pattern: str) -> bool:
    """Whether the validator that checks arguments later can compile a regular expression."""
    try:
        jsonschema_rs.validator_for({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True
