"""Operators: arithmetic, comparison, boolean and conditional expressions."""

from __future__ import annotations

import ast
from itertools import pairwise

from madang.swl.check.codes import EXPRESSION, NO_OVERLAP, OPERATOR
from madang.swl.check.env import Env, join_types
from madang.swl.check.fitting import fit, given_text
from madang.swl.check.properties import present
from madang.swl.check.reports import listed
from madang.swl.check.suggestions import nearest
from madang.swl.check.walking import Walk
from madang.swl.diagnostics import Fix
from madang.types.covers import fits
from madang.types.model import (
    ANY,
    BOOL,
    DATE,
    DATETIME,
    FLOAT,
    INT,
    STR,
    TIMEDELTA,
    AnyType,
    DictType,
    ListType,
    LiteralType,
    RecordType,
    StrType,
    Type,
    resolve,
)
from madang.types.printing import scalar_text, text_of
from madang.types.unions import literal_type, members_of, union_of, widened, without_none

SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
"""The operators of arithmetic, as they are written."""

_SIGNS: dict[type[ast.operator], str] = {**SIGNS, ast.BitOr: "|"}
_COMPARISONS: dict[type, str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_NUMBER = union_of([INT, FLOAT])
_ORDERED = (INT, FLOAT, STR, DATETIME, DATE, TIMEDELTA)


def check_binary(walk: Walk, node: ast.BinOp, env: Env) -> Type:
    """The type of `left + right` and its like."""
    sign = _SIGNS.get(type(node.op))
    left = walk.value(node.left, env)
    right = walk.value(node.right, env)
    if sign is None:
        walk.reports.add(EXPRESSION, node, "The language has no operators on bits and matrices.")
        return ANY
    return join_operands(walk, node, sign, (node.left, left), (node.right, right))


def join_operands(
    walk: Walk, node: ast.AST, sign: str, left: tuple[ast.expr, Type], right: tuple[ast.expr, Type]
) -> Type:
    """The type of an operation on two values, each given with its expression."""
    first, second = present(walk, *left), present(walk, *right)
    if any(isinstance(resolve(each), AnyType) for each in (first, second)):
        return ANY
    found = [_operate(sign, resolve(one), resolve(other)) for one in members_of(first) for other in members_of(second)]
    if all(each is not None for each in found):
        return join_types(each for each in found if each is not None)
    message = f"`{sign}` does not join {text_of(widened(first))} and {text_of(widened(second))}."
    hint, fixes = _as_text(walk, sign, left, right)
    walk.reports.add(
        OPERATOR,
        node,
        message,
        hint=hint,
        fixes=fixes,
        expected=text_of(widened(first)),
        actual=text_of(widened(second)),
    )
    return ANY


def check_unary(walk: Walk, node: ast.UnaryOp, env: Env) -> Type:
    """The type of `-x`, `+x` and `not x`."""
    if isinstance(node.op, ast.Not):
        walk.narrow(node.operand, env)
        return BOOL
    if isinstance(node.op, ast.Invert):
        walk.reports.add(
            EXPRESSION, node, "The language has no operators on bits.", hint="Write `not` for the opposite."
        )
        return ANY
    if isinstance(node.operand, ast.Constant) and type(node.operand.value) in {int, float}:
        value = node.operand.value
        assert isinstance(value, int | float)
        return literal_type(-value if isinstance(node.op, ast.USub) else value)
    type_ = present(walk, node.operand, walk.value(node.operand, env))
    if fits(TIMEDELTA, type_) and not isinstance(resolve(type_), AnyType):
        return TIMEDELTA
    fit(walk, _NUMBER, node.operand, type_, "The value of a sign")
    return type_ if not isinstance(resolve(type_), LiteralType) else widened(type_)


def check_compare(walk: Walk, node: ast.Compare, env: Env) -> Type:
    """A comparison is a `bool`; one that can never be true is a mistake."""
    operands = [node.left, *node.comparators]
    types = [walk.value(each, env) for each in operands]
    for operator, (left, right), (first, second) in zip(node.ops, pairwise(operands), pairwise(types), strict=True):
        match operator:
            case ast.Eq() | ast.NotEq():
                _equal(walk, (left, first), (right, second))
            case ast.In() | ast.NotIn():
                _contained(walk, (left, first), (right, second))
            case ast.Is() | ast.IsNot():
                _identical(walk, operator, left, right)
            case _:
                _ordered(walk, operator, (left, first), (right, second))
    return BOOL


def check_boolean(walk: Walk, node: ast.BoolOp, env: Env, expected: Type | None) -> Type:
    """The type of `a or b` and `a and b`: each is read knowing what the ones before have shown."""
    found: list[Type] = []
    here = env.copy()
    for each in node.values[:-1]:
        type_ = walk.value(each, here, expected)
        holds, fails = walk.narrow(each, here)
        here = holds if isinstance(node.op, ast.And) else fails
        found.append(_kept(type_, isinstance(node.op, ast.Or)))
    return join_types([*found, walk.value(node.values[-1], here, expected)])


def check_conditional(walk: Walk, node: ast.IfExp, env: Env, expected: Type | None) -> Type:
    """The type of `a if test else b`."""
    holds, fails = walk.narrow(node.test, env)
    return join_types([walk.value(node.body, holds, expected), walk.value(node.orelse, fails, expected)])


def _kept(type_: Type, when_true: bool) -> Type:
    """What a value is where it was taken for its truth: `a or b` is `a` only where that is true."""
    if not when_true:
        return type_
    kept = without_none(type_)
    members = [each for each in members_of(kept) if not _is_false(each)]
    return union_of(members) if len(members) < len(members_of(kept)) else kept


def _is_false(type_: Type) -> bool:
    found = resolve(type_)
    return isinstance(found, LiteralType) and not any(found.values)


def _operate(sign: str, left: Type, right: Type) -> Type | None:
    if isinstance(left, AnyType) or isinstance(right, AnyType):
        return ANY
    if sign == "|":
        return None
    if fits(_NUMBER, left) and fits(_NUMBER, right):
        is_whole = fits(INT, left) and fits(INT, right) and sign != "/"
        return INT if is_whole else FLOAT
    return _join_texts(sign, left, right) or _join_lists(sign, left, right) or _shift_dates(sign, left, right)


def _join_texts(sign: str, left: Type, right: Type) -> Type | None:
    if fits(STR, left) and ((sign == "+" and fits(STR, right)) or (sign == "*" and fits(INT, right)) or sign == "%"):
        return STR
    return STR if sign == "*" and fits(INT, left) and fits(STR, right) else None


def _join_lists(sign: str, left: Type, right: Type) -> Type | None:
    if isinstance(left, ListType) and isinstance(right, ListType) and sign == "+":
        return ListType(item=join_types([left.item, right.item]))
    if isinstance(left, ListType) and fits(INT, right) and sign == "*":
        return ListType(item=left.item)
    return None


def _shift_dates(sign: str, left: Type, right: Type) -> Type | None:
    key = (type(left), sign, type(right))
    date_time, date, delta = type(DATETIME), type(DATE), type(TIMEDELTA)
    known: dict[tuple[type, str, type], Type] = {
        (date_time, "-", date_time): TIMEDELTA,
        (date_time, "+", delta): DATETIME,
        (date_time, "-", delta): DATETIME,
        (delta, "+", date_time): DATETIME,
        (date, "-", date): TIMEDELTA,
        (date, "+", delta): DATE,
        (date, "-", delta): DATE,
        (delta, "+", delta): TIMEDELTA,
        (delta, "-", delta): TIMEDELTA,
        (delta, "/", delta): FLOAT,
    }
    if isinstance(left, type(TIMEDELTA)) and sign in {"*", "/"} and fits(_NUMBER, right):
        return TIMEDELTA
    return known.get(key)


def _as_text(
    walk: Walk, sign: str, left: tuple[ast.expr, Type], right: tuple[ast.expr, Type]
) -> tuple[str | None, list[Fix]]:
    """The usual mistake of `"text" + 5`."""
    if sign != "+":
        return None, []
    for node, type_, other in ((right[0], right[1], left[1]), (left[0], left[1], right[1])):
        if fits(STR, other) and fits(_NUMBER, type_):
            written = f"str({walk.reports.text.text_of(node)})"
            return f"Convert it: `{written}`, or write an f-string.", [walk.reports.replacing(node, written)]
    return None, []


def _equal(walk: Walk, left: tuple[ast.expr, Type], right: tuple[ast.expr, Type]) -> None:
    first, second = left[1], right[1]
    if _may_meet(first, second):
        return
    values = [*_texts(first), *_texts(second)]
    node, hint, fixes = right[0], None, list[Fix]()
    for (place, _), other in ((right, first), (left, second)):
        if isinstance(place, ast.Constant) and isinstance(place.value, str):
            node, meant = place, nearest(place.value, _texts(other))
            hint = f"Did you mean `{meant}`?" if meant else None
            fixes = [walk.reports.replacing(place, scalar_text(meant))] if meant else []
            values = _texts(other)
            break
    if hint is None and values:
        hint = f"It may be {listed([scalar_text(each) for each in values])}."
    message = f"{given_text(first)} is never equal to {given_text(second)}."
    walk.reports.add(NO_OVERLAP, node, message, hint=hint, fixes=fixes, expected=text_of(first), actual=text_of(second))


def _may_meet(left: Type, right: Type) -> bool:
    """Whether two types have a value in common, as far as is known."""
    for one in members_of(left):
        for other in members_of(right):
            first, second = resolve(one), resolve(other)
            if fits(one, other) or fits(other, one):
                return True
            if isinstance(first, LiteralType) and isinstance(second, LiteralType) and _share(first, second):
                return True
            if isinstance(first, RecordType | DictType) and isinstance(second, RecordType | DictType):
                return True
            if isinstance(first, ListType) and isinstance(second, ListType):
                return True
    return False


def _share(left: LiteralType, right: LiteralType) -> bool:
    return any(one == other for one in left.values for other in right.values)


def _texts(type_: Type) -> list[str]:
    return [
        value
        for each in members_of(type_)
        if isinstance(found := resolve(each), LiteralType)
        for value in found.values
        if isinstance(value, str)
    ]


def _contained(walk: Walk, left: tuple[ast.expr, Type], right: tuple[ast.expr, Type]) -> None:
    node, whole = right[0], present(walk, *right)
    for each in members_of(whole):
        match resolve(each):
            case ListType(item=item):
                if not isinstance(node, ast.List) and not _may_meet(item, left[1]):
                    _equal(walk, left, (node, item))
                elif isinstance(node, ast.List):
                    _items(walk, left, node)
            case StrType() | LiteralType():
                fit(walk, STR, left[0], left[1], "What is looked for in a text")
            case DictType() | RecordType():
                fit(walk, STR, left[0], left[1], "A key")
            case AnyType():
                pass
            case _:
                walk.reports.add(OPERATOR, node, f"`in` does not look into {text_of(whole)}.")


def _items(walk: Walk, left: tuple[ast.expr, Type], node: ast.List) -> None:
    for each in node.elts:
        if each in walk.facts.types:
            _equal(walk, left, (each, walk.facts.types[each]))


def _identical(walk: Walk, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> None:
    if any(isinstance(each, ast.Constant) and each.value is None for each in (left, right)):
        return
    sign = "==" if isinstance(operator, ast.Is) else "!="
    hint = f"Write `{sign}`."
    text = walk.reports.text
    written = f"{text.text_of(left)} {sign} {text.text_of(right)}"
    span = text.span(text.offsets_of(left)[0], text.offsets_of(right)[1])
    fix = walk.reports.replacing(span, written)
    walk.reports.add(OPERATOR, span, "`is` compares with `None` only.", hint=hint, fixes=[fix])


def _ordered(walk: Walk, operator: ast.cmpop, left: tuple[ast.expr, Type], right: tuple[ast.expr, Type]) -> None:
    first, second = present(walk, *left), present(walk, *right)
    if any(isinstance(resolve(each), AnyType) for each in (first, second)):
        return
    number = fits(_NUMBER, first) and fits(_NUMBER, second)
    if number or any(fits(each, first) and fits(each, second) for each in _ORDERED):
        return
    sign = _COMPARISONS[type(operator)]
    message = f"`{sign}` does not compare {text_of(widened(first))} and {text_of(widened(second))}."
    walk.reports.add(OPERATOR, right[0], message, expected=text_of(first), actual=text_of(second))
