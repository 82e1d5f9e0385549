"""`match`: patterns, what they bind and show, and whether a value is left over."""

from __future__ import annotations

import ast

from madang.swl.check.annotations import read_annotation
from madang.swl.check.codes import NO_OVERLAP, PATTERN_FORM, UNKNOWN_PROPERTY
from madang.swl.check.env import Binding, Env
from madang.swl.check.iteration import is_taken
from madang.swl.check.narrowing import equal_to, members_with
from madang.swl.check.reports import listed
from madang.swl.check.suggestions import nearest
from madang.swl.check.walking import Walk
from madang.types.covers import fits
from madang.types.model import ANY, AnyType, DictType, NeverType, RecordType, Scalar, Type, resolve
from madang.types.printing import text_of
from madang.types.unions import filtered, members_of, union_of

_Parts = tuple[Type, Type]


def match_pattern(walk: Walk, pattern: ast.pattern, type_: Type, env: Env) -> _Parts:
    """What a value is where the pattern fits, and where it does not; the names in it are bound in `env`."""
    match pattern:
        case ast.MatchValue(value=value):
            return _value(walk, pattern, value, type_, env)
        case ast.MatchSingleton(value=value):
            return _equal(walk, pattern, value, type_)
        case ast.MatchAs(pattern=None, name=None):
            return type_, union_of([])
        case ast.MatchAs(pattern=inner, name=name):
            matched, rest = match_pattern(walk, inner, type_, env) if inner is not None else (type_, union_of([]))
            _bind(walk, pattern, name, matched, env)
            return matched, rest
        case ast.MatchOr(patterns=patterns):
            return _alternatives(walk, patterns, type_, env)
        case ast.MatchClass():
            return _record(walk, pattern, type_, env)
        case ast.MatchMapping(keys=keys, patterns=patterns, rest=None):
            names = [each.value if isinstance(each, ast.Constant) else None for each in keys]
            plain = [each for each in names if isinstance(each, str)]
            if len(plain) == len(keys):
                return _properties(walk, type_, list(zip(plain, patterns, strict=True)), env)
        case _:
            pass
    walk.reports.add(PATTERN_FORM, pattern, "This is no pattern of the language.")
    for each in ast.walk(pattern):
        if isinstance(each, ast.MatchAs | ast.MatchStar):
            _bind(walk, pattern, each.name, ANY, env)
    return ANY, type_


def _bind(walk: Walk, pattern: ast.pattern, name: str | None, type_: Type, env: Env) -> None:
    if name is None:
        return
    stand_in = ast.copy_location(ast.Name(id=name, ctx=ast.Store()), pattern)
    if not is_taken(walk, stand_in):
        env.bind(name, Binding(type=type_))


def _value(walk: Walk, pattern: ast.pattern, value: ast.expr, type_: Type, env: Env) -> _Parts:
    match value:
        case ast.Constant(value=str() | int() | float() as literal):
            return _equal(walk, pattern, literal, type_)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return _equal(walk, pattern, -number, type_)
        case _:
            walk.value(value, env)
            walk.reports.add(
                PATTERN_FORM,
                pattern,
                "A pattern compares with literals only.",
                hint="Compare in a guard: `case x if x == y:`.",
            )
            return type_, type_


def _equal(walk: Walk, pattern: ast.pattern, value: Scalar | None, type_: Type) -> _Parts:
    matched, rest = equal_to(type_, [value])
    if isinstance(matched, NeverType) and not isinstance(resolve(type_), NeverType):
        shown = text_of(type_)
        texts = [each for member in members_of(type_) for each in getattr(resolve(member), "values", ())]
        meant = nearest(value, [each for each in texts if isinstance(each, str)]) if isinstance(value, str) else None
        fixes = [walk.reports.replacing(pattern, f'"{meant}"')] if meant else []
        hint = f"Did you mean `{meant}`?" if meant else None
        walk.reports.add(NO_OVERLAP, pattern, f"{shown} is never this value.", hint=hint, fixes=fixes, actual=shown)
        return ANY, type_
    return matched, rest


def _alternatives(walk: Walk, patterns: list[ast.pattern], type_: Type, env: Env) -> _Parts:
    found: list[Type] = []
    rest = type_
    for each in patterns:
        matched, rest = match_pattern(walk, each, rest, env)
        found.append(matched)
    return union_of(found), rest


def _record(walk: Walk, pattern: ast.MatchClass, type_: Type, env: Env) -> _Parts:
    """`case Digest(title=t):` and `case bbs.types.Article(...)`."""
    if pattern.patterns:
        walk.reports.add(PATTERN_FORM, pattern.patterns[0], "The fields of a record are matched by name.")
    wanted = read_annotation(pattern.cls, walk.program, walk.reports)
    walk.state.used |= {each.id for each in ast.walk(pattern.cls) if isinstance(each, ast.Name)}
    if isinstance(wanted, AnyType):
        inner: Type = type_
        rest: Type = type_
    else:
        inner = filtered(type_, lambda each: isinstance(each, AnyType) or fits(wanted, each))
        rest = filtered(type_, lambda each: isinstance(each, AnyType) or not fits(wanted, each))
        if isinstance(inner, NeverType):
            walk.reports.add(
                NO_OVERLAP, pattern, f"{text_of(type_)} is never {text_of(wanted)}.", actual=text_of(type_)
            )
            inner = wanted
    pairs = list(zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True))
    if not pairs:
        return inner, rest
    matched, left = _properties(walk, inner, pairs, env)
    return matched, union_of([rest, left])


def _properties(walk: Walk, type_: Type, pairs: list[tuple[str, ast.pattern]], env: Env) -> _Parts:
    """The properties of an object, each with its pattern; literals choose among the members of a union."""
    matched, rest = type_, union_of([])
    for name, inner in pairs:
        literal = _literal(inner)
        if literal is not None:
            here, other = members_with(matched, name, [literal])
            if len(members_of(matched)) > 1 and not isinstance(here, NeverType):
                rest = union_of([rest, other])
                matched = here
                continue
        part = _property_type(walk, inner, matched, name)
        _, left = match_pattern(walk, inner, part, env)
        if not isinstance(left, NeverType):
            rest = union_of([rest, matched])
    return matched, rest


def _literal(pattern: ast.pattern) -> Scalar | None:
    match pattern:
        case ast.MatchValue(value=ast.Constant(value=str() | int() as value)):
            return value
        case ast.MatchSingleton(value=bool() as value):
            return value
        case _:
            return None


def _property_type(walk: Walk, at: ast.pattern, type_: Type, name: str) -> Type:
    found: list[Type] = []
    for each in members_of(type_):
        match resolve(each):
            case RecordType() as record:
                field = record.by_name.get(name)
                if field is None:
                    meant = nearest(name, record.by_name)
                    hint = f"Did you mean `{meant}`?" if meant else f"It has {listed(record.by_name)}."
                    walk.reports.add(UNKNOWN_PROPERTY, at, f"{text_of(each)} has no property `{name}`.", hint=hint)
                    return ANY
                found.append(field.type)
            case DictType(value=value):
                found.append(value)
            case _:
                found.append(ANY)
    return union_of(found)
