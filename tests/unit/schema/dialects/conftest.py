"""Checkers of tools by the vendors' published rules, written apart from the code that makes the tools."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from madang.kit.json import JsonObject, JsonValue

Check = Callable[[str, JsonObject], list[str]]

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]{0,63}\Z")
_ANTHROPIC_KEY = re.compile(r"[a-zA-Z0-9_.-]{1,64}\Z")
_GEMINI_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
_STRICT_KEYWORDS = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "anyOf",
    "description",
    "$ref",
    "$defs",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
}
_STRICT_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
_GEMINI_KEYWORDS = {
    "type",
    "format",
    "title",
    "description",
    "nullable",
    "enum",
    "maxItems",
    "minItems",
    "properties",
    "required",
    "minProperties",
    "maxProperties",
    "minLength",
    "maxLength",
    "pattern",
    "example",
    "anyOf",
    "propertyOrdering",
    "default",
    "items",
    "minimum",
    "maximum",
}
_GEMINI_FORMATS = {"string": {"date-time", "enum"}, "integer": {"int32", "int64"}, "number": {"float", "double"}}
_TYPES = {"string", "number", "integer", "boolean", "array", "object", "null"}


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _nodes(schema: JsonObject, depth: int = 1) -> Iterator[tuple[JsonObject, int]]:
    """Every schema with the number of objects around it."""
    yield schema, depth
    inner: list[JsonValue] = [*_object(schema.get("properties")).values(), *_object(schema.get("$defs")).values()]
    branches = schema.get("anyOf")
    inner += branches if isinstance(branches, list) else []
    inner += [schema["items"]] if "items" in schema else []
    deeper = depth + ("properties" in schema)
    for member in inner:
        assert isinstance(member, dict), f"a schema is no object: {member}"
        yield from _nodes(member, deeper)


def _check_envelope(name: JsonValue, description: JsonValue, limit: int) -> list[str]:
    found = [] if isinstance(name, str) and _NAME.match(name) else [f"name {name!r}"]
    is_described = isinstance(description, str) and 0 < len(description) <= limit
    return found if is_described else [*found, "description"]


def _check_strict(schema: JsonObject) -> list[str]:
    """platform.openai.com/docs/guides/structured-outputs, "Supported schemas"."""
    found = [] if schema.get("type") == "object" and "anyOf" not in schema else ["root is no object"]
    properties = options = text = 0
    for node, depth in _nodes(schema):
        found += [f"keyword {keyword}" for keyword in node.keys() - _STRICT_KEYWORDS]
        members, values = _object(node.get("properties")), node.get("enum")
        properties += len(members)
        text += sum(map(len, members))
        if isinstance(values, list):
            options += len(values)
            text += sum(len(value) for value in values if isinstance(value, str))
        if "$ref" in node:
            target = str(node["$ref"]).removeprefix("#/$defs/")
            found += [] if len(node) == 1 and target in _object(schema.get("$defs")) else [f"reference {node}"]
        elif node.get("type") == "object":
            required = node.get("required")
            is_closed = node.get("additionalProperties") is False
            is_all = isinstance(required, list) and sorted(map(str, required)) == sorted(members)
            found += [] if is_closed and is_all else [f"object not closed: {node}"]
        found += [] if {"type", "anyOf", "$ref"} & node.keys() else [f"no type: {node}"]
        kinds = node.get("type")
        found += [
            f"type {kind}" for kind in (kinds if isinstance(kinds, list) else [kinds or "null"]) if kind not in _TYPES
        ]
        found += [] if node.get("format", "date") in _STRICT_FORMATS else [f"format {node['format']}"]
        found += ["too deep"] if depth > 10 and "properties" in node else []
    limits = {"properties": (properties, 5000), "enum values": (options, 1000), "text": (text, 120_000)}
    return found + [f"too many {what}: {count}" for what, (count, limit) in limits.items() if count > limit]


def _check_gemini(schema: JsonObject) -> list[str]:
    """ai.google.dev/api/caching, Schema and FunctionDeclaration."""
    found: list[str] = []
    for node, _ in _nodes(schema):
        found += [f"keyword {keyword}" for keyword in node.keys() - _GEMINI_KEYWORDS]
        members = _object(node.get("properties"))
        found += [f"key {name}" for name in members if not _GEMINI_KEY.match(name)]
        if "anyOf" in node:
            found += [] if len(node) == 1 else [f"anyOf with {sorted(node)}"]
            continue
        kind, required = node.get("type"), node.get("required")
        found += [] if isinstance(kind, str) and kind in _TYPES - {"null"} else [f"type {kind}"]
        found += ["object without properties"] if kind == "object" and not members else []
        found += ["array without items"] if kind == "array" and "items" not in node else []
        found += ["required unknown"] if isinstance(required, list) and not {*map(str, required)} <= {*members} else []
        values = node.get("enum")
        if isinstance(values, list):
            is_text = kind == "string" and all(isinstance(value, str) and value for value in values)
            found += [] if is_text and values else [f"enum {values}"]
        if "format" in node and node["format"] not in _GEMINI_FORMATS.get(str(kind), set()):
            found.append(f"format {node['format']} of {kind}")
    return found


def _check_plain(schema: JsonObject, key: re.Pattern[str] | None) -> list[str]:
    found = [] if schema.get("type") == "object" else ["root is no object"]
    found += [f"root has {keyword}" for keyword in ("anyOf", "oneOf", "allOf") if keyword in schema]
    if key is not None:
        found += [f"key {name}" for name in _object(schema.get("properties")) if not key.match(name)]
    return found


@pytest.fixture
def check() -> Check:
    """The rules that a tool of a dialect breaks."""

    def check_tool(dialect: str, tool: JsonObject) -> list[str]:
        if dialect in ("openai", "openai_strict"):
            inner = _object(tool.get("function"))
            schema = _object(inner.get("parameters"))
            found = _check_envelope(inner.get("name"), inner.get("description"), 1024)
            return found + (_check_strict(schema) if dialect == "openai_strict" else _check_plain(schema, None))
        found = _check_envelope(tool.get("name"), tool.get("description"), 1024 if dialect == "gemini" else 4096)
        if dialect == "gemini":
            return found + (_check_gemini(_object(tool["parameters"])) if "parameters" in tool else [])
        schema = _object(tool.get("inputSchema" if dialect == "mcp" else "input_schema"))
        return found + _check_plain(schema, _ANTHROPIC_KEY if dialect == "anthropic" else None)

    return check_tool
