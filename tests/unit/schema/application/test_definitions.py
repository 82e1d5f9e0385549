"""Definitions in JSON: what becomes of them, and what is refused where."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kit.errors import InvalidError
from madang.schema.application import read_definition, read_definitions
from madang.schema.application.definitions import DEEPEST, MOST_BYTES, MOST_FUNCTIONS, MOST_PARAMETERS
from madang.schema.arguments import compile_arguments
from madang.schema.dialects import parameters

SHOP: dict[str, Any] = {
    "name": "cart.addItem",
    "description": "Add an item to the cart. It is not paid yet.",
    "parameters": {
        "type": "object",
        "properties": {
            "class": {"type": "string", "description": "What it is"},
            "item": {"$ref": "#/$defs/Item"},
            "pin": {"type": "string", "x-madang-human": True},
        },
        "required": ["class"],
        "$defs": {"Item": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Item"}}}, "Idle": {}},
    },
    "result": {"type": "integer"},
    "effect": "idempotent",
}


def of(**members: Any) -> dict[str, Any]:
    return {"name": "f", **members}


def taking(**properties: Any) -> dict[str, Any]:
    return of(parameters={"type": "object", "properties": properties})


def nested(levels: int) -> Any:
    return {"items": nested(levels - 1)} if levels else {}


def test_a_definition_becomes_a_function_with_names_that_can_be_written() -> None:
    read = read_definition(SHOP)
    function = read.function
    assert (function.kind, function.name, function.operation_id) == ("application", "cart.add_item", "cart.addItem")
    assert (function.title, function.effect, function.result) == (
        "Add an item to the cart.",
        "idempotent",
        {"type": "integer"},
    )
    assert [(each.name, each.is_required, each.is_human) for each in function.arguments] == [
        ("class_", True, False),
        ("item", False, False),
        ("pin", False, True),
    ]
    assert list(read.schemas) == ["Item"]


def test_arguments_go_back_under_the_names_of_the_application() -> None:
    read = read_definition(SHOP)
    assert read.wire_arguments({"class_": "a", "item": {}}) == {"class": "a", "item": {}}


def test_arguments_are_checked_and_what_a_person_gives_is_hidden_from_models() -> None:
    read = read_definition(SHOP)
    compiled = compile_arguments(read.function, read.schemas)
    told = parameters(read.function, read.schemas, "openai")
    assert [error.path for error in compiled.prepare({"item": {"next": 5}}).errors] == ["/class_", "/item/next"]
    assert compiled.shares.redact({"class_": "a", "pin": "1234"}) == {"class_": "a", "pin": "[hidden]"}
    assert "pin" not in str(told)


def test_a_name_is_enough() -> None:
    function = read_definition(of()).function
    assert (function.arguments, function.effect, function.title, function.result) == ([], "unsafe", "f", True)


@pytest.mark.parametrize("keyword", ["$defs", "definitions"])
def test_the_arguments_may_be_a_reference(keyword: str) -> None:
    whole = {
        "$ref": f"#/{keyword}/All",
        keyword: {"All": {"type": "object", "properties": {"a": {"$ref": f"#/{keyword}/B"}}}, "B": {"type": "string"}},
    }
    read = read_definition(of(parameters=whole))
    assert [each.schema for each in read.function.arguments] == [{"$ref": "#/$defs/B"}]
    assert read.schemas == {"B": {"type": "string"}}


@pytest.mark.parametrize(
    ("definition", "pointer", "code"),
    [
        ([], "", "type"),
        (of(kind="x"), "/kind", "unknown"),
        ({}, "/name", "name"),
        ({"name": "a b"}, "/name", "name"),
        ({"name": "a..b"}, "/name", "name"),
        ({"name": "x" * 65}, "/name", "name"),
        (of(description=5), "/description", "type"),
        (of(description="x" * 4_001), "/description", "length"),
        (of(title="x" * 121), "/title", "length"),
        (of(effect="checkable"), "/effect", "enum"),
        (of(effect=["safe"]), "/effect", "enum"),
        (of(parameters="x"), "/parameters", "type"),
        (of(parameters=True), "/parameters", "type"),
        (of(parameters={"type": "array"}), "/parameters", "type"),
        (of(parameters={"oneOf": [{}]}), "/parameters/oneOf", "keyword"),
        (of(parameters={"additionalProperties": {}}), "/parameters/additionalProperties", "keyword"),
        (of(parameters={"properties": 5}), "/parameters/properties", "schema"),
        (of(parameters={"properties": {}, "required": ["a"]}), "/parameters/required/0", "unknown"),
        (taking(**{f"p{i}": True for i in range(MOST_PARAMETERS + 1)}), "/parameters/properties", "length"),
        (taking(a={"type": "texts"}), "/parameters/properties/a/type", "schema"),
        (taking(a={"$ref": "#/$defs/No"}), "/parameters/properties/a/$ref", "reference"),
        (taking(a={"$ref": "https://example.com/a"}), "/parameters/properties/a/$ref", "reference"),
        (taking(a={"items": {"pattern": "("}}), "/parameters/properties/a/items/pattern", "pattern"),
        (taking(a={"pattern": r"(a)\1"}), "/parameters/properties/a/pattern", "pattern"),
        (taking(a=nested(DEEPEST)), "/parameters", "depth"),
        (taking(a={"enum": ["x" * MOST_BYTES]}), "", "size"),
        (of(result={"type": 5}), "/result/type", "schema"),
        (of(result={"$ref": "#/$defs/No"}), "/result/$ref", "reference"),
        (of(parameters={"$defs": {"A": {}}}, result={"$defs": {"A": {"type": "null"}}}), "/result/$defs/A", "taken"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(definition: Any, pointer: str, code: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_definition(definition)
    assert [(each.pointer, each.code) for each in refused.value.errors] == [(pointer, code)]


def test_words_that_look_like_keywords_are_names_and_values() -> None:
    read = read_definition(taking(pattern={"enum": [{"$ref": "#/$defs/No"}]}, default={"type": "string"}))
    assert [each.name for each in read.function.arguments] == ["pattern", "default"]


def test_names_that_become_the_same_are_refused() -> None:
    with pytest.raises(InvalidError, match="'addItem' is called add_item, as 'add_item' is") as refused:
        read_definitions([of(), {"name": "add_item"}, {"name": "addItem"}], "/functions")
    assert refused.value.errors[0].pointer == "/functions/2/name"


@pytest.mark.parametrize("value", [None, {}, [], [{"name": f"f{i}"} for i in range(MOST_FUNCTIONS + 1)]])
def test_a_list_has_one_to_64_functions(value: Any) -> None:
    with pytest.raises(InvalidError, match="a list of 1 to 64"):
        read_definitions(value)


_KEYWORDS = st.sampled_from(["type", "properties", "required", "$defs", "A", "$ref", "items"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["object", "string", "f", "#/$defs/A", "safe"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYWORDS, inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries({"name": st.just("f")}, optional={"parameters": _JSON, "result": _JSON, "effect": _JSON}))
def test_whatever_is_lent_is_read_or_refused(value: Any) -> None:
    try:
        read = read_definition(value)
    except InvalidError:
        return
    compile_arguments(read.function, read.schemas).prepare({})
