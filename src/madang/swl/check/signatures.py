"""The signatures of what the language has, read from their text in `words`."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import lru_cache

from madang.swl.check.annotations import NAMES, RecordTypes
from madang.types.model import (
    ANY,
    BOOL,
    NONE,
    STR,
    DictType,
    Field,
    ListType,
    NamedType,
    RecordType,
    Type,
    UnionType,
)
from madang.types.unions import optional, union_of

DECISION = RecordType(
    name="Decision",
    fields=(
        Field(name="approved", type=BOOL),
        Field(name="by", type=optional(STR)),
        Field(name="comment", type=optional(STR)),
        Field(name="data", type=ANY),
    ),
)
LANGUAGE_RECORDS = RecordTypes({"Decision": DECISION})
_VARIABLES = frozenset({"T", "U", "R", "Key"})


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A parameter of something that the language has."""

    name: str
    type: Type
    is_required: bool
    is_rest: bool = False


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What something takes and gives."""

    slots: tuple[Slot, ...]
    result: Type

    def with_item(self, item: Type) -> Signature:
        """The signature with `T` in it made one type."""
        slots = tuple(replace(each, type=substitute(each.type, item)) for each in self.slots)
        return Signature(slots=slots, result=substitute(self.result, item))


@lru_cache(maxsize=1_000)
def signature(text: str) -> Signature:
    """The signature that a text like `(a: str, b: int = 0) -> str` describes."""
    tree = ast.parse(f"def f{text}: pass")
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    given = function.args
    without = len(given.args) - len(given.defaults)
    slots = [
        Slot(name=each.arg, type=_type(each.annotation), is_required=index < without)
        for index, each in enumerate(given.args)
    ]
    if given.vararg is not None:
        rest = _type(given.vararg.annotation)
        slots.append(Slot(name=given.vararg.arg, type=rest, is_required=False, is_rest=True))
    return Signature(slots=tuple(slots), result=_type(function.returns))


@lru_cache(maxsize=100)
def fields_of(text: str) -> tuple[Field, ...]:
    """The fields that a text like `status: int, body: Any` describes."""
    return tuple(Field(name=each.name, type=each.type) for each in signature(f"({text})").slots)


def substitute(type_: Type, item: Type) -> Type:
    """A type of a signature with `T` made another."""
    match type_:
        case NamedType(owner="$", name="T"):
            return item
        case ListType(item=inner):
            return replace(type_, item=substitute(inner, item))
        case DictType(value=inner):
            return replace(type_, value=substitute(inner, item))
        case UnionType(members=members):
            return union_of(substitute(each, item) for each in members)
        case _:
            return type_


@lru_cache(maxsize=500)
def type_text(text: str) -> Type:
    """The type of a table's entry."""
    return _type(ast.parse(text, mode="eval").body)


def _type(node: ast.expr | None) -> Type:
    match node:
        case None | ast.Constant(value=None):
            return NONE
        case ast.Name(id=name) if name in _VARIABLES:
            return NamedType(owner="$", name=name, definitions=LANGUAGE_RECORDS)
        case ast.Name(id=name):
            return LANGUAGE_RECORDS.named(name) if name in LANGUAGE_RECORDS.records else NAMES[name]
        case ast.BinOp(left=left, right=right):
            return union_of([_type(left), _type(right)])
        case ast.Subscript(value=ast.Name(id="list"), slice=inner):
            return ListType(item=_type(inner))
        case ast.Subscript(slice=ast.Tuple(elts=[_, inner])):
            return DictType(value=_type(inner))
        case _:
            raise AssertionError(ast.dump(node))
