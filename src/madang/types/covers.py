"""Whether values of one type may stand where another is expected, and if not, where and why.

Typing is structural. `covers(expected, actual)` is None where every value of `actual` is one of `expected` as far as is
known; else it is the deepest place at which they differ. `Any` fits and takes everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from madang.types.literals import fault_of
from madang.types.model import (
    AnyType,
    BoolType,
    BytesType,
    DictType,
    Field,
    FileType,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    NamedType,
    NeverType,
    NoneType,
    RecordType,
    Scalar,
    StrType,
    Type,
    UnionType,
    resolve,
)
from madang.types.unions import optional

Reason = Literal["type", "optional", "missing", "unknown", "value"]
Path: TypeAlias = "tuple[str, ...]"

_MOST_DEPTH = 60


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The deepest place at which a type does not fit.

    Attributes:
        reason: `type`: another type; `optional`: it fits but for `None` or a property that may be absent; `missing`: a
            required property is not there; `unknown`: a property that is not declared; `value`: a literal out of
            bounds.
        path: Property names from the whole to the place; `[]` is an item of a list, `{}` a value of a dict.
        expected: The type there; for an unknown property the record that does not have it.
        actual: What is there; for a missing property the record without it.
        words: For a value: what is wrong with it, as "is longer than 5".
    """

    reason: Reason
    path: Path
    expected: Type
    actual: Type
    words: str = ""


def covers(expected: Type, actual: Type) -> Difference | None:
    """The deepest difference, or None where `actual` fits `expected`."""
    return _Comparison().compare(expected, actual, ())


def fits(expected: Type, actual: Type) -> bool:
    """Whether `actual` fits `expected`."""
    return covers(expected, actual) is None


