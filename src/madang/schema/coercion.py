"""Brings what models write closer to the schema, where only one reading is possible.

- A text where the schema takes no text becomes the number, boolean, null, object or list that it spells.
- A text that differs from exactly one allowed value by case or blanks around it becomes that value.
- Null for an optional property that does not take null is left out (SWL: None omits).
- A property under the safe form of its name (`keys`) gets its own name back.

Nothing is wrapped, cut, rounded or guessed: dates stay as written, numbers never become text, `yes` is no boolean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from madang.kit.json import JsonObject, JsonValue, pointer
from madang.schema.describe import accepted_types, type_of
from madang.schema.keys import safe_forms
from madang.schema.lenient import parse_lenient
from madang.schema.references import References

_DEPTH_LIMIT = 160
_UNION_DEPTH_LIMIT = 24
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,4000})(?:\.0+)?\Z")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,4000})(?:\.\d+)?(?:[eE][+-]?\d{1,3})?\Z")
_RISKY_NOTES = frozenset({"unreadable", "prose", "truncated", "depth", "empty", "unquoted", "stray"})

Segments = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One value that was read as another: where, and a sentence without the value itself (it may be a secret)."""

    path: str
    message: str


class Coercion:
    """Coerces values under the schemas of one set; keeps what it learned of them from call to call."""

    def __init__(self, references: References) -> None:
        self._references = references
        # By id, with the schema itself so that its id stays its own.
        self._types: dict[int, tuple[JsonValue, frozenset[str]]] = {}
        self._listed: dict[int, tuple[JsonObject, frozenset[str] | None]] = {}

    def coerce(self, value: JsonValue, schema: JsonValue) -> tuple[JsonValue, tuple[Change, ...]]:
        """The value as the schema most likely means it, and what was changed. The value given is not touched."""
        changes: list[Change] = []
        return self._value(value, schema, (), changes, 0), tuple(changes)

    def _accepted(self, schema: JsonValue) -> frozenset[str]:
        if not isinstance(schema, dict):
            return accepted_types(schema, self._references)
        known = self._types.get(id(schema))
        if known is None:
            known = self._types[id(schema)] = (schema, accepted_types(schema, self._references))
        return known[1]

    def _value(
        self, value: JsonValue, schema: JsonValue, path: Segments, changes: list[Change], depth: int
    ) -> JsonValue:
        if depth >= _DEPTH_LIMIT or isinstance(schema, bool):
            return value
        if isinstance(value, str):
            read = self._text(value, schema)
            if read is value:
                return value
            changes.append(Change(path=pointer(*path), message=f"text was read as {_NAMES[type_of(read)]}"))
            # What was a text may hold texts itself.
            return self._value(read, schema, path, changes, depth + 1) if isinstance(read, (dict, list)) else read
        if isinstance(value, dict):
            return self._object(value, schema, path, changes, depth)
        if isinstance(value, list):
            return self._list(value, schema, path, changes, depth)
        return value

    def _text(self, text: str, schema: JsonValue) -> JsonValue:
        accepted = self._accepted(schema)
        if "string" in accepted:
            return self._option(text, schema)
        word = text.strip()
        lower = word.lower()
        if "boolean" in accepted and lower in ("true", "false"):
            return lower == "true"
        if "null" in accepted and lower in ("null", "none"):
            return None
        if "integer" in accepted and _INTEGER.match(word):
            return int(word.partition(".")[0])
        if "number" in accepted and _NUMBER.match(word):
            return float(word)
        return self._json(text, accepted)

    def _json(self, text: str, accepted: frozenset[str]) -> JsonValue:
        """The object or list that a text spells, where the schema wants one and nothing had to be guessed."""
        if not accepted & {"object", "array"}:
            return text
        parsed = parse_lenient(text)
        if not parsed.is_complete or any(note.code in _RISKY_NOTES for note in parsed.notes):
            return text
        return parsed.value if isinstance(parsed.value, (dict, list)) and type_of(parsed.value) in accepted else text

    def _option(self, text: str, schema: JsonValue) -> JsonValue:
        """The one allowed text that this text means; itself where it is allowed, or where several are near."""
        options = self._options(schema)
        if options is None or text in options:
            return text
        folded = text.strip().casefold()
        near = {option for option in options if option.casefold() == folded}
        return near.pop() if len(near) == 1 else text

    def _options(self, schema: JsonValue, depth: int = 0) -> frozenset[str] | None:
        """All texts that a schema allows, or None where it does not list them."""
        resolved = self._references.resolve(schema)
        if id(resolved) not in self._listed:
            self._listed[id(resolved)] = (resolved, None)
            self._listed[id(resolved)] = (resolved, self._list_options(resolved, depth))
        return self._listed[id(resolved)][1]

    def _list_options(self, resolved: JsonObject, depth: int) -> frozenset[str] | None:
        listed = [resolved["const"]] if "const" in resolved else resolved.get("enum")
        if isinstance(listed, list):
            return frozenset(option for option in listed if isinstance(option, str))
        if depth >= _UNION_DEPTH_LIMIT:
            return None
        parts = resolved.get("allOf")
        for part in parts if isinstance(parts, list) else ():
            options = self._options(part, depth + 1)
            if options is not None:
                return options
        found: frozenset[str] = frozenset()
        for branch in self._references.branches(resolved):
            if "string" in self._accepted(branch):
                options = self._options(branch, depth + 1)
                if options is None:
                    return None
                found |= options
        return found or None

    def _list(
        self, value: list[JsonValue], schema: JsonValue, path: Segments, changes: list[Change], depth: int
    ) -> JsonValue:
        for form in self._forms(value, schema):
            firsts = form.get("prefixItems")
            first_schemas = firsts if isinstance(firsts, list) else []
            rest = form.get("items", True)
            value = [
                self._value(
                    item,
                    first_schemas[index] if index < len(first_schemas) else rest,
                    (*path, index),
                    changes,
                    depth + 1,
                )
                for index, item in enumerate(value)
            ]
        return value

    def _object(
        self, value: JsonObject, schema: JsonValue, path: Segments, changes: list[Change], depth: int
    ) -> JsonValue:
        for form in self._forms(value, schema):
            value = self._members(value, form, path, changes, depth)
        return value

    def _members(
        self, value: JsonObject, form: JsonObject, path: Segments, changes: list[Change], depth: int
    ) -> JsonObject:
        properties = _object_of(form.get("properties"))
        rest = form.get("additionalProperties", True)
        required = form.get("required")
        names = _safe_names(properties, value)
        coerced: JsonObject = {}
        for key, item in value.items():
            name = names.get(key, key)
            if name != key:
                changes.append(Change(path=pointer(*path, name), message="the property got its own name back"))
            inner = properties.get(name, rest)
            if item is None and name in properties and self._is_omitted(name, inner, required):
                changes.append(Change(path=pointer(*path, name), message="null for an optional property was left out"))
                continue
            coerced[name] = self._value(item, inner, (*path, name), changes, depth + 1)
        return coerced

    def _is_omitted(self, name: str, schema: JsonValue, required: JsonValue) -> bool:
        is_required = isinstance(required, list) and name in required
        return not is_required and "null" not in self._accepted(schema)

    def _forms(self, value: JsonValue, schema: JsonValue) -> list[JsonObject]:
        """The schemas under which the members of an object or a list stand: of every part of an intersection, and of
        the one branch of a union that is meant."""
        forms: list[JsonObject] = []
        seen: set[int] = set()
        waiting = [schema]
        while waiting:
            parts = self._parts(waiting.pop(), seen)
            forms += [part for part in parts if any(keyword in part for keyword in _APPLICATORS)]
            for part in parts:
                branches = self._references.branches(part)
                meant = self._meant(value, branches) if branches else None
                waiting += [] if meant is None else [meant]
        return forms

    def _parts(self, schema: JsonValue, seen: set[int]) -> list[JsonObject]:
        """A schema and all that it is an intersection of."""
        found: list[JsonObject] = []
        waiting = [schema]
        while waiting:
            resolved = self._references.resolve(waiting.pop())
            if id(resolved) not in seen:
                seen.add(id(resolved))
                found.append(resolved)
                parts = resolved.get("allOf")
                waiting += parts[::-1] if isinstance(parts, list) else []
        return found

    def _meant(self, value: JsonValue, branches: list[JsonValue]) -> JsonValue:
        """The only branch that takes the value's type; of several for objects the one whose members fit best."""
        kind = type_of(value)
        possible = [branch for branch in branches if kind in self._accepted(branch)]
        if len(possible) == 1:
            return possible[0]
        if not isinstance(value, dict) or not possible:
            return None
        ranked = sorted(((self._fit(value, branch), index) for index, branch in enumerate(possible)), reverse=True)
        is_clear = ranked[0][0] > ranked[1][0] and ranked[0][0] > (0, 0, 0)
        return possible[ranked[0][1]] if is_clear else None

    def _fit(self, value: JsonObject, branch: JsonValue) -> tuple[int, int, int]:
        """Tags that agree less those that do not, members missing (negative), members known."""
        tags = missing = known = 0
        for form in self._parts(branch, set()):
            properties = _object_of(form.get("properties"))
            required = form.get("required")
            missing -= sum(name not in value for name in required) if isinstance(required, list) else 0
            for name in value.keys() & properties.keys():
                known += 1
                options = self._options(properties[name])
                if options is not None:
                    given = value[name]
                    tags += 1 if isinstance(given, str) and given in options else -1
        return tags, missing, known


_APPLICATORS = ("properties", "additionalProperties", "items", "prefixItems")
_NAMES = {
    "null": "null",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "string": "the allowed text",
    "array": "a list",
    "object": "an object",
}


def _object_of(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _safe_names(properties: JsonObject, value: JsonObject) -> dict[str, str]:
    """For keys of the value that are safe forms of declared names: the names."""
    unknown = value.keys() - properties.keys()
    if not unknown:
        return {}
    safe = {form: name for name in properties if name not in value for form in safe_forms(name)}
    return {key: safe[key] for key in unknown if key in safe}
