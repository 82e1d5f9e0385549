"""Schemas of MCP tools, each a document of its own, made parts of one: so their references fit and nothing is inlined.

A tool brings the `$defs` (in draft 07: `definitions`) that it needs, and many tools of a server bring the same. What is
the same stands in the one document once; another of the same name gets a number.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from madang.kit.json import JsonObject, JsonValue, canonical, pointer, unpointer
from madang.schema.documents.places import Place

HEADER_KEY = "x-madang-mcp-header"
"""On an argument that is sent as a header `Mcp-Param-<value>` as well (protocol 2026-07-28)."""

_HOMES = ("$defs", "definitions")
_DATA = frozenset(("default", "const", "enum", "examples", "example"))
_DEEPEST = 150
_MOST_CLOSURES = 50
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}")
_HEADER_TYPES = ("string", "integer", "boolean")


class ToolSchemas:
    """Takes in schema after schema. `shared` are the definitions of all of them by name, `origins` where each stands
    in the listing."""

    def __init__(self) -> None:
        self.shared: dict[str, JsonValue] = {}
        self.origins: dict[str, str] = {}
        self._by_content: dict[tuple[str, str], str] = {}
        self._by_set: dict[str, dict[str, str]] = {}
        self._numbers: dict[str, int] = {}

    def take(self, schema: JsonObject, place: Place) -> JsonObject:
        """The schema that stands at `place`, without its definitions, its references leading to where those are now."""
        definitions: dict[str, JsonValue] = {}
        homes: dict[str, str] = {}
        for home in reversed(_HOMES):
            found = schema.get(home)
            if isinstance(found, dict):
                definitions |= found
                homes |= dict.fromkeys(found, home)
        names = self._names(definitions, place)
        rewriting = _Rewriting(names, place, _anchors(schema))
        for own, name in names.items():
            if name not in self.shared:
                self.origins[name] = str(place.at(homes[own], own))
                self.shared[name] = rewriting.schema(definitions[own], 0)
        rest = {key: value for key, value in schema.items() if key not in _HOMES}
        return rewriting.object(rest, 0)

    def _names(self, definitions: dict[str, JsonValue], place: Place) -> dict[str, str]:
        """The shared name of each definition: that of one with the same content, in all that it reaches, or a new."""
        if not definitions:
            return {}
        texts = {name: _digest(_text_of(value)) for name, value in definitions.items()}
        whole = _digest("".join(f"{name}\0{text}\0" for name, text in sorted(texts.items())))
        if whole in self._by_set:
            return self._by_set[whole]
        refers = {name: _local_names(value) for name, value in definitions.items()}
        is_own = any(refers_to is None for refers_to in refers.values())
        names: dict[str, str] = {}
        for name in definitions:
            if is_own:  # something refers to the tool's own schema, which no other tool has
                content = str(place)
            elif len(definitions) > _MOST_CLOSURES:
                content = whole
            else:
                content = _digest("".join(f"{each}\0{texts[each]}\0" for each in sorted(_closure(name, refers))))
            known = self._by_content.get((name, content))
            names[name] = known or self._by_content.setdefault((name, content), self._free(name))
        if not is_own:
            self._by_set[whole] = names
        return names

    def _free(self, wish: str) -> str:
        number = self._numbers[wish] = self._numbers.get(wish, 0) + 1
        return wish if number == 1 else f"{wish}_{number}"


class _Rewriting:
    """Changes the schemas of one tool: references, what draft 07 writes otherwise, and the header of a parameter."""

    def __init__(self, names: dict[str, str], place: Place, anchors: dict[str, str]) -> None:
        self._names = names
        self._base = str(place)
        self._anchors = anchors

    def schema(self, value: JsonValue, depth: int) -> JsonValue:
        if depth > _DEEPEST:  # the reader of schemas says that this is too deep
            return value
        if isinstance(value, dict):
            return self.object(value, depth)
        return [self.schema(item, depth + 1) for item in value] if isinstance(value, list) else value

    def object(self, node: JsonObject, depth: int) -> JsonObject:
        changed: JsonObject = {}
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                changed[key] = self._reference(value)
            elif key == "dependencies" and isinstance(value, dict):
                self._dependencies(value, changed, depth)
            elif key == "x-mcp-header":
                if isinstance(value, str) and _TOKEN.fullmatch(value) and node.get("type") in _HEADER_TYPES:
                    changed[HEADER_KEY] = value
            else:
                changed[key] = value if key in _DATA else self.schema(value, depth + 1)
        return changed

    def _dependencies(self, value: JsonObject, changed: JsonObject, depth: int) -> None:
        lists: JsonObject = {name: each for name, each in value.items() if isinstance(each, list)}
        schemas = {name: self.schema(each, depth + 2) for name, each in value.items() if not isinstance(each, list)}
        if lists:
            changed["dependentRequired"] = lists
        if schemas:
            changed["dependentSchemas"] = schemas

    def _reference(self, ref: str) -> str:
        if not ref.startswith("#"):
            return ref
        fragment = unquote(ref[1:])
        if fragment and not fragment.startswith("/"):
            at = self._anchors.get(fragment)
            return ref if at is None else self._reference("#" + _quoted(at))
        steps = unpointer(fragment)
        if len(steps) > 1 and steps[0] in _HOMES and steps[1] in self._names:
            return "#" + _quoted(pointer("$defs", self._names[steps[1]], *steps[2:]))
        return "#" + _quoted(self._base + fragment)


def _text_of(value: JsonValue) -> str:
    """One text of a value; a number that JSON has not counts as its name."""
    try:
        return canonical(value)
    except ValueError:
        return repr(value)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _quoted(text: str) -> str:
    return quote(text, safe="/$~.-_:@!&'()*+,;=")


def _nodes(value: JsonValue) -> Iterator[tuple[JsonObject, str]]:
    """Every object of a schema that may be a schema itself, with the pointer to it."""
    waiting: list[tuple[JsonValue, str, int]] = [(value, "", 0)]
    while waiting:
        node, at, depth = waiting.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(node, dict):
            yield node, at
            below = ((each, at + pointer(key), depth + 1) for key, each in node.items() if key not in _DATA)
            waiting.extend(below)
        elif isinstance(node, list):
            waiting.extend((each, f"{at}/{index}", depth + 1) for index, each in enumerate(node))


def _anchors(schema: JsonObject) -> dict[str, str]:
    found: dict[str, str] = {}
    for node, at in _nodes(schema):
        for key in ("$anchor", "$dynamicAnchor"):
            anchor = node.get(key)
            if isinstance(anchor, str):
                found.setdefault(anchor, at)
        own = node.get("$id")
        if isinstance(own, str) and own.startswith("#"):  # draft 07
            found.setdefault(own[1:], at)
    return found


def _local_names(value: JsonValue) -> frozenset[str] | None:
    """The definitions that one refers to; None where it refers to something else inside its tool's schema."""
    found: set[str] = set()
    for node, _ in _nodes(value):
        ref = node.get("$ref")
        if not isinstance(ref, str) or not ref.startswith("#"):
            continue
        steps = unquote(ref[1:]).split("/")
        if len(steps) < 3 or steps[0] or steps[1] not in _HOMES:
            return None
        found.add(steps[2].replace("~1", "/").replace("~0", "~"))
    return frozenset(found)


def _closure(name: str, refers: dict[str, frozenset[str] | None]) -> set[str]:
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in refers and each not in reached:
            reached.add(each)
            waiting.extend(refers[each] or ())
    return reached
