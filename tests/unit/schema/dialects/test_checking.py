"""The checker of tools finds each rule broken, where it is broken; no test of dialects is worth more than it."""

from __future__ import annotations

from copy import deepcopy

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.dialects import RULES, DialectName, check_tool

_STRING: JsonObject = {"type": "string"}
_MANY: list[JsonValue] = [f"{'v' * 60}{index}" for index in range(251)]


def _strict(properties: JsonObject, **more: JsonValue) -> JsonObject:
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
        **more,
    }


def _nested(levels: int) -> JsonObject:
    schema = dict(_STRING)
    for _ in range(levels):
        schema = _strict({"a": schema})
    return schema


def _tool(dialect: DialectName, schema: JsonValue, *, name: str = "do_it", description: str = "Does it.") -> JsonObject:
    inner: JsonObject = {"name": name, "description": description, RULES[dialect].schema_path[-1]: schema}
    return {"type": "function", "function": inner} if len(RULES[dialect].schema_path) == 2 else inner


def _broken(dialect: DialectName, tool: JsonObject) -> set[tuple[str, str]]:
    return {(each.code, each.pointer) for each in check_tool(dialect, tool)}


_PLAIN: JsonObject = {"type": "object", "properties": {"a": _STRING}, "required": ["a"]}
_CASES: list[tuple[DialectName, JsonValue, str, str]] = [
    ("openai", {"type": "string"}, "root", ""),
    ("openai", None, "root", ""),
    ("openai", {**_PLAIN, "anyOf": [{}]}, "root", ""),
    ("openai", {"type": "object", "properties": {"a": {"type": "array"}}}, "items", "/properties/a"),
    ("openai", {"type": "object", "properties": {"a": {"type": "text"}}}, "schema", ""),
    ("openai", {"type": "object", "properties": {"a": {"$ref": "#/$defs/B"}}}, "reference", "/properties/a"),
    ("openai", {**_PLAIN, "description": "x" * 1025}, "description", ""),
    ("openai_strict", _PLAIN, "closed", ""),
    ("openai_strict", _strict({"a": _STRING}, required=[]), "required", ""),
    ("openai_strict", _strict({"a": {"type": "string", "minLength": 1}}), "keyword", "/properties/a"),
    ("openai_strict", _strict({"a": {"description": "any"}}), "type", "/properties/a"),
    ("openai_strict", _strict({"a": {"type": "string", "format": "uri"}}), "format", "/properties/a"),
    ("openai_strict", _strict({"a": {"type": "string", "pattern": "(?=x)"}}), "pattern", "/properties/a"),
    (
        "openai_strict",
        _strict({"a": {"$ref": "#/$defs/B", "description": "b"}}, definitions={}),
        "lone",
        "/properties/a",
    ),
    ("openai_strict", _strict({f"p{index}": _STRING for index in range(5_001)}), "properties", ""),
    ("openai_strict", _nested(11), "depth", "/properties/a" * 10),
    ("openai_strict", _strict({"a": {"type": "integer", "enum": [*range(1_001)]}}), "options", ""),
    ("openai_strict", _strict({"a": {"type": "string", "enum": _MANY}}), "long-enum", "/properties/a"),
    ("openai_strict", _strict({"a": {"type": "string", "enum": ["x" * 120_000]}}), "text", ""),
    ("openai_strict", _strict({"a": {"type": "string", "description": "x" * 1025}}), "description", "/properties/a"),
    ("anthropic", {**_PLAIN, "oneOf": [{}]}, "root", ""),
    ("anthropic", {"type": "object", "properties": {"a[b]": _STRING}}, "key", "/properties/a[b]"),
    ("anthropic", {"type": "object", "properties": {"a": {"enum": 5}}}, "schema", ""),
    ("gemini", {"type": "object", "properties": {}}, "filled", ""),
    ("gemini", {**_PLAIN, "properties": {"a": {"$ref": "#/$defs/B"}}}, "keyword", "/properties/a"),
    ("gemini", {**_PLAIN, "properties": {"a": {"type": ["string", "null"]}}}, "type", "/properties/a"),
    ("gemini", {**_PLAIN, "properties": {"a": {"type": "null"}}}, "type", "/properties/a"),
    ("gemini", {**_PLAIN, "properties": {"a": {"type": "string", "format": "uuid"}}}, "format", "/properties/a"),
    ("gemini", {**_PLAIN, "properties": {"a": {"type": "integer", "enum": [1]}}}, "enum", "/properties/a"),
    ("gemini", {**_PLAIN, "properties": {"a": {"type": "string", "enum": [""]}}}, "enum", "/properties/a"),
    ("gemini", {**_PLAIN, "properties": {"a": {"anyOf": [_STRING], "title": "a"}}}, "lone", "/properties/a"),
    ("gemini", {**_PLAIN, "properties": {"a": {"type": "array"}}}, "items", "/properties/a"),
    ("gemini", {**_PLAIN, "required": ["b"]}, "required", ""),
    ("gemini", {**_PLAIN, "properties": {"1a": _STRING}}, "key", "/properties/1a"),
    ("mcp", {"type": "array"}, "root", ""),
    ("mcp", {"type": "object", "properties": []}, "schema", ""),
    ("mcp", {"type": "object", "properties": {"a": {"$ref": "#/$defs/B"}}}, "reference", "/properties/a"),
]


@pytest.mark.parametrize(("dialect", "schema", "code", "place"), _CASES)
def test_a_broken_rule_is_found_where_it_is_broken(
    dialect: DialectName, schema: JsonValue, code: str, place: str
) -> None:
    assert (code, place) in _broken(dialect, _tool(dialect, schema))


@pytest.mark.parametrize("dialect", list(RULES))
@pytest.mark.parametrize(
    ("name", "description", "code"),
    [("a b", "Does it.", "name"), ("", "Does it.", "name"), ("x" * 129, "Does it.", "name"), ("a", " ", "description")],
)
def test_names_and_descriptions_are_checked_in_every_dialect(
    dialect: DialectName, name: str, description: str, code: str
) -> None:
    tool = _tool(dialect, _strict({"a": _STRING}), name=name, description=description)

    assert (code, "") in _broken(dialect, tool)


@pytest.mark.parametrize("dialect", list(RULES))
def test_a_tool_that_keeps_the_rules_breaks_none(dialect: DialectName) -> None:
    schema: JsonObject = {"type": "object", "properties": {"a": _STRING, "b": {"type": "array", "items": _STRING}}}
    closed: JsonObject = {"additionalProperties": False, "required": ["a", "b"]}
    tool = _tool(dialect, {**schema, **closed} if dialect != "gemini" else schema)
    before = deepcopy(tool)

    assert check_tool(dialect, tool) == ()
    assert tool == before


@pytest.mark.parametrize("dialect", list(RULES))
def test_every_rule_that_is_told_is_one_that_is_checked(dialect: DialectName) -> None:
    checked = {code for name, _, code, _ in _CASES if name == dialect} | {"name", "description", "size"}
    shared = {code for _, _, code, _ in _CASES if code in ("reference", "schema", "root", "items")}

    assert {rule.code for rule in RULES[dialect].rules} <= checked | shared
    assert all(rule.says and rule.source for rule in RULES[dialect].rules)
