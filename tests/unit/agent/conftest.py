"""Functions of real documents, as they are stored: the argument parts of a few, with the schemas that they reach."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from madang.agent.subagents.composer_words import compose
from madang.agent.subagents.ports import Composition, EarlierResult
from madang.schema.arguments import CompiledArguments, compile_arguments
from madang.schema.functions import Function
from madang.schema.reading import read_functions
from madang.schema.stored import function_from_json

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 26, 11, 30, tzinfo=timezone(timedelta(hours=9)))

Composing = Callable[..., Composition]


@cache
def stored() -> Mapping[str, Any]:
    return json.loads((HERE / "functions.json").read_text("utf-8"))


@cache
def pet_store() -> Mapping[str, tuple[Function, CompiledArguments]]:
    found = read_functions((HERE / "petstore.yaml").read_bytes())
    return {each.name: (each, compile_arguments(each, found.schemas)) for each in found.functions}


@cache
def function_named(name: str) -> tuple[Function, CompiledArguments]:
    """A function by document and name, as `github issues.create`."""
    document, _, function = name.partition(" ")
    if document == "petstore":
        return pet_store()[function]
    entry = stored()[name]
    made = function_from_json(entry["function"])
    return made, compile_arguments(made, entry["schemas"])


def composed(name: str, text: str, earlier: Sequence[EarlierResult] = ()) -> Composition:
    """What the composer takes from words for a function."""
    function, compiled = function_named(name)
    return compose(function, compiled, text, earlier=earlier, now=NOW)


@pytest.fixture(name="composed")
def composed_fixture() -> Composing:
    return composed


@pytest.fixture(name="function_named")
def function_named_fixture() -> Callable[[str], tuple[Function, CompiledArguments]]:
    return function_named
