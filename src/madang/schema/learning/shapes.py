"""What samples have in common, gathered one by one, bounded however large and odd they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from madang.kit.json import JsonObject, JsonValue
from madang.schema.learning.texts import FORMATS, formats_of, is_name

Kind = Literal["null", "boolean", "integer", "number", "string", "array", "object"]

MOST_LEVELS = 12
MOST_MEMBERS = 200
MOST_ITEMS = 100
MOST_SHAPES = 3_000
MOST_VALUES = 200_000
LEAST_FOR_FORMAT = 3
_FEW_OBJECTS = 3


@dataclass
class Shape:
    """What was seen at one place: how many values of each kind, members by name, items, and the rest of a map.

    `others` is what stands under keys that are no names. `is_cut`: there was more than was looked at.
    """

    kinds: dict[Kind, int] = field(default_factory=dict["Kind", int])
    formats: frozenset[str] = frozenset(FORMATS)
    members: dict[str, Shape] = field(default_factory=dict[str, "Shape"])
    others: Shape | None = None
    items: Shape | None = None
    is_cut: bool = False

    @property
    def samples(self) -> int:
        """How many values were seen."""
        return sum(self.kinds.values())

    @property
    def format(self) -> str | None:
        """The format that all texts have, if there were enough of them to say so."""
        enough = self.kinds.get("string", 0) >= LEAST_FOR_FORMAT
        return next(iter(self.formats), None) if enough and len(self.formats) == 1 else None

    @property
    def is_map(self) -> bool:
        """Whether an object's keys are data: they look like it, or hardly any of them comes back."""
        if not self.members or len(self.members) >= MOST_MEMBERS:
            return bool(self.members) or self.others is not None
        objects = self.kinds.get("object", 0)
        counts = [member.samples for member in self.members.values()]
        if objects > 1 and max(counts) == objects:
            return False
        if self.others is not None and self.others.samples > sum(counts):
            return True
        return objects > 1 and max(counts) == 1 and len(counts) >= objects

    def named(self) -> dict[str, Shape]:
        """The members that are properties: of three objects or more, those that came more than once."""
        if self.kinds.get("object", 0) < _FEW_OBJECTS:
            return dict(self.members)
        return {name: member for name, member in self.members.items() if member.samples > 1}


class Learner:
    """Gathers samples of one place into a shape; what is beyond the bounds is left out."""

    def __init__(self) -> None:
        self.shape = Shape()
        self._shapes = MOST_SHAPES
        self._values = MOST_VALUES

    def add(self, value: JsonValue) -> None:
        """Take in one more sample."""
        self._add(self.shape, value, MOST_LEVELS)

    def _add(self, shape: Shape, value: JsonValue, levels: int) -> None:
        self._values -= 1
        kind = kind_of(value)
        shape.kinds[kind] = shape.kinds.get(kind, 0) + 1
        if isinstance(value, str):
            shape.formats &= formats_of(value)
        elif isinstance(value, dict | list):
            if levels <= 0 or self._values <= 0:
                shape.is_cut = True
            elif isinstance(value, dict):
                self._add_members(shape, value, levels - 1)
            else:
                self._add_items(shape, value, levels - 1)

    def _add_items(self, shape: Shape, values: list[JsonValue], levels: int) -> None:
        for value in values[:MOST_ITEMS]:
            shape.items = shape.items or self._new(shape)
            if shape.items is not None:
                self._add(shape.items, value, levels)

    def _add_members(self, shape: Shape, values: JsonObject, levels: int) -> None:
        for name, value in values.items():
            place = self._member(shape, name)
            if place is not None:
                self._add(place, value, levels)

    def _member(self, shape: Shape, name: str) -> Shape | None:
        known = shape.members.get(name)
        if known is not None:
            return known
        if is_name(name) and len(shape.members) < MOST_MEMBERS:
            made = self._new(shape)
            if made is not None:
                shape.members[name] = made
            return made
        shape.others = shape.others or self._new(shape)
        return shape.others

    def _new(self, shape: Shape) -> Shape | None:
        self._shapes -= 1
        if self._shapes < 0:
            shape.is_cut = True
            return None
        return Shape()


def merged(shapes: list[Shape]) -> Shape:
    """One shape of all that was seen at several places."""
    whole = Shape()
    for shape in shapes:
        for kind, count in shape.kinds.items():
            whole.kinds[kind] = whole.kinds.get(kind, 0) + count
        whole.formats &= shape.formats
        whole.is_cut = whole.is_cut or shape.is_cut
    names = dict.fromkeys(name for shape in shapes for name in shape.members)
    whole.members = {name: merged([each.members[name] for each in shapes if name in each.members]) for name in names}
    items = [shape.items for shape in shapes if shape.items is not None]
    others = [shape.others for shape in shapes if shape.others is not None]
    whole.items = merged(items) if items else None
    whole.others = merged(others) if others else None
    return whole


def kind_of(value: JsonValue) -> Kind:
    """What a value is, in the words of JSON Schema."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
