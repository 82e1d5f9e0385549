"""The arguments of a call against the parameters of what is called."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from madang.swl.check.codes import (
    DOUBLE_ARGUMENT,
    EXPRESSION,
    MISSING_ARGUMENT,
    POSITIONAL,
    UNKNOWN_ARGUMENT,
)
from madang.swl.check.env import Env
from madang.swl.check.fitting import count_edge, fit
from madang.swl.check.paths import root_of
from madang.swl.check.reports import listed
from madang.swl.check.suggestions import nearest
from madang.swl.check.walking import Walk
from madang.swl.diagnostics import Fix, Span, TextEdit
from madang.types.model import ANY, Type
from madang.types.printing import text_of
from madang.types.unions import is_scalar, optional


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What a call may give: its name, its type and whether it must be given. `is_omittable`: `None` leaves it out."""

    name: str
    type: Type
    is_required: bool = False
    is_omittable: bool = False


def match_arguments(
    walk: Walk,
    node: ast.Call,
    parameters: Sequence[Parameter],
    label: str,
    env: Env,
    *,
    positional: int = 0,
    shares: bool = False,
) -> Mapping[str, ast.expr]:
    """Check the arguments of a call; those that were recognised, by name.

    Args:
        walk: The walk.
        node: The call.
        parameters: What may be given, in order.
        label: What is called, for messages.
        env: What is known here.
        positional: How many of the first parameters may be given without their name.
        shares: Whether what is given is held on to, so that it may not be changed afterwards.
    """
    by_name = {each.name: each for each in parameters}
    given = _named(walk, node, parameters, label, positional)
    misplaced = set(node.args[positional:])
    has_unknown = False
    for name, value in given.items():
        parameter = by_name.get(name)
        if parameter is None or value in misplaced:
            has_unknown = has_unknown or parameter is None
            walk.value(value, env)
            continue
        _check(walk, parameter, value, label, env)
        if shares:
            share(walk, value, env)
    known = {name: value for name, value in given.items() if name in by_name}
    for keyword in node.keywords:
        if keyword.arg is not None and keyword.arg not in by_name:
            _unknown(walk, node, keyword, parameters, known, label)
    is_excused = has_unknown and _may_be_misspelt(node, parameters, known)
    missing = [each for each in parameters if each.is_required and each.name not in known]
    if missing and not is_excused:
        _missing(walk, node, missing, label)
    return known


def share(walk: Walk, value: ast.expr, env: Env) -> None:
    """Something else has this value, or a part of it, from here on."""
    if is_scalar(walk.facts.types.get(value, ANY)):
        return
    match value:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            root = root_of(value)
            if root is not None:
                env.share(root)
        case ast.List(elts=parts):
            for each in parts:
                share(walk, each.value if isinstance(each, ast.Starred) else each, env)
        case ast.Dict(values=parts):
            for each in parts:
                share(walk, each, env)
        case ast.IfExp(body=body, orelse=orelse):
            share(walk, body, env)
            share(walk, orelse, env)
        case ast.BoolOp(values=parts):
            for each in parts:
                share(walk, each, env)
        case _:
            pass


def closing_span(walk: Walk, node: ast.Call) -> Span:
    """The closing parenthesis of a call."""
    end = walk.reports.text.offsets_of(node)[1]
    return walk.reports.text.span(end - 1, end)


def _named(
    walk: Walk, node: ast.Call, parameters: Sequence[Parameter], label: str, positional: int
) -> dict[str, ast.expr]:
    given: dict[str, ast.expr] = {}
    for index, value in enumerate(node.args):
        if isinstance(value, ast.Starred):
            walk.reports.add(EXPRESSION, value, "Arguments are written out, not unpacked.")
        elif index < positional and index < len(parameters):
            given[parameters[index].name] = value
        else:
            _positional(walk, node, index, value, parameters, label)
            if index < len(parameters):
                given.setdefault(parameters[index].name, value)
    for keyword in node.keywords:
        if keyword.arg is None:
            walk.reports.add(EXPRESSION, keyword.value, "Arguments are written out, not unpacked.")
        elif keyword.arg in given:
            walk.reports.add(DOUBLE_ARGUMENT, keyword, f"`{keyword.arg}` is given twice.")
        else:
            given[keyword.arg] = keyword.value
    return given


