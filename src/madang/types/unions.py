"""Unions: made, taken apart, narrowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from madang.types.model import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    NEVER,
    NONE,
    STR,
    AnyType,
    BoolType,
    BytesType,
    DateTimeType,
    DateType,
    FloatType,
    IntType,
    LiteralType,
    NeverType,
    NoneType,
    Scalar,
    StrType,
    TimeDeltaType,
    Type,
    UnionType,
    resolve,
)

_WHOLE: dict[type, Type] = {bool: BOOL, int: INT, float: FLOAT, str: STR}
_SCALARS = (
    NoneType,
    BoolType,
    IntType,
    FloatType,
    StrType,
    LiteralType,
    BytesType,
    DateTimeType,
    DateType,
    TimeDeltaType,
)
_COVERING: dict[type, type] = {bool: BoolType, int: IntType, float: FloatType, str: StrType}


def union_of(types: Iterable[Type]) -> Type:
    """The union of types: flat, without doubles, literals together, `Never` left out; with an `Any` in it, `Any`.

    A literal beside the whole type of its values is left out: `Literal["a"] | str` is `str`.
    """
    members = _flat(types)
    if any(isinstance(each, AnyType) for each in members):
        return ANY
    members = _without_covered_literals(members)
    if not members:
        return NEVER
    return members[0] if len(members) == 1 else UnionType(members=tuple(members))


def members_of(type_: Type) -> tuple[Type, ...]:
    """The members of a union, or the type itself; a name is looked into only where it stands for a union."""
    found = resolve(type_)
    return found.members if isinstance(found, UnionType) else (type_,)


def optional(type_: Type) -> Type:
    """The type or `None`."""
    return type_ if is_optional(type_) else union_of([type_, NONE])


def is_optional(type_: Type) -> bool:
    """Whether `None` is among its values, as far as is known."""
    return any(isinstance(resolve(each), NoneType) for each in members_of(type_))


def is_scalar(type_: Type) -> bool:
    """Whether none of its values has parts that could be changed: no list, object, file or anything unknown."""
    return all(isinstance(resolve(each), _SCALARS) for each in members_of(type_))


def without_none(type_: Type) -> Type:
    """What is left when it is not `None`."""
    return filtered(type_, lambda each: not isinstance(each, NoneType))


def filtered(type_: Type, keeps: Callable[[Type], bool]) -> Type:
    """The members for which `keeps` holds, a union of fewer; the type itself where all stay."""
    members = members_of(type_)
    kept = [each for each in members if keeps(resolve(each))]
    if len(kept) == len(members):
        return type_
    whole = resolve(type_)
    if isinstance(whole, UnionType) and whole.discriminator and len(kept) > 1:
        mapping = tuple(each for each in whole.mapping if each[1] in kept)
        return UnionType(members=tuple(kept), discriminator=whole.discriminator, mapping=mapping)
    return union_of(kept)


def literal_type(*values: Scalar | None) -> Type:
    """The type of these values; that of `None` alone is `None`."""
    plain = [value for value in values if value is not None]
    types: list[Type] = [LiteralType(tuple(plain))] if plain else []
    return union_of([*types, NONE] if len(plain) < len(values) else types)


def widened(type_: Type) -> Type:
    """The whole types of literals: what a name bound to `1` may later be bound to."""
    return union_of(_whole(each) for each in members_of(type_)) if _has_literal(type_) else type_


def _whole(type_: Type) -> Type:
    found = resolve(type_)
    if isinstance(found, LiteralType):
        return union_of(whole_type(value) for value in found.values)
    return type_


def whole_type(value: Scalar) -> Type:
    """The type of which a literal value is one."""
    return _WHOLE[type(value)]


def _has_literal(type_: Type) -> bool:
    return any(isinstance(resolve(each), LiteralType) for each in members_of(type_))


def _flat(types: Iterable[Type]) -> list[Type]:
    members: dict[Type, None] = {}
    literals: dict[tuple[type, Scalar], Scalar] = {}
    place: LiteralType | None = None
    for each in types:
        for member in each.members if isinstance(each, UnionType) else (each,):
            if isinstance(member, LiteralType):
                literals.update({(type(value), value): value for value in member.values})
                place = place or member
                members.setdefault(place)
            elif not isinstance(member, NeverType):
                members.setdefault(member)
    if place is None:
        return list(members)
    joined = LiteralType(tuple(literals.values()))
    return [joined if each is place else each for each in members]


def _without_covered_literals(members: list[Type]) -> list[Type]:
    wholes = {type(each) for each in members}
    kept: list[Type] = []
    for each in members:
        if isinstance(each, LiteralType):
            values = tuple(value for value in each.values if _COVERING[type(value)] not in wholes)
            if not values:
                continue
            each = each if len(values) == len(each.values) else LiteralType(values)
        kept.append(each)
    return kept
