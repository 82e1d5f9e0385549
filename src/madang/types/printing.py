"""Types as people read and write them: `int | None`, `list[bbs.types.Article]`, `Literal["a", "b"]`."""

from __future__ import annotations

import json

from madang.types.model import (
    AnyType,
    BoolType,
    BytesType,
    DateTimeType,
    DateType,
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
    TimeDeltaType,
    Type,
    UnionType,
)

_WORDS: dict[type, str] = {
    NoneType: "None",
    BoolType: "bool",
    IntType: "int",
    FloatType: "float",
    StrType: "str",
    BytesType: "bytes",
    DateTimeType: "datetime",
    DateType: "date",
    TimeDeltaType: "timedelta",
    FileType: "File",
    AnyType: "Any",
    NeverType: "Never",
}
_MOST_FIELDS, _MOST_VALUES, _MOST_DEPTH = 6, 8, 4


def text_of(type_: Type, *, depth: int = 0) -> str:
    """One line for a person. What is long or deep is cut with an ellipsis; names are never looked into."""
    word = _WORDS.get(type(type_))
    if word is not None:
        return word
    if isinstance(type_, NamedType):
        return type_.label
    if depth > _MOST_DEPTH:
        return "…"
    return _compound(type_, depth + 1)


def scalar_text(value: Scalar | None) -> str:
    """A literal value as a program writes it, with double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _compound(type_: Type, depth: int) -> str:
    match type_:
        case LiteralType(values=values):
            return f"Literal[{_cut([scalar_text(value) for value in values], _MOST_VALUES)}]"
        case ListType(item=item):
            return f"list[{text_of(item, depth=depth)}]"
        case DictType(value=value):
            return f"dict[str, {text_of(value, depth=depth)}]"
        case UnionType(members=members):
            ordered = sorted(members, key=lambda each: isinstance(each, NoneType))
            return " | ".join(text_of(each, depth=depth) for each in ordered)
        case RecordType(name=None, fields=fields):
            return "{" + _cut([_field(each, depth) for each in fields], _MOST_FIELDS) + "}"
        case RecordType(name=name):
            return str(name)
        case _:
            return type(type_).__name__


def _field(each: Field, depth: int) -> str:
    return f"{each.name}{'' if each.is_required else '?'}: {text_of(each.type, depth=depth)}"


def _cut(parts: list[str], most: int) -> str:
    return ", ".join(parts if len(parts) <= most else [*parts[: most - 1], "…"])
