"""Reading what clients send on a session (docs/flows/chat.md). Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import cast, get_args

from madang.agent.values import Frame, FrameKind
from madang.kit.errors import FieldError, InvalidError
from madang.kit.json import JsonObject, JsonValue, pointer

MOST_BYTES = 256 * 1024
LONGEST_ID = 64
LONGEST_TEXT = 100_000
DEEPEST = 128
"""Levels of objects and lists in what a person gives; an event puts some more around them."""

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")

LONGEST_ERROR = 4_000
MOST_NAMES = 64

_OBJECT, _TEXT, _TRUE, _ANY, _LIST = "an object", "a text", "true", "any value", "a list"
_MEMBERS: Mapping[FrameKind, Mapping[str, str]] = {
    "message": {"text": _TEXT},
    "form": {"call_id": _TEXT, "value": _OBJECT, "cancel": _TRUE},
    "approval": {"call_id": _TEXT, "decision": _TEXT, "arguments": _OBJECT},
    "in_doubt": {"call_id": _TEXT, "happened": _ANY, "again": _TRUE, "arguments": _OBJECT},
    "abort": {},
    "lend": {"functions": _LIST, "name": _TEXT},
    "unlend": {"names": _LIST},
    "tool_result": {"call_id": _TEXT, "value": _ANY, "error": _TEXT},
}
_NEEDED: Mapping[FrameKind, tuple[tuple[str, ...], ...]] = {
    "message": (("text",),),
    "form": (("call_id",), ("value", "cancel")),
    "approval": (("call_id",), ("decision",)),
    "in_doubt": (("call_id",), ("happened", "again")),
    "abort": (),
    "lend": (("functions",),),
    "unlend": (),
    "tool_result": (("call_id",), ("value", "error")),
}
"""Of each group exactly one member has to be there."""


def read_frame(value: JsonValue) -> Frame:
    """A frame from the JSON of a client. Raises InvalidError that says what is wrong where."""
    if not isinstance(value, dict):
        raise _error("", "type", "a frame is a JSON object")
    for each in _scalars(value):
        _check_scalar(each)
    id_, kind = value.get("id"), value.get("type")
    if not isinstance(id_, str) or not 1 <= len(id_) <= LONGEST_ID:
        raise _error("/id", "length", f"a text of 1 to {LONGEST_ID} characters, new for every frame")
    if kind not in get_args(FrameKind):
        raise _error("/type", "unknown", f"one of {', '.join(get_args(FrameKind))}, resume")
    kind = cast("FrameKind", kind)
    data = {name: each for name, each in value.items() if name not in {"id", "type"}}
    _check_members(kind, data)
    _check_values(kind, data)
    return Frame(id=id_, kind=kind, data=data)


def _check_members(kind: FrameKind, data: JsonObject) -> None:
    members = _MEMBERS[kind]
    for name, value in data.items():
        if name not in members:
            raise _error(pointer(name), "unknown", f"a frame `{kind}` has no such member")
        if not _is(members[name], value):
            raise _error(pointer(name), "type", f"{members[name]} is expected")
    for group in _NEEDED[kind]:
        if sum(name in data for name in group) != 1:
            raise _error(pointer(group[0]), "required", f"exactly one of {', '.join(group)} is expected")


def _check_values(kind: FrameKind, data: JsonObject) -> None:
    if kind == "approval" and data["decision"] not in {"approve", "reject"}:
        raise _error("/decision", "enum", "approve or reject")
    if kind == "tool_result" and len(str(data.get("error", ""))) > LONGEST_ERROR:
        raise _error("/error", "length", f"at most {LONGEST_ERROR:,} characters")
    if kind == "unlend":
        _check_names(data.get("names", []))
    if kind == "message":
        said = str(data["text"])
        if not said.strip():
            raise _error("/text", "length", "a message has to say something")
        if len(said) > LONGEST_TEXT:
            raise _error("/text", "length", f"at most {LONGEST_TEXT:,} characters")


def _check_names(names: JsonValue) -> None:
    if isinstance(names, list) and len(names) <= MOST_NAMES and all(isinstance(each, str) for each in names):
        return
    raise _error("/names", "type", f"a list of at most {MOST_NAMES} names is expected; without it all are taken back")


def _scalars(frame: JsonObject) -> Iterator[JsonValue]:
    """Every name and value that holds no other; without recursion, as a client may nest as it likes."""
    stack: list[tuple[int, JsonValue]] = [(0, frame)]
    while stack:
        depth, each = stack.pop()
        if depth > DEEPEST:
            raise _error("", "depth", f"at most {DEEPEST} levels of objects and lists")
        if isinstance(each, dict):
            yield from each
            stack += [(depth + 1, member) for member in each.values()]
        elif isinstance(each, list):
            stack += [(depth + 1, item) for item in each]
        else:
            yield each


def _check_scalar(value: JsonValue) -> None:
    """Refuse what neither the database nor another reader of JSON takes."""
    if isinstance(value, str) and _NO_TEXT.search(value):
        raise _error("", "characters", "a text of whole characters without NUL is expected")
    if isinstance(value, float) and not math.isfinite(value):
        raise _error("", "number", "JSON has no such number as NaN or Infinity")


def _is(what: str, value: JsonValue) -> bool:
    return {
        _OBJECT: isinstance(value, dict),
        _TEXT: isinstance(value, str),
        _TRUE: value is True,
        _LIST: isinstance(value, list),
        _ANY: True,
    }[what]


def _error(where: str, code: str, message: str) -> InvalidError:
    return InvalidError(
        f"the frame{f' at {where}' if where else ''}: {message}",
        errors=[FieldError(pointer=where, code=code, message=message)],
    )
