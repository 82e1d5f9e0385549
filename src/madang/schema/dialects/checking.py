"""Checks a finished tool by its vendor's rules (`rules`): each violation with its rule's code and its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import jsonschema_rs

from madang.kit.json import JsonObject, JsonValue, pointer
from madang.schema.dialects.rules import RULES, Limits, RuleSet
from madang.schema.dialects.tables import DialectName
from madang.schema.explain import is_linear_pattern
from madang.schema.references import definition_name

_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
_VIOLATIONS_SHOWN = 50

Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A rule that a tool breaks: its code in `rules`, the JSON pointer in the tool's schema, and what stands there."""

    code: str
    pointer: str
    message: str


@dataclass(kw_only=True)
class _Sums:
    """What is counted over a whole schema."""

    properties: int = 0
    options: int = 0
    text: int = 0
    found: list[Violation] = field(default_factory=list[Violation])

    def add(self, code: str, path: Path, message: str) -> None:
        """Notes a violation."""
        self.found.append(Violation(code=code, pointer=pointer(*path), message=message))


def check_tool(dialect: DialectName, tool: JsonObject) -> tuple[Violation, ...]:
    """Every rule of the dialect that the tool breaks, the first fifty; nothing where the vendor takes it."""
    rules = RULES[dialect]
    sums = _Sums()
    holder: JsonValue = tool
    for key in rules.schema_path[:-1]:
        holder = _object(holder).get(key)
    outer = _object(holder)
    _check_outside(outer, rules, sums)
    schema = outer.get(rules.schema_path[-1])
    if isinstance(schema, dict):
        _check_schema(schema, rules, sums)
    elif schema is not None or rules.has_schema_always:
        sums.add("root", (), "there is no schema")
    size = len(json.dumps(tool))
    if size > rules.size:
        sums.add("size", (), f"{size} bytes")
    return tuple(sums.found[:_VIOLATIONS_SHOWN])


def _check_outside(outer: JsonObject, rules: RuleSet, sums: _Sums) -> None:
    name, description = outer.get("name"), outer.get("description")
    if not (isinstance(name, str) and rules.name.match(name)):
        sums.add("name", (), f"the name {name!r}")
    if not (isinstance(description, str) and 0 < len(description.strip()) <= len(description) <= rules.description):
        sums.add("description", (), f"a description of {len(str(description or ''))} characters")


def _check_schema(schema: JsonObject, rules: RuleSet, sums: _Sums) -> None:
    unwanted = rules.root_without & schema.keys()
    if schema.get("type") != "object" or unwanted:
        sums.add("root", (), f"type {schema.get('type')}, {', '.join(sorted(unwanted))}")
    definitions = _object(schema.get("$defs"))
    sums.text += sum(map(len, definitions))
    for node, path, depth in _nodes(schema):
        if isinstance(node, dict):
            _check_node(node, path, rules, definitions, sums)
            if rules.limits is not None and "properties" in node and depth > rules.limits.depth:
                sums.add("depth", path, f"{depth} levels")
        elif rules.is_typed or not isinstance(node, bool):
            sums.add("type", path, "no object")
    if rules.limits is not None:
        _check_sums(rules.limits, sums)
    if rules.is_meta_checked and not jsonschema_rs.meta.is_valid({**schema, "$schema": _DIALECT}):
        sums.add("schema", (), "no JSON Schema 2020-12")


_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _check_node(node: JsonObject, path: Path, rules: RuleSet, definitions: JsonObject, sums: _Sums) -> None:
    if rules.keywords is not None:
        for keyword in node.keys() - rules.keywords:
            sums.add("keyword", path, keyword)
    if rules.lone & node.keys() and len(node) > 1:
        sums.add("lone", path, ", ".join(node))
    if "$ref" in node and not (rules.has_references and definition_name(node["$ref"]) in definitions):
        sums.add("reference", path, str(node["$ref"]))
    _check_words(node, path, rules, sums)
    _check_values(node, path, rules, sums)
    _check_object(node, path, rules, sums)
    if rules.is_typed:
        _check_type(node, path, rules, sums)
    if rules.has_items and _is_type(node, "array") and "items" not in node:
        sums.add("items", path, "a list of anything")


