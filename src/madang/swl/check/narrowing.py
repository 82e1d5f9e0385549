"""Conditions: what is known where they hold, and where they do not."""

from __future__ import annotations

import ast
from dataclasses import replace

from madang.swl.check.env import Env, join_envs
from madang.swl.check.paths import path_of
from madang.swl.check.walking import Walk
from madang.types.covers import fits
from madang.types.model import (
    AnyType,
    BoolType,
    LiteralType,
    NeverType,
    NoneType,
    RecordType,
    Scalar,
    Type,
    UnionType,
    resolve,
)
from madang.types.unions import filtered, literal_type, members_of, union_of, without_none

_Envs = tuple[Env, Env]


def narrow(walk: Walk, node: ast.expr, env: Env) -> _Envs:
    """Check a condition; what is known where it holds and where it fails."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            holds, fails = narrow(walk, operand, env)
            walk.facts.types[node] = BoolType()
            return fails, holds
        case ast.BoolOp(op=operator, values=values):
            return _boolean(walk, values, env, is_and=isinstance(operator, ast.And))
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            walk.value(node, env)
            return _compare(walk, left, operator, right, env)
        case _:
            type_ = walk.value(node, env)
            return _truth(node, type_, env)


def known(node: ast.expr, type_: Type, env: Env) -> None:
    """Note that an expression is of a type from here on, where it stands for a place."""
    path = path_of(node)
    if path is None:
        return
    if isinstance(type_, NeverType):
        return
    if isinstance(node, ast.Name):
        binding = env.bindings.get(node.id)
        if binding is not None:
            env.bindings[node.id] = replace(binding, type=type_)
        return
    env.narrowed = {**env.narrowed, path: type_}


def equal_to(type_: Type, values: list[Scalar | None]) -> tuple[Type, Type]:
    """What is left of a type where it equals one of some values, and where it equals none of them."""
    same = union_of(_meeting(each, values) for each in members_of(type_))
    return same, union_of(_without(each, values) for each in members_of(type_))


def members_with(type_: Type, name: str, values: list[Scalar | None]) -> tuple[Type, Type]:
    """The members of a union whose property may equal one of some values, and those where it may be another."""
    whole = resolve(type_)
    if not isinstance(whole, UnionType):
        return type_, type_
    return (
        filtered(type_, lambda each: _field_meets(whole, each, name, values)),
        filtered(type_, lambda each: not _field_is(whole, each, name, values)),
    )


def _boolean(walk: Walk, values: list[ast.expr], env: Env, *, is_and: bool) -> _Envs:
    here, left = env, list[Env]()
    for each in values:
        holds, fails = narrow(walk, each, here)
        here = holds if is_and else fails
        left.append(fails if is_and else holds)
    other = join_envs(left)
    return (here, other) if is_and else (other, here)


def _truth(node: ast.expr, type_: Type, env: Env) -> _Envs:
    holds, fails = env.copy(), env.copy()
    if path_of(node) is not None:
        known(node, _true_part(type_), holds)
        known(node, _false_part(type_), fails)
    return holds, fails


def _true_part(type_: Type) -> Type:
    rest = without_none(type_)
    return union_of(_without(each, [False, 0, ""]) if _is_literal(each) else each for each in members_of(rest))


def _false_part(type_: Type) -> Type:
    """A record is always true (it has fields); lists, texts and numbers may be empty or zero."""
    kept = filtered(type_, lambda each: not isinstance(each, RecordType) or not any(f.is_required for f in each.fields))
    return union_of(_meeting(each, [False, 0, ""]) if _is_literal(each) else each for each in members_of(kept))


def _is_literal(type_: Type) -> bool:
    return isinstance(resolve(type_), LiteralType)


def _compare(walk: Walk, left: ast.expr, operator: ast.cmpop, right: ast.expr, env: Env) -> _Envs:
    holds, fails = env.copy(), env.copy()
    values = _values_of(walk, operator, right)
    if values is None and isinstance(operator, ast.Eq | ast.NotEq):
        values = _values_of(walk, operator, left)
        left, right = right, left
    if values is None:
        _membership(walk, left, operator, right, holds, fails)
        return holds, fails
    if isinstance(operator, ast.NotEq | ast.IsNot | ast.NotIn):
        _equal(walk, left, values, fails, holds)
    else:
        _equal(walk, left, values, holds, fails)
    return holds, fails


def _values_of(walk: Walk, operator: ast.cmpop, node: ast.expr) -> list[Scalar | None] | None:
    """The constants that something is compared with; None where they are not known."""
    match operator, node:
        case ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot(), ast.Constant(
            value=None | bool() | int() | str() as value
        ):
            return [value]
        case ast.In() | ast.NotIn(), ast.List(elts=parts):
            found = [each.value for each in parts if isinstance(each, ast.Constant)]
            plain: list[Scalar | None] = [each for each in found if isinstance(each, str | int | None)]
            return plain if len(plain) == len(parts) else None
        case ast.Eq() | ast.NotEq(), _:
            return _single(walk.facts.types.get(node))
        case _:
            return None


def _single(type_: Type | None) -> list[Scalar | None] | None:
    found = resolve(type_) if type_ is not None else None
    return [found.values[0]] if isinstance(found, LiteralType) and len(found.values) == 1 else None


def _equal(walk: Walk, node: ast.expr, values: list[Scalar | None], same: Env, other: Env) -> None:
    """Note what an equality shows: of the value itself, and of the record whose property it is."""
    type_ = walk.facts.types.get(node)
    if type_ is None or path_of(node) is None:
        return
    equal, unequal = equal_to(type_, values)
    known(node, equal, same)
    known(node, unequal, other)
    if isinstance(node, ast.Attribute | ast.Subscript):
        _members(walk, node, values, same, other)


def _members(
    walk: Walk, node: ast.Attribute | ast.Subscript, values: list[Scalar | None], same: Env, other: Env
) -> None:
    base = walk.facts.types.get(node.value)
    name = node.attr if isinstance(node, ast.Attribute) else _key(node)
    if base is None or name is None or path_of(node.value) is None:
        return
    inner = without_none(base)
    matching, rest = members_with(inner, name, values)
    if matching != inner:
        known(node.value, matching, same)
    if rest != inner:
        known(node.value, rest, other)


def _key(node: ast.Subscript) -> str | None:
    match node.slice:
        case ast.Constant(value=str() as key):
            return key
        case _:
            return None


def _membership(walk: Walk, left: ast.expr, operator: ast.cmpop, right: ast.expr, holds: Env, fails: Env) -> None:
    """`"name" in record`: the property is there."""
    if not isinstance(operator, ast.In | ast.NotIn) or not isinstance(left, ast.Constant):
        return
    base, path = walk.facts.types.get(right), path_of(right)
    record = resolve(base) if base is not None else None
    if not isinstance(record, RecordType) or path is None or not isinstance(left.value, str):
        return
    field = record.by_name.get(left.value)
    if field is not None:
        env = holds if isinstance(operator, ast.In) else fails
        env.narrowed = {**env.narrowed, f"{path}.{left.value}": field.type}


def _meeting(type_: Type, values: list[Scalar | None]) -> Type:
    found = resolve(type_)
    match found:
        case NoneType():
            return found if None in values else union_of([])
        case LiteralType():
            return literal_type(*(each for each in found.values if _among(each, values)))
        case AnyType():
            return found
        case BoolType():
            return union_of(literal_type(each) for each in values if isinstance(each, bool))
        case _:
            return literal_type(*(each for each in values if each is not None and fits(type_, literal_type(each))))


def _without(type_: Type, values: list[Scalar | None]) -> Type:
    found = resolve(type_)
    match found:
        case NoneType():
            return union_of([]) if None in values else found
        case LiteralType():
            return literal_type(*(each for each in found.values if not _among(each, values)))
        case BoolType():
            return union_of(literal_type(each) for each in (True, False) if not _among(each, values))
        case _:
            return type_


def _among(value: Scalar, values: list[Scalar | None]) -> bool:
    return any(type(each) is type(value) and each == value for each in values)


def _field_type(member: Type, name: str) -> Type | None:
    found = resolve(member)
    field = found.by_name.get(name) if isinstance(found, RecordType) else None
    return field.type if field else None


def _mapped(whole: UnionType, member: Type, name: str) -> list[str]:
    """The values of the discriminator that stand for a member."""
    if whole.discriminator != name:
        return []
    return [value for value, each in whole.mapping if resolve(each) is member or each == member]


def _field_meets(whole: UnionType, member: Type, name: str, values: list[Scalar | None]) -> bool:
    mapped = _mapped(whole, member, name)
    if mapped:
        return any(each in values for each in mapped)
    type_ = _field_type(member, name)
    if type_ is None:
        return isinstance(member, AnyType)
    return not isinstance(equal_to(type_, values)[0], NeverType)


def _field_is(whole: UnionType, member: Type, name: str, values: list[Scalar | None]) -> bool:
    mapped = _mapped(whole, member, name)
    if mapped:
        return all(each in values for each in mapped)
    type_ = _field_type(member, name)
    if type_ is None:
        return False
    return isinstance(equal_to(type_, values)[1], NeverType)
