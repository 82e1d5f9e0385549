"""`readOnly` leaves what is sent, `writeOnly` leaves what comes back.

A shared schema that is used both ways cannot lose its properties, so the ways that need it get a variant of their own
(`Pet_request`, `Pet_answer`); a schema that has no such property, itself or through others, stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from madang.kit.json import JsonObject, JsonValue

Mark = Literal["readOnly", "writeOnly"]
_PREFIX = "#/$defs/"
_SUFFIX: dict[Mark, str] = {"readOnly": "_request", "writeOnly": "_answer"}
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas")
_SINGLE = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")


class Direction:
    """Takes the properties with one mark out of schemas that go one way.

    Args:
        mark: The mark whose properties leave.
        schemas: Shared schemas by name; variants are added to it.
        is_used: Whether any schema of the document has the mark; without it there is nothing to do.
    """

    def __init__(self, mark: Mark, schemas: dict[str, JsonValue], *, is_used: bool = True) -> None:
        self._mark: str = mark
        self._is_used = is_used
        self._suffix = _SUFFIX[mark]
        self._schemas = schemas
        self._variants: dict[str, str] = {}
        self._waiting: list[str] = []
        self._applied: dict[int, tuple[JsonValue, JsonValue]] = {}
        self._touched = _touched(mark, schemas) if is_used else frozenset[str]()

    def apply(self, schema: JsonValue) -> JsonValue:
        """The schema for this way. What needs no change is returned as the same object."""
        if not self._is_used or not isinstance(schema, dict):
            return schema
        known = self._applied.get(id(schema))
        if known is None:
            known = self._applied[id(schema)] = (schema, self._apply(schema))
        return known[1]

    def _apply(self, schema: JsonValue) -> JsonValue:
        changed = self._change(schema, frozenset())
        while self._waiting:
            name = self._waiting.pop()
            self._schemas[self._variants[name]] = self._change(self._schemas[name], frozenset())
        return changed

    def leaves(self, schema: JsonValue) -> bool:
        """Whether a property with this schema has the mark, by itself or by what it refers to."""
        for _ in range(20 if self._is_used else 0):
            if not isinstance(schema, dict):
                return False
            if schema.get(self._mark) is True:
                return True
            if "$ref" not in schema:
                return False
            schema = self._schemas.get(_name(schema))
        return False

    def _change(self, schema: JsonValue, gone: frozenset[str]) -> JsonValue:
        if not isinstance(schema, dict):
            return schema
        if "required" in schema or "allOf" in schema:
            gone = gone | self._marked(schema)
        changed: JsonObject = {}
        for key, value in schema.items():
            changed[key] = self._member(key, value, gone)
        same = all(changed[key] is value for key, value in schema.items())
        return schema if same else changed

    def _member(self, key: str, value: JsonValue, gone: frozenset[str]) -> JsonValue:
        if key == "$ref" and isinstance(value, str):
            return self._ref(value)
        if key == "discriminator" and isinstance(value, dict):
            return self._discriminator(value)
        if key == "required" and isinstance(value, list) and gone:
            kept = [name for name in value if name not in gone]
            return value if len(kept) == len(value) else kept
        if key in _SCHEMA_LISTS and isinstance(value, list):
            inner = gone if key == "allOf" else frozenset[str]()
            items = [self._change(item, inner) for item in value]
            return value if all(new is old for new, old in zip(items, value, strict=True)) else items
        if key in _SCHEMA_MAPS and isinstance(value, dict):
            kept_members = {
                name: self._change(member, frozenset())
                for name, member in value.items()
                if key != "properties" or not self.leaves(member)
            }
            same = len(kept_members) == len(value) and all(kept_members[name] is value[name] for name in value)
            return value if same else kept_members
        if key in _SINGLE:
            return self._change(value, frozenset())
        return value

    def _discriminator(self, value: JsonObject) -> JsonValue:
        mapping = value.get("mapping")
        if not isinstance(mapping, dict):
            return value
        moved = {word: self._ref(ref) if isinstance(ref, str) else ref for word, ref in mapping.items()}
        return value if moved == mapping else {**value, "mapping": {**moved}}

    def _marked(self, schema: JsonObject) -> frozenset[str]:
        """Names that leave this object, also those that its `allOf` members declare."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting: list[JsonValue] = [schema]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, dict):
                continue
            name = _name(node) if "$ref" in node else None
            if name is not None and name not in seen:
                seen.add(name)
                waiting.append(self._schemas.get(name))
            properties = node.get("properties")
            if isinstance(properties, dict):
                found.update(key for key, member in properties.items() if self.leaves(member))
            members = node.get("allOf")
            waiting.extend(members if isinstance(members, list) else ())
        return frozenset(found)

    def _ref(self, ref: str) -> str:
        name = ref.removeprefix(_PREFIX)
        if name not in self._touched:
            return ref
        if name not in self._variants:
            variant = name + self._suffix
            while variant in self._schemas:
                variant += "_"
            self._variants[name] = variant
            self._schemas[variant] = True
            self._waiting.append(name)
        return _PREFIX + self._variants[name]


def _touched(mark: Mark, schemas: dict[str, JsonValue]) -> frozenset[str]:
    """Names of schemas that have a marked property, or refer to one that has."""
    users: dict[str, list[str]] = {}
    reached: list[str] = []
    for name, schema in schemas.items():
        for node in _nodes(schema):
            if node.get(mark) is True:
                reached.append(name)
            if "$ref" in node:
                users.setdefault(_name(node), []).append(name)
    touched: set[str] = set()
    while reached:
        name = reached.pop()
        if name not in touched:
            touched.add(name)
            reached.extend(users.get(name, ()))
    return frozenset(touched)


def _nodes(schema: JsonValue) -> Iterator[JsonObject]:
    waiting: list[JsonValue] = [schema]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        yield node
        for key, value in node.items():
            if key in _SCHEMA_LISTS and isinstance(value, list):
                waiting.extend(value)
            elif key in _SCHEMA_MAPS and isinstance(value, dict):
                waiting.extend(value.values())
            elif key in _SINGLE:
                waiting.append(value)


def _name(node: JsonObject) -> str:
    return str(node["$ref"]).removeprefix(_PREFIX)
