"""The composer over functions of real documents."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest

from madang.agent.subagents.composer_words import compose
from madang.agent.subagents.ports import Composition, EarlierResult
from madang.examples.bbs.app import create_app
from madang.schema.arguments import CompiledArguments, compile_arguments
from madang.schema.functions import Function
from madang.schema.reading import read_functions
from madang.settings import load_settings

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[2] / ".setup" / "documents"
NOW = datetime(2026, 11, 26, 11, 30, tzinfo=timezone(timedelta(hours=9)))

Composing = Callable[..., Composition]


@cache
def document(name: str) -> Mapping[str, tuple[Function, CompiledArguments]]:
    """The functions of a document by name. The real ones are fetched by set-up (tests/requests/documents.json)."""
    found = read_functions(_source(name))
    return {each.name: (each, compile_arguments(each, found.schemas)) for each in found.functions}


def _source(name: str) -> bytes:
    if name == "petstore":
        return (HERE / "petstore.yaml").read_bytes()
    if name == "bbs":
        settings = load_settings({"MADANG_HOME": "/nowhere"}, {"database_url": "postgresql://nobody@127.0.0.1:1/none"})
        return json.dumps(create_app(settings).openapi()).encode()
    return (DOCUMENTS / f"{name}.json").read_bytes()


def function_named(name: str) -> tuple[Function, CompiledArguments]:
    """A function by document and name, as `github issues.create`."""
    source, _, function = name.partition(" ")
    return document(source)[function]


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
