"""Statements: what each does to what is known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from madang.swl.check.annotations import read_annotation
from madang.swl.check.arguments import share
from madang.swl.check.codes import (
    EXPRESSION,
    IMPORT,
    LOOP_FORM,
    NESTED,
    NOT_EXHAUSTIVE,
    NOT_OWNED,
    PARALLEL_BODY,
    RAISE_FORM,
    STATEMENT,
    TAKEN,
    TARGET,
    UNREACHABLE,
    UNUSED_VALUE,
)
from madang.swl.check.effects import allow
from madang.swl.check.env import Binding, Env, is_empty_type, join_envs
from madang.swl.check.facts import BuiltinCall, MethodCall, is_effect
from madang.swl.check.fitting import fit
from madang.swl.check.iteration import is_taken
from madang.swl.check.loops import check_for, check_repeated
from madang.swl.check.matching import match_pattern
from madang.swl.check.mutation import assign_item, owned
from madang.swl.check.narrowing import known
from madang.swl.check.operators import SIGNS, join_operands
from madang.swl.check.paths import branches
from madang.swl.check.program import BUILT_IN
from madang.swl.check.trying import check_try
from madang.swl.check.walking import Walk
from madang.swl.check.withs import check_with
from madang.types.model import (
    ANY,
    NONE,
    STR,
    DictType,
    ListType,
    NeverType,
    RecordType,
    Type,
    resolve,
)
from madang.types.printing import text_of
from madang.types.unions import members_of, widened

_HINTS: dict[type[ast.stmt], tuple[str, str]] = {
    ast.Delete: ("Names and items are not deleted.", "Take an item out with `.pop(key)`."),
    ast.Global: ("There are no global names.", "Give it as a parameter and return it."),
    ast.Nonlocal: ("There are no names of outer functions.", "Give it as a parameter and return it."),
    ast.Assert: ("There is no `assert`.", 'Write `if not ...:` and `raise Fail("why")`.'),
    ast.AsyncFor: ("Loops are not `async`.", "Leave `async` away, or loop over `parallel(...)`."),
    ast.AsyncWith: ("`with` is not `async`.", "Leave `async` away."),
}
_MAKING = frozenset({"list", "dict", "sorted"})
_MAKING_METHODS = frozenset({"copy", "split", "rsplit", "splitlines"})


def check_block(walk: Walk, body: Sequence[ast.stmt], env: Env) -> None:
    """Walk statements one after the other."""
    for index, node in enumerate(body):
        if env.is_dead:
            rest = walk.reports.text.span(
                walk.reports.text.offsets_of(node)[0], walk.reports.text.offsets_of(body[-1])[1]
            )
            if not walk.parsed.is_hole(node):
                walk.reports.add(UNREACHABLE, rest, "This is never reached.")
            return
        check_statement(walk, node, env, is_first=index == 0)


def check_statement(walk: Walk, node: ast.stmt, env: Env, *, is_first: bool = False) -> None:
    """Walk one statement."""
    if isinstance(node, ast.Expr):
        _expression(walk, node, env, is_first=is_first)
        return
    _RULES.get(type(node), _refuse)(walk, node, env)


def _expression(walk: Walk, node: ast.Expr, env: Env, *, is_first: bool) -> None:
    if walk.parsed.is_hole(node) or walk.parsed.is_hole(node.value):
        return
    if is_first and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return
    allow(walk, node.value)
    marks = walk.reports.mark()
    walk.value(node.value, env)
    if walk.reports.mark() == marks and not _does_something(walk, node.value):
        fix = walk.reports.removing_statement(node)
        walk.reports.add(UNUSED_VALUE, node, "Nothing is done with this value.", fixes=[fix])


def _does_something(walk: Walk, node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.ListComp):
        return any(each in walk.facts.effect_places for each in ast.walk(node.elt))
    if not isinstance(node, ast.Call):
        return False
    match walk.facts.calls.get(node):
        case None:
            return True
        case MethodCall(method=method):
            return method in {"append", "extend", "insert", "pop"}
        case target:
            return is_effect(target)


def _assign(walk: Walk, node: ast.Assign, env: Env) -> None:
    if len(node.targets) > 1:
        walk.reports.add(TARGET, node.targets[1], "One statement assigns to one name.", hint="Write two assignments.")
    target = node.targets[0]
    allow(walk, node.value)
    binding = env.bindings.get(target.id) if isinstance(target, ast.Name) else None
    expected = binding.declared if binding is not None else None
    type_ = walk.value(node.value, env, expected)
    for each in node.targets:
        _store(walk, each, node.value, type_, env)


def _store(walk: Walk, target: ast.expr, value: ast.expr, type_: Type, env: Env) -> None:
    match target:
        case ast.Name():
            bind(walk, target, value, type_, env)
        case ast.Subscript():
            share(walk, value, env)
            assign_item(walk, target, value, type_, env)
        case ast.Attribute():
            _set_property(walk, target, value, env)
        case _:
            walk.reports.add(
                TARGET, target, "An assignment binds one name.", hint="Read the parts in lines of their own."
            )
            for each in ast.walk(target):
                if isinstance(each, ast.Name):
                    env.bind(each.id, Binding(type=ANY))


def bind(
    walk: Walk, target: ast.Name, value: ast.expr | None, type_: Type, env: Env, declared: Type | None = None
) -> None:
    """Bind a name to a value, which must fit what the name was declared as."""
    if is_taken(walk, target):
        return
    if target.id in BUILT_IN:
        walk.reports.add(TAKEN, target, f"`{target.id}` is built into the language.")
        return
    before = env.bindings.get(target.id)
    if before is not None and before.is_outer:
        message = f"`{target.id}` stands outside of the parallel body."
        walk.reports.add(PARALLEL_BODY, target, message)
        return
    declared = declared if declared is not None else before.declared if before is not None else None
    found = type_
    if declared is not None:
        fits = value is None or fit(walk, declared, value, type_, f"`{target.id}`")
        found = (
            declared
            if not fits or is_empty_type(type_) or isinstance(resolve(type_), NeverType)
            else _seen_as(declared, type_)
        )
    is_owned = value is not None and _is_made(walk, value)
    if is_owned and declared is None:
        found = _roomy(found)
    if value is not None:
        share(walk, value, env)
    walk.facts.types[target] = found
    env.bind(target.id, Binding(type=found, declared=declared, is_owned=is_owned))


def _seen_as(declared: Type, type_: Type) -> Type:
    """What a declared name is after an assignment: the members of its declaration that the value may be."""
    inner = resolve(type_)
    if isinstance(inner, RecordType) and inner.is_fresh:
        kept = [each for each in members_of(declared) if isinstance(resolve(each), RecordType | DictType)]
        return kept[0] if len(kept) == 1 else declared
    if isinstance(inner, ListType):
        kept = [each for each in members_of(declared) if isinstance(resolve(each), ListType)]
        return kept[0] if len(kept) == 1 else declared
    return type_


def _roomy(type_: Type) -> Type:
    """The type of a list or dict that more will be put into: of whole types, not of the literals it has now."""
    match resolve(type_):
        case ListType(item=item) as found:
            return replace(found, item=widened(item))
        case DictType(value=value):
            return DictType(value=widened(value))
        case _:
            return type_


def _is_made(walk: Walk, value: ast.expr) -> bool:
    """Whether a list or dict is new, so that nothing else has it."""
    match value:
        case ast.List() | ast.Dict() | ast.ListComp() | ast.DictComp():
            return True
        case ast.Call():
            match walk.facts.calls.get(value):
                case BuiltinCall(name=name):
                    return name in _MAKING
                case MethodCall(method=method):
                    return method in _MAKING_METHODS
                case _:
                    return False
        case _:
            return False


def _set_property(walk: Walk, target: ast.Attribute, value: ast.expr, env: Env) -> None:
    walk.value(target, env)
    text = walk.reports.text
    owner, given = text.text_of(target.value), text.text_of(value)
    hint = f"Write `{owner} = replace({owner}, {target.attr}={given})`."
    walk.reports.add(NOT_OWNED, target, "A record does not change.", hint=hint)


def _annotated(walk: Walk, node: ast.AnnAssign, env: Env) -> None:
    declared = read_annotation(node.annotation, walk.program, walk.reports)
    if not isinstance(node.target, ast.Name):
        walk.reports.add(TARGET, node.target, "Only a name is annotated.")
        return
    if node.value is None:
        walk.reports.add(TARGET, node, f"`{node.target.id}` gets no value.", hint="Give it a value: `name: T = value`.")
        env.bind(node.target.id, Binding(type=declared, declared=declared))
        return
    allow(walk, node.value)
    type_ = walk.value(node.value, env, declared)
    bind(walk, node.target, node.value, type_, env, declared)


def _augmented(walk: Walk, node: ast.AugAssign, env: Env) -> None:
    allow(walk, node.value)
    sign = SIGNS.get(type(node.op))
    right = walk.value(node.value, env)
    if sign is None:
        walk.reports.add(EXPRESSION, node, "The language has no operators on bits and matrices.")
        return
    match node.target:
        case ast.Name() as target:
            read = ast.copy_location(ast.Name(id=target.id, ctx=ast.Load()), target)
            left = walk.value(read, env)
            if isinstance(resolve(left), ListType) and owned(walk, read, env, f"`{sign}=`") is None:
                return
            type_ = join_operands(walk, node, sign, (read, left), (node.value, right))
            was_owned = env.bindings[target.id].is_owned if target.id in env.bindings else False
            bind(walk, target, None, type_, env)
            if was_owned and target.id in env.bindings:
                env.bindings[target.id] = replace(env.bindings[target.id], is_owned=True)
        case ast.Subscript() as target:
            left = walk.value(target, env)
            type_ = join_operands(walk, node, sign, (target, left), (node.value, right))
            assign_item(walk, target, node.value, type_, env)
        case target:
            walk.value(target, env)
            walk.reports.add(NOT_OWNED, target, "A record does not change.")


def _branch(walk: Walk, node: ast.If, env: Env) -> None:
    ends: list[Env] = []
    rest = env
    for each in branches(node):
        holds, rest = walk.narrow(each.test, rest)
        check_block(walk, each.body, holds)
        ends.append(holds)
        node = each
    check_block(walk, node.orelse, rest)
    env.become(join_envs([*ends, rest]))


def _match(walk: Walk, node: ast.Match, env: Env) -> None:
    allow(walk, node.subject)
    rest = walk.value(node.subject, env)
    ends: list[Env] = []
    left = env
    for case in node.cases:
        here = left.copy()
        matched, after = match_pattern(walk, case.pattern, rest, here)
        known(node.subject, matched, here)
        if case.guard is not None:
            here, _ = walk.narrow(case.guard, here)
        else:
            rest = after
        check_block(walk, case.body, here)
        ends.append(here)
        left = left.copy()
        known(node.subject, rest, left)
    if not isinstance(resolve(rest), NeverType):
        ends.append(left)
        _left_over(walk, node, rest)
    env.become(join_envs(ends))


def _left_over(walk: Walk, node: ast.Match, rest: Type) -> None:
    """A closed type that is not wholly matched; of open ones, as `str`, no one expects it."""
    whole = walk.facts.types.get(node.subject, ANY)
    if len(members_of(whole)) == 1 and not hasattr(resolve(whole), "values"):
        return
    start = walk.reports.text.offsets_of(node)[0]
    span = walk.reports.text.span(start, walk.reports.text.offsets_of(node.subject)[1])
    walk.reports.add(NOT_EXHAUSTIVE, span, f"{text_of(rest)} is left out.")


def _return(walk: Walk, node: ast.Return, env: Env) -> None:
    if walk.state.parallels:
        walk.reports.add(PARALLEL_BODY, node, "A parallel body does not return.")
    declared = walk.function.declared
    type_: Type = NONE
    if node.value is not None:
        allow(walk, node.value)
        type_ = walk.value(node.value, env, declared)
        share(walk, node.value, env)
    if declared is not None:
        fit(walk, declared, node.value or ast.copy_location(ast.Constant(value=None), node), type_, "The result")
    walk.state.returns.append(type_)
    env.is_dead = True


def _raise(walk: Walk, node: ast.Raise, env: Env) -> None:
    env.is_dead = True
    match node.exc:
        case ast.Call(func=ast.Name(id="Fail"), args=[reason], keywords=[]) if node.cause is None:
            walk.state.used.add("Fail")
            if "Fail" not in walk.program.words:
                walk.reports.add(
                    RAISE_FORM, node, "`Fail` is not imported.", hint="Import it: `from workflow import Fail`."
                )
            fit(walk, STR, reason, walk.value(reason, env), "The reason")
        case _:
            walk.reports.add(RAISE_FORM, node, "A workflow ends itself with `Fail` only.")


def _leave(walk: Walk, node: ast.Break | ast.Continue, env: Env) -> None:
    word = "break" if isinstance(node, ast.Break) else "continue"
    stack = walk.state.breaks if word == "break" else walk.state.continues
    if not stack:
        walk.reports.add(LOOP_FORM, node, f"`{word}` stands outside of a loop.")
    else:
        stack[-1].append(env.copy())
        if word == "break" and len(walk.state.breaks) in walk.state.parallel_loops:
            walk.reports.add(PARALLEL_BODY, node, "A parallel body does not break off.")
    env.is_dead = True


def _refuse(walk: Walk, node: ast.stmt, env: Env) -> None:
    match node:
        case ast.While():
            hint = "Write `for _ in repeat(limit=N):` with an `if` and `break`."
            walk.narrow(node.test, env)
            _refused(walk, node, "while", "There is no `while`, as a loop has a bound.", hint)
            check_repeated(walk, node, node.body, env, check_block)
        case ast.Import() | ast.ImportFrom():
            walk.reports.add(IMPORT, node, "Imports stand at the top of the file.")
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            walk.reports.add(NESTED, node, f"`{node.name}` stands inside of a function.")
        case ast.Global() | ast.Nonlocal():
            walk.reports.add(STATEMENT, node, _HINTS[type(node)][0], hint=_HINTS[type(node)][1])
        case _:
            message, hint = _HINTS.get(type(node), ("This is not in the language.", ""))
            for each in ast.iter_child_nodes(node):
                if isinstance(each, ast.expr):
                    walk.value(each, env)
            walk.reports.add(STATEMENT, node, message, hint=hint or None)


def _refused(walk: Walk, node: ast.stmt, word: str, message: str, hint: str) -> None:
    start = walk.reports.text.offsets_of(node)[0]
    walk.reports.add(STATEMENT, walk.reports.text.span(start, start + len(word)), message, hint=hint)


def _pass(_walk: Walk, _node: ast.Pass, _env: Env) -> None:
    pass


_RULES: dict[type[ast.stmt], Callable[[Walk, Any, Env], None]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _branch,
    ast.For: lambda walk, node, env: check_for(walk, node, env, check_block),
    ast.With: lambda walk, node, env: check_with(walk, node, env, check_block),
    ast.Try: lambda walk, node, env: check_try(walk, node, env, check_block),
    ast.Match: _match,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: _leave,
    ast.Continue: _leave,
    ast.Pass: _pass,
}
"""Each rule gets nodes of its own kind only."""
