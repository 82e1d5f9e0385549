"""Depth of schemas and values is bounded everywhere, far below the interpreter's own limit."""

from __future__ import annotations

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import compile_arguments
from madang.schema.dialects import DIALECTS, render
from madang.schema.functions import Argument, Function
from madang.schema.requests import build_request


def _wrapped(keyword: str, inner: JsonValue) -> JsonValue:
    if keyword == "properties":
        return {"type": "object", "properties": {"a": inner}}
    if keyword == "items":
        return {"type": "array", "items": inner}
    return {keyword: [inner, {"type": "integer"}]}


def _value(keyword: str, levels: int) -> JsonValue:
    value: JsonValue = "5"
    for _ in range(levels):
        value = {"a": value} if keyword == "properties" else [value]
    return value


@pytest.mark.parametrize("keyword", ["properties", "items", "anyOf", "allOf"])
@pytest.mark.parametrize("levels", [90, 400])
def test_schemas_and_values_of_any_depth_get_an_answer(keyword: str, levels: int) -> None:
    schema: JsonValue = {"type": "integer"}
    for _ in range(levels):
        schema = _wrapped(keyword, schema)
    function = Function(
        name="a.b",
        model_name="a_b",
        method="GET",
        path="/",
        title="",
        description="",
        arguments=[Argument(name="x", location="query", wire="x", schema=schema)],
    )
    compiled = compile_arguments(function, {})
    arguments: JsonObject = {"x": _value(keyword, levels)}

    prepared = compiled.prepare(arguments)
    compiled.feedback(prepared)
    redacted = compiled.shares.redact(compiled.shares.without_human(prepared.arguments))

    assert build_request(function, redacted, server_url="https://h").url.startswith("https://h/")
    for dialect in DIALECTS:
        assert render(function, {}, dialect)


@pytest.mark.parametrize("keyword", ["properties", "items", "anyOf", "allOf"])
def test_a_chain_of_a_thousand_definitions_gets_an_answer(keyword: str) -> None:
    definitions: JsonObject = {
        f"D{index}": _wrapped(keyword, {"$ref": f"#/$defs/D{index + 1}"}) for index in range(1200)
    }
    argument = Argument(name="x", location="query", wire="x", schema={"$ref": "#/$defs/D0"})
    function = Function(
        name="a.b", model_name="a_b", method="GET", path="/", title="", description="", arguments=[argument]
    )
    compiled = compile_arguments(function, definitions)

    prepared = compiled.prepare({"x": _value(keyword, 50)})

    assert compiled.feedback(prepared) or prepared.is_valid
    assert compiled.shares.human_schema()
    for dialect in DIALECTS:
        assert render(function, definitions, dialect)
