"""Values on their way into and out of a program: JSON, and the dates that a program makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import cast

from madang.kit.json import JsonValue

_MOST_DEPTH = 200


def to_json(value: object, depth: int = 0) -> JsonValue:
    """A value of the interpreter as JSON: dates as their text, durations as seconds.

    Raises ValueError for what JSON cannot say and for what is nested too deep.
    """
    if depth > _MOST_DEPTH:
        raise ValueError(f"a value is nested deeper than {_MOST_DEPTH} levels")
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            if value != value or value in (float("inf"), float("-inf")):
                raise ValueError(f"{value} is no JSON number")
            return value
        case datetime():
            return value.isoformat()
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Mapping():
            members = cast("Mapping[object, object]", value)
            return {_key(name): to_json(each, depth + 1) for name, each in members.items()}
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [to_json(each, depth + 1) for each in cast("Sequence[object]", value)]
        case _:
            raise ValueError(f"a {type(value).__name__} is no JSON value")


def sanitised(value: JsonValue) -> JsonValue:
    """A JSON value without lone surrogates, which the interpreter refuses: each becomes U+FFFD."""
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        case list():
            return [sanitised(each) for each in value]
        case dict():
            return {cast("str", sanitised(name)): sanitised(each) for name, each in value.items()}
        case _:
            return value


def _key(name: object) -> str:
    if isinstance(name, str):
        return name
    raise ValueError(f"the key {name!r} of an object is no text")
