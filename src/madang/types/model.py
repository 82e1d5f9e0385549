"""The structural type model of SWL: what a value is, wherever its description came from (JSON Schema, an annotation).

Types are immutable values; equal ones are the same type. Recursion goes through `NamedType`, which is resolved when it
is looked into, so that a connector of thousands of schemas costs what a program uses of it. Bounds, lengths, formats
and patterns are kept: they are checked on literals, never guessed for values that are known only at run time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeAlias

Scalar: TypeAlias = "bool | int | float | str"


@dataclass(frozen=True)
class NoneType:
    """`None`, JSON's null."""


@dataclass(frozen=True)
class BoolType:
    """`bool`; it fits no number."""


@dataclass(frozen=True, kw_only=True)
class IntType:
    """`int` of any size, perhaps between two bounds that are both allowed."""

    minimum: int | None = None
    maximum: int | None = None
    multiple_of: int | None = None


@dataclass(frozen=True, kw_only=True)
class FloatType:
    """`float`; an `int` fits it."""

    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, kw_only=True)
class StrType:
    """`str`; `min_length` and `max_length` count code points, `pattern` is searched for as in JSON Schema."""

    format: str | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None


@dataclass(frozen=True)
class BytesType:
    """`bytes`."""


@dataclass(frozen=True)
class DateTimeType:
    """`datetime`; in JSON a string of format date-time."""


@dataclass(frozen=True)
class DateType:
    """`date`; in JSON a string of format date."""


@dataclass(frozen=True)
class TimeDeltaType:
    """`timedelta`; it has no form in JSON."""


@dataclass(frozen=True)
class FileType:
    """`File`: content by reference, with a name and a media type."""


@dataclass(frozen=True)
class AnyType:
    """`Any`: nothing is known, everything is allowed; each one that reaches a parameter is counted."""


@dataclass(frozen=True)
class NeverType:
    """No value at all: what is left of a type after everything was ruled out, the item of an empty list."""


@dataclass(frozen=True)
class LiteralType:
    """One of some values; `1`, `1.0` and `True` are three. `None` is not among them: it has its own type."""

    values: tuple[Scalar, ...]

    @cached_property
    def keys(self) -> frozenset[tuple[type, Scalar]]:
        """The values, told apart by type too."""
        return frozenset((type(value), value) for value in self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LiteralType) and self.keys == other.keys

    def __hash__(self) -> int:
        return hash(self.keys)


@dataclass(frozen=True, kw_only=True)
class ListType:
    """`list[item]`, perhaps of a bounded length."""

    item: Type
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True, kw_only=True)
class DictType:
    """`dict[str, value]`: an object whose property names are data."""

    value: Type


@dataclass(frozen=True, kw_only=True)
class Field:
    """A property of a record. One that is not required may be absent, which reads as `None`."""

    name: str
    type: Type
    is_required: bool = True
    description: str = field(default="", compare=False)
    is_deprecated: bool = field(default=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class RecordType:
    """An object with known properties.

    Attributes:
        name: How people call it, as `bbs.types.Article`; None for one that is only spelled out. Not part of equality.
        fields: In the order of their description.
        rest: The type of further properties where they are declared; None where they are not.
        is_closed: Whether further properties are refused.
        is_fresh: Whether this is the type of a display just written, whose unknown properties are mistakes.
    """

    fields: tuple[Field, ...]
    name: str | None = field(default=None, compare=False)
    rest: Type | None = None
    is_closed: bool = False
    is_fresh: bool = field(default=False, compare=False)

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by their name."""
        return {each.name: each for each in self.fields}


@dataclass(frozen=True, kw_only=True)
class UnionType:
    """One of several types, no two the same and none a union; made by `madang.types.unions.union_of`.

    `discriminator` is the property that tells them apart, `mapping` has its values with the member each stands for,
    where the description says so; else the members' own literals tell.
    """

    members: tuple[Type, ...]
    discriminator: str | None = None
    mapping: tuple[tuple[str, Type], ...] = ()


class Definitions(Protocol):
    """Types by name, made when they are asked for."""

    def get(self, name: str) -> Type:
        """The type of this name; `AnyType` where there is none."""
        ...


@dataclass(frozen=True, kw_only=True)
class NamedType:
    """A type that stands elsewhere under a name, as `bbs.types.Article`: the two strings are what it is."""

    owner: str
    name: str
    definitions: Definitions = field(compare=False, repr=False)

    @property
    def label(self) -> str:
        """How it is written in a program."""
        return f"{self.owner}.types.{self.name}" if self.owner else self.name


Type: TypeAlias = (
    NoneType
    | BoolType
    | IntType
    | FloatType
    | StrType
    | BytesType
    | DateTimeType
    | DateType
    | TimeDeltaType
    | FileType
    | AnyType
    | NeverType
    | LiteralType
    | ListType
    | DictType
    | RecordType
    | UnionType
    | NamedType
)

NONE, BOOL, INT, FLOAT, STR = NoneType(), BoolType(), IntType(), FloatType(), StrType()
BYTES, DATETIME, DATE, TIMEDELTA, FILE = BytesType(), DateTimeType(), DateType(), TimeDeltaType(), FileType()
ANY, NEVER = AnyType(), NeverType()

_MOST_NAMES = 50


def resolve(type_: Type) -> Type:
    """What a name stands for, however many names it takes; a name that stands for itself is `Any`."""
    for _ in range(_MOST_NAMES):
        if not isinstance(type_, NamedType):
            return type_
        type_ = type_.definitions.get(type_.name)
    return ANY