def _positional(
    walk: Walk, node: ast.Call, index: int, value: ast.expr, parameters: Sequence[Parameter], label: str
) -> None:
    if index < len(parameters) and any(each.arg == parameters[index].name for each in node.keywords):
        return
    if index >= len(parameters):
        message = f"{label} takes {len(parameters)} arguments." if parameters else f"{label} takes no arguments."
        walk.reports.add(POSITIONAL, value, message, hint="Leave it away.")
        return
    name = parameters[index].name
    fixes = [_naming(walk, value, name)]
    walk.reports.add(
        POSITIONAL, value, f"Arguments of {label} are given by name.", hint=f"Write `{name}=`.", fixes=fixes
    )


def _naming(walk: Walk, value: ast.expr, name: str) -> Fix:
    start = walk.reports.text.offsets_of(value)[0]
    edit = TextEdit(span=walk.reports.text.span(start, start), text=f"{name}=")
    return Fix(title=f"Write `{name}=`", edits=(edit,))


def _check(walk: Walk, parameter: Parameter, value: ast.expr, label: str, env: Env) -> None:
    wanted = optional(parameter.type) if parameter.is_omittable else parameter.type
    actual = walk.value(value, env, wanted)
    count_edge(walk, actual)
    fit(walk, wanted, value, actual, f"The argument `{parameter.name}` of {label}")


def _unknown(
    walk: Walk,
    node: ast.Call,
    keyword: ast.keyword,
    parameters: Sequence[Parameter],
    known: Mapping[str, ast.expr],
    label: str,
) -> None:
    name = keyword.arg or ""
    free = [each.name for each in parameters if each.name not in known]
    meant = nearest(name, free)
    start = walk.reports.text.offsets_of(keyword)[0]
    span = walk.reports.text.span(start, start + len(name))
    fixes = [walk.reports.replacing(span, meant)] if meant else []
    takes = f"It takes {listed([each.name for each in parameters])}." if parameters else "It takes no arguments."
    hint = f"Did you mean `{meant}`?" if meant else takes
    walk.reports.add(UNKNOWN_ARGUMENT, span, f"{label} takes no argument `{name}`.", hint=hint, fixes=fixes)


def _may_be_misspelt(node: ast.Call, parameters: Sequence[Parameter], known: Mapping[str, ast.expr]) -> bool:
    """Whether the one argument that is missing is probably the one that is misspelt: one mistake, one diagnostic."""
    names = {each.name for each in parameters}
    missing = [each.name for each in parameters if each.is_required and each.name not in known]
    wrong = [each.arg for each in node.keywords if each.arg is not None and each.arg not in names]
    return bool(missing) and all(any(nearest(word, [name]) for word in wrong) for name in missing)


def _missing(walk: Walk, node: ast.Call, missing: Sequence[Parameter], label: str) -> None:
    named = listed([each.name for each in missing])
    types = ", ".join(f"{each.name}: {text_of(each.type)}" for each in missing[:6])
    span = closing_span(walk, node)
    written = ", ".join(f"{each.name}=..." for each in missing)
    message = f"{label} needs {named}."
    at = span.start.offset
    before = walk.reports.text.source[:at].rstrip()
    comma = "" if before.endswith(("(", ",")) else ", "
    place = walk.reports.text.span(len(before), len(before))
    if before.endswith(","):
        comma = " "
    fix = Fix(title=f"Add {named}", edits=(TextEdit(span=place, text=f"{comma}{written}"),))
    fixes = [fix] if "#" not in walk.reports.text.line_text(place.start.line) else []
    walk.reports.add(MISSING_ARGUMENT, span, message, hint=f"Add {types}.", fixes=fixes)
