"""What an application lends, and what it answers when it is asked to run it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.application import bind
from madang.sdk.lending import PORTION_BYTES, LentFunction, lent_function, portions, run


@dataclass
class Cart:
    sku: str
    count: int


def add(sku: str, count: int = 1) -> Cart:
    """Add an item."""
    return Cart(sku, count)


async def clear(*, is_sure: bool) -> None:
    """Clear the cart."""
    if not is_sure:
        raise RuntimeError("then not")


async def echo(arguments: JsonObject) -> JsonValue:
    return arguments


def broken() -> object:
    """Give what is no JSON."""
    return object()


def silent() -> None:
    raise KeyError


LENT = {each.name: each for each in map(lent_function, [add, clear, broken, silent, bind(add, name="shop.add")])}


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("add", {"sku": "a-1"}, {"value": {"sku": "a-1", "count": 1}}),
        ("shop.add", {"sku": "a-1", "count": 2}, {"value": {"sku": "a-1", "count": 2}}),
        ("clear", {"is_sure": True}, {"value": None}),
        ("clear", {"is_sure": False}, {"error": "RuntimeError: then not"}),
        ("silent", {}, {"error": "KeyError"}),
        ("add", {"sku": 5}, {"error": "add: sku: expected text, given 5"}),
        ("broken", {}, {"error": "broken: the result: a object has no form in JSON"}),
        ("gone", {}, {"error": "gone is not lent any more"}),
    ],
)
async def test_a_function_that_is_run_answers_with_a_value_or_an_error(name: str, arguments: Any, answer: Any) -> None:
    assert await run(LENT, name, arguments) == answer


async def test_a_definition_in_json_is_lent_with_what_runs_it() -> None:
    lent = lent_function(LentFunction(definition={"name": "echo"}, run=echo))
    assert await run({"echo": lent}, "echo", {"a": 1}) == {"value": {"a": 1}}
    with pytest.raises(InvalidError, match="the function at /effect"):
        lent_function(LentFunction(definition={"name": "echo", "effect": "no"}, run=echo))


def test_many_definitions_go_in_portions_that_a_frame_holds() -> None:
    lent = [LentFunction(definition={"name": f"f{i}", "description": "x" * 30_000}, run=echo) for i in range(20)]
    found = [*portions(lent)]
    assert [each for portion in found for each in portion] == [each.definition for each in lent]
    assert len(found) > 1
    assert all(len(json.dumps(portion)) < PORTION_BYTES + 1_000 for portion in found)
    assert [*portions([])] == []
