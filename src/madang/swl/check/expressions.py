"""Expressions: one dispatch to the part that knows each kind."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from madang.swl.check.calls import check_call
from madang.swl.check.codes import EXPRESSION, FUNCTION_VALUE, HOLE, MAYBE_UNBOUND, UNKNOWN_METHOD, UNKNOWN_NAME
from madang.swl.check.displays import (
    check_comprehension,
    check_dict,
    check_dict_comprehension,
    check_joined_text,
    check_list,
)
from madang.swl.check.env import Env
from madang.swl.check.operations import connector_of, report_value
from madang.swl.check.operators import (
    check_binary,
    check_boolean,
    check_compare,
    check_conditional,
    check_unary,
)
from madang.swl.check.paths import dotted
from madang.swl.check.program import BUILT_IN
from madang.swl.check.properties import check_attribute, check_subscript
from madang.swl.check.reports import name_span
from madang.swl.check.signatures import type_text
from madang.swl.check.suggestions import nearest
from madang.swl.check.walking import Walk
from madang.swl.check.words import CONSTANTS, FUNCTIONS, MODULES, TYPE_NAMES, WORDS
from madang.types.model import ANY, BYTES, NEVER, NONE, Type
from madang.types.unions import literal_type

_FOREIGN = {"null": "None", "nil": "None", "undefined": "None", "true": "True", "false": "False"}
_REFUSED: dict[type[ast.expr], tuple[str, str]] = {
    ast.Lambda: ("A lambda stands as `key=` of sorted, min and max only.", "Write a helper function."),
    ast.Set: ("There are no sets, as their order is not certain.", "Use a list."),
    ast.SetComp: ("There are no sets, as their order is not certain.", "Use a list."),
    ast.Tuple: ("There are no tuples.", "Use a list or a record."),
    ast.NamedExpr: ("A name is bound by a statement of its own.", "Write `name = value` in the line before."),
    ast.Await: ("Calls are not awaited here.", "Leave `await` away."),
    ast.Yield: ("A workflow returns; it does not yield.", "Collect into a list and return it."),
    ast.YieldFrom: ("A workflow returns; it does not yield.", "Collect into a list and return it."),
    ast.Starred: ("Values are unpacked in lists only.", "Write the values out."),
}


def check_value(walk: Walk, node: ast.expr, env: Env, expected: Type | None) -> Type:
    """The type of an expression."""
    return _RULES.get(type(node), _refuse)(walk, node, env, expected)


def _constant(walk: Walk, node: ast.Constant) -> Type:
    match node.value:
        case None:
            return NONE
        case bool() | int() | float() | str() as value:
            return literal_type(value)
        case bytes():
            return BYTES
        case complex():
            walk.reports.add(EXPRESSION, node, "There are no complex numbers.")
            return ANY
        case _:
            if not walk.parsed.is_hole(node):
                walk.reports.add(HOLE, node, "A value is missing here.")
            return NEVER


def _name(walk: Walk, node: ast.Name, env: Env) -> Type:
    binding = env.bindings.get(node.id)
    if binding is not None:
        walk.state.used.add(node.id)
        if binding.is_maybe:
            walk.reports.add(MAYBE_UNBOUND, node, f"`{node.id}` may not be bound here.")
            env.bindings[node.id] = type(binding)(
                type=binding.type, declared=binding.declared, is_owned=False, is_outer=binding.is_outer
            )
        return binding.type
    if node.id in walk.program.unknown:
        return ANY
    if node.id == "omit" and "omit" in walk.program.words:
        walk.state.used.add("omit")
        return NEVER
    _no_value(walk, node, env)
    return ANY


def _no_value(walk: Walk, node: ast.Name, env: Env) -> None:
    program, name = walk.program, node.id
    if name in program.connectors:
        connector_of(walk, node, env)
        report_value(walk, node, program.connectors[name], ())
    elif name in program.functions or name in program.records or name in program.words or name in BUILT_IN:
        walk.state.used.add(name)
        what = "a record" if name in program.records else "a function"
        walk.reports.add(FUNCTION_VALUE, node, f"`{name}` is {what} and no value.")
    elif name in WORDS:
        hint = f"Import it: `from workflow import {name}`."
        walk.reports.add(UNKNOWN_NAME, node, f"`{name}` is not imported.", hint=hint)
    else:
        meant = _FOREIGN.get(name) or nearest(name, [*env.bindings, *program.connectors, *program.words])
        fixes = [walk.reports.replacing(node, meant)] if meant else []
        hint = f"Did you mean `{meant}`?" if meant else None
        walk.reports.add(UNKNOWN_NAME, node, f"There is no `{name}` here.", hint=hint, fixes=fixes)


def _attribute(walk: Walk, node: ast.Attribute, env: Env) -> Type:
    found = connector_of(walk, node, env)
    if found is not None:
        report_value(walk, node, *found)
        return ANY
    segments = dotted(node)
    if segments is not None and segments[0] in MODULES | TYPE_NAMES and segments[0] not in env.bindings:
        name = ".".join(segments)
        if name in CONSTANTS:
            return type_text(CONSTANTS[name])
        span = name_span(walk.reports.text, node, node.attr)
        if name in FUNCTIONS:
            walk.reports.add(FUNCTION_VALUE, node, f"`{name}` is a function and is not called.")
        else:
            known = [each for each in [*FUNCTIONS, *CONSTANTS] if each.startswith(f"{segments[0]}.")]
            meant = nearest(name, known)
            hint = f"Did you mean `{meant}`?" if meant else None
            walk.reports.add(UNKNOWN_METHOD, span, f"There is no `{name}`.", hint=hint)
        return ANY
    return check_attribute(walk, node, env)


def _refuse(walk: Walk, node: ast.expr, env: Env, _expected: Type | None) -> Type:
    message, hint = _REFUSED.get(type(node), ("This is not in the language.", None))
    fixes = []
    if isinstance(node, ast.Tuple | ast.Set):
        for each in node.elts:
            walk.value(each, env)
        text = walk.reports.text.text_of(node).strip("({})").rstrip(", ")
        fixes = [walk.reports.replacing(node, f"[{text}]", "Use a list")] if _is_bracketed(walk, node) else []
    elif isinstance(node, ast.Await):
        walk.value(node.value, env)
        fixes = [walk.reports.replacing(node, walk.reports.text.text_of(node.value), "Leave `await` away")]
    walk.reports.add(EXPRESSION, node, message, hint=hint, fixes=fixes)
    return ANY


def _is_bracketed(walk: Walk, node: ast.expr) -> bool:
    text = walk.reports.text.text_of(node)
    inner = text[1:-1]
    return text[:1] in {"(", "{"} and not any(bracket in inner for bracket in "(){}#\n")


_RULES: dict[type[ast.expr], Callable[[Walk, Any, Env, Type | None], Type]] = {
    ast.Constant: lambda walk, node, _env, _expected: _constant(walk, node),
    ast.Name: lambda walk, node, env, _expected: _name(walk, node, env),
    ast.Attribute: lambda walk, node, env, _expected: _attribute(walk, node, env),
    ast.Call: check_call,
    ast.Subscript: lambda walk, node, env, _expected: check_subscript(walk, node, env),
    ast.BinOp: lambda walk, node, env, _expected: check_binary(walk, node, env),
    ast.Compare: lambda walk, node, env, _expected: check_compare(walk, node, env),
    ast.BoolOp: check_boolean,
    ast.UnaryOp: lambda walk, node, env, _expected: check_unary(walk, node, env),
    ast.IfExp: check_conditional,
    ast.JoinedStr: lambda walk, node, env, _expected: check_joined_text(walk, node, env),
    ast.List: lambda walk, node, env, expected: check_list(walk, node.elts, env, expected),
    ast.Dict: check_dict,
    ast.ListComp: check_comprehension,
    ast.GeneratorExp: check_comprehension,
    ast.DictComp: check_dict_comprehension,
}
"""Each rule gets nodes of its own kind only."""
