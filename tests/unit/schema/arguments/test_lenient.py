"""What models write instead of JSON, and what it is read as."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from madang.kit.json import JsonValue
from madang.schema.lenient import DEPTH_LIMIT, parse_lenient

_REPAIRED: list[tuple[str, JsonValue, list[str]]] = [
    ('{"a": [1, 2.5, "x", null]}', {"a": [1, 2.5, "x", None]}, []),
    ('```json\n{"a": 1}\n```', {"a": 1}, ["fence"]),
    ('Sure!\n```\n{"a": "use ```js``` here",}\n```\nDone.', {"a": "use ```js``` here"}, ["fence", "comma"]),
    ('Here you go: {"a": 1} I hope it helps', {"a": 1}, ["prose"]),
    ('I use [tool] to send {"a": 1}', {"a": 1}, ["prose"]),
    ('{"a": 1,}', {"a": 1}, ["comma"]),
    ('{"a": 1 "b": 2}', {"a": 1, "b": 2}, ["comma"]),
    ('{// why\n"a": 1, /* or */ "b": 2 # so\n}', {"a": 1, "b": 2}, ["comment"]),
    ("{'a': 'it's', 'b': \"x\"}", {"a": "it's", "b": "x"}, ["quote"]),
    ("{“a”: “b”}", {"a": "b"}, ["quote"]),
    ('{"a": "he said "hi" to me", "b": 2}', {"a": 'he said "hi" to me', "b": 2}, ["quote"]),
    ("{a: 1, b_c: two words}", {"a": 1, "b_c": "two words"}, ["unquoted"]),
    ("{'a': True, 'b': None, 'c': undefined}", {"a": True, "b": None, "c": None}, ["quote", "literal"]),
    ('{"a": NaN, "b": -Infinity, "c": 1e999}', {"a": None, "b": None, "c": None}, ["non-finite"]),
    ('{"a": .5, "b": +3, "c": 0x1F, "d": 5.}', {"a": 0.5, "b": 3, "c": 31, "d": 5.0}, ["number"]),
    ('{"a": 007}', {"a": "007"}, ["unquoted"]),
    ('"{\\"a\\": \\"b\\"}"', {"a": "b"}, ["doubled"]),
    ('{\\"a\\": 1}', {"a": 1}, ["doubled"]),
    ('{"a": "x\ny"}', {"a": "x\ny"}, ["control"]),
    ('{"a": "x\x00y"}', {"a": "xy"}, ["control"]),
    ('{"a": "\\d\\x41"}', {"a": "\\dA"}, ["escape"]),
    ('{"a": "\\ud83d\\ude00 \\ud800"}', {"a": "😀 \ufffd"}, ["surrogate"]),
    ('\ufeff{"a": 1}', {"a": 1}, []),
    ('{"a": [1, 2}, "b": 3', {"a": [1, 2]}, ["stray", "prose"]),
    ('{"a": [1, : 2]}', {"a": [1, 2]}, ["stray", "comma"]),
    ('{"a":, "b": 2}', {"a": None, "b": 2}, ["value"]),
    ("", None, ["empty"]),
    ("just words", "just words", ["unreadable"]),
    ('{"n": 123456789012345678901234567890}', {"n": 123456789012345678901234567890}, []),
]


@pytest.mark.parametrize(("text", "value", "codes"), _REPAIRED)
def test_reads_what_models_write(text: str, value: JsonValue, codes: list[str]) -> None:
    parsed = parse_lenient(text)

    assert parsed.value == value
    assert [note.code for note in parsed.notes] == codes
    assert parsed.is_complete


_CUT: list[tuple[str, JsonValue]] = [
    ('{"a": 1, "b', {"a": 1}),
    ('{"a": 1, "b":', {"a": 1}),
    ('{"a": "hel', {"a": "hel"}),
    ('{"a": [1, {"b": 2', {"a": [1, {"b": 2}]}),
    ('{"a": tru', {"a": True}),
    ('{"a": [nul', {"a": [None]}),
    ('{"a": 12.', {"a": 12}),
    ('{"a": -', {"a": None}),
    ('{"a": "\\u12', {"a": ""}),
    ("[[", [[]]),
]


@pytest.mark.parametrize(("text", "value"), _CUT)
def test_closes_what_a_cut_text_left_open(text: str, value: JsonValue) -> None:
    parsed = parse_lenient(text)

    assert parsed.value == value
    assert not parsed.is_complete
    assert "truncated" in [note.code for note in parsed.notes]


def test_replaces_bytes_that_are_not_utf8() -> None:
    parsed = parse_lenient(b'{"a": "\xff"}')

    assert parsed.value == {"a": "\ufffd"}
    assert [note.code for note in parsed.notes] == ["encoding"]


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("is_closed", [True, False])
def test_depth_beyond_the_limit_becomes_null_without_recursion(opening: str, is_closed: bool) -> None:
    depth = 50_000
    closing = ("]" if opening == "[" else "}") * depth if is_closed else ""

    parsed = parse_lenient(opening * depth + ("1" if is_closed else "") + closing)

    found: JsonValue = parsed.value
    levels = 0
    while isinstance(found, (list, dict)):
        found = (found[0] if found else None) if isinstance(found, list) else found["a"]
        levels += 1
    assert (found, levels) == (None, DEPTH_LIMIT)
    assert "depth" in [note.code for note in parsed.notes]


@seed(7)
@settings(max_examples=300, deadline=None, database=None)
@given(st.text(alphabet="{}[]\"':,\\/*# \n`abtrufnl01.-eEuxN“”\ud800", max_size=60) | st.binary(max_size=40))
def test_any_text_gets_a_value_that_json_can_write(text: str | bytes) -> None:
    parsed = parse_lenient(text)

    assert json.loads(json.dumps(parsed.value, allow_nan=False).encode("utf-8")) == parsed.value


_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_VALUES = st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6)


@seed(7)
@settings(max_examples=60, deadline=None, database=None)
@given(st.dictionaries(st.text(), _VALUES))
def test_strict_json_is_read_as_it_is(value: dict[str, JsonValue]) -> None:
    parsed = parse_lenient(json.dumps(value))

    assert parsed.value == value
    assert parsed.notes == ()


@pytest.mark.parametrize(
    "piece", ['{"x": "a"b"c", ', "{x: tru e, ", '"', "[1,}", "/*", "{'it's': 'a',", "{ ", '\\"', "["]
)
def test_time_grows_with_the_length_and_not_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        text = '{"z":' + piece * (size // len(piece))
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            parse_lenient(text)
            best = min(best, time.process_time() - start)
        return best

    short, long = seconds(10_000), seconds(80_000)

    # Squared growth would be 64 times.
    assert long < 40 * short + 0.1
