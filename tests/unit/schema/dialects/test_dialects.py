"""Every function becomes a tool that each vendor takes, and nothing that it needs is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from madang.kit.errors import NotFoundError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import arguments_schema, prepare
from madang.schema.dialects import DIALECTS, DialectName, get_dialect, parameters, render
from madang.schema.dialects.wording import fit, tool_name
from madang.schema.functions import Argument, Function
from madang.schema.keys import safe_key
from madang.schema.validation import Validator

Check = Callable[[str, JsonObject], list[str]]
ALL: list[DialectName] = list(DIALECTS)


def _function(
    schemas: Mapping[str, JsonValue],
    *,
    required: tuple[str, ...] = (),
    human: tuple[str, ...] = (),
    description: str = "Does it.",
) -> Function:
    return Function(
        name="things.do",
        model_name="things_do",
        method="POST",
        path="/",
        title="Do a thing",
        description=description,
        arguments=[
            Argument(
                name=name,
                location="body",
                wire=name,
                schema=schema,
                is_required=name in required,
                is_human=name in human,
            )
            for name, schema in schemas.items()
        ],
    )


def _deep(levels: int) -> JsonObject:
    schema: JsonObject = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"inner": schema}}
    return schema


_DEFINITIONS: JsonObject = {
    "Tree": {
        "type": "object",
        "description": "A tree",
        "properties": {
            "value": {"type": "integer"},
            "left": {"$ref": "#/$defs/Tree"},
            "right": {"$ref": "#/$defs/Tree"},
        },
        "required": ["value"],
    },
    "Ping": {"type": "object", "properties": {"pong": {"$ref": "#/$defs/Pong"}}},
    "Pong": {"type": "array", "items": {"$ref": "#/$defs/Ping"}},
    "Self": {"allOf": [{"$ref": "#/$defs/Self"}, {"type": "object", "properties": {"a": {"type": "string"}}}]},
    "Name with spaces/ü": {"type": "string", "maxLength": 5},
    **{
        f"Fan{level}": {
            "type": "object",
            "properties": {f"p{index}": {"$ref": f"#/$defs/Fan{level + 1}"} for index in range(8)},
        }
        for level in range(12)
    },
    "Fan12": {"type": "string"},
}

_SCHEMAS: JsonObject = {
    "text": {"type": "string", "minLength": 1, "maxLength": 20, "pattern": "^a", "description": "A text"},
    "when": {"type": "string", "format": "date-time"},
    "odd_format": {"type": "string", "format": "phone-number"},
    "number": {"type": "number", "minimum": 0, "exclusiveMaximum": 10, "multipleOf": 0.5, "default": 1},
    "big": {"type": "integer", "format": "int64"},
    "big_text": {"type": "string", "format": "int64"},
    "small_number": {"type": "number", "format": "int32"},
    "switch": {"type": "boolean", "default": True},
    "nothing": {"type": "null"},
    "maybe": {"type": ["string", "null"]},
    "several": {"type": ["string", "integer", "null"]},
    "anything": True,
    "empty": {},
    "never": False,
    "word": {"enum": ["a", "b", None]},
    "blank_word": {"type": "string", "enum": ["", "a"]},
    "numbers": {"type": "integer", "enum": [1, 2, 3]},
    "mixed": {"enum": ["a", 1, True]},
    "fixed": {"const": "x"},
    "fixed_number": {"const": 5},
    "many": {"enum": [f"value-{index}" for index in range(3000)]},
    "list": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3, "uniqueItems": True},
    "loose_list": {"type": "array"},
    "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    "free": {"type": "object"},
    "closed": {"type": "object", "properties": {}, "additionalProperties": False},
    "pattern_map": {"type": "object", "patternProperties": {"^x": {"type": "string"}}},
    "object": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a"]},
    "odd-key": {"type": "string"},
    "filter[id]": {"type": "object", "properties": {"$top": {"type": "integer"}, "@type": {"type": "string"}}},
    "이름": {"type": "string", "description": "A name"},
    "x" * 90: {"type": "string"},
    "union": {"anyOf": [{"type": "string"}, {"type": "integer"}], "description": "Either"},
    "one": {"oneOf": [{"$ref": "#/$defs/Tree"}, {"$ref": "#/$defs/Ping"}], "discriminator": {"propertyName": "k"}},
    "nullable_union": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}], "description": "Or nothing"},
    "nested_union": {"anyOf": [{"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "boolean"}]},
    "object_and_union": {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"properties": {"b": {"type": "integer"}}, "required": ["b"]}],
    },
    "all": {"allOf": [{"$ref": "#/$defs/Tree"}, {"properties": {"extra": {"type": "string"}}, "required": ["extra"]}]},
    "clash": {"allOf": [{"type": "integer", "minimum": 1}, {"type": "number", "minimum": 5, "maximum": 9}]},
    "not": {"type": "string", "not": {"const": "x"}},
    "condition": {"if": {"type": "string"}, "then": {"minLength": 2}},
    "tree": {"$ref": "#/$defs/Tree"},
    "ping": {"$ref": "#/$defs/Ping", "description": "Beside a reference"},
    "self": {"$ref": "#/$defs/Self"},
    "spaced": {"$ref": "#/$defs/Name%20with%20spaces~1%C3%BC"},
    "dangling": {"$ref": "#/$defs/Nowhere"},
    "fan": {"$ref": "#/$defs/Fan0"},
    "deep": _deep(40),
    "long": {"type": "string", "description": "word " * 2000},
    "extension": {"type": "string", "x-internal": 1, "xml": {"name": "a"}, "example": "b"},
}


@pytest.mark.parametrize("dialect", ALL)
@pytest.mark.parametrize("is_required", [True, False])
@pytest.mark.parametrize("name", list(_SCHEMAS))
def test_every_kind_of_schema_is_written_within_the_rules(
    check: Check, dialect: DialectName, name: str, is_required: bool
) -> None:
    function = _function({name: _SCHEMAS[name]}, required=(name,) if is_required else ())

    tool = render(function, _DEFINITIONS, dialect)

    assert check(dialect, tool) == []
    assert Validator(parameters(function, _DEFINITIONS, dialect)).remarks == ()
    assert len(json.dumps(tool)) < 400_000


@pytest.mark.parametrize("dialect", ALL)
def test_all_kinds_together_are_written_within_the_rules(check: Check, dialect: DialectName) -> None:
    assert check(dialect, render(_function(_SCHEMAS), _DEFINITIONS, dialect)) == []


@pytest.mark.parametrize("dialect", ALL)
def test_a_function_without_arguments_is_a_tool(check: Check, dialect: DialectName) -> None:
    assert check(dialect, render(_function({}), {}, dialect)) == []


@pytest.mark.parametrize("dialect", ALL)
def test_a_persons_share_is_in_no_tool(dialect: DialectName) -> None:
    schemas: JsonObject = {
        "login": {"type": "object", "properties": {"user": {"type": "string"}, "pass": {"format": "password"}}},
        "secret_word": {"type": "string"},
        "photo": {"type": "string", "format": "binary"},
    }

    text = json.dumps(render(_function(schemas, required=("secret_word",), human=("secret_word",)), {}, dialect))

    assert "user" in text
    assert not [name for name in ("pass", "secret_word", "photo") if name in text]


def test_what_a_dialect_cannot_say_is_said_in_words() -> None:
    schemas: JsonObject = {
        "code": {"type": "string", "minLength": 2, "maxLength": 4, "description": "A code", "default": "ab"},
        "level": {"type": "integer", "enum": [1, 2]},
        "extra": {"type": "object", "additionalProperties": {"type": "integer"}, "description": "More"},
    }

    strict = parameters(_function(schemas), {}, "openai_strict")["properties"]
    gemini = parameters(_function(schemas), {}, "gemini")["properties"]

    assert strict == {
        "code": {"type": ["string", "null"], "description": 'A code (text of 2 to 4 characters) Default: "ab".'},
        "level": {"type": ["integer", "null"], "enum": [1, 2, None]},
        "extra": {"type": ["string", "null"], "description": "More As JSON text: object."},
    }
    assert gemini == {
        "code": {"type": "string", "minLength": 2, "maxLength": 4, "default": "ab", "description": "A code"},
        "level": {"type": "integer", "description": "(one of 1 or 2)"},
        "extra": {"type": "string", "description": "More As JSON text: object."},
    }


def test_strict_keeps_recursion_by_reference_and_gemini_asks_for_text() -> None:
    function = _function({"tree": {"$ref": "#/$defs/Tree"}}, required=("tree",))

    strict = parameters(function, _DEFINITIONS, "openai_strict")
    gemini = json.dumps(parameters(function, _DEFINITIONS, "gemini"))

    assert strict["properties"] == {"tree": {"$ref": "#/$defs/Tree"}}
    assert list(strict["$defs"] if isinstance(strict["$defs"], dict) else ()) == ["Tree"]
    assert "As JSON text: object with value, left and right." in gemini


def test_arguments_written_for_a_dialect_come_back_as_the_function_takes_them() -> None:
    schemas: JsonObject = {
        "filter[id]": {"type": "object", "properties": {"$top": {"type": "integer"}}},
        "map": {"type": "object", "additionalProperties": {"type": "integer"}},
        "tree": {"$ref": "#/$defs/Tree"},
        "optional": {"type": "string"},
    }
    written: JsonObject = {
        safe_key("filter[id]", "identifier"): {safe_key("$top", "identifier"): 5},
        "map": '{"a": "1"}',
        "tree": {"value": 1, "left": '{"value": 2}', "right": None},
        "optional": None,
    }

    prepared = prepare(_function(schemas), _DEFINITIONS, written)

    assert prepared.errors == ()
    assert prepared.arguments == {
        "filter[id]": {"$top": 5},
        "map": {"a": 1},
        "tree": {"value": 1, "left": {"value": 2}},
    }


def test_a_name_is_the_given_one_or_the_functions_and_fits() -> None:
    function = _function({})

    assert render(function, {}, "mcp")["name"] == "things_do"
    assert render(function, {}, "mcp", name="shop_things_do")["name"] == "shop_things_do"
    assert tool_name("a.b/c", 64) == "a_b_c_" + tool_name("a.b/c", 64)[-6:]
    assert len(tool_name("x" * 200, 64)) == 64
    assert tool_name("x" * 200, 64) != tool_name("x" * 199, 64)
    assert tool_name("1st", 64).startswith("_1st")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("one two three", 9, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two three", 7, "one…"),
        ("First sentence here. Then", 24, "First sentence here."),
        ("abcdefghij", 5, "abcd…"),
        ("anything", 0, ""),
    ],
)
def test_a_text_is_fitted_without_cutting_a_word(text: str, limit: int, expected: str) -> None:
    assert fit(text, limit) == expected


def test_hints_of_a_tool_follow_the_effect_class() -> None:
    assert render(_function({}), {}, "mcp")["annotations"] == {
        "readOnlyHint": False,
        "idempotentHint": False,
        "destructiveHint": True,
        "openWorldHint": True,
    }


def test_an_unknown_dialect_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(NotFoundError, match="openai, openai_strict, anthropic, gemini, mcp"):
        get_dialect("cobol")


_LEAVES: st.SearchStrategy[JsonValue] = st.sampled_from(
    [
        True,
        {},
        {"type": "string"},
        {"type": "string", "format": "date", "maxLength": 9},
        {"type": "integer", "minimum": 1},
        {"type": ["number", "null"]},
        {"enum": ["a", "b"]},
        {"enum": [1, "a", None]},
        {"const": False},
        {"$ref": "#/$defs/Tree"},
        {"$ref": "#/$defs/Ping"},
        {"type": "null"},
    ]
)


def _compound(inner: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    names = st.sampled_from(["a", "b-c", "$d", "한글"])
    properties = st.dictionaries(names, inner, max_size=3)
    return st.one_of(
        st.builds(_object_schema, properties, st.sampled_from([True, False, {"type": "string"}])),
        inner.map(_list_schema),
        st.lists(inner, min_size=1, max_size=3).map(_any_of),
        st.lists(inner, min_size=1, max_size=3).map(_all_of),
    )


def _object_schema(properties: dict[str, JsonValue], rest: JsonValue) -> JsonValue:
    return {
        "type": "object",
        "properties": properties,
        "required": list[JsonValue](list(properties)[:1]),
        "additionalProperties": rest,
    }


def _list_schema(items: JsonValue) -> JsonValue:
    return {"type": "array", "items": items, "maxItems": 2}


def _any_of(branches: list[JsonValue]) -> JsonValue:
    return {"anyOf": branches, "description": "Some"}


def _all_of(parts: list[JsonValue]) -> JsonValue:
    return {"allOf": parts}


@seed(13)
@settings(max_examples=80, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["x", "y y", "z"]), st.recursive(_LEAVES, _compound, max_leaves=8), max_size=3))
def test_any_schema_is_written_within_the_rules(check: Check, schemas: dict[str, JsonValue]) -> None:
    function = _function(schemas, required=tuple(schemas)[:1])

    for dialect in ALL:
        assert check(dialect, render(function, _DEFINITIONS, dialect)) == []
    assert Validator(arguments_schema(function, _DEFINITIONS)).remarks == ()
