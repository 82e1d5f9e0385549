"""Any bytes give a set of functions or an error of ours, and every operation is accounted for."""

from __future__ import annotations

import contextlib
import json
import random
from pathlib import Path

import jsonschema_rs
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import FunctionSet
from madang.schema.reading import load_document, read_functions
from madang.schema.references import reachable
from madang.schema.stored import from_json, to_json

CASES = Path(__file__).parents[3] / "golden" / "documents"
DOCUMENTS = [load_document(path.read_bytes()) for path in sorted(CASES.glob("*/document.yaml"))]
ODD_VALUES: list[JsonValue] = [
    *(None, True, False, 0, -1, 1.5, 2**63, "", "x", "#/", "#", "{a}", "\u0000", "한글", [], {}, [None], [[]]),
    *({"$ref": "#/paths"}, {"$ref": "#"}, {"$ref": 7}, {"$ref": "http://[::1"}, {"": {}}, {"a": None}, {"type": "x"}),
]


def mutated(value: JsonValue, rng: random.Random) -> JsonValue:
    """The value with one node replaced, removed, doubled under another key, or pointed elsewhere."""
    document: JsonValue = json.loads(json.dumps(value))
    nodes: list[JsonObject | list[JsonValue]] = []
    waiting: list[JsonValue] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list) and node:
            nodes.append(node)
            waiting.extend(node.values() if isinstance(node, dict) else node)
    for _ in range(rng.randint(1, 4)):
        change(rng.choice(nodes), nodes, rng)
    return document


def change(node: JsonObject | list[JsonValue], nodes: list[JsonObject | list[JsonValue]], rng: random.Random) -> None:
    if not node:
        return
    put = rng.choice(ODD_VALUES) if rng.random() < 0.8 else json.loads(json.dumps(rng.choice(nodes)))
    if isinstance(node, list):
        node[rng.randrange(len(node))] = put
    elif rng.random() < 0.2:
        node[rng.choice(["$ref", "nullable", "allOf", "x-y", "items", "parameters", "", "discriminator"])] = put
    else:
        key = rng.choice(list(node))
        if rng.random() < 0.25:
            del node[key]
        else:
            node[key] = put


def read_or_refuse(data: bytes, source_url: str | None = None) -> FunctionSet | None:
    try:
        return read_functions(data, source_url=source_url)
    except MadangError:
        return None


def check(function_set: FunctionSet) -> None:
    functions = function_set.functions
    refused = {remark.pointer for remark in function_set.remarks if remark.severity == "refused"}
    assert function_set.found == len(functions) + len(refused)
    assert len({function.name for function in functions}) == len(functions)
    assert len({function.model_name for function in functions}) == len(functions)
    for function in functions:
        names = [argument.name for argument in function.arguments]
        assert len(set(names)) == len(names)
        assert all(name.isidentifier() for name in names)
        assert all(part.isidentifier() for part in function.name.split("."))
        assert 1 <= len(function.model_name) <= 64
        schemas = [argument.schema for argument in function.arguments]
        together: JsonObject = {
            "prefixItems": [*schemas, function.result],
            "$defs": reachable([*schemas, function.result], function_set.schemas),
        }
        jsonschema_rs.validator_for(together).is_valid([{} for _ in schemas])
    assert from_json(orjson.loads(orjson.dumps(to_json(function_set)))) == function_set


@pytest.mark.parametrize("seed", range(8))
def test_a_document_with_broken_nodes_is_read_or_refused_and_every_operation_is_told(seed: int) -> None:
    rng = random.Random(seed)
    read = 0
    for _ in range(25):
        document = mutated(rng.choice(DOCUMENTS), rng)
        function_set = read_or_refuse(json.dumps(document).encode(), rng.choice([None, "https://a.b/c"]))
        if function_set is not None:
            check(function_set)
            read += 1
    assert read > 5


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(value=json_values, version=st.sampled_from([("swagger", "2.0"), ("openapi", "3.0.0"), ("openapi", "3.1.0")]))
def test_any_value_as_the_parts_of_a_document_is_read_or_refused(value: JsonValue, version: tuple[str, str]) -> None:
    operation: JsonObject = {
        "parameters": value,
        "requestBody": value,
        "responses": {"200": value, "201": {"schema": value, "content": value}},
        "security": value,
        "tags": value,
        "operationId": value,
    }
    document: JsonObject = {
        version[0]: version[1],
        "info": value,
        "servers": value,
        "paths": {"/a/{b}": {"get": operation, "parameters": value, "post": value}, "/c": value},
        "components": {"schemas": {"A": value}, "securitySchemes": value},
        "definitions": {"A": value},
    }
    function_set = read_or_refuse(json.dumps(document).encode())
    if function_set is not None:
        check(function_set)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(data=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode(errors="replace")))
def test_any_bytes_are_loaded_or_refused(data: bytes) -> None:
    with contextlib.suppress(MadangError):
        orjson.dumps(load_document(data))
