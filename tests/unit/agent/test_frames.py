"""What clients may send, as a table: what is read, and what is refused where."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.agent.frames import DEEPEST, LONGEST_ERROR, LONGEST_TEXT, MOST_NAMES, read_frame
from madang.agent.values import Frame
from madang.kit.errors import InvalidError
from madang.kit.json import JsonValue

GOOD: list[dict[str, Any]] = [
    {"type": "message", "text": "hello"},
    {"type": "message", "text": "x" * LONGEST_TEXT},
    {"type": "form", "call_id": "c", "value": {}},
    {"type": "form", "call_id": "c", "value": {"a": [1, None, True, 2**80, "한"]}},
    {"type": "form", "call_id": "c", "cancel": True},
    {"type": "approval", "call_id": "c", "decision": "approve"},
    {"type": "approval", "call_id": "c", "decision": "reject"},
    {"type": "approval", "call_id": "c", "decision": "approve", "arguments": {"a": None}},
    {"type": "in_doubt", "call_id": "c", "happened": None},
    {"type": "in_doubt", "call_id": "c", "again": True},
    {"type": "in_doubt", "call_id": "c", "again": True, "arguments": {"password": "x"}},
    {"type": "abort"},
    {"type": "lend", "functions": [{"name": "f"}]},
    {"type": "lend", "functions": [], "name": "shop"},
    {"type": "unlend"},
    {"type": "unlend", "names": ["f"]},
    {"type": "tool_result", "call_id": "c", "value": None},
    {"type": "tool_result", "call_id": "c", "error": "no"},
]


@pytest.mark.parametrize("frame", GOOD)
def test_what_a_client_may_say_is_read(frame: dict[str, Any]) -> None:
    data = {name: value for name, value in frame.items() if name != "type"}
    assert read_frame({"id": "f1", **frame}) == Frame(id="f1", kind=frame["type"], data=data)


def nested(levels: int) -> JsonValue:
    value: JsonValue = 1
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("frame", "pointer", "code"),
    [
        ([], "", "type"),
        ("text", "", "type"),
        (None, "", "type"),
        ({"type": "abort"}, "/id", "length"),
        ({"id": "", "type": "abort"}, "/id", "length"),
        ({"id": "x" * 65, "type": "abort"}, "/id", "length"),
        ({"id": 5, "type": "abort"}, "/id", "length"),
        ({"id": "f"}, "/type", "unknown"),
        ({"id": "f", "type": ["abort"]}, "/type", "unknown"),
        ({"id": "f", "type": "resume"}, "/type", "unknown"),
        ({"id": "f", "type": "abort", "more": 1}, "/more", "unknown"),
        ({"id": "f", "type": "message"}, "/text", "required"),
        ({"id": "f", "type": "message", "text": 5}, "/text", "type"),
        ({"id": "f", "type": "message", "text": " \n"}, "/text", "length"),
        ({"id": "f", "type": "message", "text": "x" * (LONGEST_TEXT + 1)}, "/text", "length"),
        ({"id": "f", "type": "message", "text": "a\0b"}, "", "characters"),
        ({"id": "f", "type": "message", "text": "\ud800"}, "", "characters"),
        ({"id": "f\0", "type": "abort"}, "", "characters"),
        ({"id": "f", "type": "form", "call_id": "c", "value": {"\0": 1}}, "", "characters"),
        ({"id": "f", "type": "form", "call_id": "c", "value": {"a": float("nan")}}, "", "number"),
        ({"id": "f", "type": "form", "call_id": "c", "value": {"a": float("inf")}}, "", "number"),
        ({"id": "f", "type": "form", "call_id": "c", "value": nested(DEEPEST + 1)}, "", "depth"),
        ({"id": "f", "type": "form", "call_id": "c", "value": nested(100_000)}, "", "depth"),
        ({"id": "f", "type": "form", "call_id": "c", "value": []}, "/value", "type"),
        ({"id": "f", "type": "form", "call_id": "c"}, "/value", "required"),
        ({"id": "f", "type": "form", "call_id": "c", "value": {}, "cancel": True}, "/value", "required"),
        ({"id": "f", "type": "form", "call_id": "c", "cancel": False}, "/cancel", "type"),
        ({"id": "f", "type": "form", "call_id": "c", "cancel": 1}, "/cancel", "type"),
        ({"id": "f", "type": "form", "value": {}}, "/call_id", "required"),
        ({"id": "f", "type": "approval", "call_id": "c", "decision": "maybe"}, "/decision", "enum"),
        ({"id": "f", "type": "approval", "call_id": "c"}, "/decision", "required"),
        ({"id": "f", "type": "in_doubt", "call_id": "c"}, "/happened", "required"),
        ({"id": "f", "type": "in_doubt", "call_id": "c", "happened": 1, "again": True}, "/happened", "required"),
        ({"id": "f", "type": "lend"}, "/functions", "required"),
        ({"id": "f", "type": "lend", "functions": {}}, "/functions", "type"),
        ({"id": "f", "type": "lend", "functions": [], "name": 5}, "/name", "type"),
        ({"id": "f", "type": "unlend", "names": "f"}, "/names", "type"),
        ({"id": "f", "type": "unlend", "names": [5]}, "/names", "type"),
        ({"id": "f", "type": "unlend", "names": ["f"] * (MOST_NAMES + 1)}, "/names", "type"),
        ({"id": "f", "type": "tool_result", "value": 1}, "/call_id", "required"),
        ({"id": "f", "type": "tool_result", "call_id": "c"}, "/value", "required"),
        ({"id": "f", "type": "tool_result", "call_id": "c", "value": 1, "error": "no"}, "/value", "required"),
        ({"id": "f", "type": "tool_result", "call_id": "c", "error": {}}, "/error", "type"),
        ({"id": "f", "type": "tool_result", "call_id": "c", "error": "x" * (LONGEST_ERROR + 1)}, "/error", "length"),
        ({"id": "f", "type": "tool_result", "call_id": "c", "value": nested(DEEPEST + 1)}, "", "depth"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(frame: Any, pointer: str, code: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_frame(frame)
    assert [(each.pointer, each.code) for each in refused.value.errors] == [(pointer, code)]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_MEMBERS = (
    *("id", "type", "text", "call_id", "value", "cancel", "decision", "arguments", "happened", "again"),
    *("functions", "name", "names", "error"),
)
_WORDS = st.sampled_from(
    ["message", "form", "approval", "in_doubt", "abort", "approve", "lend", "unlend", "tool_result"]
)


@given(st.dictionaries(st.sampled_from(_MEMBERS), _JSON | _WORDS) | _JSON)
def test_whatever_comes_is_read_or_refused(value: Any) -> None:
    try:
        frame = read_frame(value)
    except InvalidError:
        return
    assert json.loads(json.dumps(frame.data)) == frame.data
