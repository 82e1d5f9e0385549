"""Who gives which argument: secrets, files and what is marked `x-madang-human` a person, the rest a model.

A place is a person's if its schema says `x-madang-human: true` (an argument's `is_human` is written so), has the format
`password`, is write-only under a secret's name, or means a file; and so is a list of such, a union of nothing else and
an object whose every property is one. The rules hold at any depth and through references, recursive ones too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set

from madang.kit.json import JsonObject, JsonValue
from madang.schema.references import (
    References,
    Schemas,
    definition_name,
    direct_references,
    reachable,
    rewrite,
    subschemas,
)
from madang.schema.values import find_file, is_file_schema

HUMAN_KEY = "x-madang-human"
HIDDEN = "[hidden]"
_DEPTH_LIMIT = 128
_SCHEMA_DEPTH_LIMIT = 48
_PARTS_LIMIT = 64
_SECRET_NAME = re.compile(
    r"passw(or)?d|passphrase|secret|token|api_?key|credential|private_?key|(^|_)(pin|cvv|cvc|otp|ssn)(_|$)",
    re.IGNORECASE,
)

Segments = tuple[str | int, ...]
Change = Callable[[JsonObject], JsonValue]


class Shares:
    """The two shares of one self-contained arguments schema, and what they make of values."""

    def __init__(self, schema: JsonObject) -> None:
        definitions = schema.get("$defs")
        self._schema = schema
        self._definitions: Schemas = definitions if isinstance(definitions, dict) else {}
        self._references = References(self._definitions)
        self._depth = 0
        self._human: dict[tuple[int, bool], tuple[JsonValue, bool]] = {}
        self._with_human = self._find_definitions_with_human()

    @property
    def has_human(self) -> bool:
        """Whether a person gives anything at all."""
        return self._contains(self._schema)

    def model_schema(self) -> JsonObject:
        """The schema without the person's places and without what only an answer has (`readOnly`)."""
        return self._rewritten(self._without_human)

    def human_schema(self) -> JsonObject:
        """The schema of the person's places alone, for a form. An object is kept where it leads to one."""
        return self._rewritten(self._only_human)

    def is_human(self, schema: JsonValue, name: str = "") -> bool:
        """Whether a place with this schema, under this property name, is a person's."""
        resolved = self._references.resolve(schema)
        key = (id(resolved), _SECRET_NAME.search(name) is not None)
        if key not in self._human:
            self._human[key] = (resolved, False)
            self._human[key] = (resolved, self._is_human(resolved, is_secret_name=key[1]))
        return self._human[key][1]

    def human_places(self, value: JsonValue) -> list[Segments]:
        """Where a person's values stand in these arguments. What is nested too deeply to look at counts as theirs."""
        found: list[Segments] = []
        self._walk(value, [self._schema], "", (), found)
        return found

    def is_human_place(self, path: Segments) -> bool:
        """Whether a place, present or not, is a person's or inside one."""
        schemas: list[JsonValue] = [self._schema]
        name = ""
        for segment in path:
            schemas = self._inner(schemas, segment)
            name = segment if isinstance(segment, str) else name
            if self._may_be_human(schemas, name):
                return True
        return False

    def without_human(self, arguments: JsonObject) -> JsonObject:
        """The arguments without what a person gives, as a model may see and write them."""
        places = self.human_places(arguments)
        return _object_of(_replaced(arguments, places, None, is_removed=True)) if places else arguments

    def redact(self, arguments: JsonObject) -> JsonObject:
        """The arguments with a marker in place of each value of a person, for logs, history and previews."""
        places = self.human_places(arguments)
        return _object_of(_replaced(arguments, places, HIDDEN, is_removed=False)) if places else arguments

    def _is_human(self, schema: JsonObject, *, is_secret_name: bool) -> bool:
        parts = self._intersected(schema)
        marks = [part[HUMAN_KEY] for part in parts if isinstance(part.get(HUMAN_KEY), bool)]
        if marks:
            return marks[0] is True
        if any(part.get("format") == "password" or is_file_schema(part) for part in parts):
            return True
        if is_secret_name and any(part.get("writeOnly") is True for part in parts):
            return True
        if self._depth >= _SCHEMA_DEPTH_LIMIT:
            # What is inside is looked at where a value stands.
            return False
        self._depth += 1
        try:
            return self._is_human_inside(schema, parts)
        finally:
            self._depth -= 1

    def _is_human_inside(self, schema: JsonObject, parts: list[JsonObject]) -> bool:
        branches = [branch for branch in self._references.branches(schema) if not self._is_null(branch)]
        if branches:
            return all(self.is_human(branch) for branch in branches)
        if any(isinstance(part.get("items"), dict) and self.is_human(part["items"]) for part in parts):
            return True
        if any(isinstance(part.get("additionalProperties"), dict) for part in parts):
            return False
        members = [item for part in parts for item in _object_of(part.get("properties")).items()]
        return bool(members) and all(self.is_human(member, name) for name, member in members)

    def _intersected(self, schema: JsonObject) -> list[JsonObject]:
        """A resolved schema and all that it is an intersection of, itself first."""
        found: dict[int, JsonObject] = {}
        waiting: list[JsonValue] = [schema]
        while waiting and len(found) < _PARTS_LIMIT:
            resolved = self._references.resolve(waiting.pop())
            if id(resolved) not in found:
                found[id(resolved)] = resolved
                parts = resolved.get("allOf")
                waiting += parts if isinstance(parts, list) else []
        return list(found.values())

    def _is_null(self, schema: JsonValue) -> bool:
        return self._references.resolve(schema).get("type") == "null"

    def _find_definitions_with_human(self) -> set[str]:
        """The definitions with a person's place in them, or in one that they refer to, however far."""
        users: dict[str, list[str]] = {}
        found: set[str] = set()
        for name, schema in self._definitions.items():
            if self._contains(schema, found=set()):
                found.add(name)
            for used in direct_references(schema):
                users.setdefault(used, []).append(name)
        waiting = list(found)
        while waiting:
            for user in users.get(waiting.pop(), ()):
                if user not in found:
                    found.add(user)
                    waiting.append(user)
        return found

    def _contains(self, schema: JsonValue, found: set[str] | None = None) -> bool:
        """Whether a person's place is here or below; of definitions, those found have one."""
        with_human = self._with_human if found is None else found
        waiting = [(schema, "")]
        while waiting:
            current, name = waiting.pop()
            if not isinstance(current, dict):
                continue
            if self.is_human(current, name) and current is not self._schema:
                return True
            if definition_name(current.get("$ref")) in with_human:
                return True
            properties = _object_of(current.get("properties"))
            waiting += [(member, inner) for inner, member in properties.items()]
            waiting += [(inner, "") for inner in subschemas({**current, "properties": None})]
        return False

    def _rewritten(self, change: Change) -> JsonObject:
        root = {key: value for key, value in self._schema.items() if key != "$defs"}
        written = _object_of(rewrite(root, change, is_outer_first=True))
        definitions = {
            name: rewrite(self._definitions[name], change, is_outer_first=True)
            for name in reachable([written], self._definitions)
        }
        # What a definition no longer refers to is not needed any more.
        needed = reachable([written], definitions)
        return {**written, "$defs": needed} if needed else written

    def _without_human(self, schema: JsonObject) -> JsonValue:
        properties = schema.get("properties")
        if isinstance(properties, dict):
            gone = {
                name
                for name, member in properties.items()
                if self.is_human(member, name) or self._references.resolve(member).get("readOnly") is True
            }
            _keep(schema, properties.keys() - gone, gone)
        for keyword in ("anyOf", "oneOf"):
            branches = schema.get(keyword)
            if isinstance(branches, list):
                kept = [branch for branch in branches if not self.is_human(branch)]
                schema[keyword] = kept or branches
        return schema

    def _only_human(self, schema: JsonObject) -> JsonValue:
        properties = schema.get("properties")
        if isinstance(properties, dict) and not self._is_marked(schema):
            kept = {
                name for name, member in properties.items() if self.is_human(member, name) or self._contains(member)
            }
            _keep(schema, kept, properties.keys() - kept)
            # The model's members are merged in later, so the form must not refuse or demand them.
            for keyword in ("additionalProperties", "minProperties", "dependentRequired", "propertyNames"):
                schema.pop(keyword, None)
        return schema

    def _is_marked(self, schema: JsonObject) -> bool:
        return schema.get(HUMAN_KEY) is True

    def _may_be_human(self, schemas: list[JsonValue], name: str) -> bool:
        """Whether one of the schemas or a branch of their unions is a person's; which one is meant is not asked."""
        seen: set[int] = set()
        waiting = list(schemas)
        while waiting:
            resolved = self._references.resolve(waiting.pop())
            if id(resolved) in seen:
                continue
            seen.add(id(resolved))
            if self.is_human(resolved, name):
                return True
            waiting += [branch for part in self._intersected(resolved) for branch in self._references.branches(part)]
        return False

    def _parts(self, schemas: list[JsonValue]) -> list[JsonObject]:
        """All that the schemas are made of by intersection and union."""
        found: dict[int, JsonObject] = {}
        waiting = list(schemas)
        while waiting:
            resolved = self._references.resolve(waiting.pop())
            if id(resolved) not in found:
                found[id(resolved)] = resolved
                parts = resolved.get("allOf")
                waiting += parts if isinstance(parts, list) else []
                waiting += self._references.branches(resolved)
        return list(found.values())

    def _inner(self, schemas: list[JsonValue], segment: str | int) -> list[JsonValue]:
        """The schemas of one member or item."""
        found: list[JsonValue] = []
        for part in self._parts(schemas):
            # A number in a pointer may be the name of a member as well.
            properties, key = _object_of(part.get("properties")), str(segment)
            found += [properties[key]] if key in properties else [part.get("additionalProperties")]
            found += _object_of(part.get("patternProperties")).values()
            if isinstance(segment, int):
                firsts = part.get("prefixItems")
                first_items = firsts if isinstance(firsts, list) else []
                found.append(first_items[segment] if segment < len(first_items) else part.get("items"))
        return [schema for schema in found if isinstance(schema, dict)]

    def _walk(
        self, value: JsonValue, schemas: list[JsonValue], name: str, path: Segments, found: list[Segments]
    ) -> None:
        if not schemas or value is None:
            return
        if path and (len(path) > _DEPTH_LIMIT or self._may_be_human(schemas, name)):
            found.append(path)
        elif isinstance(value, dict):
            for key, item in value.items():
                self._walk(item, self._inner(schemas, key), key, (*path, key), found)
        elif isinstance(value, list):
            inner: dict[int, list[JsonValue]] = {}
            for index, item in enumerate(value):
                place = min(index, 64)
                inner[place] = inner[place] if place in inner else self._inner(schemas, index)
                self._walk(item, inner[place], name, (*path, index), found)


