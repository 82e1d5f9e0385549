"""Built-in functions whose result depends on what they are given."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from madang.swl.check.codes import (
    EXPRESSION,
    LOOP_FORM,
    MISFIT,
    MISSING_ARGUMENT,
    POSITIONAL,
    UNKNOWN_ARGUMENT,
)
from madang.swl.check.env import Binding, Env, join_types
from madang.swl.check.fitting import fit
from madang.swl.check.properties import item_type, present
from madang.swl.check.suggestions import nearest
from madang.swl.check.walking import Walk
from madang.swl.diagnostics import Span
from madang.types.covers import fits
from madang.types.model import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    NEVER,
    NONE,
    STR,
    AnyType,
    BytesType,
    DictType,
    ListType,
    LiteralType,
    RecordType,
    StrType,
    Type,
    resolve,
)
from madang.types.printing import text_of
from madang.types.unions import members_of, optional, union_of, widened

_NUMBER = union_of([INT, FLOAT])
_CONVERTIBLE = union_of([INT, FLOAT, STR, BOOL])
_KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "min": ("key", "default"),
    "max": ("key", "default"),
    "sorted": ("key", "reverse"),
    "sum": ("start",),
    "int": ("base",),
    "round": ("ndigits",),
}
_COUNTS: Mapping[str, tuple[int, int]] = {
    "abs": (1, 1),
    "all": (1, 1),
    "any": (1, 1),
    "bool": (0, 1),
    "dict": (0, 1),
    "float": (0, 1),
    "int": (0, 2),
    "len": (1, 1),
    "list": (0, 1),
    "max": (1, 99),
    "min": (1, 99),
    "range": (1, 3),
    "round": (1, 2),
    "sorted": (1, 1),
    "str": (0, 1),
    "sum": (1, 2),
    "enumerate": (1, 2),
    "zip": (1, 99),
}


def check_builtin(walk: Walk, node: ast.Call, name: str, env: Env, expected: Type | None) -> Type:
    """The type of a call of a built-in function."""
    if name in {"enumerate", "zip"}:
        hint = f"Write `for a, b in {name}(...):`."
        walk.reports.add(LOOP_FORM, node, f"`{name}` stands over a `for` only.", hint=hint)
    _check_form(walk, node, name)
    plain = [each for each in node.args if not isinstance(each, ast.Starred)]
    found = _RULES[name](walk, node, plain, env)
    if expected is not None and isinstance(found, ListType) and found.item == NEVER:
        return found
    return found


def _check_form(walk: Walk, node: ast.Call, name: str) -> None:
    least, most = _COUNTS[name]
    starred = [each for each in node.args if isinstance(each, ast.Starred)]
    for each in starred:
        walk.reports.add(EXPRESSION, each, "Arguments are written out, not unpacked.")
    if len(node.args) < least and not starred:
        end = walk.reports.text.offsets_of(node)[1]
        walk.reports.add(MISSING_ARGUMENT, walk.reports.text.span(end - 1, end), f"`{name}` needs an argument.")
    for each in node.args[most:]:
        walk.reports.add(
            POSITIONAL, each, f"`{name}` takes {most} argument{'s' if most > 1 else ''}.", hint="Leave it away."
        )
    if name != "dict":
        for keyword in node.keywords:
            _check_keyword(walk, keyword, name)


def _check_keyword(walk: Walk, keyword: ast.keyword, name: str) -> None:
    known = _KEYWORDS.get(name, ())
    if keyword.arg in known:
        return
    if keyword.arg is None:
        walk.reports.add(EXPRESSION, keyword.value, "Arguments are written out, not unpacked.")
        return
    meant = nearest(keyword.arg, known)
    start = walk.reports.text.offsets_of(keyword)[0]
    span: Span = walk.reports.text.span(start, start + len(keyword.arg))
    fixes = [walk.reports.replacing(span, meant)] if meant else []
    hint = f"Did you mean `{meant}`?" if meant else None
    walk.reports.add(UNKNOWN_ARGUMENT, span, f"`{name}` takes no argument `{keyword.arg}`.", hint=hint, fixes=fixes)


def item_of(walk: Walk, node: ast.expr, env: Env) -> Type:
    """The type of the items of a list that is given, or of the keys of a dict."""
    return item_type(walk, node, walk.value(node, env))


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in node.keywords if each.arg == name), None)


def _length(walk: Walk, _node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    for each in args[:1]:
        whole = present(walk, each, walk.value(each, env))
        for member in members_of(whole):
            found = resolve(member)
            is_text = isinstance(found, LiteralType) and all(isinstance(value, str) for value in found.values)
            is_sized = isinstance(found, ListType | DictType | StrType | BytesType | AnyType) or is_text
            if not (is_sized or (isinstance(found, RecordType) and found.is_fresh)):
                walk.reports.add(MISFIT, each, f"{text_of(whole)} has no length.")
                break
    return INT


def _truth(walk: Walk, _node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    for each in args:
        item_of(walk, each, env)
    return BOOL


def _sum(walk: Walk, node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    start = args[1] if len(args) > 1 else _keyword(node, "start")
    first = widened(walk.value(start, env)) if start is not None else INT
    item = item_of(walk, args[0], env) if args else ANY
    if isinstance(resolve(item), AnyType):
        return ANY
    if item == NEVER:
        return first
    if args and fit(walk, _NUMBER, args[0], item, "The items of `sum`"):
        return INT if fits(INT, item) and fits(INT, first) else FLOAT
    return ANY


def _extreme(walk: Walk, node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    if len(args) == 1:
        item = item_of(walk, args[0], env)
    else:
        item = join_types(present(walk, each, walk.value(each, env)) for each in args)
    _key(walk, node, item, env)
    default = _keyword(node, "default")
    if default is not None:
        return join_types([item, walk.value(default, env)])
    return item if item != NEVER else ANY


def _sorted(walk: Walk, node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    item = item_of(walk, args[0], env) if args else ANY
    _key(walk, node, item, env)
    reverse = _keyword(node, "reverse")
    if reverse is not None:
        fit(walk, BOOL, reverse, walk.value(reverse, env), "The argument `reverse`")
    return ListType(item=item)


def _key(walk: Walk, node: ast.Call, item: Type, env: Env) -> None:
    """`key=lambda x: ...`, the one place for a lambda; without it the items must have an order."""
    key = _keyword(node, "key")
    if key is None:
        found = [resolve(each) for each in members_of(item)]
        if any(isinstance(each, RecordType | DictType | ListType) for each in found):
            message = f"{text_of(item)} has no order."
            walk.reports.add(MISFIT, node, message, hint="Say what to compare: `key=lambda x: x.name`.")
        return
    match key:
        case ast.Lambda(args=ast.arguments(args=[parameter], defaults=[])):
            inner = env.copy()
            inner.bind(parameter.arg, Binding(type=item))
            walk.facts.types[key] = walk.value(key.body, inner)
        case ast.Name(id="len" | "str" | "int" | "float" | "abs"):
            walk.facts.types[key] = ANY
        case _:
            walk.reports.add(MISFIT, key, "The key is a lambda with one name.", hint="Write `key=lambda x: x.name`.")


def _range(walk: Walk, _node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    for each in args:
        fit(walk, INT, each, walk.value(each, env), "The bound of `range`")
    return ListType(item=INT)


def _text(walk: Walk, _node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    for each in args:
        walk.value(each, env)
    return STR


def _whole(walk: Walk, node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    _converted(walk, args, env, "int")
    base = _keyword(node, "base")
    if base is not None:
        fit(walk, INT, base, walk.value(base, env), "The argument `base`")
    return INT


def _real(walk: Walk, _node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    _converted(walk, args, env, "float")
    return FLOAT


def _converted(walk: Walk, args: Sequence[ast.expr], env: Env, name: str) -> None:
    for each in args:
        type_ = present(walk, each, walk.value(each, env))
        fit(walk, _CONVERTIBLE, each, type_, f"What `{name}` converts")


def _bool(walk: Walk, _node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    for each in args:
        walk.narrow(each, env)
    return BOOL


def _round(walk: Walk, node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    digits = args[1] if len(args) > 1 else _keyword(node, "ndigits")
    if args:
        fit(walk, _NUMBER, args[0], present(walk, args[0], walk.value(args[0], env)), "What `round` rounds")
    if digits is None:
        return INT
    type_ = walk.value(digits, env)
    fit(walk, optional(INT), digits, type_, "The digits of `round`")
    return INT if type_ == NONE else FLOAT


def _absolute(walk: Walk, _node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    if not args:
        return ANY
    type_ = present(walk, args[0], walk.value(args[0], env))
    return widened(type_) if fit(walk, _NUMBER, args[0], type_, "What `abs` takes") else ANY


def _list(walk: Walk, _node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    return ListType(item=item_of(walk, args[0], env) if args else NEVER)


def _dict(walk: Walk, node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    values = [walk.value(each.value, env) for each in node.keywords]
    found = resolve(present(walk, args[0], walk.value(args[0], env))) if args else None
    match found:
        case DictType(value=value):
            return DictType(value=join_types([value, *values]))
        case RecordType(is_fresh=True) if not values:
            return found
        case None:
            return DictType(value=join_types(values) if values else NEVER)
        case _:
            if not isinstance(found, AnyType):
                walk.reports.add(MISFIT, args[0], f"`dict` copies a dict, not {text_of(found)}.")
            return DictType(value=ANY)


def _pairs(walk: Walk, _node: ast.Call, args: Sequence[ast.expr], env: Env) -> Type:
    for each in args:
        item_of(walk, each, env)
    return ANY


_RULES: Mapping[str, Callable[[Walk, ast.Call, Sequence[ast.expr], Env], Type]] = {
    "abs": _absolute,
    "all": _truth,
    "any": _truth,
    "bool": _bool,
    "dict": _dict,
    "enumerate": _pairs,
    "float": _real,
    "int": _whole,
    "len": _length,
    "list": _list,
    "max": _extreme,
    "min": _extreme,
    "range": _range,
    "round": _round,
    "sorted": _sorted,
    "str": _text,
    "sum": _sum,
    "zip": _pairs,
}
