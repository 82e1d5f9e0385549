"""Large values in small: a preview to show at once, and slices to open one after the other. Pure.

What is shown of a value is bounded whatever it holds: by depth, by members of each container, by characters, and by
places altogether.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from madang.effects.outcomes import storable
from madang.kit.errors import NotFoundError
from madang.kit.json import JsonValue, pointer, unpointer

Kind = Literal["object", "array", "text", "number", "boolean", "null"]

PREVIEW_ITEMS = 20
TEXT_PIECE = 1_000
"""Characters of one member of a slice of a text."""

_PREVIEW_TEXT = 200
_PREVIEW_DEPTH = 4
_PREVIEW_PLACES = 400
_LONGEST_KEY = 100
_WHOLE_PLACES = 100
_WHOLE_CHARACTERS = 2_000
_MARK = "…"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One member of a slice. `value` is the whole of it, or a preview where `is_whole` is not set."""

    key: str
    pointer: str
    kind: Kind
    items: int | None
    value: JsonValue
    is_whole: bool


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Members `offset` and following of the value at a pointer, and how many there are altogether.

    Those of a text are its pieces of `TEXT_PIECE` characters; a number, a boolean and null are one member.
    """

    pointer: str
    kind: Kind
    items: int
    offset: int
    members: Sequence[Member]


def kind_of(value: JsonValue) -> Kind:
    """What a value is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "array" if isinstance(value, list) else "object"


def count_of(value: JsonValue) -> int | None:
    """How many items or keys a container has; None for what is none."""
    return len(value) if isinstance(value, list | dict) else None


def preview(value: JsonValue) -> JsonValue:
    """The value cut down: the first items and keys, long texts cut, and nothing below a certain depth."""
    return storable(_Cutting().cut(value, _PREVIEW_DEPTH))


def find(value: JsonValue, place: str) -> JsonValue:
    """The value at a JSON pointer. Raises NotFoundError where there is none."""
    try:
        for segment in unpointer(place):
            value = _step(value, segment)
    except (ValueError, LookupError):
        raise NotFoundError(f"the result has nothing at {place!r}") from None
    return value


def slice_of(value: JsonValue, place: str, offset: int, limit: int) -> Slice:
    """The members of the value at a pointer from `offset` on, at most `limit`. Raises NotFoundError."""
    here = find(value, place)
    members: Sequence[tuple[str, JsonValue]]
    if isinstance(here, list):
        items = len(here)
        members = [(str(offset + index), each) for index, each in enumerate(here[offset : offset + limit])]
    elif isinstance(here, dict):
        items = len(here)
        members = list(here.items())[offset : offset + limit]
    elif isinstance(here, str):
        items = -(-len(here) // TEXT_PIECE)
        last = min(offset + limit, items)
        members = [(str(at), here[at * TEXT_PIECE : (at + 1) * TEXT_PIECE]) for at in range(offset, last)]
    else:
        items, members = 1, [("", here)][offset : offset + limit]
    is_container = isinstance(here, list | dict)
    return Slice(
        pointer=place,
        kind=kind_of(here),
        items=items,
        offset=offset,
        members=[_member(key, place + pointer(key) if is_container else place, each) for key, each in members],
    )


def _member(key: str, place: str, value: JsonValue) -> Member:
    is_whole = _Measure().fits(value)
    return Member(
        key=str(storable(key)),
        pointer=str(storable(place)),
        kind=kind_of(value),
        items=count_of(value),
        value=storable(value) if is_whole else preview(value),
        is_whole=is_whole,
    )


def _step(value: JsonValue, segment: str) -> JsonValue:
    if isinstance(value, dict):
        return value[segment]
    if isinstance(value, list) and segment.isascii() and segment.isdigit():
        return value[int(segment)]
    raise LookupError(segment)


class _Cutting:
    """Cuts one value; counts its places, so that many small containers stay bounded too."""

    def __init__(self) -> None:
        self._left = _PREVIEW_PLACES

    def cut(self, value: JsonValue, depth: int) -> JsonValue:
        """The value with what fits."""
        self._left -= 1
        if isinstance(value, str):
            return _shortened(value, _PREVIEW_TEXT)
        if not isinstance(value, list | dict):
            return value if not isinstance(value, int) or abs(value) < 10**30 else _MARK
        if depth == 0 or self._left <= 0:
            return [] if isinstance(value, list) else {}
        if isinstance(value, list):
            return [self.cut(each, depth - 1) for each in value[:PREVIEW_ITEMS] if self._left > 0]
        first = list(value.items())[:PREVIEW_ITEMS]
        return {_shortened(key, _LONGEST_KEY): self.cut(each, depth - 1) for key, each in first if self._left > 0}


class _Measure:
    """Says whether a value is small enough to be shown as it is; looks no further than that."""

    def __init__(self) -> None:
        self._places = _WHOLE_PLACES
        self._characters = _WHOLE_CHARACTERS

    def fits(self, value: JsonValue) -> bool:
        """Whether the value, with all that was measured before, is small."""
        self._places -= 1
        if isinstance(value, str):
            self._characters -= len(value)
        if self._places < 0 or self._characters < 0:
            return False
        if isinstance(value, list):
            return len(value) <= self._places and all(self.fits(each) for each in value)
        if isinstance(value, dict):
            self._characters -= sum(map(len, value)) if len(value) <= self._places else _WHOLE_CHARACTERS + 1
            return self._characters >= 0 and all(self.fits(each) for each in value.values())
        return True


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + _MARK