def merge(model: JsonObject, human: JsonObject) -> JsonObject:
    """The model's arguments with a person's put in: objects member by member, lists item by item, the person wins.

    In a list of the person's share, null stands for an item that they do not touch.
    """
    return _object_of(_merged(model, human, 0))


def _merged(model: JsonValue, human: JsonValue, depth: int) -> JsonValue:
    if depth >= _DEPTH_LIMIT:
        return human
    if isinstance(model, dict) and isinstance(human, dict):
        merged = dict(model)
        for key, item in human.items():
            merged[key] = _merged(merged[key], item, depth + 1) if key in merged else item
        return merged
    if isinstance(model, list) and isinstance(human, list):
        merged_items = list(model)
        for index, item in enumerate(human):
            if index >= len(merged_items):
                merged_items.append(item)
            elif item is not None:
                merged_items[index] = _merged(merged_items[index], item, depth + 1)
        return merged_items
    return human


def _keep(schema: JsonObject, kept: Set[str], gone: Set[str]) -> None:
    properties, required = _object_of(schema.get("properties")), schema.get("required")
    schema["properties"] = {name: member for name, member in properties.items() if name in kept}
    if isinstance(required, list):
        schema["required"] = [name for name in required if name not in gone]


def _object_of(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _replaced(value: JsonValue, places: list[Segments], marker: JsonValue, *, is_removed: bool) -> JsonValue:
    """A copy with the places replaced or, of objects, removed; removed items of lists become null."""
    if any(not place for place in places):
        file = find_file(value)
        return f"[file {file.name}]" if file is not None and file.name and not is_removed else marker
    below: dict[str | int, list[Segments]] = {}
    for head, *rest in places:
        below.setdefault(head, []).append(tuple(rest))
    if isinstance(value, dict):
        return {
            key: _replaced(item, below[key], marker, is_removed=is_removed) if key in below else item
            for key, item in value.items()
            if not (is_removed and () in below.get(key, ()))
        }
    if isinstance(value, list):
        return [
            _replaced(item, below[index], marker, is_removed=is_removed) if index in below else item
            for index, item in enumerate(value)
        ]
    return value