def _check_words(node: JsonObject, path: Path, rules: RuleSet, sums: _Sums) -> None:
    description = node.get("description")
    if description is not None and not (isinstance(description, str) and len(description) <= rules.inner_description):
        sums.add("description", path, f"{len(str(description))} characters")
    shape, kind = node.get("format"), node.get("type")
    if shape is not None and rules.formats is not None:
        kinds = [name for name in kind if name != "null"] if isinstance(kind, list) else [kind]
        if not any(shape in rules.formats.get(str(name), ()) for name in kinds):
            sums.add("format", path, f"{shape} of {kind}")
    pattern = node.get("pattern")
    if rules.has_linear_patterns and pattern is not None and not is_linear_pattern(str(pattern)):
        sums.add("pattern", path, str(pattern))


def _check_values(node: JsonObject, path: Path, rules: RuleSet, sums: _Sums) -> None:
    listed = node.get("enum")
    values = listed if isinstance(listed, list) else [node["const"]] if "const" in node else []
    texts = [value for value in values if isinstance(value, str)]
    size = sum(map(len, texts))
    sums.options += len(values) if "enum" in node else 0
    sums.text += size
    if rules.limits is not None and len(texts) > rules.limits.long_enum and size > rules.limits.long_enum_text:
        sums.add("long-enum", path, f"{len(texts)} texts of {size} characters")
    if rules.has_text_enums_only and "enum" in node and not (values and len(texts) == len(values) and all(texts)):
        sums.add("enum", path, "values that are no texts")


def _check_object(node: JsonObject, path: Path, rules: RuleSet, sums: _Sums) -> None:
    members = _object(node.get("properties"))
    needed = node.get("required")
    required = [str(name) for name in needed] if isinstance(needed, list) else []
    sums.properties += len(members)
    sums.text += sum(map(len, members))
    if rules.key is not None:
        for name in members:
            if not rules.key.match(name):
                sums.add("key", (*path, "properties", name), name)
    if _is_type(node, "object"):
        if rules.is_closed and node.get("additionalProperties") is not False:
            sums.add("closed", path, "additionalProperties is not false")
        if rules.is_closed and sorted(required) != sorted(members):
            sums.add("required", path, "not every property, each once")
        if rules.has_filled_objects and not members:
            sums.add("filled", path, "no properties")
    if rules.has_filled_objects and not {*required} <= {*members}:
        sums.add("required", path, "what is no property")


def _check_type(node: JsonObject, path: Path, rules: RuleSet, sums: _Sums) -> None:
    if {"anyOf", "$ref"} & node.keys():
        return
    kind = node.get("type")
    kinds = kind if isinstance(kind, list) and not rules.has_text_enums_only else [kind]
    allowed = _TYPES - {"null"} if rules.has_text_enums_only else _TYPES
    if not kinds or not all(isinstance(name, str) and name in allowed for name in kinds):
        sums.add("type", path, str(kind))


def _check_sums(limits: Limits, sums: _Sums) -> None:
    for code, number, limit in (
        ("properties", sums.properties, limits.properties),
        ("options", sums.options, limits.options),
        ("text", sums.text, limits.text),
    ):
        if number > limit:
            sums.add(code, (), f"{number}, more than {limit}")


def _nodes(schema: JsonObject) -> Iterator[tuple[JsonValue, Path, int]]:
    """Every schema inside, with its place and the number of objects around it, itself counted."""
    waiting: list[tuple[JsonValue, Path, int]] = [(schema, (), 1)]
    while waiting:
        node, path, depth = waiting.pop()
        yield node, path, depth
        if isinstance(node, dict):
            waiting += _inside(node, path, depth)


def _inside(node: JsonObject, path: Path, depth: int) -> Iterator[tuple[JsonValue, Path, int]]:
    deeper = depth + ("properties" in node)
    for keyword in ("properties", "patternProperties", "dependentSchemas"):
        for name, member in _object(node.get(keyword)).items():
            yield member, (*path, keyword, name), deeper
    for name, member in _object(node.get("$defs")).items():
        # A definition is a schema of its own; levels are not counted through references, which may be circles.
        yield member, (*path, "$defs", name), 1
    for keyword in ("anyOf", "oneOf", "allOf", "prefixItems"):
        members = node.get(keyword)
        for index, member in enumerate(members if isinstance(members, list) else ()):
            yield member, (*path, keyword, index), depth
    for keyword in ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"):
        if keyword in node and not (keyword == "additionalProperties" and isinstance(node[keyword], bool)):
            yield node[keyword], (*path, keyword), depth


def _is_type(node: JsonObject, kind: str) -> bool:
    there = node.get("type")
    return kind in there if isinstance(there, list) else there == kind


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
