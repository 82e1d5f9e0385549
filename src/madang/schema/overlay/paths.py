"""JSONPath (RFC 9535) as values.

Read are: names (short and in brackets), indexes from both ends, slices, wildcards, unions of these, descendants, and
filters with existence, `==`, `!=`, `!`, `&&`, `||` and brackets. Functions and order comparisons are not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

_SHORT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Name:
    """The member of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """The item at an index; a negative one counts from the end."""

    index: int


@dataclass(frozen=True, slots=True)
class Slice:
    """The items from `start` to before `end`, each `step`th."""

    start: int | None
    end: int | None
    step: int


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Every member or item."""


@dataclass(frozen=True, slots=True)
class Query:
    """A path inside a filter: from the value that is looked at, or from the document's root."""

    segments: Path
    is_absolute: bool

    @property
    def is_singular(self) -> bool:
        """Whether it selects one place at most, so that its value can be compared."""
        return all(
            not segment.descends and len(segment.selectors) == 1 and isinstance(segment.selectors[0], Name | Index)
            for segment in self.segments
        )


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written into a filter."""

    value: None | bool | int | float | str


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a query selects anything."""

    query: Query


@dataclass(frozen=True, slots=True)
class Equal:
    """Whether two values are the same; two that are both absent are."""

    left: Query | Literal
    right: Query | Literal


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a test."""

    test: Test


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every test holds."""

    tests: Sequence[Test]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One test holds at least."""

    tests: Sequence[Test]


Test: TypeAlias = "Exists | Equal | Not | AllOf | AnyOf"


@dataclass(frozen=True, slots=True)
class Filter:
    """Every member or item for which a test holds."""

    test: Test


Selector: TypeAlias = "Name | Index | Slice | Wildcard | Filter"


@dataclass(frozen=True, slots=True)
class Segment:
    """One step: what its selectors choose of a value, or of the value and of everything in it."""

    selectors: Sequence[Selector]
    descends: bool = False


Path: TypeAlias = "tuple[Segment, ...]"


@dataclass(frozen=True, slots=True)
class Named:
    """A key of an item by its members `name` and `in`, as parameters have them: it holds when the order changes."""

    name: str
    place: str | None


Key: TypeAlias = "str | int | Named"


def path_of(*keys: Key) -> Path:
    """The path to one place by the names and indexes on the way to it."""
    return tuple(Segment((_selector(key),)) for key in keys)


def path_text(*keys: Key) -> str:
    """The text of `path_of`: `$.paths['/pets'].get.parameters[0]`."""
    return "$" + "".join(_step(key) for key in keys)


def _selector(key: Key) -> Selector:
    if isinstance(key, Named):
        tests = [_equals("name", key.name), *([] if key.place is None else [_equals("in", key.place)])]
        return Filter(tests[0] if len(tests) == 1 else AllOf(tests))
    return Name(key) if isinstance(key, str) else Index(key)


def _equals(member: str, value: str) -> Test:
    return Equal(Query((Segment((Name(member),)),), False), Literal(value))


def _step(key: Key) -> str:
    if isinstance(key, Named):
        place = "" if key.place is None else f" && @.in == {_quoted(key.place)}"
        return f"[?@.name == {_quoted(key.name)}{place}]"
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _SHORT.match(key) else f"[{_quoted(key)}]"


def _quoted(name: str) -> str:
    inner = json.dumps(name, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"
