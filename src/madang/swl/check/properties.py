"""Reading properties and items: of records and connector types, lists, dicts, dates, and of what may be `None`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from madang.swl.check.codes import (
    DEPRECATED,
    FUNCTION_VALUE,
    MAYBE_NONE,
    NOT_INDEXABLE,
    NOT_ITERABLE,
    ONE_BRANCH,
    UNKNOWN_METHOD,
    UNKNOWN_PROPERTY,
)
from madang.swl.check.env import Env
from madang.swl.check.facts import Read, ReadKind
from madang.swl.check.fitting import fit
from madang.swl.check.paths import path_of
from madang.swl.check.reports import listed, name_span
from madang.swl.check.signatures import type_text
from madang.swl.check.suggestions import nearest
from madang.swl.check.walking import Walk
from madang.swl.check.words import METHODS, PROPERTIES
from madang.swl.diagnostics import Span
from madang.types.model import (
    ANY,
    INT,
    STR,
    AnyType,
    BytesType,
    DateTimeType,
    DateType,
    DictType,
    FileType,
    ListType,
    LiteralType,
    NamedType,
    NeverType,
    RecordType,
    StrType,
    TimeDeltaType,
    Type,
    resolve,
)
from madang.types.printing import text_of
from madang.types.unions import is_optional, members_of, optional, union_of, without_none

_KINDS: dict[type, str] = {
    StrType: "str",
    ListType: "list",
    DictType: "dict",
    DateTimeType: "datetime",
    DateType: "date",
    TimeDeltaType: "timedelta",
    FileType: "File",
}


def kind_of(type_: Type) -> str | None:
    """The built-in type whose methods it has: `str`, `list`, `dict`, `datetime`, `date`, `timedelta`, `File`."""
    found = resolve(type_)
    if isinstance(found, LiteralType):
        return "str" if all(isinstance(value, str) for value in found.values) else None
    if isinstance(found, RecordType) and found.is_fresh:
        return "dict"
    return _KINDS.get(type(found))


def check_attribute(walk: Walk, node: ast.Attribute, env: Env) -> Type:
    """The type of `value.name`."""
    base = present(walk, node.value, walk.value(node.value, env))
    found = _remembered(node, env)
    span = name_span(walk.reports.text, node, node.attr)
    if isinstance(resolve(base), AnyType):
        walk.facts.reads[node] = Read(kind="any")
        return found or ANY
    read = _of_members(walk, span, base, node.attr, lambda member: _attribute(walk, node, span, member))
    if read is None:
        return ANY
    type_, kind = read
    walk.facts.reads[node] = _read(kind, type_)
    return found or type_


def check_subscript(walk: Walk, node: ast.Subscript, env: Env) -> Type:
    """The type of `value[index]` and `value[a:b]`."""
    base = present(walk, node.value, walk.value(node.value, env))
    if isinstance(node.slice, ast.Slice):
        return _slice(walk, node, node.slice, base, env)
    index = walk.value(node.slice, env)
    found = _remembered(node, env)
    if isinstance(resolve(base), AnyType):
        walk.facts.reads[node] = Read(kind="any")
        return found or ANY
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if isinstance(key, str) and all(isinstance(resolve(each), RecordType) for each in members_of(base)):
        span = walk.reports.text.span_of(node.slice)
        read = _of_members(walk, span, base, key, lambda member: _item_of_record(walk, span, member, key))
    else:
        read = _join([_item(walk, node, each, index) for each in members_of(base)])
    if read is None:
        return ANY
    type_, kind = read
    walk.facts.reads[node] = _read(kind, type_)
    return found or type_


def present(walk: Walk, node: ast.expr, type_: Type) -> Type:
    """The type without `None`, with a warning where it may be `None`."""
    if not is_optional(type_):
        return type_
    rest = without_none(type_)
    text = walk.reports.text.text_of(node)
    if isinstance(rest, NeverType):
        walk.reports.add(MAYBE_NONE, node, f"`{_short(text)}` is `None` here.")
        return ANY
    hint = f"Ask before: `if {text} is not None:`." if path_of(node) else None
    message = f"`{_short(text)}` may be `None` here."
    walk.reports.add(MAYBE_NONE, node, message, hint=hint, expected=text_of(rest), actual=text_of(type_))
    return rest


def item_type(walk: Walk, node: ast.expr, type_: Type, *, record_hint: str | None = None) -> Type:
    """The type of what one round over a value gives: items of a list, keys of a dict. `record_hint` is for a record."""
    whole = present(walk, node, type_)
    found: list[Type] = []
    for each in members_of(whole):
        match resolve(each):
            case ListType(item=item):
                found.append(item)
            case DictType() | RecordType(is_fresh=True):
                found.append(STR)
            case AnyType():
                found.append(ANY)
            case other:
                hint = record_hint if isinstance(other, RecordType) else None
                walk.reports.add(NOT_ITERABLE, node, f"{text_of(whole)} is no list.", hint=hint)
                return ANY
    return union_of(found)


def _short(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= 60 else f"{line[:59]}…"


def _remembered(node: ast.expr, env: Env) -> Type | None:
    if not env.narrowed:
        return None
    path = path_of(node)
    return env.narrowed.get(path) if path else None


def _read(kind: ReadKind, type_: Type) -> Read:
    kinds = {type(resolve(each)) for each in members_of(without_none(type_))}
    if kinds == {DateTimeType}:
        return Read(kind=kind, form="datetime")
    return Read(kind=kind, form="date" if kinds == {DateType} else None)


_Found = tuple[Type, ReadKind]


def _join(found: list[_Found | None]) -> _Found | None:
    known = [each for each in found if each is not None]
    if not known or len(known) < len(found):
        return None
    kinds = {kind for _, kind in known}
    kind: ReadKind = "optional" if "optional" in kinds else known[0][1]
    return union_of(type_ for type_, _ in known), kind


def _of_members(walk: Walk, span: Span, base: Type, name: str, read: Callable[[Type], _Found | None]) -> _Found | None:
    """The property in each member of a union; one that only some have is a mistake of its own."""
    members = members_of(base)
    if len(members) == 1:
        return read(members[0])
    having = [each for each in members if _has(each, name)]
    if not having:
        return read(members[0])
    lacking = [each for each in members if not _has(each, name)]
    if lacking:
        message = (
            f"`{name}` is a property of {text_of(union_of(having))}, but this may be {text_of(union_of(lacking))}."
        )
        walk.reports.add(ONE_BRANCH, span, message, expected=text_of(union_of(having)), actual=text_of(base))
        return _join([read(each) for each in having])
    return _join([read(each) for each in members])


def _has(type_: Type, name: str) -> bool:
    found = resolve(type_)
    if isinstance(found, RecordType):
        return name in found.by_name or found.rest is not None
    kind = kind_of(found)
    return isinstance(found, AnyType) or (kind is not None and name in PROPERTIES.get(kind, {}))


def _attribute(walk: Walk, node: ast.Attribute, span: Span, type_: Type) -> _Found | None:
    found = resolve(type_)
    if isinstance(found, RecordType):
        return _property(walk, span, type_, found, node.attr)
    kind = kind_of(found)
    known = PROPERTIES.get(kind or "", {})
    if node.attr in known:
        return type_text(known[node.attr]), "required"
    if kind is not None and node.attr in METHODS.get(kind, {}):
        walk.reports.add(FUNCTION_VALUE, span, f"`{node.attr}` is a method of {kind} and is not called.")
        return None
    if isinstance(found, DictType):
        fix = walk.reports.replacing(node, f'{walk.reports.text.text_of(node.value)}["{node.attr}"]')
        message = f"A dict has no property `{node.attr}`."
        walk.reports.add(UNKNOWN_PROPERTY, span, message, hint="Items of a dict are read with brackets.", fixes=[fix])
        return None
    meant = nearest(node.attr, [*known, *METHODS.get(kind or "", {})])
    hint = f"Did you mean `{meant}`?" if meant else None
    code = UNKNOWN_METHOD if kind else UNKNOWN_PROPERTY
    walk.reports.add(code, span, f"{text_of(type_)} has no `{node.attr}`.", hint=hint)
    return None


def _property(walk: Walk, span: Span, type_: Type, record: RecordType, name: str) -> _Found | None:
    field = record.by_name.get(name)
    if field is not None:
        if field.is_deprecated:
            walk.reports.add(DEPRECATED, span, f"`{name}` of {text_of(type_)} should not be used any more.")
        return (field.type, "required") if field.is_required else (optional(field.type), "optional")
    if record.rest is not None and not record.fields:
        return optional(record.rest), "optional"
    meant = nearest(name, record.by_name)
    fixes = [walk.reports.replacing(span, meant)] if meant and meant.isidentifier() else []
    hint = f"Did you mean `{meant}`?" if meant else f"It has {listed(record.by_name)}." if record.fields else None
    message = f"{text_of(type_)} has no property `{name}`."
    walk.reports.add(UNKNOWN_PROPERTY, span, message, hint=hint, fixes=fixes)
    return None


def _item_of_record(walk: Walk, span: Span, type_: Type, key: str) -> _Found | None:
    found = resolve(type_)
    assert isinstance(found, RecordType)
    if key not in found.by_name and found.rest is not None:
        return optional(found.rest), "optional"
    if isinstance(type_, NamedType) and not type_.owner and key in found.by_name:
        message = f"`{key}` is a field of the record {type_.name}."
        walk.reports.add(NOT_INDEXABLE, span, message, hint=f"Read it as `.{key}`.")
        return None
    return _property(walk, _inside(walk, span), type_, found, key)


def _inside(walk: Walk, span: Span) -> Span:
    """The text of a string without its quotes, where it has plain ones: what a fix replaces."""
    text = walk.reports.text.slice(span)
    if len(text) > 2 and text[0] in "\"'" and text[0] == text[-1] and not text.startswith(text[0] * 3):
        return walk.reports.text.span(span.start.offset + 1, span.end.offset - 1)
    return span


def _item(walk: Walk, node: ast.Subscript, type_: Type, index: Type) -> _Found | None:
    match resolve(type_):
        case ListType(item=item):
            return (item, "index") if fit(walk, INT, node.slice, index, "The index of a list") else None
        case StrType() | LiteralType() | BytesType():
            return (STR, "index") if fit(walk, INT, node.slice, index, "The index of a text") else None
        case DictType(value=value):
            return (value, "required") if fit(walk, STR, node.slice, index, "The key of a dict") else None
        case RecordType() as record:
            if record.is_fresh:
                return union_of(each.type for each in record.fields), "required"
            hint = f"Its properties are {listed(record.by_name)}." if record.fields else None
            message = f"{text_of(type_)} is read by the names of its properties."
            walk.reports.add(NOT_INDEXABLE, node.slice, message, hint=hint)
            return None
        case AnyType():
            return ANY, "any"
        case _:
            walk.reports.add(NOT_INDEXABLE, node, f"{text_of(type_)} has no items.")
            return None


def _slice(walk: Walk, node: ast.Subscript, part: ast.Slice, base: Type, env: Env) -> Type:
    for each in (part.lower, part.upper, part.step):
        if each is not None:
            fit(walk, optional(INT), each, walk.value(each, env), "The bound of a slice")
    walk.facts.reads[node] = Read(kind="slice")
    kinds = [resolve(each) for each in members_of(base)]
    if all(isinstance(each, ListType | AnyType) for each in kinds):
        return base
    if all(isinstance(each, StrType | LiteralType | AnyType) for each in kinds):
        return STR
    walk.reports.add(NOT_INDEXABLE, node, f"{text_of(base)} has no slices.")
    return ANY
