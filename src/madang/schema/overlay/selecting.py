"""What a path selects in a document: places, each once, in the order of the document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, assert_never

from madang.kit.errors import TooLargeError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.overlay.paths import (
    AllOf,
    AnyOf,
    Equal,
    Exists,
    Filter,
    Index,
    Literal,
    Name,
    Not,
    Path,
    Query,
    Segment,
    Selector,
    Slice,
    Test,
    Wildcard,
)

Container: TypeAlias = "JsonObject | list[JsonValue]"
Location: TypeAlias = "tuple[Container, str | int]"
"""The container of a place and its key there; the document's root is item 0 of a list of its own."""

MOST_STEPS = 20_000_000


class Absent:
    """What a query inside a filter gives where it selects nothing."""


_ABSENT = Absent()


class Steps:
    """How many places may still be looked at or written, for all actions of an overlay together."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self._most = most
        self._left = most

    def take(self, count: int = 1) -> None:
        """Count places. Raises TooLargeError when there have been too many."""
        self._left -= count
        if self._left < 0:
            raise TooLargeError(
                f"the overlay looks at more than {self._most:,} places of the document; use targets without '..' or '*'"
            )


def value_at(location: Location) -> JsonValue:
    """What stands at a place."""
    container, key = location
    if isinstance(container, dict):
        return container[str(key)]
    return container[int(key)]


def select(root: list[JsonValue], path: Path, steps: Steps) -> list[Location]:
    """The places in `root[0]` that a path selects. No container may stand in two places. Raises TooLargeError."""
    return _follow([(root, 0)], path, root, steps)


def _follow(start: list[Location], path: Path, root: list[JsonValue], steps: Steps) -> list[Location]:
    found = start
    for segment in path:
        found = _step(found, segment, root, steps)
    return found


def _step(found: Sequence[Location], segment: Segment, root: list[JsonValue], steps: Steps) -> list[Location]:
    kept: dict[tuple[int, str | int], Location] = {}
    values = _below(found, steps) if segment.descends else map(value_at, found)
    for value in values:
        if not isinstance(value, dict | list):
            continue
        for selector in segment.selectors:
            for key in _keys(value, selector, root, steps):
                steps.take()
                kept.setdefault((id(value), key), (value, key))
    return list(kept.values())


def _below(found: Sequence[Location], steps: Steps) -> Iterator[JsonValue]:
    """Every container in these places and below them, each once."""
    seen: set[int] = set()
    waiting = [value_at(location) for location in reversed(found)]
    while waiting:
        value = waiting.pop()
        steps.take()
        if not isinstance(value, dict | list) or id(value) in seen:
            continue
        seen.add(id(value))
        yield value
        waiting.extend(reversed(value.values() if isinstance(value, dict) else value))


def _keys(
    value: Container, selector: Selector, root: list[JsonValue], steps: Steps
) -> Iterator[str] | Iterator[int] | Sequence[str | int]:
    match selector:
        case Name(name):
            return (name,) if isinstance(value, dict) and name in value else ()
        case Index(index):
            return _index(value, index)
        case Slice(start, end, step):
            return range(len(value))[slice(start, end, step)] if isinstance(value, list) and step != 0 else ()
        case Wildcard():
            return list(value) if isinstance(value, dict) else range(len(value))
        case Filter(test):
            keys: Sequence[str | int] = list(value) if isinstance(value, dict) else range(len(value))
            return [key for key in keys if _holds(test, (value, key), root, steps)]
        case _:
            assert_never(selector)


def _index(value: Container, index: int) -> tuple[int, ...]:
    if not isinstance(value, list):
        return ()
    at = index + len(value) if index < 0 else index
    return (at,) if 0 <= at < len(value) else ()


def _holds(test: Test, here: Location, root: list[JsonValue], steps: Steps) -> bool:
    steps.take()
    match test:
        case Exists(query):
            return bool(_asked(query, here, root, steps))
        case Equal(left, right):
            return _is_same(_operand(left, here, root, steps), _operand(right, here, root, steps), steps)
        case Not(inner):
            return not _holds(inner, here, root, steps)
        case AllOf(tests):
            return all(_holds(each, here, root, steps) for each in tests)
        case AnyOf(tests):
            return any(_holds(each, here, root, steps) for each in tests)
        case _:
            assert_never(test)


def _asked(query: Query, here: Location, root: list[JsonValue], steps: Steps) -> list[Location]:
    return _follow([(root, 0)] if query.is_absolute else [here], query.segments, root, steps)


def _operand(operand: Query | Literal, here: Location, root: list[JsonValue], steps: Steps) -> JsonValue | Absent:
    if isinstance(operand, Literal):
        return operand.value
    found = _asked(operand, here, root, steps)
    return value_at(found[0]) if found else _ABSENT


def _is_same(left: JsonValue | Absent, right: JsonValue | Absent, steps: Steps) -> bool:
    """Equality of JSON: numbers by value, a boolean is no number, the order of members does not count."""
    waiting: list[tuple[JsonValue | Absent, JsonValue | Absent]] = [(left, right)]
    while waiting:
        one, other = waiting.pop()
        steps.take()
        if isinstance(one, dict) and isinstance(other, dict):
            if one.keys() != other.keys():
                return False
            waiting.extend((one[key], other[key]) for key in one)
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            waiting.extend(zip(one, other, strict=True))
        elif isinstance(one, bool) or isinstance(other, bool):
            if one is not other:
                return False
        elif isinstance(one, dict | list) or isinstance(other, dict | list) or one != other:
            return False
    return True