class _Comparison:
    """One comparison. Pairs of names under way count as fitting, so that recursion ends; those done are kept."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, str, str, str], Difference | None] = {}

    def compare(self, expected: Type, actual: Type, path: Path) -> Difference | None:
        if expected is actual or len(path) > _MOST_DEPTH:
            return None
        if isinstance(expected, NamedType) and isinstance(actual, NamedType):
            return self._names(expected, actual, path)
        return self._resolved(expected, actual, path)

    def _names(self, expected: NamedType, actual: NamedType, path: Path) -> Difference | None:
        if expected == actual:
            return None
        key = (expected.owner, expected.name, actual.owner, actual.name)
        if key in self._pairs:
            return self._pairs[key]
        self._pairs[key] = None
        found = self._resolved(expected, actual, path)
        self._pairs[key] = found
        return found

    def _resolved(self, expected: Type, actual: Type, path: Path) -> Difference | None:
        wanted, given = resolve(expected), resolve(actual)
        if isinstance(wanted, AnyType) or isinstance(given, AnyType | NeverType):
            return None
        if isinstance(given, UnionType):
            return self._every(expected, actual, given, path)
        if isinstance(given, LiteralType) and len(given.values) > 1 and not isinstance(wanted, UnionType):
            return self._values(expected, given, path)
        if isinstance(wanted, UnionType):
            return self._any(expected, wanted, actual, given, path)
        return self._plain(expected, wanted, actual, given, path)

    def _every(self, expected: Type, actual: Type, given: UnionType, path: Path) -> Difference | None:
        """Every member must fit; one that fails but for `None` is a matter of `None` alone."""
        none: Difference | None = None
        for member in given.members:
            found = self.compare(expected, member, path)
            if found is None:
                continue
            if isinstance(resolve(member), NoneType):
                none = Difference(reason="optional", path=path, expected=expected, actual=actual)
            else:
                return found if len(found.path) > len(path) else _differ("type", path, expected, actual)
        return none

    def _values(self, expected: Type, given: LiteralType, path: Path) -> Difference | None:
        for value in given.values:
            found = self._resolved(expected, LiteralType((value,)), path)
            if found is not None:
                return found
        return None

    def _any(self, expected: Type, wanted: UnionType, actual: Type, given: Type, path: Path) -> Difference | None:
        """One member must take it; the difference told is that of the member that was meant."""
        if isinstance(given, LiteralType) and len(given.values) > 1:
            return self._values(expected, given, path)
        chosen = _meant(wanted, given)
        if chosen is not None:
            return self.compare(chosen, actual, path)
        deepest: Difference | None = None
        for member in wanted.members:
            found = self.compare(member, actual, path)
            if found is None:
                return None
            if deepest is None or len(found.path) > len(deepest.path):
                deepest = found
        if deepest is not None and (len(deepest.path) > len(path) or _is_alone(wanted)):
            return deepest
        return _differ("type", path, expected, actual)

    def _plain(self, expected: Type, wanted: Type, actual: Type, given: Type, path: Path) -> Difference | None:
        match wanted, given:
            case ListType(), ListType():
                return self.compare(wanted.item, given.item, (*path, "[]"))
            case DictType(), DictType():
                return self.compare(wanted.value, given.value, (*path, "{}"))
            case DictType(), RecordType():
                return self._record_as_dict(wanted, given, path)
            case RecordType(), DictType():
                return self._dict_as_record(expected, wanted, actual, given, path)
            case RecordType(), RecordType():
                return self._records(expected, wanted, actual, given, path)
            case _, LiteralType(values=(value,)):
                return _literal(expected, wanted, actual, value, path)
            case _:
                return None if _is_same_scalar(wanted, given) else _differ("type", path, expected, actual)

    def _record_as_dict(self, wanted: DictType, given: RecordType, path: Path) -> Difference | None:
        for field in given.fields:
            found = self.compare(wanted.value, field.type, (*path, field.name))
            if found is not None:
                return found
        return self.compare(wanted.value, given.rest, (*path, "{}")) if given.rest is not None else None

    def _dict_as_record(
        self, expected: Type, wanted: RecordType, actual: Type, given: DictType, path: Path
    ) -> Difference | None:
        for field in wanted.fields:
            if field.is_required:
                return _differ("missing", (*path, field.name), expected, actual)
            found = self.compare(field.type, given.value, (*path, field.name))
            if found is not None:
                return found
        return None

    def _records(
        self, expected: Type, wanted: RecordType, actual: Type, given: RecordType, path: Path
    ) -> Difference | None:
        shallow: Difference | None = None
        for field in wanted.fields:
            found = self._field(field, actual, given, path)
            if found is not None and len(found.path) > len(path) + 1:
                return found
            shallow = shallow or found
        return shallow or self._further(expected, wanted, given, path)

    def _field(self, field: Field, actual: Type, given: RecordType, path: Path) -> Difference | None:
        here = (*path, field.name)
        found = given.by_name.get(field.name)
        if found is None:
            if field.is_required:
                return _differ("missing", here, field.type, actual)
            return None
        if field.is_required and not found.is_required:
            inner = self.compare(field.type, found.type, here)
            return inner or _differ("optional", here, field.type, optional(found.type))
        wanted = optional(field.type) if given.is_fresh and not field.is_required else field.type
        return self.compare(wanted, found.type, here)

    def _further(self, expected: Type, wanted: RecordType, given: RecordType, path: Path) -> Difference | None:
        """Properties that are not declared: mistakes where they were just written or are refused."""
        for field in given.fields:
            if field.name in wanted.by_name:
                continue
            if wanted.rest is not None:
                found = self.compare(wanted.rest, field.type, (*path, field.name))
                if found is not None:
                    return found
            elif wanted.is_closed or (given.is_fresh and wanted.fields):
                return _differ("unknown", (*path, field.name), expected, field.type)
        return None


def _differ(reason: Reason, path: Path, expected: Type, actual: Type) -> Difference:
    return Difference(reason=reason, path=path, expected=expected, actual=actual)


def _literal(expected: Type, wanted: Type, actual: Type, value: Scalar, path: Path) -> Difference | None:
    words = fault_of(value, wanted)
    if words is None:
        return None
    if words == "is of another type":
        return _differ("type", path, expected, actual)
    return Difference(reason="value", path=path, expected=expected, actual=actual, words=words)


def _is_same_scalar(wanted: Type, given: Type) -> bool:
    match wanted, given:
        case FloatType(), IntType() | FloatType():
            return True
        case IntType(), IntType():
            return True
        case StrType(), StrType():
            return True
        case FileType(), FileType() | BytesType():
            return True
        case LiteralType(values=values), BoolType():
            return {True, False} <= {value for value in values if isinstance(value, bool)}
        case _:
            return type(wanted) is type(given) and not isinstance(
                wanted, LiteralType | RecordType | ListType | DictType
            )


def _is_alone(union: UnionType) -> bool:
    """Whether there is but one member besides `None`, so that its difference is the one to tell."""
    return sum(not isinstance(resolve(each), NoneType) for each in union.members) == 1


def _meant(union: UnionType, given: Type) -> Type | None:
    """The member that the discriminator's literal in `given` names, or that alone has the literals `given` has."""
    if not isinstance(given, RecordType):
        return None
    if union.discriminator is not None:
        field = given.by_name.get(union.discriminator)
        value = _single(field.type) if field else None
        for name, member in union.mapping:
            if name == value:
                return member
    chosen = [each for each in union.members if _has_literals_of(resolve(each), given)]
    return chosen[0] if len(chosen) == 1 else None


def _has_literals_of(member: Type, given: RecordType) -> bool:
    """Whether a record has a literal property that `given` has with the same literal."""
    if not isinstance(member, RecordType):
        return False
    matched = False
    for field in member.fields:
        wanted, found = resolve(field.type), given.by_name.get(field.name)
        value = _single(found.type) if found else None
        if isinstance(wanted, LiteralType) and len(wanted.values) == 1 and value is not None:
            if fault_of(value, wanted) is not None:
                return False
            matched = True
    return matched


def _single(type_: Type) -> Scalar | None:
    found = resolve(type_)
    return found.values[0] if isinstance(found, LiteralType) and len(found.values) == 1 else None
