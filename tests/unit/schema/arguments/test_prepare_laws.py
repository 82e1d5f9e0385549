"""Any bytes of a model become arguments or clear errors, in time that grows with their length and no faster."""

from __future__ import annotations

import json
import time
from itertools import product

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from madang.kit.json import JsonValue
from madang.schema.arguments import CompiledArguments
from madang.schema.lenient import parse_lenient

_WORDS = st.sampled_from(
    ["limit", "node", "pet", "tags", "size", "kind", "cat", "dog", "children", "name", "password", "이름", "5", "true"]
)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _WORDS
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS, inner, max_size=4), max_leaves=6
)
_RELAXED = settings(
    max_examples=50, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@seed(11)
@_RELAXED
@given(st.binary(max_size=60) | st.text(alphabet="{}[]\"':,\\/*# \n`abtrufnl01.-eEuxN“”\ud800", max_size=60))
def test_any_bytes_are_answered(compiled: CompiledArguments, raw: bytes | str) -> None:
    prepared = compiled.prepare(raw)

    assert prepared.errors
    assert compiled.feedback(prepared)
    json.dumps(prepared.arguments, allow_nan=False).encode()


@seed(11)
@_RELAXED
@given(st.dictionaries(_WORDS, _VALUES, max_size=5))
def test_any_arguments_are_answered_and_prepared_ones_stay_as_they_are(
    compiled: CompiledArguments, given_arguments: dict[str, JsonValue]
) -> None:
    once = compiled.prepare(json.dumps(given_arguments))
    twice = compiled.prepare(once.arguments)

    assert twice.arguments == once.arguments
    assert twice.errors == once.errors
    assert all(error.path.startswith("/") or error.path == "" for error in once.errors)


@seed(11)
@_RELAXED
@given(st.dictionaries(_WORDS, _VALUES, max_size=5))
def test_only_texts_and_nulls_are_read_as_something_else(
    compiled: CompiledArguments, given_arguments: dict[str, JsonValue]
) -> None:
    prepared = compiled.prepare(given_arguments)

    for name, value in given_arguments.items():
        if value is not None and not _holds(value, str) and not _holds(value, type(None)):
            assert prepared.arguments[name] == value


def _holds(value: JsonValue, kind: type) -> bool:
    if isinstance(value, dict):
        return True
    return isinstance(value, kind) or (isinstance(value, list) and any(_holds(item, kind) for item in value))


@pytest.mark.parametrize(
    ("piece", "head"),
    [
        ('{"children": [', '{"node": {"name": "a", "children": ['),
        ('{"kind": "cat", ', '{"pet": '),
        ('"[1, ', '{"size": '),
        ('"x" ', '{"tags": ['),
        ('\\"', '{"node": "'),
        ("```json\n{", "text "),
        ("'''", "{a: "),
        ("/* */ // \n# \n", '{"limit": '),
        ('{"limit": 5} ', ""),
        ('"tags": ["a", "b"], ', "{"),
        ("\\ud83d", '{"code": "'),
    ],
)
def test_time_to_prepare_grows_with_the_length_and_not_faster(
    compiled: CompiledArguments, piece: str, head: str
) -> None:
    def seconds(size: int) -> float:
        text = head + piece * (size // len(piece))
        best = float("inf")
        for _ in range(2):
            started = time.process_time()
            compiled.feedback(compiled.prepare(text))
            best = min(best, time.process_time() - started)
        return best

    short, long = seconds(8_000), seconds(64_000)

    # Squared growth would be 64 times.
    assert long < 40 * short + 0.1


def test_no_short_text_of_the_signs_of_json_stops_the_parse() -> None:
    texts = ["".join(signs) for size in range(1, 5) for signs in product("{}[]:,\"'a\\", repeat=size)]

    read = [parse_lenient(text) for text in texts]

    assert len(read) == 11_110


def test_bytes_of_another_encoding_are_read_and_told(compiled: CompiledArguments) -> None:
    prepared = compiled.prepare('{"limit": "5", "code": "é"}'.encode("latin-1"))

    assert prepared.arguments["limit"] == 5
    assert "bytes that are not UTF-8 were replaced" in prepared.notes
